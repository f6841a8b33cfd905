"""What the checks said of a version, and what was mended in it by hand."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.office.targets.models.plans import PlanVersion
from plumbline.office.targets.models.projects import IndicatorLine, ProjectLine


class PlanFinding(models.Model):
    """What a check said of a version, and what a person did about it."""

    class Severity(models.TextChoices):
        ERROR = "error", _("错误")
        WARNING = "warning", _("警告")
        NOTE = "note", _("提示")
        CONFIRMED = "confirmed", _("核对无误")

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        MENDED = "mended", _("已修改")
        ACCEPTED = "accepted", _("说明后接受")

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=60)
    severity = models.CharField(_("级别"), max_length=10, choices=Severity.choices)
    state = models.CharField(_("处理"), max_length=10, choices=State.choices, default=State.OPEN)
    lines = models.JSONField(default=list)
    where = models.JSONField(default=list)
    message = models.TextField(_("问题"))
    advice = models.TextField(_("建议"), blank=True)
    disposition = models.TextField(_("处理说明"), blank=True)
    disposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    disposed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("校核结果")
        ordering = ["version", "id"]
        indexes = [models.Index(fields=["version", "state", "severity"], name="plan_finding_open")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.message[:60]}"


class Correction(models.Model):
    """One value of a draft mended by hand: what it was, what it became, why."""

    class Kind(models.TextChoices):
        CHANGED = "changed", _("修改")
        ADDED = "added", _("新增")
        REMOVED = "removed", _("删除")

    class State(models.TextChoices):
        APPLIED = "applied", _("有效")
        UNDONE = "undone", _("已撤销")

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="corrections")
    project_line = models.ForeignKey(ProjectLine, models.PROTECT, null=True, blank=True, related_name="+")
    indicator_line = models.ForeignKey(IndicatorLine, models.PROTECT, null=True, blank=True, related_name="+")
    finding = models.ForeignKey(
        PlanFinding, models.SET_NULL, null=True, blank=True, related_name="corrections"
    )
    field = models.CharField(_("栏目"), max_length=40)
    old = models.TextField(_("原值"), blank=True)
    new = models.TextField(_("新值"), blank=True)
    reason = models.TextField(_("理由"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CHANGED)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.APPLIED)
    #: what was mended, in the reader's words (the project, the indicator)
    label = models.CharField(_("对象"), max_length=300, blank=True)
    #: revision of the version that this change made
    revision = models.PositiveIntegerField(default=0)
    #: what an undo puts back: rows of a removal, former state of a field
    snapshot = models.JSONField(default=dict, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("更正")
        ordering = ["version", "-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.field}: {self.old[:20]} → {self.new[:20]}"
