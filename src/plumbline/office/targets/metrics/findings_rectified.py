"""Findings closed in the period and still closed at its end."""

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
    "findings_rectified",
    _("完成整改问题数"),
    "项",
    definition=_(
        "统计范围内在计算区间内办结、到区间末日仍为“已整改”的问题数（复查通过，或重新扫描已不存在）。"
    ),
    sample=_("区间内办结 20 项，其中 1 项又出现并重新打开：19 项。"),
    kinds=("finding",),
)
def findings_rectified(scope: Scope, period: Period) -> Measure:
    """Findings closed in the period and still closed at its end."""
    total = works.finding_counts(scope, period)["rectified"]
    rows = works.findings(scope, period).filter(works.closed_in(period))
    records = Rows.of("finding", rows, counts=None, as_of=period.end)
    return measured("count", "项", part=Decimal(total), records=records)
