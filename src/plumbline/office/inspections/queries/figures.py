"""Figures of inspections: planned, done, on time; each with one query.

An inspection counts as planned in the quarter that holds `planned_to`, as done in the one that holds
`finished_on`, as on time when `finished_on <= planned_to`. What was cancelled counts nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet

from plumbline.office.accounts.models import User
from plumbline.office.inspections.access import visible_inspections
from plumbline.office.inspections.models import Inspection, InspectionPlan

State = Inspection.State


@dataclass(frozen=True, slots=True)
class YearFigures:
    """A year's inspections as one person sees them.

    Attributes:
        late: planned to be done by now, and not done.
        running: begun, not done and not late: beside those that are late, not among them.
        units: how many units had at least one inspection done.
    """

    planned: int
    done: int
    on_time: int
    late: int
    running: int
    units: int

    @property
    def on_time_rate(self) -> Decimal | None:
        """Of those done; None where none is."""
        return Decimal(self.on_time) / self.done if self.done else None


@dataclass(frozen=True, slots=True)
class QuarterProgress:
    """One quarter of a plan; `quota` is what was set as the task."""

    quarter: int
    quota: int
    planned: int
    done: int
    on_time: int

    @property
    def rate(self) -> Decimal | None:
        """Done over the quota; None without a quota."""
        return Decimal(self.done) / self.quota if self.quota else None


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """A plan: its quarters, and the year as their sum."""

    quarters: tuple[QuarterProgress, ...]
    late: int

    @property
    def whole(self) -> QuarterProgress:
        """The year."""
        sums = [
            sum(getattr(q, name) for q in self.quarters) for name in ("quota", "planned", "done", "on_time")
        ]
        return QuarterProgress(0, *sums)


def year_figures(user: User, year: int, *, today: date) -> YearFigures:
    """What of a year is planned and done, among what the person may see."""
    planned = Q(planned_to__year=year) & ~Q(state=State.CANCELLED)
    done = Q(finished_on__year=year, state=State.DONE)
    open_ones = ~Q(state__in=(State.DONE, State.CANCELLED))
    rows = visible_inspections(user, on=today).order_by()
    return YearFigures(
        **rows.aggregate(
            planned=Count("pk", filter=planned, distinct=True),
            done=Count("pk", filter=done, distinct=True),
            on_time=Count("pk", filter=done & Q(finished_on__lte=F("planned_to")), distinct=True),
            late=Count("pk", filter=planned & open_ones & Q(planned_to__lt=today), distinct=True),
            running=Count(
                "pk",
                filter=planned & open_ones & ~Q(state=State.PLANNED) & Q(planned_to__gte=today),
                distinct=True,
            ),
            units=Count("unit", filter=done, distinct=True),
        )
    )


def plan_progress(plan: InspectionPlan, *, today: date) -> PlanProgress:
    """Each quarter of a plan against its task."""
    return _progress(plan, _counts(plan.inspections.all(), plan.year, today))


def progress_of_plans(
    plans: list[InspectionPlan], *, today: date
) -> list[tuple[InspectionPlan, PlanProgress]]:
    """The progress of several plans; one query each, of which there is one a year."""
    return [(plan, plan_progress(plan, today=today)) for plan in plans]


def _counts(rows: QuerySet[Inspection], year: int, today: date) -> dict[str, int]:
    wanted: dict[str, Count] = {
        "late": Count("pk", filter=~Q(state__in=(State.DONE, State.CANCELLED)) & Q(planned_to__lt=today))
    }
    for quarter in (1, 2, 3, 4):
        done = Q(state=State.DONE, finished_on__year=year, finished_on__quarter=quarter)
        planned = Q(planned_to__quarter=quarter) & ~Q(state=State.CANCELLED)
        wanted[f"planned{quarter}"] = Count("pk", filter=planned)
        wanted[f"done{quarter}"] = Count("pk", filter=done)
        wanted[f"on_time{quarter}"] = Count("pk", filter=done & Q(finished_on__lte=F("planned_to")))
    return rows.order_by().aggregate(**wanted)


def _progress(plan: InspectionPlan, counts: dict[str, int]) -> PlanProgress:
    quarters = tuple(
        QuarterProgress(
            quarter=quarter,
            quota=getattr(plan, f"quota_q{quarter}"),
            planned=counts[f"planned{quarter}"],
            done=counts[f"done{quarter}"],
            on_time=counts[f"on_time{quarter}"],
        )
        for quarter in (1, 2, 3, 4)
    )
    return PlanProgress(quarters, counts["late"])
