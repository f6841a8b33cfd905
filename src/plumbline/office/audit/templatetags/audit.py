"""Records in words: `{% load audit %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plumbline.office.audit import details
from plumbline.office.audit.actions import title
from plumbline.office.audit.models import Record

register = template.Library()
NOTHING = "—"


@register.filter
def action_title(key: str) -> str:
    """What the act is called."""
    return title(key)


@register.inclusion_tag("audit/changes.html")
def change_list(record: Record) -> dict[str, Any]:
    """What changed, field by field, with the names that the forms use."""
    changes = [_change(record, key, value) for key, value in record.detail.items()]
    return {"changes": [change for change in changes if change["has_old"] or change["new"] != NOTHING]}


def _change(record: Record, key: str, value: Any) -> dict[str, Any]:
    is_pair = isinstance(value, dict) and set(value) == {"old", "new"}
    old, new = (value["old"], value["new"]) if is_pair else (None, value)
    has_old = is_pair and old not in (None, "", [])
    return {"label": _label(record, key), "has_old": has_old, "old": _text(old), "new": _text(new)}


def _label(record: Record, key: str) -> str:
    try:
        model = apps.get_model(record.object_type)
        name = str(getattr(model._meta.get_field(key), "verbose_name", ""))
    except (LookupError, ValueError, FieldDoesNotExist):
        name = ""
    # a field that nobody named is called by its own name
    return details.title(key) if name in ("", key.replace("_", " ")) else name


def _text(value: Any) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, dict):
        return gettext("，").join(f"{details.title(key)} {_text(part)}" for key, part in value.items())
    return gettext("；").join(map(_text, value)) if isinstance(value, list) else str(value)
