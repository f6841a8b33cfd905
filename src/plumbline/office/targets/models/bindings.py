"""How an indicator gets its value, and what a frozen value rests on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.office.targets.models.projects import IndicatorLine
from plumbline.office.targets.models.values import IndicatorValue


class Binding(models.Model):
    """Where an indicator's value comes from. A later decision replaces the current one; the row stays."""

    class Kind(models.TextChoices):
        METRIC = "metric", _("由工作记录自动计算")
        EXPRESSION = "expression", _("由公式计算")
        HAND = "hand", _("人工填报")
        UNMEASURABLE = "unmeasurable", _("暂不能测量")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        REPLACED = "replaced", _("已被替换")
        REJECTED = "rejected", _("未采用")

    class Window(models.TextChoices):
        """Which days count at a checkpoint."""

        CUMULATIVE = "cumulative", _("年初至节点累计")
        PERIOD = "period", _("上一节点至本节点")

    indicator_line = models.ForeignKey(IndicatorLine, models.PROTECT, related_name="bindings")
    kind = models.CharField(_("取值方式"), max_length=12, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PROPOSED)
    #: key and version of the metric: a later version of its definition does not touch this binding
    metric = models.CharField(max_length=60, blank=True)
    metric_version = models.PositiveSmallIntegerField(default=0)
    expression = models.CharField(_("公式"), max_length=500, blank=True)
    #: versions of the metrics that the formula names, as they were when it was confirmed: {key: version}
    operands = models.JSONField(default=dict, blank=True)
    window = models.CharField(_("计算区间"), max_length=10, choices=Window.choices, default=Window.CUMULATIVE)
    #: whose records count: all units of the county, or the plan's own unit and those below it
    scope = models.CharField(
        _("统计范围"),
        max_length=8,
        choices=[("county", _("全部单位")), ("unit", _("本单位及下属"))],
        default="county",
    )
    #: why it is filled so: of the suggestion, or of the person
    reason = models.TextField(_("理由"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("取值方式")
        ordering = ["indicator_line", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator_line"],
                condition=Q(state="confirmed"),
                name="one_confirmed_binding_an_indicator",
            )
        ]
        indexes = [models.Index(fields=["metric", "state"], name="binding_of_metric")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.metric}{self.expression}"


class EvidenceSet(models.Model):
    """The records that a frozen value was computed from: a manifest kept as a file, and its SM3.

    The manifest is JSON lines, UTF-8, sorted: first what was computed (metric, version, scope, period,
    numerator, denominator, value), then one record a line (kind, key, SM3 of its content, whether it counts).
    """

    value = models.OneToOneField(IndicatorValue, models.PROTECT, related_name="evidence_set")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    digest = models.CharField(_("SM3 摘要"), max_length=64)
    records = models.PositiveIntegerField(_("记录数"))
    counted = models.PositiveIntegerField(_("计入数"))
    period_start = models.DateField()
    period_end = models.DateField()
    frozen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("佐证清单")

    def __str__(self) -> str:
        return self.digest


class EvidenceRun(models.Model):
    """One run of the worker over a plan's evidence: values taken at a checkpoint, or all of it verified."""

    class Kind(models.TextChoices):
        FREEZE = "freeze", _("取值")
        VERIFY = "verify", _("验证")

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")

    plan = models.ForeignKey("targets.Plan", models.CASCADE, related_name="evidence_runs")
    checkpoint = models.ForeignKey("targets.Checkpoint", models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.QUEUED)
    #: why values that were taken before are taken again; "" leaves those as they are
    reason = models.TextField(_("理由"), blank=True)
    #: ids of the indicator lines to take; [] for all
    lines = models.JSONField(default=list, blank=True)
    total = models.PositiveIntegerField(default=0)
    finished = models.PositiveIntegerField(default=0)
    #: rows for the page: of `services.freezing.Outcome` or `services.verifying.Report`
    result = models.JSONField(default=dict, blank=True)
    problem = models.TextField(_("问题"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    #: raised by each start; a task of an older attempt does nothing
    attempt = models.PositiveSmallIntegerField(default=1)
    seen_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("取值与验证")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)
