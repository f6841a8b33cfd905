"""Inspections as evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import DateField, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.evidence import Content
from plumbline.office.inspections.models import Inspection
from plumbline.office.lib.dates import day_text
from plumbline.office.lib.templatetags.office import state
from plumbline.office.targets.evidence.kinds import Column, Kind, add, day, page

STATES = {Inspection.State.DONE: "good", Inspection.State.CANCELLED: "idle"}


def prepared(rows: QuerySet[Any], as_of: date) -> QuerySet[Any]:
    """With their unit; `as_of` is kept beside each, for the facts."""
    return rows.select_related("unit").annotate(as_of=Value(as_of, output_field=DateField()))


def content(row: Any) -> Content:
    """What was planned, and whether it was finished by the day that it was prepared for."""
    as_of = row.as_of if isinstance(row.as_of, date) else date.fromisoformat(str(row.as_of))
    finished = row.finished_on if row.finished_on and row.finished_on <= as_of else None
    cancelled = row.state == Inspection.State.CANCELLED
    return {
        "number": row.number, "unit": str(row.unit_id), "method": row.method,
        "planned_to": day(row.planned_to), "finished_on": day(finished),
        "cancelled": "yes" if cancelled else None,
    }  # fmt: skip


add(
    Kind(
        key="inspection",
        title=_("检查"),
        model=Inspection,
        label=lambda row: row.number,
        content=content,
        columns=(
            Column(_("单位"), lambda row: str(row.unit)),
            Column(_("检查方式"), lambda row: row.get_method_display()),
            Column(_("状态"), lambda row: state(STATES.get(row.state, "waiting"), row.get_state_display())),
            Column(_("计划完成"), lambda row: day_text(row.planned_to)),
            Column(_("完成日期"), lambda row: day_text(row.finished_on) if row.finished_on else "—"),
        ),
        url=lambda row: page("inspections:inspection", row.pk),
        prepared=prepared,
        order=("-planned_to", "-pk"),
    )
)
