"""Of the spend points in the period, the share that was reached in time."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import metric
from plumbline.kernel.metrics.period import Period
from plumbline.kernel.metrics.shares import measured
from plumbline.office.targets.measuring import money
from plumbline.office.targets.measuring.rows import Rows
from plumbline.office.targets.measuring.scope import Scope


@metric(
    "payments_on_time",
    _("支出按期率"),
    "%",
    definition=_("日期在计算区间内的支出节点中，到节点日累计支付已达到计划金额的比例。"),
    sample=_("上半年 2 个节点，1 个按期达到：1 ÷ 2 = 50%。"),
    kinds=("spend_point",),
    about="money",
    rule="share",
    nature="level",
)
def payments_on_time(scope: Scope, period: Period) -> Measure:
    """Of the spend points in the period, the share that was reached in time."""
    points = money.points(scope, period)
    met = money.points_met(scope, period)
    records = Rows.of(
        "spend_point",
        points,
        counts=Q(pk__in=met),
        as_of=period.end,
        of_share=True,
        why=lambda _row: gettext("到节点日支付不足"),
    )
    return measured(
        "share",
        "%",
        part=Decimal(len(met)),
        whole=Decimal(money.points_count(scope, period)),
        records=records,
        nothing=gettext("计算区间内没有支出节点，或没有预算数"),
    )
