"""Of the findings raised in the period, the share that was put right by its end."""

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
    "findings_rectified_share",
    _("问题整改率"),
    "%",
    definition=_(
        "计算区间内发现并确认的问题中，到区间末日已整改的比例。待确认和不成立的问题不算在内；已批准暂不整改的算作未整改。"
    ),
    sample=_("发现 28 项，已整改 21 项：21 ÷ 28 = 75%。"),
    kinds=("finding",),
    rule="share",
    nature="level",
)
def findings_rectified_share(scope: Scope, period: Period) -> Measure:
    """Of the findings raised in the period, the share that was put right by its end."""
    counts = works.finding_counts(scope, period)
    rows = works.findings(scope, period).filter(works.REAL & works.raised_in(period))
    records = Rows.of("finding", rows, counts=works.CLOSED, as_of=period.end, of_share=True, why=_why)
    return measured(
        "share",
        "%",
        part=Decimal(counts["raised_rectified"]),
        whole=Decimal(counts["raised"]),
        records=records,
        nothing=gettext("计算区间内没有确认的问题"),
    )


def _why(row: Any) -> str:
    return gettext("已批准暂不整改") if row.state_then == "accepted" else gettext("到节点尚未办结")
