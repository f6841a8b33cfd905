"""An import that runs in the background."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.office.targets.models.plans import PlanVersion


class ImportJob(models.Model):
    """One uploaded plan document on its way into a version. The upload is kept whatever happens."""

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("读取中")
        #: read, and a person must decide something first (which unit, replace the draft …)
        WAITING = "waiting", _("待确认")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未能导入")
        CANCELLED = "cancelled", _("已取消")

    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    unit = models.ForeignKey("units.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    step = models.CharField(_("步骤"), max_length=60, blank=True)
    percent = models.PositiveSmallIntegerField(_("进度"), default=0)
    error_what = models.TextField(blank=True)
    error_where = models.TextField(blank=True)
    error_advice = models.TextField(blank=True)
    version = models.ForeignKey(PlanVersion, models.SET_NULL, null=True, blank=True, related_name="imports")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    #: raised by every start; a worker that was given up may not save any more
    attempt = models.PositiveSmallIntegerField(default=0)
    #: last sign of life of the worker
    seen_at = models.DateTimeField(null=True, blank=True)
    #: keys of what a person must decide ("unit", "year", "replace", "reason"), while waiting
    questions = models.JSONField(default=list, blank=True)
    #: what the document says, for that decision: organisation, code, year, projects
    found = models.JSONField(default=dict, blank=True)
    #: what the person decided: unit_id | create_unit, year, replace, reason
    answers = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("导入")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.file} {self.get_state_display()}"
