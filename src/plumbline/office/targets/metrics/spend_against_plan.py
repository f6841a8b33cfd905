"""Of what was planned to be paid by the last day, the share that was paid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

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
    "spend_against_plan",
    _("支出计划完成率"),
    "%",
    definition=_(
        "到区间末日累计已记账的支付金额，占支出计划中到该日应累计支出金额的比例；支出计划以绩效目标表的支出节点为准。"
    ),
    sample=_("6 月底应累计支出 105000 元，实际支付 94500 元：94500 ÷ 105000 = 90%。"),
    kinds=("payment", "project"),
    about="money",
    rule="share",
    nature="level",
)
def spend_against_plan(scope: Scope, period: Period) -> Measure:
    """Of what was planned to be paid by the last day, the share that was paid."""
    so_far = Period(min(period.start, scope_start(period)), period.end)
    planned = money.planned(scope, period.end)
    return measured(
        "share",
        "%",
        part=money.paid(scope, so_far),
        whole=sum(planned.values(), Decimal(0)),
        records=Together(
            (
                money.payment_rows(money.payments(scope, so_far), period),
                money.planned_rows(scope, period, planned),
            )
        ),
        nothing=gettext("到这一天支出计划还没有应支出的金额"),
    )


def scope_start(period: Period) -> date:
    """What is due by a day counts from New Year, whatever the window."""
    return date(period.end.year, 1, 1)
