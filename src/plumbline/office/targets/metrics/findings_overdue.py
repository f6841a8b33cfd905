"""Findings past their deadline and not closed on the last day."""

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
    "findings_overdue",
    _("逾期未整改问题数"),
    "项",
    definition=_(
        "到区间末日，整改期限已过、仍由单位整改（整改中或复查未通过）的问题数；已报送整改情况待复查的和已批准暂不整改的不算。反映当日状况，与区间起点无关。"
    ),
    sample=_("期限已过的 6 项中 3 项已办结、1 项待复查：2 项。"),
    kinds=("finding",),
    direction="less",
    nature="level",
)
def findings_overdue(scope: Scope, period: Period) -> Measure:
    """Findings past their deadline and not closed on the last day."""
    total = works.finding_counts(scope, period)["overdue"]
    rows = works.findings(scope, period).filter(works.overdue_on(period))
    records = Rows.of("finding", rows, counts=None, as_of=period.end)
    return measured("count", "项", part=Decimal(total), records=records)
