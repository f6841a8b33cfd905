"""What the table of plans is made of: counts and sums by plan, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from plumbline.kernel.plans import spending
from plumbline.kernel.plans.spending import Paid
from plumbline.office.targets.models import (
    Checkpoint,
    Indicator,
    IndicatorValue,
    Payment,
    PlanFinding,
    PlanVersion,
    Project,
)
from plumbline.office.targets.queries import ledger

ZERO = Decimal(0)
TRACKED = Indicator.Use.TRACKED
#: seconds; a version that came out of force is forgotten then
KEPT_FOR = 24 * 3600


class Facts:
    """What a table of plans is made of, read in a fixed number of queries."""

    def __init__(self, plan_ids: Sequence[int], versions: Sequence[PlanVersion], *, today: date) -> None:
        version_ids = [version.pk for version in versions]
        projects = Project.objects.filter(version__in=version_ids).order_by()
        self.projects: dict[int, tuple[int, Decimal]] = {
            pk: (count, total or ZERO)
            for pk, count, total in projects.values_list("version").annotate(Count("pk"), Sum("budget_yuan"))
        }
        self.planned = _planned([v for v in versions if v.state == PlanVersion.State.APPROVED])
        self.paid = _paid(plan_ids, today=today)
        open_ = PlanFinding.objects.filter(version__in=version_ids, state=PlanFinding.State.OPEN).exclude(
            severity=PlanFinding.Severity.CONFIRMED
        )
        self.findings = dict(open_.order_by().values_list("version").annotate(Count("pk")))
        waiting = Payment.objects.filter(project_line__plan__in=plan_ids, state=Payment.State.PENDING)
        self.pending = dict(waiting.order_by().values_list("project_line__plan").annotate(Count("pk")))
        self.missing = _missing(plan_ids, versions, today=today)


def _planned(versions: Sequence[PlanVersion]) -> dict[int, dict[date, Decimal]]:
    """Cumulated planned amounts by approved version and day, summed over the projects.

    What was approved never changes, so what its digest stands for is worked out once.
    """
    kept = cache.get_many([_kept(v) for v in versions if v.frozen_digest])
    found = {v.pk: kept[_kept(v)] for v in versions if _kept(v) in kept}
    new = [v for v in versions if v.pk not in found]
    worked_out = _worked_out([v.pk for v in new])
    cache.set_many({_kept(v): worked_out[v.pk] for v in new if v.frozen_digest}, timeout=KEPT_FOR)
    return found | worked_out


def _kept(version: PlanVersion) -> str:
    return f"planned.{version.pk}.{version.frozen_digest}"


def _worked_out(version_ids: Sequence[int]) -> dict[int, dict[date, Decimal]]:
    if not version_ids:
        return {}
    budgets = Project.objects.filter(version__in=version_ids).order_by()
    points = ledger.spend_points(version_ids)
    plans: dict[int, list[tuple[spending.Obligation, ...]]] = {pk: [] for pk in version_ids}
    for pk, version_id, budget in budgets.values_list("pk", "version_id", "budget_yuan"):
        if pk in points:
            plans[version_id].append(spending.obligations(budget=budget or ZERO, points=points[pk]))
    return {
        version_id: {o.day: o.amount for o in spending.combine(rows, budget=ZERO)}
        for version_id, rows in plans.items()
    }


def _paid(plan_ids: Sequence[int], *, today: date) -> dict[int, list[Paid]]:
    """What was spent by today, by plan; on which days does not matter to the table."""
    rows = (
        Payment.objects.filter(
            project_line__plan__in=plan_ids, state=Payment.State.POSTED, paid_on__lte=today
        )
        .order_by()
        .values_list("project_line__plan")
        .annotate(Sum("amount_yuan"))
    )
    return {plan_id: [Paid(today, amount)] for plan_id, amount in rows}


def _missing(plan_ids: Sequence[int], versions: Sequence[PlanVersion], *, today: date) -> dict[int, int]:
    """Values that are not there although their checkpoint is reached, by plan."""
    tracked = Indicator.objects.filter(project__version__in=[v.pk for v in versions], use=TRACKED).order_by()
    indicators = dict(tracked.values_list("project__version").annotate(Count("pk")))
    reached = Checkpoint.objects.filter(plan__in=plan_ids, day__lte=today).order_by()
    plan_of = dict(reached.values_list("pk", "plan"))
    values = IndicatorValue.objects.filter(state=IndicatorValue.State.CURRENT, checkpoint__in=plan_of)
    filled = _by_plan(values, plan_of)
    # Only an adjustment leaves values behind whose indicator is no longer tracked: nothing else is
    # filled in but tracked indicators of the approved version.
    adjusted = [v for v in versions if v.based_on_id is not None]
    there = tracked.filter(project__version__in=[v.pk for v in adjusted], line=OuterRef("indicator_line"))
    left = values.filter(checkpoint__plan__in=[v.plan_id for v in adjusted]).exclude(Exists(there))
    strays = _by_plan(left, plan_of)
    points = Counter(plan_of.values())
    return {
        v.plan_id: indicators.get(v.pk, 0) * points[v.plan_id] - filled[v.plan_id] + strays[v.plan_id]
        for v in versions
    }


def _by_plan(values: QuerySet[IndicatorValue], plan_of: Mapping[int, int]) -> Counter[int]:
    """How many values each plan has, counted by checkpoint."""
    counts: Counter[int] = Counter()
    for checkpoint_id, count in values.order_by().values_list("checkpoint").annotate(Count("pk")):
        counts[plan_of[checkpoint_id]] += count
    return counts
