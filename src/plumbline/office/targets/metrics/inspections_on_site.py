"""Inspections of the kind on_site that were finished in the period."""

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
    "inspections_on_site",
    _("现场检查次数"),
    "次",
    definition=_("统计范围内在计算区间内完成的、检查方式为“现场检查”的检查次数；已取消的不算。"),
    sample=_("区间内完成现场检查 4 次：4 次。"),
    kinds=("inspection",),
)
def inspections_on_site(scope: Scope, period: Period) -> Measure:
    """Inspections of the kind on_site that were finished in the period."""
    total = works.inspection_counts(scope, period)["done_on_site"]
    rows = works.inspections(scope).filter(works.done_in(period), method="on_site")
    records = Rows.of("inspection", rows, counts=None, as_of=period.end)
    return measured("count", "次", part=Decimal(total), records=records)
