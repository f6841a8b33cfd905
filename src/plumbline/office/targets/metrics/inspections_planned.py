"""Inspections that were to be finished in the period."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import metric
from plumbline.kernel.metrics.period import Period
from plumbline.kernel.metrics.shares import measured
from plumbline.office.targets.measuring import works
from plumbline.office.targets.measuring.rows import Rows
from plumbline.office.targets.measuring.scope import Scope


@metric(
    "inspections_planned",
    _("计划检查次数"),
    "次",
    definition=_("统计范围内计划完成日期在计算区间内的检查次数，不论是否已完成；已取消的不算。"),
    sample=_("年度计划中 6 月 30 日前应完成 12 次：上半年为 12 次。"),
    kinds=("inspection",),
)
def inspections_planned(scope: Scope, period: Period) -> Measure:
    """Inspections that were to be finished in the period."""
    total = works.inspection_counts(scope, period)["planned"]
    rows = works.inspections(scope).filter(works.planned_in(period))
    records = Rows.of("inspection", rows, counts=None, as_of=period.end)
    return measured("count", "次", part=Decimal(total), records=records)
