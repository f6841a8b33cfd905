"""Inspections finished in the period."""

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
    "inspections_done",
    _("完成检查次数"),
    "次",
    definition=_(
        "统计范围内各单位在计算区间内完成（状态为“已完成”，完成日期在区间内）的检查次数，各种检查方式都算；已取消的不算。本计划单位自己不在“全部单位”之内。"
    ),
    sample=_("区间内完成自查 5 次、现场检查 3 次、专家检测 1 次：共 9 次。"),
    kinds=("inspection",),
)
def inspections_done(scope: Scope, period: Period) -> Measure:
    """Inspections finished in the period."""
    total = works.inspection_counts(scope, period)["done"]
    rows = works.inspections(scope).filter(works.done_in(period))
    records = Rows.of("inspection", rows, counts=None, as_of=period.end)
    return measured("count", "次", part=Decimal(total), records=records)
