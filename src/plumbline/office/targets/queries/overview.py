"""The year at a glance, for the person who looks at it.

One plan is shown in full; several as a table of plans, judged by their spending. The number of
queries does not depend on how many plans, projects or indicators there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count

from plumbline.kernel.plans import spending
from plumbline.kernel.plans.monitoring import Light, light, spend_warnings
from plumbline.kernel.plans.spending import Paid, Standing
from plumbline.office.accounts.models import User
from plumbline.office.lib.addresses import whole_number
from plumbline.office.targets.models import (
    Plan,
    PlanFinding,
    PlanVersion,
)
from plumbline.office.targets.queries import ledger
from plumbline.office.targets.queries.monitoring import (
    ProjectState,
    completions,
    current_checkpoint,
    project_states,
)
from plumbline.office.targets.queries.overview_facts import Facts
from plumbline.office.targets.queries.plans import visible_plans
from plumbline.office.targets.queries.todos import Todo, Upcoming, todos_of, upcoming_of
from plumbline.office.targets.queries.values import completeness
from plumbline.office.units.models import Unit

ZERO = Decimal(0)
ALL = "all"
LIGHT_ORDER: tuple[Light, ...] = ("red", "yellow", "green", "grey")
#: Projects that the first page names; the worst come first.
SHOWN = 12
State = PlanVersion.State


@dataclass(frozen=True, slots=True)
class Chosen:
    """The plans to be shown, and what else could be chosen.

    Attributes:
        year: None where the person sees no plan at all.
        unit: chosen unit's id as text, or "all".
    """

    plans: list[Plan]
    year: int | None
    years: list[int]
    unit: str
    units: list[Unit]

    @property
    def single(self) -> Plan | None:
        return self.plans[0] if len(self.plans) == 1 else None


@dataclass(frozen=True, slots=True)
class PlanOverview:
    """One plan: `version` is the approved one (None: nothing runs yet), `draft` the one under review."""

    version: PlanVersion | None
    draft: PlanVersion | None
    standing: Standing
    payments: tuple[Paid, ...]
    states: list[ProjectState]
    lights: list[tuple[Light, int]]
    findings: dict[str, int]
    todos: list[Todo]
    watched: list[Todo]
    upcoming: list[Upcoming]

    @property
    def worst(self) -> list[ProjectState]:
        """The projects that the first page names, the worst first."""
        return sorted(self.states, key=lambda s: LIGHT_ORDER.index(s.light))[:SHOWN]

    @property
    def light(self) -> Light:
        """Of the year as a whole: by its total spending, and red where a third of the projects is."""
        return _overall(self.standing, [s.light for s in self.states])


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan among several, judged by its spending."""

    plan: Plan
    version: PlanVersion | None
    projects: int
    standing: Standing
    light: Light
    findings: int
    missing: int
    pending: int

    @property
    def runs(self) -> bool:
        """Approved: its budget may be spent, and counts in the sums."""
        return self.version is not None and self.version.state == State.APPROVED


@dataclass(frozen=True, slots=True)
class PlansOverview:
    """Several plans of one year; `standing` sums up the approved ones."""

    lines: list[PlanLine]
    standing: Standing
    lights: list[tuple[Light, int]]

    @property
    def unapproved(self) -> int:
        """Plans that are not approved, and so left out of the sums."""
        return sum(1 for line in self.lines if not line.runs)

    @property
    def findings(self) -> int:
        return sum(line.findings for line in self.lines)

    @property
    def missing(self) -> int:
        return sum(line.missing for line in self.lines)

    @property
    def pending(self) -> int:
        return sum(line.pending for line in self.lines)


def chosen_plans(user: User, *, year: str, unit: str, today: date) -> Chosen:
    """What was asked for, else the current year and the person's own unit; nothing that is not visible."""
    pairs = list(visible_plans(user).order_by("-year").values_list("year", "unit_id"))
    years = sorted({y for y, _unit in pairs}, reverse=True)
    if not years:
        return Chosen([], None, [], ALL, [])
    asked = whole_number(year)
    chosen_year = asked if asked in years else (today.year if today.year in years else years[0])
    there = {u for y, u in pairs if y == chosen_year}
    if not (unit == ALL or whole_number(unit) in there):
        own = set(user.memberships.values_list("unit_id", flat=True)) & there
        unit = str(min(own)) if own else ALL
    plans = visible_plans(user).filter(year=chosen_year).order_by("unit__name")
    if unit != ALL:
        plans = plans.filter(unit=int(unit))
    units = list(Unit.objects.filter(pk__in=there).order_by("name")) if len(there) > 1 else []
    return Chosen(list(plans), chosen_year, years, unit, units)


