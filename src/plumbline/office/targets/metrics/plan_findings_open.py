"""Errors and warnings of the plan's check that nobody has dealt with."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import metric
from plumbline.kernel.metrics.period import Period
from plumbline.kernel.metrics.shares import measured
from plumbline.office.targets.measuring.days import end
from plumbline.office.targets.measuring.rows import Rows
from plumbline.office.targets.measuring.scope import Scope
from plumbline.office.targets.models import PlanFinding

SERIOUS = (PlanFinding.Severity.ERROR, PlanFinding.Severity.WARNING)


@metric(
    "plan_findings_open",
    _("未处理校核问题数"),
    "项",
    definition=_("本计划现行版本的校核结果中，到区间末日尚未修改或说明的错误和警告数。"),
    sample=_("错误 1 项、警告 2 项未处理：3 项。"),
    kinds=("plan_finding",),
    about="plan",
    direction="less",
    nature="level",
)
def plan_findings_open(scope: Scope, period: Period) -> Measure:
    """Errors and warnings of the plan's check that nobody has dealt with."""
    kept = PlanFinding.objects.filter(version=scope.version, severity__in=SERIOUS)
    rows = kept.filter(Q(state=PlanFinding.State.OPEN) | Q(disposed_at__gte=end(period.end)))
    records = Rows.of("plan_finding", rows, counts=None, as_of=period.end)
    return measured("count", "项", part=Decimal(rows.count()), records=records)
