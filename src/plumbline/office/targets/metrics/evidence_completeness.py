"""Of the measured values of the plan in the period, the share that is backed by evidence."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import metric
from plumbline.kernel.metrics.period import Period
from plumbline.kernel.metrics.shares import measured
from plumbline.office.targets.measuring.rows import Rows
from plumbline.office.targets.measuring.scope import Scope
from plumbline.office.targets.models import IndicatorValue, ValueEvidence


@metric(
    "evidence_completeness",
    _("佐证完整率"),
    "%",
    definition=_(
        "本计划（绑定在项目指标上时为该项目）在计算区间内各监控节点的实测值中，附有佐证材料或自动取值清单的比例；填报“未能测量”的不算，本口径自己的值也不算。"
    ),
    sample=_("实测值 20 个，附佐证 18 个：18 ÷ 20 = 90%。"),
    kinds=("value",),
    about="plan",
    rule="share",
    nature="level",
)
def evidence_completeness(scope: Scope, period: Period) -> Measure:
    """Of the measured values of the plan in the period, the share that is backed by evidence."""
    values = IndicatorValue.objects.filter(
        checkpoint__plan=scope.plan, state=IndicatorValue.State.CURRENT, unmeasured="",
        checkpoint__day__gte=period.start, checkpoint__day__lte=period.end,
    ).exclude(metric__startswith="evidence_completeness@")  # fmt: skip
    if scope.project is not None:
        values = values.filter(indicator_line__project_line=scope.project.line_id)
    backed = Q(evidence_set__isnull=False) | Q(has_file=True)
    values = values.annotate(has_file=Exists(ValueEvidence.objects.filter(value=OuterRef("pk"))))
    counts = values.order_by().aggregate(all=Count("pk"), proven=Count("pk", filter=backed))
    records = Rows.of(
        "value", values, counts=backed, as_of=period.end, of_share=True, why=lambda _row: gettext("没有佐证")
    )
    return measured(
        "share",
        "%",
        part=Decimal(counts["proven"]),
        whole=Decimal(counts["all"]),
        records=records,
        nothing=gettext("计算区间内还没有实测值"),
    )
