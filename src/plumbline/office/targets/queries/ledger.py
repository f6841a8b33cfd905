"""What was paid, and where the spending of a plan's projects stands.

Figures follow the approved version of the plan; payments hang on the project's line and so outlive
an adjustment. Every function needs a constant number of queries, however large the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from plumbline.kernel.plans import spending
from plumbline.kernel.plans.monitoring import Light, Warning, light, spend_warnings
from plumbline.kernel.plans.spending import Obligation, Paid, Standing
from plumbline.office.targets.models import Fund, Payment, Plan, PlanVersion, Project, SpendPoint, Statement

ZERO = Decimal(0)
POSTED = Payment.State.POSTED
NAMES = Project.objects.filter(line=OuterRef("project_line"))


@dataclass(frozen=True, slots=True)
class FundShare:
    """Part of a project's budget by source, and what was paid from it; `planned` None: not stated."""

    name: str
    planned: Decimal | None
    paid: Decimal

    @property
    def excess(self) -> Decimal:
        """Yuan paid beyond the share; 0 where it is kept."""
        return max(self.paid - (self.planned or ZERO), ZERO)


@dataclass(frozen=True, slots=True)
class ProjectSpending:
    """One project of the approved version with the standing of its spending."""

    project: Project
    obligations: tuple[Obligation, ...]
    payments: tuple[Paid, ...]
    standing: Standing
    warnings: tuple[Warning, ...]

    @property
    def light(self) -> Light:
        """Grey where there is neither budget nor spend plan to judge by."""
        return light(warnings=self.warnings, known=bool(self.standing.budget and self.obligations))


@dataclass(frozen=True, slots=True)
class PaymentTotals:
    """Sums over a filtered list: only what is posted counts as paid."""

    count: int
    paid: Decimal
    pending: Decimal


def approved_version(plan: Plan) -> PlanVersion | None:
    """The version whose budgets bind; None while nothing is approved."""
    return plan.versions.filter(state=PlanVersion.State.APPROVED).first()


def spend_points(version_ids: Iterable[int]) -> dict[int, list[tuple[date, Decimal]]]:
    """Spend points by project id: those of the project's table, and where it has none, of the prose."""
    return _preferred(SpendPoint.objects.filter(project__version__in=list(version_ids)))


def spend_points_of(project: Project) -> list[tuple[date, Decimal]]:
    """Spend points of one project, chosen likewise."""
    return _preferred(SpendPoint.objects.filter(project=project)).get(project.pk, [])


def _preferred(rows: QuerySet[SpendPoint]) -> dict[int, list[tuple[date, Decimal]]]:
    found: dict[int, dict[str, list[tuple[date, Decimal]]]] = defaultdict(lambda: defaultdict(list))
    rows = rows.order_by()
    for project_id, origin, day, percent in rows.values_list("project_id", "origin", "day", "percent"):
        found[project_id][origin].append((day, percent))
    table, text = Statement.Origin.TABLE, Statement.Origin.TEXT
    return {project_id: by_origin.get(table) or by_origin[text] for project_id, by_origin in found.items()}


def paid_days(plan_ids: Iterable[int], *, line_id: int | None = None) -> dict[int, list[Paid]]:
    """Posted amounts by project line id, one entry a day; of one project only where it is named."""
    posted = Payment.objects.filter(project_line__plan__in=list(plan_ids), state=POSTED)
    if line_id is not None:
        posted = posted.filter(project_line=line_id)
    rows = posted.order_by().values_list("project_line_id", "paid_on").annotate(amount=Sum("amount_yuan"))
    found: dict[int, list[Paid]] = defaultdict(list)
    for line_id, day, amount in rows:
        found[line_id].append(Paid(day, amount))
    return found


def project_spendings(version: PlanVersion, *, today: date) -> list[ProjectSpending]:
    """All projects of an approved version, in the order of the plan."""
    points = spend_points([version.pk])
    paid = paid_days([version.plan_id])
    year = version.plan.year
    return [
        project_spending(project, points=points.get(project.pk, []), paid=paid.get(project.line_id, []),
                         today=today, year=year)
        for project in version.projects.order_by("ordinal")
    ]  # fmt: skip


def project_spending(
    project: Project, *, points: Iterable[tuple[date, Decimal]], paid: Sequence[Paid], today: date, year: int
) -> ProjectSpending:
    """One project's spending from rows that were read already."""
    budget = project.budget_yuan or ZERO
    plan = spending.obligations(budget=budget, points=points)
    view = spending.standing(budget=budget, plan=plan, payments=paid, today=today, year=year)
    return ProjectSpending(project, plan, tuple(paid), view, spend_warnings(view))


def sum_of(spendings: Sequence[ProjectSpending], *, today: date, year: int) -> Standing:
    """The standing of several projects taken together."""
    budget = sum((s.standing.budget for s in spendings), ZERO)
    plan = spending.combine([s.obligations for s in spendings], budget=budget)
    paid = [p for s in spendings for p in s.payments]
    return spending.standing(budget=budget, plan=plan, payments=paid, today=today, year=year)


def payments_of(plan: Plan) -> QuerySet[Payment]:
    """All payments of a plan with the name and code of their project in the newest version that has it."""
    newest = NAMES.exclude(version__state=PlanVersion.State.DISCARDED).order_by("-version__number")
    approved = NAMES.filter(version__state=PlanVersion.State.APPROVED)
    return (
        Payment.objects.filter(project_line__plan=plan)
        .select_related("created_by", "over_budget_by", "attachment")
        .annotate(
            project_name=Coalesce(Subquery(approved.values("name")[:1]), Subquery(newest.values("name")[:1])),
            project_code=Coalesce(Subquery(approved.values("code")[:1]), Subquery(newest.values("code")[:1])),
        )
    )


def matching(payments: QuerySet[Payment], text: str) -> QuerySet[Payment]:
    """Those whose project, voucher, purpose, payee or fund holds the text."""
    if not text:
        return payments
    return payments.filter(
        Q(project_name__icontains=text)
        | Q(project_code__icontains=text)
        | Q(voucher_no__icontains=text)
        | Q(purpose__icontains=text)
        | Q(payee__icontains=text)
        | Q(fund__icontains=text)
    )


def payment_totals(payments: QuerySet[Payment]) -> PaymentTotals:
    """Count and sums of a list of payments, whatever page of it is shown."""
    sums = payments.order_by().aggregate(
        count=Count("pk"),
        paid=Sum("amount_yuan", filter=Q(state=POSTED)),
        pending=Sum("amount_yuan", filter=Q(state=Payment.State.PENDING)),
    )
    return PaymentTotals(sums["count"], sums["paid"] or ZERO, sums["pending"] or ZERO)


def fund_shares(project: Project) -> list[FundShare]:
    """The project's funds as the plan states them, and any other that payments name."""
    paid = dict(
        Payment.objects.filter(project_line=project.line_id, state=POSTED)
        .order_by()
        .values_list("fund")
        .annotate(total=Sum("amount_yuan"))
    )
    stated = [FundShare(f.name, f.amount_yuan, paid.pop(f.name, ZERO)) for f in project.funds.all()]
    return stated + [FundShare(name, None, amount) for name, amount in sorted(paid.items())]


def fund_names(version: PlanVersion) -> list[str]:
    """Every fund that a version's projects name, for filters and forms."""
    return list(
        Fund.objects.filter(project__version=version)
        .exclude(name="")
        .order_by("name")
        .values_list(F("name"), flat=True)
        .distinct()
    )
