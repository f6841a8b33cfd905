"""Of the first re-checks decided in the period, the share that passed."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Count, Q
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
    "first_recheck_accepted",
    _("验收合格率（首次复查通过率）"),
    "%",
    definition=_(
        "计算区间内作出首次复查结论的问题中，首次复查即通过的比例。每个问题只看第一轮复查；被更正的结论以更正后的为准。"
    ),
    sample=_("首次复查 20 项，通过 18 项：18 ÷ 20 = 90%。"),
    kinds=("recheck",),
    rule="share",
    nature="level",
)
def first_recheck_accepted(scope: Scope, period: Period) -> Measure:
    """Of the first re-checks decided in the period, the share that passed."""
    rows = works.first_rechecks(scope, period)
    counts = scope.once(
        ("first rechecks", period),
        lambda: rows.order_by().aggregate(all=Count("pk"), passed=Count("pk", filter=Q(act="pass"))),
    )
    records = Rows.of(
        "recheck",
        rows,
        counts=Q(act="pass"),
        as_of=period.end,
        of_share=True,
        why=lambda _row: gettext("首次复查未通过"),
    )
    return measured(
        "share",
        "%",
        part=Decimal(counts["passed"]),
        whole=Decimal(counts["all"]),
        records=records,
        nothing=gettext("计算区间内没有首次复查"),
    )
