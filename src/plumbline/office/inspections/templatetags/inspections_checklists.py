"""Words and numbers of checklists as pages show them."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plumbline.office.findings.models import Finding
from plumbline.office.inspections.models import ChecklistItem, ChecklistVersion, ItemMapping
from plumbline.office.lib.templatetags.office import state

register = template.Library()

_VERSIONS = {"draft": "waiting", "published": "good", "retired": "idle"}
_MAPPINGS = {"proposed": "waiting", "confirmed": "good", "rejected": "idle"}
#: deepest step that is drawn further in
_DEEPEST = 5


@register.filter
def points(value: Decimal | int | None) -> str:
    """Points without needless zeros; "—" where there are none."""
    return "—" if value is None else f"{Decimal(value).normalize():f}"


@register.filter
def indent(depth: int) -> int:
    """How far in an item of this depth is drawn."""
    return min(depth, _DEEPEST)


@register.filter
def severity_word(key: str) -> str:
    """A severity by its word."""
    return str(dict(Finding.Severity.choices).get(key, key))


@register.filter
def answer_word(key: str) -> str:
    """A kind of answer by its word."""
    return str(dict(ChecklistItem.Answer.choices).get(key, key))


@register.simple_tag
def version_state(key: str) -> SafeString:
    """The state of an edition."""
    return state(_VERSIONS[key], str(ChecklistVersion.State(key).label))


@register.simple_tag
def mapping_state(key: str) -> SafeString:
    """What was decided on a pair; "none" where there is none."""
    if key == "none":
        return state("nodata", _("没有对应"))
    return state(_MAPPINGS[key], str(ItemMapping.State(key).label))


@register.simple_tag
def change_state(key: str) -> SafeString:
    """What became of an item."""
    words = {
        "added": ("good", _("新增")),
        "changed": ("info", _("有改动")),
        "removed": ("warning", _("移除")),
        "same": ("idle", _("相同")),
    }
    return state(*words[key])
