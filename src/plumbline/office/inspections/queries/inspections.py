"""Inspections as lists: everybody's own, a plan's, a calendar's."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.findings.models import OPEN, Finding
from plumbline.office.inspections.access import visible_inspections
from plumbline.office.inspections.models import Inspection, InspectionPlan, Inspector, Interest
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Unit

COLUMNS = {
    "number": ("number",),
    "unit": ("unit__name",),
    "method": ("method",),
    "from": ("planned_from",),
    "to": ("planned_to",),
    "state": ("state",),
    "score": ("score",),
}
CANDIDATE_COLUMNS = {
    "name": ("name",),
    "kind": ("kind",),
    "last": ("last_inspected",),
    "open": ("open_findings",),
}
#: what is neither concluded nor given up
LIVE = (
    Inspection.State.PLANNED,
    Inspection.State.RUNNING,
    Inspection.State.SUBMITTED,
    Inspection.State.RETURNED,
)
#: "late" is no state: its day has passed and it is not done
LATE = "late"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of inspections is narrowed to; "" leaves a field open.

    Attributes:
        state: a state, or "late".
        quarter: "1" to "4", by the planned end.
        mine: only those in which the person takes part.
    """

    search: str = ""
    state: str = ""
    method: str = ""
    year: str = ""
    quarter: str = ""
    kind: str = ""
    mine: bool = False

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> Filter:
        """From the address of the page."""
        return cls(
            search=query.get("q", "").strip()[:80],
            state=query.get("state", ""),
            method=query.get("method", ""),
            year=query.get("year", ""),
            quarter=query.get("quarter", ""),
            kind=query.get("kind", ""),
            mine=query.get("mine", "") == "1",
        )

    @property
    def is_set(self) -> bool:
        return self != Filter()


def inspections(
    user: User, filter: Filter, *, today: date, plan: InspectionPlan | None = None
) -> QuerySet[Inspection]:
    """The inspections that the person may see and that match, with unit, checklist and inspectors at hand."""
    found = visible_inspections(user, on=today).select_related("unit", "checklist__checklist", "plan")
    found = found.prefetch_related(
        Prefetch("inspectors", queryset=Inspector.objects.select_related("user").order_by("role", "pk"))
    )
    if plan is not None:
        found = found.filter(plan=plan)
    if filter.search:
        found = found.filter(
            Q(number__icontains=filter.search)
            | Q(unit__name__icontains=filter.search)
            | Q(unit__short_name__icontains=filter.search)
        )
    if filter.state == LATE:
        found = found.filter(state__in=LIVE, planned_to__lt=today)
    elif filter.state:
        found = found.filter(state=filter.state)
    if filter.method:
        found = found.filter(method=filter.method)
    if filter.year.isdecimal() and len(filter.year) == 4:
        found = found.filter(planned_to__year=int(filter.year))
    if filter.quarter in {"1", "2", "3", "4"}:
        found = found.filter(planned_to__quarter=int(filter.quarter))
    if filter.kind:
        found = found.filter(unit__kind=filter.kind)
    if filter.mine:
        found = found.filter(inspectors__user=user)
    return found


def visible_plans(user: User) -> QuerySet[InspectionPlan]:
    """All plans for the office's own people, none for others."""
    return InspectionPlan.objects.all() if user.may("inspections.oversee") else InspectionPlan.objects.none()


def years(user: User) -> list[int]:
    """Years for which the person sees inspections, latest first."""
    found = visible_inspections(user).order_by().dates("planned_to", "year", order="DESC")
    return [day.year for day in found]


def candidate_units(
    user: User,
    *,
    search: str = "",
    kind: str = "",
    sector: str = "",
    last: str = "",
    findings: str = "",
    outside: InspectionPlan | None = None,
    today: date,
) -> QuerySet[Unit]:
    """Units in use that may be inspected, each with the day it was last inspected and its open findings.

    Args:
        last: "never", or "1", "2", "3": not within so many years.
        findings: "open" for units with open findings.
        outside: only units that this plan does not hold yet.
    """
    done = (
        Inspection.objects.filter(unit=OuterRef("pk"), state=Inspection.State.DONE)
        .order_by()
        .values("unit")
        .annotate(day=Max("finished_on"))
        .values("day")
    )
    open_ones = (
        Finding.objects.filter(unit=OuterRef("pk"), state__in=OPEN)
        .order_by()
        .values("unit")
        .annotate(n=Count("pk"))
        .values("n")
    )
    found = visible_units(user).filter(state=Unit.State.ACTIVE)
    found = found.annotate(last_inspected=Subquery(done), open_findings=Coalesce(Subquery(open_ones), 0))
    if search:
        found = found.filter(
            Q(name__icontains=search) | Q(short_name__icontains=search) | Q(credit_code__icontains=search)
        )
    if kind:
        found = found.filter(kind=kind)
    if sector:
        found = found.filter(sector=sector)
    if last == "never":
        found = found.filter(last_inspected__isnull=True)
    elif last in {"1", "2", "3"}:
        before = today - timedelta(days=365 * int(last))
        found = found.filter(Q(last_inspected__isnull=True) | Q(last_inspected__lt=before))
    if findings == "open":
        found = found.filter(open_findings__gt=0)
    if outside is not None:
        held = outside.inspections.exclude(state=Inspection.State.CANCELLED).values("unit")
        found = found.exclude(pk__in=held)
    return found


def possible_inspectors() -> QuerySet[User]:
    """People who may be named for an inspection, staff before experts."""
    roles = (Role.STAFF, Role.ADMINISTRATOR, Role.EXPERT)
    return User.objects.filter(state=User.State.ACTIVE, role__in=roles).order_by(
        F("role").desc(), "full_name", "username"
    )


def interests() -> QuerySet[Interest]:
    """Everybody's declared ties."""
    return Interest.objects.select_related("user", "unit").order_by("user__full_name", "unit__name")


@dataclass(frozen=True, slots=True)
class Day:
    """One square of the calendar; `shown` is at most `MOST`, `more` counts the rest."""

    day: date
    is_inside: bool
    is_today: bool
    is_workday: bool
    shown: tuple[Inspection, ...]
    more: int


MOST = 4


def month_of(
    rows: QuerySet[Inspection], *, year: int, month: int, today: date, is_workday: Mapping[date, bool]
) -> list[list[Day]]:
    """A month as weeks from Monday; an inspection stands on its first day and on its last."""
    weeks = Calendar(firstweekday=0).monthdatescalendar(year, month)
    first, last = weeks[0][0], weeks[-1][-1]
    days: dict[date, list[Inspection]] = defaultdict(list)
    for row in rows.filter(planned_from__lte=last, planned_to__gte=first).order_by("planned_from", "pk"):
        days[row.planned_from].append(row)
        if row.planned_to != row.planned_from:
            days[row.planned_to].append(row)
    return [
        [
            Day(
                day=day,
                is_inside=day.month == month,
                is_today=day == today,
                is_workday=is_workday.get(day, True),
                shown=tuple(days[day][:MOST]),
                more=max(len(days[day]) - MOST, 0),
            )
            for day in week
        ]
        for week in weeks
    ]
