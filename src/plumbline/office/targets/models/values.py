"""What indicators reached at each checkpoint, and what was said of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.office.targets.models.numbers import NUMBER
from plumbline.office.targets.models.plans import Checkpoint
from plumbline.office.targets.models.projects import IndicatorLine, ProjectLine


class IndicatorValue(models.Model):
    """The value of an indicator at a checkpoint: a `kernel.metrics.Measure` that was kept.

    A later entry replaces the current one; the replaced row stays.
    """

    class State(models.TextChoices):
        CURRENT = "current", _("现行")
        REPLACED = "replaced", _("已被替换")

    indicator_line = models.ForeignKey(IndicatorLine, models.PROTECT, related_name="values")
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="values")
    state = models.CharField(max_length=10, choices=State.choices, default=State.CURRENT)
    value = models.DecimalField(_("实际完成值"), null=True, blank=True, **NUMBER)
    unit = models.CharField(_("计量单位"), max_length=30, blank=True)
    text = models.CharField(_("完成情况"), max_length=500, blank=True)
    day = models.DateField(_("完成日期"), null=True, blank=True)
    numerator = models.DecimalField(_("分子"), null=True, blank=True, **NUMBER)
    denominator = models.DecimalField(_("分母"), null=True, blank=True, **NUMBER)
    #: why there is no value; then value, text and day are empty
    unmeasured = models.TextField(_("未能测量的原因"), blank=True)
    #: key@version of the metric that computed it; "" when entered by a person
    metric = models.CharField(max_length=100, blank=True)
    note = models.TextField(_("依据说明"), blank=True)
    computed_at = models.DateTimeField(_("时间"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: set when it ceased to be the current one
    replaced_reason = models.TextField(_("更正理由"), blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("实测值")
        ordering = ["checkpoint", "indicator_line", "-computed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator_line", "checkpoint"],
                condition=Q(state="current"),
                name="one_current_value_a_checkpoint",
            )
        ]
        indexes = [models.Index(fields=["checkpoint", "state", "indicator_line"], name="value_of_checkpoint")]

    def __str__(self) -> str:
        return str(self.checkpoint)


class ValueEvidence(models.Model):
    """A file that backs a value."""

    value = models.ForeignKey(IndicatorValue, models.CASCADE, related_name="evidence")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    title = models.CharField(_("佐证名称"), max_length=200)

    class Meta:
        ordering = ["value", "id"]

    def __str__(self) -> str:
        return self.title


class MonitoringNote(models.Model):
    """What the office says at a checkpoint of a project (no indicator) or of one indicator."""

    class Likelihood(models.TextChoices):
        CERTAIN = "certain", _("确定能")
        POSSIBLE = "possible", _("有可能")
        IMPOSSIBLE = "impossible", _("完全不可能")

    checkpoint = models.ForeignKey(Checkpoint, models.CASCADE, related_name="notes")
    project_line = models.ForeignKey(ProjectLine, models.PROTECT, related_name="notes")
    indicator_line = models.ForeignKey(
        IndicatorLine, models.PROTECT, null=True, blank=True, related_name="notes"
    )
    likelihood = models.CharField(_("完成目标可能性"), max_length=12, choices=Likelihood.choices, blank=True)
    cause = models.TextField(_("偏差原因"), blank=True)
    measure = models.TextField(_("整改措施"), blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now=True)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("监控说明")
        ordering = ["checkpoint", "project_line"]
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "indicator_line"], name="one_note_an_indicator_and_checkpoint"
            ),
            models.UniqueConstraint(
                fields=["checkpoint", "project_line"],
                condition=Q(indicator_line__isnull=True),
                name="one_note_a_project_and_checkpoint",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint} {self.get_likelihood_display()}"
