"""Findings as evidence, as they stood on a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    DateTimeField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.evidence import Content
from plumbline.office.findings.access import visible_findings
from plumbline.office.findings.models import Finding, FindingEvent
from plumbline.office.lib.dates import day_text
from plumbline.office.lib.local_days import LocalDay
from plumbline.office.lib.templatetags.office import state
from plumbline.office.targets.evidence.kinds import Column, Kind, add, day, page
from plumbline.office.targets.measuring.days import end, local_day

STATE = Finding.State
STATES = {STATE.CLOSED: "good", STATE.ACCEPTED: "info", STATE.DISMISSED: "idle", STATE.RETURNED: "bad"}


def with_history(
    rows: QuerySet[Finding],
    *,
    as_of: date,
    now: bool,
    quick: bool = False,
    stop: datetime | None = None,
) -> QuerySet[Finding]:
    """Findings with the state, deadline and day of closing that they had at the end of a day.

    Adds `state_then`, `due_then`, `closed_then`, `closed_on_then`.

    Args:
        now: the day is not over, so the present columns say it; no event needs to be read.
        stop: the first moment that is not looked at any more; the end of the day where None.
        quick: events are read only of findings to which something happened since. Who verifies reads all.
    """
    if "state_then" in rows.query.annotations:
        return rows
    if now:
        return _dated(rows.annotate(state_then=F("state"), due_then=F("due_on"), closed_then=F("closed_at")))
    stop = stop or end(as_of)
    events = FindingEvent.objects.filter(finding=OuterRef("pk"), at__lt=stop).order_by("-at", "-pk")
    closing = events.filter(after=STATE.CLOSED).exclude(before=STATE.CLOSED)
    if not quick:
        return _dated(
            rows.annotate(
                state_then=Coalesce(Subquery(events.values("after")[:1]), F("state")),
                due_then=Subquery(events.values("due_on")[:1]),
                closed_then=Coalesce(Subquery(closing.values("at")[:1]), F("closed_at")),
            )
        )
    since = changed_since(stop)
    return _dated(
        rows.annotate(
            state_then=Case(
                When(since, then=Coalesce(Subquery(events.values("after")[:1]), F("state"))),
                default=F("state"),
                output_field=CharField(max_length=10),
            ),
            due_then=Case(
                When(since, then=Subquery(events.values("due_on")[:1])),
                default=F("due_on"),
                output_field=DateField(),
            ),
            closed_then=Case(
                When(since, then=Subquery(closing.values("at")[:1])),
                default=F("closed_at"),
                output_field=DateTimeField(),
            ),
        )
    )


def changed_since(moment: datetime) -> Q:
    """Findings to which something happened at the moment or later; the present columns tell of the others."""
    return Q(pk__in=FindingEvent.objects.filter(at__gte=moment).order_by().values("finding"))


def _dated(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    return rows.annotate(closed_on_then=LocalDay("closed_then"))


def prepared(rows: QuerySet[Any], as_of: date) -> QuerySet[Any]:
    """With their unit and their history; of today from the present columns."""
    rows = rows.select_related("unit")
    return with_history(rows, as_of=as_of, now=as_of >= timezone.localdate())


def past(rows: QuerySet[Any], as_of: date, stop: datetime) -> QuerySet[Any]:
    """As they stood at a moment of the day."""
    return with_history(rows, as_of=as_of, now=False, stop=stop)


def content(row: Any) -> Content:
    """What a finding was at the end of the day that it was prepared for."""
    closed = row.closed_on_then if row.state_then == STATE.CLOSED else None
    return {
        "number": row.number, "unit": str(row.unit_id), "severity": row.severity, "title": row.title,
        "source": row.source, "raised_on": day(local_day(row.raised_at)), "state": row.state_then,
        "due_on": day(row.due_then), "closed_on": day(closed),
    }  # fmt: skip


def _state(row: Any) -> Any:
    return state(STATES.get(row.state_then, "waiting"), str(STATE(row.state_then).label))


add(
    Kind(
        key="finding",
        title=_("问题"),
        model=Finding,
        label=lambda row: f"{row.number} {row.title}",
        content=content,
        columns=(
            Column(_("单位"), lambda row: str(row.unit)),
            Column(_("严重程度"), lambda row: row.get_severity_display()),
            Column(_("当时状态"), _state),
            Column(_("整改期限"), lambda row: day_text(row.due_then) if row.due_then else "—"),
            Column(_("办结日期"), lambda row: day_text(row.closed_on_then) if row.closed_on_then else "—"),
        ),
        url=lambda row: page("findings:finding", row.pk),
        visible=visible_findings,
        prepared=prepared,
        past=past,
        order=("-raised_at", "-pk"),
    )
)
