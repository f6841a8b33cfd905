"""Of the findings due in the period, the share that was put right in time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import metric
from plumbline.kernel.metrics.period import Period
from plumbline.kernel.metrics.shares import measured
from plumbline.office.targets.measuring import works
from plumbline.office.targets.measuring.rows import Rows
from plumbline.office.targets.measuring.scope import Scope


@metric(
    "findings_rectified_on_time",
    _("问题按期整改率"),
    "%",
    definition=_(
        "整改期限在计算区间内的问题中，在期限当天或之前办结的比例。期限以区间末日有效的为准（批准延期的按延期后的期限）。"
    ),
    sample=_("期限在区间内的 20 项，按期办结 16 项：16 ÷ 20 = 80%。"),
    kinds=("finding",),
    rule="share",
    nature="level",
)
def findings_rectified_on_time(scope: Scope, period: Period) -> Measure:
    """Of the findings due in the period, the share that was put right in time."""
    counts = works.finding_counts(scope, period)
    rows = works.findings(scope, period).filter(works.REAL & works.due_in(period))
    records = Rows.of("finding", rows, counts=works.ON_TIME, as_of=period.end, of_share=True, why=_why)
    return measured(
        "share",
        "%",
        part=Decimal(counts["due_on_time"]),
        whole=Decimal(counts["due"]),
        records=records,
        nothing=gettext("计算区间内没有到期的问题"),
    )


def _why(row: Any) -> str:
    return gettext("超过期限才办结") if row.state_then == "closed" else gettext("尚未办结")
