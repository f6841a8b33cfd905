"""Of the units in use, the share that was inspected in the period."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import metric
from plumbline.kernel.metrics.period import Period
from plumbline.kernel.metrics.shares import measured
from plumbline.office.targets.measuring import works
from plumbline.office.targets.measuring.rows import Rows, Together
from plumbline.office.targets.measuring.scope import Scope
from plumbline.office.targets.metrics.units_inspected import first_inspections


@metric(
    "units_inspected_share",
    _("检查覆盖率"),
    "%",
    definition=_(
        "统计范围内的在用单位中，计算区间内至少完成过一次检查的比例。“全部单位”为名录中除本计划单位以外的在用单位（区间末日之后才撤销或合并的仍计入）。"
    ),
    sample=_("名录中 10 家单位，检查过 7 家：7 ÷ 10 = 70%。"),
    kinds=("inspection", "unit"),
    rule="share",
)
def units_inspected_share(scope: Scope, period: Period) -> Measure:
    """Of the units in use, the share that was inspected in the period."""
    units = scope.units(period)
    inspected = works.inspections(scope).filter(works.done_in(period), unit__in=units)
    done, total = inspected.order_by().aggregate(n=Count("unit", distinct=True))["n"], units.count()
    missing = units.exclude(pk__in=inspected.order_by().values("unit"))
    first = first_inspections(scope, period, of_share=True)
    records = Together(
        (
            replace(first, rows=first.rows.filter(unit__in=units)),
            Rows.of(
                "unit",
                missing,
                counts=Q(pk__in=[]),
                as_of=period.end,
                of_share=True,
                why=lambda _row: gettext("区间内没有完成的检查"),
            ),
        )
    )
    return measured(
        "share",
        "%",
        part=Decimal(done),
        whole=Decimal(total),
        records=records,
        nothing=gettext("统计范围内没有在用单位"),
    )
