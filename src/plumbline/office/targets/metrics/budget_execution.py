"""Of the budget, the share that was paid in the period."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import metric
from plumbline.kernel.metrics.period import Period
from plumbline.kernel.metrics.shares import measured
from plumbline.office.targets.measuring import money
from plumbline.office.targets.measuring.rows import Together
from plumbline.office.targets.measuring.scope import Scope


@metric(
    "budget_execution",
    _("预算执行率"),
    "%",
    definition=_("本项目（全计划取值时为全部项目）在计算区间内已记账的支付金额，占已批准预算数的比例。"),
    sample=_("预算 210000 元，已支付 157500 元：157500 ÷ 210000 = 75%。"),
    kinds=("payment", "project"),
    about="money",
    rule="share",
)
def budget_execution(scope: Scope, period: Period) -> Measure:
    """Of the budget, the share that was paid in the period."""
    budget = money.budget(scope)
    return measured(
        "share",
        "%",
        part=money.paid(scope, period),
        whole=budget,
        records=Together(
            (money.payment_rows(money.payments(scope, period), period), money.budget_rows(scope, period))
        ),
        nothing=gettext("没有预算数"),
    )
