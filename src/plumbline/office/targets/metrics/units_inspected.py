"""Units with at least one finished inspection in the period."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, When
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
    "units_inspected",
    _("检查覆盖单位数"),
    "家",
    definition=_("统计范围内在计算区间内至少完成过一次检查的单位数；同一单位检查多次只计一次。"),
    sample=_("完成 9 次检查，涉及 7 家单位：7 家。"),
    kinds=("inspection",),
)
def units_inspected(scope: Scope, period: Period) -> Measure:
    """Units with at least one finished inspection in the period."""
    total = works.inspection_counts(scope, period)["units"]
    return measured("count", "家", part=Decimal(total), records=first_inspections(scope, period))


def first_inspections(scope: Scope, period: Period, *, of_share: bool = False) -> Rows:
    """The finished inspections; of each unit the first counts."""
    done = works.inspections(scope).filter(works.done_in(period))
    before = Q(finished_on__lt=OuterRef("finished_on"))
    same_day = Q(finished_on=OuterRef("finished_on"), pk__lt=OuterRef("pk"))
    rows = done.annotate(again=Exists(done.filter(before | same_day, unit=OuterRef("unit"))))
    if of_share:
        rows = rows.annotate(whole=Case(When(again=False, then=1), default=0, output_field=IntegerField()))
    return Rows.of(
        "inspection",
        rows,
        counts=Q(again=False),
        as_of=period.end,
        why=lambda _row: gettext("该单位已计一次"),
    )
