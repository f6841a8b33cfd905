"""Of the inspections planned for the period, the share that was finished by its end."""

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
    "inspections_done_of_planned",
    _("检查计划完成率"),
    "%",
    definition=_("计划完成日期在计算区间内的检查中，到区间末日已完成的比例；已取消的不算。"),
    sample=_("计划 12 次，其中 9 次已完成：9 ÷ 12 = 75%。"),
    kinds=("inspection",),
    rule="share",
    nature="level",
)
def inspections_done_of_planned(scope: Scope, period: Period) -> Measure:
    """Of the inspections planned for the period, the share that was finished by its end."""
    counts = works.inspection_counts(scope, period)
    rows = works.inspections(scope).filter(works.planned_in(period))
    records = Rows.of(
        "inspection", rows, counts=works.done_by(period), as_of=period.end, of_share=True, why=_why
    )
    return measured(
        "share",
        "%",
        part=Decimal(counts["planned_done"]),
        whole=Decimal(counts["planned"]),
        records=records,
        nothing=gettext("计算区间内没有计划完成的检查"),
    )


def _why(row: Any) -> str:
    return gettext("未完成") if row.finished_on is None else gettext("节点后才完成")
