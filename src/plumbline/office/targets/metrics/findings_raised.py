"""Findings raised in the period and confirmed."""

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
    "findings_raised",
    _("发现问题数"),
    "项",
    definition=_("统计范围内在计算区间内发现并经确认的问题数；待确认和不成立的不算。"),
    sample=_("发现 30 项，2 项认定不成立：28 项。"),
    kinds=("finding",),
    direction="",
)
def findings_raised(scope: Scope, period: Period) -> Measure:
    """Findings raised in the period and confirmed."""
    total = works.finding_counts(scope, period)["raised"]
    rows = works.findings(scope, period).filter(works.REAL & works.raised_in(period))
    records = Rows.of("finding", rows, counts=None, as_of=period.end)
    return measured("count", "项", part=Decimal(total), records=records)
