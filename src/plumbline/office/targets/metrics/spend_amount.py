"""Yuan paid in the period."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import metric
from plumbline.kernel.metrics.period import Period
from plumbline.kernel.metrics.shares import measured
from plumbline.office.targets.measuring import money
from plumbline.office.targets.measuring.scope import Scope


@metric(
    "spend_amount",
    _("支出金额"),
    "元",
    definition=_(
        "本项目（全计划取值时为全部项目）在计算区间内已记账的支付金额合计；已作废的和超预算待批准的不算，退款为负数。"
    ),
    sample=_("区间内支付 50000 元和 30000 元，退款 1000 元：79000 元。"),
    kinds=("payment",),
    about="money",
    direction="",
    rule="sum",
)
def spend_amount(scope: Scope, period: Period) -> Measure:
    """Yuan paid in the period."""
    rows = money.payments(scope, period)
    return measured("sum", "元", part=money.paid(scope, period), records=money.payment_rows(rows, period))
