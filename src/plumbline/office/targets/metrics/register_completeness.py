"""How complete the register's entries of the units in use are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import metric
from plumbline.kernel.metrics.period import Period
from plumbline.kernel.metrics.shares import measured
from plumbline.office.lib.dates import day_text
from plumbline.office.targets.measuring.rows import Rows
from plumbline.office.targets.measuring.scope import Scope
from plumbline.office.units.queries.completeness import completeness

#: the register keeps no past states: what it says now stands for a day that is this long past
GRACE = timedelta(days=7)


@metric(
    "register_completeness",
    _("单位名录完整率"),
    "%",
    definition=_(
        "统计范围内的在用单位在名录中应填事项（单位信息、责任人员、信息系统、资产等）已填的比例。"
        "名录不保存过去的状态，所以按取值当时计算；节点过去 7 天以上的不再取值。"
    ),
    sample=_("2 家单位各应填 10 项，分别已填 9 项和 8 项：17 ÷ 20 = 85%。"),
    kinds=("unit",),
    rule="share",
    nature="level",
)
def register_completeness(scope: Scope, period: Period) -> Measure:
    """Of what the entries of the units in use must say, the share that they say."""
    if scope.today - period.end > GRACE:
        return Measure(
            None,
            "%",
            unmeasured=gettext("名录不保存过去的状态，%(day)s 的完整率已无法计算")
            % {"day": day_text(period.end)},
        )
    units = scope.units(period)
    judged = scope.once(("completeness", period.end), lambda: completeness(units))
    figures = {pk: (Decimal(found.filled), Decimal(found.total)) for pk, found in judged.items()}
    complete = [pk for pk, found in judged.items() if found.is_complete]
    rows = Rows.of(
        "unit",
        units,
        counts=Q(pk__in=complete),
        as_of=period.end,
        of_share=True,
        why=lambda row: _lacking(judged, row.pk),
    )
    return measured(
        "share",
        "%",
        part=sum((part for part, _whole in figures.values()), Decimal(0)),
        whole=sum((whole for _part, whole in figures.values()), Decimal(0)),
        records=replace(rows, figures=figures),
        nothing=gettext("统计范围内没有在用单位"),
    )


def _lacking(judged: dict[int, object], pk: int) -> str:
    found = judged.get(pk)
    missing = [rule.words for rule in getattr(found, "missing", ())]
    return gettext("缺：%(what)s") % {"what": "、".join(missing[:5])} if missing else ""
