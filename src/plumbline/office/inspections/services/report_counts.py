"""Counting findings for reports: raised in a span of days, as they stood on its last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, DateTimeField, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone, translation

from plumbline.kernel.reports.facts import FindingFact, Severity, Tally
from plumbline.office.findings.models import Finding, FindingEvent
from plumbline.office.findings.queries.history import end_of, state_at
from plumbline.office.findings.services.table import WITH_UNIT
from plumbline.office.lib.local_days import LocalDay

State = Finding.State
REAL = ~Q(state_then__in=(State.NEW, State.DISMISSED))
CLOSED = Q(state_then=State.CLOSED)
ACCEPTED = Q(state_then=State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day of a year to a day of it."""

    year: int
    as_of: date

    @property
    def start(self) -> date:
        return date(self.year, 1, 1)

    def a_year_before(self) -> Span:
        """The same span of the year before; the 29th of February becomes the 28th."""
        day = self.as_of
        is_leap_day = (day.month, day.day) == (2, 29)
        return Span(self.year - 1, day.replace(year=day.year - 1, day=28 if is_leap_day else day.day))


def known(span: Span, units: Q) -> QuerySet[Finding]:
    """All findings of the units that were known on the span's last day, with `state_then`, `due_then`,
    `closed_on` (local day, or None)."""
    findings = Finding.objects.filter(units)
    if span.as_of >= timezone.localdate():
        # the present counts: no need to look through the events of a hundred thousand findings
        rows = findings.annotate(state_then=F("state"), due_then=F("due_on"), closed_then=F("closed_at"))
    else:
        closing = FindingEvent.objects.filter(
            ~Q(before=State.CLOSED), finding=OuterRef("pk"), at__lt=end_of(span.as_of), after=State.CLOSED
        ).order_by("-at", "-pk")
        rows = state_at(span.as_of, findings).annotate(
            closed_then=Subquery(closing.values("at")[:1], output_field=DateTimeField())
        )
    return rows.annotate(closed_on=LocalDay("closed_then"))


def raised_in(span: Span) -> Q:
    """Raised between the span's first and last day."""
    return Q(raised_at__gte=end_of(date(span.year - 1, 12, 31)), raised_at__lt=end_of(span.as_of))


def overdue_on(span: Span) -> Q:
    """With the unit, past their deadline."""
    return Q(state_then__in=WITH_UNIT, due_then__lt=span.as_of)


def tally(span: Span, units: Q) -> Tally:
    """The sums, in two queries."""
    raised = REAL & raised_in(span)
    due = REAL & Q(due_then__gte=span.start, due_then__lte=span.as_of)
    counts = known(span, units).order_by().aggregate(
        found=Count("pk", filter=raised),
        rectified=Count("pk", filter=raised & CLOSED),
        due=Count("pk", filter=due),
        on_time=Count("pk", filter=due & CLOSED & Q(closed_on__lte=F("due_then"))),
        overdue=Count("pk", filter=overdue_on(span)),
    )  # fmt: skip
    checked = first_checks(span, units).aggregate(
        first_checked=Count("pk"), first_passed=Count("pk", filter=Q(act="pass"))
    )
    return Tally(**counts, **checked)


def first_checks(span: Span, units: Q) -> QuerySet[FindingEvent]:
    """What was decided last in the first re-check round of each finding, within the span."""
    start, stop = end_of(date(span.year - 1, 12, 31)), end_of(span.as_of)
    decided = Q(act__in=("pass", "return"), round=1, at__gte=start, at__lt=stop)
    last = FindingEvent.objects.filter(decided, finding=OuterRef("finding")).order_by("-at", "-pk")
    findings = Finding.objects.filter(units)
    return FindingEvent.objects.filter(decided, finding__in=findings, pk=Subquery(last.values("pk")[:1]))


def severities(span: Span, units: Q) -> list[Severity]:
    """Findings raised in the span by severity, from critical to low."""
    rows = known(span, units).filter(REAL & raised_in(span)).order_by().values("severity").annotate(
        found=Count("pk"), rectified=Count("pk", filter=CLOSED), accepted=Count("pk", filter=ACCEPTED)
    )  # fmt: skip
    counts = {row["severity"]: row for row in rows}
    nothing = {"found": 0, "rectified": 0, "accepted": 0}
    with translation.override(settings.LANGUAGE_CODE):
        return [_severity(level, counts.get(level.value, nothing)) for level in Finding.Severity]


def severity_order() -> dict[str, int]:
    """Rank of each severity, critical first."""
    return {level: place for place, level in enumerate(Finding.Severity.values)}


def finding_facts(rows: Iterable[Finding]) -> list[FindingFact]:
    """Rows of a table. The findings have `state_then` and `due_then`, and their unit at hand."""
    with translation.override(settings.LANGUAGE_CODE):
        return [
            FindingFact(
                number=one.number,
                title=one.title,
                severity=one.get_severity_display(),
                state=str(State(one.state_then).label),  # type: ignore[attr-defined]
                due_on=one.due_then,  # type: ignore[attr-defined]
                place=one.place,
                unit=str(one.unit),
            )
            for one in rows
        ]


def _severity(level: Any, counts: dict[str, Any]) -> Severity:
    found, rectified, accepted = counts["found"], counts["rectified"], counts["accepted"]
    return Severity(str(level.label), found, rectified, found - rectified - accepted, accepted)
