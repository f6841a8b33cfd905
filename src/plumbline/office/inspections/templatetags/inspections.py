"""Small words of the pages of inspections. `{% load inspections %}`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.template import RequestContext
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.office.inspections.models import Inspection
from plumbline.office.inspections.queries.conflicts import Conflict
from plumbline.office.inspections.queries.figures import year_figures
from plumbline.office.inspections.queries.inspections import LIVE
from plumbline.office.lib.dates import day_text, is_chinese

register = template.Library()


@register.simple_tag
def days(first: date, last: date) -> str:
    """A single day, or from a day to a day; in Chinese the year and the month are said once."""
    if first == last:
        return day_text(first)
    if is_chinese() and first.year == last.year:
        month = "" if first.month == last.month else f"{last.month}月"
        return f"{day_text(first)}至{month}{last.day}日"
    return _("%(first)s至%(last)s") % {"first": day_text(first), "last": day_text(last)}


@register.inclusion_tag("inspections/_overview.html", takes_context=True)
def inspections_card(context: RequestContext) -> dict[str, Any]:
    """How the year's inspections stand, on the first page; one query, none for units and experts."""
    user = context["request"].user
    if not user.may("inspections.oversee"):
        return {"figures": None}
    today = timezone.localdate()
    figures = year_figures(user, today.year, today=today)
    return {"figures": figures if figures.planned or figures.done else None, "year": today.year}


@register.filter
def of(rows: Mapping[int, Any] | None, key: int) -> Any:
    """The entry of a mapping by key; None where there is no mapping or no entry."""
    return rows.get(key) if rows else None


@register.filter
def open_conflicts(found: Iterable[Conflict]) -> bool:
    """Whether any of the conflicts has no justification yet."""
    return any(not conflict.is_justified for conflict in found)


@register.filter
def is_late(inspection: Inspection, today: date) -> bool:
    """Whether its day has passed and it is not done."""
    return inspection.state in LIVE and inspection.planned_to < today


@register.filter
def field_of(typed: Mapping[str, str], name: str) -> str:
    """What was typed in a field that is named after a record; "" where nothing was."""
    return typed.get(name, "")


@register.filter
def points(value: Decimal | None) -> str:
    """Points as people write them: 2.5, not 2.50; "—" where there are none."""
    return "—" if value is None else f"{value.normalize():f}"
