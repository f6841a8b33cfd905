"""Of the inspections planned for the period, the share that was finished in time."""

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
    "inspections_on_time",
    _("检查按期完成率"),
    "%",
    definition=_("计划完成日期在计算区间内的检查中，在计划日期当天或之前完成的比例；已取消的不算。"),
    sample=_("计划 12 次，9 次完成，其中 8 次按期：8 ÷ 12 = 66.67%。"),
    kinds=("inspection",),
    rule="share",
    nature="level",
)
def inspections_on_time(scope: Scope, period: Period) -> Measure:
    """Of the inspections planned for the period, the share that was finished in time."""
    counts = works.inspection_counts(scope, period)
    rows = works.inspections(scope).filter(works.planned_in(period))
    records = Rows.of(
        "inspection", rows, counts=works.on_time_by(period), as_of=period.end, of_share=True, why=_late
    )
    return measured(
        "share",
        "%",
        part=Decimal(counts["planned_on_time"]),
        whole=Decimal(counts["planned"]),
        records=records,
        nothing=gettext("计算区间内没有计划完成的检查"),
    )


def _late(row: Any) -> str:
    return gettext("未完成") if row.finished_on is None else gettext("晚于计划日期完成")