def plan_overview(plan: Plan, *, user: User, today: date) -> PlanOverview:
    """One plan in full, as of today."""
    versions = {v.state: v for v in plan.versions.filter(state__in=(State.APPROVED, State.DRAFT))}
    version, draft = versions.get(State.APPROVED), versions.get(State.DRAFT)
    checkpoints = list(plan.checkpoints.all())
    point = current_checkpoint(checkpoints, today=today)
    states = project_states(version, checkpoint=point, today=today, as_of=today) if version and point else []
    spendings = [s.spending for s in states]
    filled = completeness(version, checkpoints=checkpoints, today=today) if version else []
    todos = todos_of(
        plan, draft=draft, spendings=spendings, filled=filled, completed=completions(checkpoints), today=today
    )
    return PlanOverview(
        version=version,
        draft=draft,
        standing=ledger.sum_of(spendings, today=today, year=plan.year),
        payments=tuple(p for s in spendings for p in s.payments),
        states=states,
        lights=_counts([s.light for s in states]),
        findings=_open_findings(draft or version),
        todos=[t for t in todos if user.may(t.capability)],
        watched=[t for t in todos if not user.may(t.capability)],
        upcoming=upcoming_of(plan, spendings=spendings, filled=filled, today=today),
    )


def plans_overview(plans: Sequence[Plan], *, today: date) -> PlansOverview:
    """Several plans as a table, the worst first."""
    ids = [plan.pk for plan in plans]
    versions = PlanVersion.objects.filter(plan__in=ids, state__in=(State.APPROVED, State.DRAFT))
    current: dict[int, PlanVersion] = {}
    for version in versions:
        if version.state == State.APPROVED or version.plan_id not in current:
            current[version.plan_id] = version
    facts = Facts(ids, list(current.values()), today=today)
    lines = [_line(plan, current.get(plan.pk), facts, today=today) for plan in plans]
    lines.sort(key=lambda line: LIGHT_ORDER.index(line.light))
    running = [line for line in lines if line.runs]
    budget = sum((line.standing.budget for line in running), ZERO)
    total = spending.standing(
        budget=budget,
        plan=spending.combine([_as_plan(line.standing) for line in running], budget=budget),
        payments=[p for line in running for p in facts.paid.get(line.plan.pk, [])],
        today=today,
        year=plans[0].year,
    )
    return PlansOverview(lines, total, _counts([line.light for line in lines]))


def _line(plan: Plan, version: PlanVersion | None, facts: Facts, *, today: date) -> PlanLine:
    key = version.pk if version else 0
    count, budget = facts.projects.get(key, (0, ZERO))
    runs = version is not None and version.state == State.APPROVED
    days = facts.planned.get(key, {}) if runs else {}
    plan_ = [
        spending.Obligation(day, spending.percent_of(amount, budget) or ZERO, amount)
        for day, amount in sorted(days.items())
    ]
    view = spending.standing(
        budget=budget, plan=plan_, payments=facts.paid.get(plan.pk, []), today=today, year=plan.year
    )
    warnings = spend_warnings(view) if runs else ()
    return PlanLine(
        plan=plan,
        version=version,
        projects=count,
        standing=view,
        light=light(warnings=warnings, known=runs and bool(budget and plan_)),
        findings=facts.findings.get(key, 0),
        missing=facts.missing.get(plan.pk, 0) if runs else 0,
        pending=facts.pending.get(plan.pk, 0),
    )


def _open_findings(version: PlanVersion | None) -> dict[str, int]:
    if version is None:
        return {}
    rows = version.findings.filter(state=PlanFinding.State.OPEN).exclude(
        severity=PlanFinding.Severity.CONFIRMED
    )
    return dict(rows.order_by().values_list("severity").annotate(Count("pk")))


def _as_plan(view: Standing) -> tuple[spending.Obligation, ...]:
    return tuple(spending.Obligation(due.day, due.percent, due.amount) for due in view.dues)


def _counts(lights: Sequence[Light]) -> list[tuple[Light, int]]:
    return [(key, lights.count(key)) for key in LIGHT_ORDER]


def _overall(standing: Standing, lights: Sequence[Light]) -> Light:
    if not lights:
        return "grey"
    if lights.count("red") * 3 >= len(lights):
        return "red"
    own = light(warnings=spend_warnings(standing), known=bool(standing.dues and standing.budget))
    return "yellow" if own == "green" and ("red" in lights or "yellow" in lights) else own
