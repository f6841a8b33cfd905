"""What metrics read of the ledger: payments, budgets and the spend plan of a project or a whole plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from plumbline.kernel.metrics.period import Period
from plumbline.kernel.plans.spending import Obligation, obligations, planned_by
from plumbline.office.targets.measuring.rows import Rows, amount
from plumbline.office.targets.measuring.scope import Scope
from plumbline.office.targets.models import Payment, Project, SpendPoint, Statement
from plumbline.office.targets.queries.ledger import spend_points

ZERO = Decimal(0)
Days = list[tuple[date, Decimal]]


def projects(scope: Scope) -> list[Project]:
    """The scope's project, or all of the approved version."""
    if scope.project is not None:
        return [scope.project]
    if scope.version is None:
        return []
    version = scope.version
    return scope.once("projects", lambda: list(version.projects.order_by("ordinal")))


def payments(scope: Scope, period: Period) -> QuerySet[Payment]:
    """What was posted in the period."""
    lines = [project.line_id for project in projects(scope)]
    return Payment.objects.filter(
        project_line__in=lines, state=Payment.State.POSTED, paid_on__gte=period.start, paid_on__lte=period.end
    )


def payment_rows(rows: QuerySet[Payment], period: Period) -> Rows:
    """Payments as evidence: each gives its amount to the numerator."""
    return Rows.of(
        "payment", rows.annotate(part=F("amount_yuan"), whole=amount(0)), counts=None, as_of=period.end
    )


def by_day(scope: Scope) -> dict[int, Days]:
    """Yuan a day by project line, of the whole plan, read once."""

    def read() -> dict[int, Days]:
        found: dict[int, Days] = {}
        rows = Payment.objects.filter(project_line__plan=scope.plan, state=Payment.State.POSTED).order_by()
        for line, day, yuan in rows.values_list("project_line_id", "paid_on").annotate(
            yuan=Sum("amount_yuan")
        ):
            found.setdefault(line, []).append((day, yuan))
        return found

    return scope.once("payments by day", read)


def paid(scope: Scope, period: Period) -> Decimal:
    """Yuan posted in the period."""
    days = by_day(scope)
    return sum(
        (yuan for p in projects(scope) for day, yuan in days.get(p.line_id, []) if day in period), ZERO
    )


def budget(scope: Scope) -> Decimal:
    """The approved budget; 0 where none is stated."""
    return sum((project.budget_yuan or ZERO for project in projects(scope)), ZERO)


def budget_rows(scope: Scope, period: Period) -> Rows:
    """Projects as evidence: each gives its budget to the denominator."""
    return _project_rows(scope, period, {p.pk: p.budget_yuan or ZERO for p in projects(scope)})


def plans(scope: Scope) -> dict[int, tuple[Obligation, ...]]:
    """The spend plan of each project of the version, read once."""
    version = scope.version
    points = scope.once("spend points", lambda: spend_points([version.pk]) if version else {})
    return {
        p.pk: obligations(budget=p.budget_yuan or ZERO, points=points.get(p.pk, [])) for p in projects(scope)
    }


def planned(scope: Scope, day: date) -> dict[int, Decimal]:
    """Yuan to be paid by a day, by project."""
    return {pk: planned_by(plan, day=day) for pk, plan in plans(scope).items()}


def planned_rows(scope: Scope, period: Period, due: Mapping[int, Decimal]) -> Rows:
    """Projects as evidence: each gives what was due of it to the denominator."""
    return _project_rows(scope, period, due)


def points(scope: Scope, period: Period) -> QuerySet[SpendPoint]:
    """The spend points that count: of the project's table, and where it has none of the prose.

    Of a project without a budget nothing falls due, so none of its points can be met or missed.
    """
    rows = SpendPoint.objects.filter(project__in=[p.pk for p in projects(scope) if p.budget_yuan])
    table = Statement.Origin.TABLE
    with_table = rows.filter(origin=table).values("project")
    chosen = rows.filter(Q(origin=table) | ~Q(project__in=with_table))
    return chosen.filter(day__gte=period.start, day__lte=period.end)


def points_count(scope: Scope, period: Period) -> int:
    with_budget = {p.pk for p in projects(scope) if p.budget_yuan}
    return sum(1 for pk, plan in plans(scope).items() if pk in with_budget for o in plan if o.day in period)


def points_met(scope: Scope, period: Period) -> list[int]:
    """Keys of the spend points whose amount had been paid by their day."""
    reached = {
        (p.pk, o.day)
        for p in projects(scope)
        for o in plans(scope)[p.pk]
        if o.day in period and _paid_by(scope, p.line_id, o.day) >= o.amount
    }
    rows = points(scope, period).order_by("pk").values_list("pk", "project_id", "day")
    return [pk for pk, project, day in rows if (project, day) in reached]


def _paid_by(scope: Scope, line: int, day: date) -> Decimal:
    return sum((yuan for paid_on, yuan in by_day(scope).get(line, []) if paid_on <= day), ZERO)


def _project_rows(scope: Scope, period: Period, wholes: Mapping[int, Decimal]) -> Rows:
    rows = Project.objects.filter(pk__in=list(wholes))
    found = Rows.of("project", rows, counts=Q(pk__in=[]), as_of=period.end)
    return replace(found, figures={pk: (ZERO, whole) for pk, whole in wholes.items()})
