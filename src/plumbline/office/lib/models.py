"""What the clock remembers of each chore."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChoreRun(models.Model):
    """One row a chore: its last run. Two clocks share it, so that they do not run one chore together."""

    class Outcome(models.TextChoices):
        NEVER = "never", _("还没有运行过")
        FINE = "fine", _("正常")
        FAILED = "failed", _("失败")

    key = models.CharField(_("事项"), max_length=60, primary_key=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, default=Outcome.NEVER)
    #: until when whoever runs it now may be believed to be alive; null while nobody does
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_run_at = models.DateTimeField(_("最近一次运行"), null=True, blank=True)
    #: seconds that the last run took
    took = models.FloatField(_("用时（秒）"), null=True, blank=True)
    done = models.PositiveIntegerField(_("办理件数"), default=0)
    #: failures in a row
    failures = models.PositiveIntegerField(default=0)
    problem = models.TextField(_("失败原因"), blank=True)

    class Meta:
        verbose_name = _("定时事项")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
