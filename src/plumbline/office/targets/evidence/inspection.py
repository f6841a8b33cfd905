"""Inspections as evidence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.evidence import Content
from plumbline.office.inspections.access import visible_inspections
from plumbline.office.inspections.models import Inspection, InspectionEvent
from plumbline.office.lib.dates import day_text
from plumbline.office.lib.templatetags.office import state
from plumbline.office.targets.evidence.kinds import Column, Kind, add, day, page
from plumbline.office.targets.measuring.days import end

STATE = Inspection.State
STATES = {Inspection.State.DONE: "good", Inspection.State.CANCELLED: "idle"}


def prepared(rows: QuerySet[Any], as_of: date, stop: datetime | None = None) -> QuerySet[Any]:
    """With their unit, and as they were on a day: what was reopened or cancelled since was not so then.

    Args:
        stop: the first moment that is not looked at any more; the end of the day where None.
    """
    zone, stop = timezone.get_default_timezone(), stop or end(as_of)
    steps = InspectionEvent.objects.filter(inspection=OuterRef("pk")).exclude(before=F("after"))
    turns = steps.filter(Q(before=STATE.DONE) | Q(after=STATE.DONE))
    finished = Case(
        When(after=STATE.DONE, then=TruncDate("at", tzinfo=zone)),
        default=Value(None), output_field=DateField(),
    )  # fmt: skip
    last = turns.filter(at__lt=stop).order_by("-at", "-pk").annotate(on=finished).values("on")[:1]
    return rows.select_related("unit").annotate(
        finished_then=Case(
            When(Exists(turns.filter(at__gte=stop)), then=Subquery(last)),
            When(finished_on__lte=as_of, then=F("finished_on")),
            default=Value(None), output_field=DateField(),
        ),
        cancelled_since=Exists(steps.filter(at__gte=stop, after=STATE.CANCELLED)),
    )  # fmt: skip


def content(row: Any) -> Content:
    """What was planned, and whether it was finished by the day that it was prepared for."""
    return {
        "number": row.number, "unit": str(row.unit_id), "method": row.method,
        "planned_to": day(row.planned_to), "finished_on": day(row.finished_then),
        "cancelled": "yes" if row.state == STATE.CANCELLED and not row.cancelled_since else None,
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
        visible=visible_inspections,
        past=prepared,
        order=("-planned_to", "-pk"),
    )
)
