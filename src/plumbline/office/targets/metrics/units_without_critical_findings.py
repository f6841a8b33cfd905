"""Of the units in use, the share without an open critical finding on the last day."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q
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
    "units_without_critical_findings",
    _("无未整改严重问题的单位占比"),
    "%",
    definition=_(
        "到区间末日，统计范围内的在用单位中没有“严重”级未整改问题（已确认、未办结、未批准暂不整改）的比例。反映当日状况，与区间起点无关。"
    ),
    sample=_("10 家单位中 1 家有未整改的严重问题：9 ÷ 10 = 90%。"),
    kinds=("unit",),
    rule="share",
    nature="level",
)
def units_without_critical_findings(scope: Scope, period: Period) -> Measure:
    """Of the units in use, the share without an open critical finding on the last day."""
    units = scope.units(period)
    troubled = works.findings(scope, period).filter(works.critical())
    held = units.filter(pk__in=troubled.order_by().values("unit"))
    counts = scope.once(("critical units", period), lambda: (units.count(), held.count()))
    records = Rows.of(
        "unit",
        units,
        counts=~Q(pk__in=troubled.order_by().values("unit")),
        as_of=period.end,
        of_share=True,
        why=lambda _row: gettext("有未整改的严重问题"),
    )
    return measured(
        "share",
        "%",
        part=Decimal(counts[0] - counts[1]),
        whole=Decimal(counts[0]),
        records=records,
        nothing=gettext("统计范围内没有在用单位"),
    )
