"""What metrics read of inspections and findings: conditions and counts, each read once a scope and period."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from plumbline.kernel.metrics.period import Period
from plumbline.office.findings.models import OPEN, Finding, FindingEvent
from plumbline.office.inspections.models import Inspection
from plumbline.office.targets.evidence.finding import changed_since, with_history
from plumbline.office.targets.measuring.days import end, moments
from plumbline.office.targets.measuring.scope import Scope

STATE = Finding.State
#: confirmed by the office, whatever became of it
REAL = ~Q(state_then__in=(STATE.NEW, STATE.DISMISSED))
CLOSED = Q(state_then=STATE.CLOSED)
ON_TIME = CLOSED & Q(closed_on_then__lte=F("due_then"))
#: open, confirmed, and not put aside
PENDING = Q(state_then__in=tuple(state for state in OPEN if state != STATE.NEW))
#: it is the unit's turn; only then its deadline can be missed
WITH_UNIT = (STATE.NOTIFIED, STATE.RETURNED)


def inspections(scope: Scope) -> QuerySet[Inspection]:
    """The inspections of the scope's units, the cancelled left out."""
    return Inspection.objects.filter(scope.within()).exclude(state=Inspection.State.CANCELLED)


def done_in(period: Period) -> Q:
    return Q(state=Inspection.State.DONE, finished_on__gte=period.start, finished_on__lte=period.end)


def planned_in(period: Period) -> Q:
    return Q(planned_to__gte=period.start, planned_to__lte=period.end)


def done_by(period: Period) -> Q:
    return Q(state=Inspection.State.DONE, finished_on__lte=period.end)


def on_time_by(period: Period) -> Q:
    return done_by(period) & Q(finished_on__lte=F("planned_to"))


def inspection_counts(scope: Scope, period: Period) -> dict[str, int]:
    """Every count of inspections that a metric needs, in one query."""

    def read() -> dict[str, int]:
        done, planned = done_in(period), planned_in(period)
        methods = {
            f"done_{method}": Count("pk", filter=done & Q(method=method)) for method in Inspection.Method
        }
        return inspections(scope).order_by().aggregate(
            done=Count("pk", filter=done),
            planned=Count("pk", filter=planned),
            planned_done=Count("pk", filter=planned & done_by(period)),
            planned_on_time=Count("pk", filter=planned & on_time_by(period)),
            units=Count("unit", filter=done, distinct=True),
            **methods,
        )  # fmt: skip

    return scope.once(("inspections", period), read)


def findings(scope: Scope, period: Period) -> QuerySet[Finding]:
    """The findings of the scope's units that were known on the period's last day, as they stood then."""
    rows = Finding.objects.filter(scope.within(), raised_at__lt=end(period.end))
    return with_history(rows, as_of=period.end, now=scope.is_now(period), quick=True)


def raised_in(period: Period) -> Q:
    start, stop = moments(period)
    return Q(raised_at__gte=start, raised_at__lt=stop)


def closed_in(period: Period) -> Q:
    start, stop = moments(period)
    return CLOSED & Q(closed_then__gte=start, closed_then__lt=stop)


def due_in(period: Period) -> Q:
    return Q(due_then__gte=period.start, due_then__lte=period.end)


def overdue_on(period: Period) -> Q:
    return Q(state_then__in=WITH_UNIT, due_then__lt=period.end)


def finding_counts(scope: Scope, period: Period) -> dict[str, int]:
    """Every count of findings that a metric needs, in one query; of a past day in two."""
    raised, due = REAL & raised_in(period), REAL & due_in(period)

    def counts(rows: QuerySet[Finding]) -> Counter[str]:
        return Counter(rows.order_by().aggregate(
            rectified=Count("pk", filter=closed_in(period)),
            raised=Count("pk", filter=raised),
            raised_rectified=Count("pk", filter=raised & CLOSED),
            due=Count("pk", filter=due),
            due_on_time=Count("pk", filter=due & ON_TIME),
            overdue=Count("pk", filter=overdue_on(period)),
        ))  # fmt: skip

    def read() -> Counter[str]:
        if scope.is_now(period):
            return counts(findings(scope, period))
        # most are as they were; only for the others is it worth looking through their events
        day, stop = period.end, end(period.end)
        known, changed = Finding.objects.filter(scope.within(), raised_at__lt=stop), changed_since(stop)
        found = counts(with_history(known.filter(~changed), as_of=day, now=True))
        found.update(counts(with_history(known.filter(changed), as_of=day, now=False)))
        return found

    return scope.once(("findings", period), read)


def critical() -> Q:
    return PENDING & Q(severity=Finding.Severity.CRITICAL)


def first_rechecks(scope: Scope, period: Period) -> QuerySet[FindingEvent]:
    """The decision of each finding's first re-check, where it fell in the period and was not taken back."""
    start, stop = moments(period)
    decided: dict[str, Any] = {"act__in": ("pass", "return"), "round": 1}
    later = FindingEvent.objects.filter(finding=OuterRef("finding"), pk__gt=OuterRef("pk"), at__lt=stop)
    return FindingEvent.objects.filter(
        scope.within("finding__unit"), ~Exists(later.filter(Q(**decided) | Q(act="undo", round=0))),
        at__gte=start, at__lt=stop, **decided,
    )  # fmt: skip
