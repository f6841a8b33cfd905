"""The self-evaluation (绩效自评) of one project, and its rows.

A draft is edited; freezing stores the inputs as canonical JSON with their digest, so that the same
score can be computed again years later. A frozen evaluation never changes: a new one supersedes it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.errors import ScoringError
from plumbline.office.targets.models.plans import Checkpoint, PlanVersion
from plumbline.office.targets.models.projects import IndicatorLine, ProjectLine

POINTS: dict[str, int] = {"max_digits": 7, "decimal_places": 2}


class Evaluation(models.Model):
    """One evaluation of one project for one checkpoint (as a rule the last of the year)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("评分中")
        FROZEN = "frozen", _("已定稿")
        SUPERSEDED = "superseded", _("已被替代")
        DISCARDED = "discarded", _("已作废")

    #: what a frozen row may still change: it can be superseded, nothing else
    MUTABLE: ClassVar[frozenset[str]] = frozenset({"state"})

    project_line = models.ForeignKey(ProjectLine, models.PROTECT, related_name="evaluations")
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="evaluations")
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="evaluations")
    number = models.PositiveSmallIntegerField(_("次数"))
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.DRAFT)
    #: why there is another one; "" for the first
    reason = models.TextField(_("重新自评的理由"), blank=True)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)
    ruleset_key = models.CharField(_("评分规则"), max_length=60)
    ruleset_version = models.PositiveSmallIntegerField(_("规则版本"))
    #: SM3 of the ruleset's file as it was when it was chosen, hex
    ruleset_digest = models.CharField(max_length=64)
    goal_result = models.TextField(_("年度总体目标完成情况"), blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("开始时间"))
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("最近修改"))
    #: set when frozen
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    frozen_at = models.DateTimeField(_("定稿时间"), null=True, blank=True)
    #: canonical JSON of the inputs (kernel.plans.scoring.snapshot) and its SM3
    snapshot = models.TextField(blank=True)
    snapshot_digest = models.CharField(max_length=64, blank=True)
    #: canonical JSON of the result that was frozen
    result = models.TextField(blank=True)
    total = models.DecimalField(_("总分"), null=True, blank=True, **POINTS)
    grade = models.CharField(_("等级"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("绩效自评")
        ordering = ["project_line", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["project_line", "number"], name="evaluation_number_once"),
            models.UniqueConstraint(
                fields=["project_line"], condition=Q(state="draft"), name="one_draft_evaluation"
            ),
            models.UniqueConstraint(
                fields=["project_line"], condition=Q(state="frozen"), name="one_frozen_evaluation"
            ),
        ]

    def __str__(self) -> str:
        return gettext("第 %(number)s 次自评") % {"number": self.number}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, unless the stored row is frozen and something other than `MUTABLE` would be written.

        Raises:
            ScoringError: the evaluation is frozen, superseded or discarded.
        """
        if not self._state.adding:
            stored = type(self).objects.filter(pk=self.pk).values_list("state", flat=True).first()
            fields = kwargs.get("update_fields")
            if stored != self.State.DRAFT and (fields is None or not set(fields) <= self.MUTABLE):
                raise ScoringError(
                    gettext("自评已经定稿，不能再修改。"), advice=gettext("如需更正，请说明理由后重新自评。")
                )
        super().save(*args, **kwargs)

    @property
    def editable(self) -> bool:
        return self.state == self.State.DRAFT


class EvaluationRow(models.Model):
    """One row of an evaluation: the budget execution, or one indicator."""

    class Kind(models.TextChoices):
        EXECUTION = "execution", _("预算执行")
        INDICATOR = "indicator", _("绩效指标")

    class Decision(models.TextChoices):
        """What is to be done about a row that has no measured value."""

        NONE = "none", _("未决定")
        ZERO = "zero", _("按 0 分计")

    class Override(models.TextChoices):
        NONE = "none", _("无")
        PROPOSED = "proposed", _("待审定")
        APPROVED = "approved", _("已审定")
        REJECTED = "rejected", _("未采纳")

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.INDICATOR)
    indicator_line = models.ForeignKey(
        IndicatorLine, models.PROTECT, null=True, blank=True, related_name="evaluation_rows"
    )
    ordinal = models.PositiveSmallIntegerField()
    weight = models.DecimalField(_("分值"), **POINTS)
    #: qualitative: key of the ruleset's tier, and the share of the points in percent
    tier = models.CharField(_("完成档次"), max_length=40, blank=True)
    tier_share = models.DecimalField(
        _("给分比例（%）"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    tier_reason = models.TextField(_("评定理由"), blank=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.NONE)
    decision_reason = models.TextField(_("无实际值的处理理由"), blank=True)
    deduction_reason = models.TextField(_("偏差原因分析"), blank=True)
    improvement = models.TextField(_("改进措施"), blank=True)
    override = models.CharField(_("调整得分"), max_length=10, choices=Override.choices, default=Override.NONE)
    override_score = models.DecimalField(_("调整后得分"), null=True, blank=True, **POINTS)
    override_reason = models.TextField(_("调整理由"), blank=True)
    override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    override_at = models.DateTimeField(null=True, blank=True)
    override_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    override_decided_at = models.DateTimeField(null=True, blank=True)
    override_answer = models.TextField(_("审定意见"), blank=True)

    class Meta:
        verbose_name = _("自评行")
        ordering = ["evaluation", "ordinal"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "indicator_line"], name="evaluation_row_once_an_indicator"
            ),
            models.UniqueConstraint(
                fields=["evaluation"], condition=Q(kind="execution"), name="one_execution_row"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id}/{self.ordinal}"
