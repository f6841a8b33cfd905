"""A register sheet on its way in: looked at first, then taken in as a whole or not at all."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SheetImport(models.Model):
    """One uploaded .xlsx. The upload is kept whatever happens.

    QUEUED → RUNNING → READY (checked, a person confirms) or REFUSED (rows have errors); READY → QUEUED with
    the stage APPLY → RUNNING → DONE. A register that changed between the two leads back to READY.
    """

    class Kind(models.TextChoices):
        UNITS = "units", _("单位")
        CONTACTS = "contacts", _("责任人员")
        SYSTEMS = "systems", _("信息系统")
        ASSETS = "assets", _("资产")

    class Stage(models.TextChoices):
        CHECK = "check", _("核对")
        APPLY = "apply", _("写入")

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("处理中")
        READY = "ready", _("待确认")
        REFUSED = "refused", _("有错误")
        DONE = "done", _("已导入")
        FAILED = "failed", _("未能导入")
        CANCELLED = "cancelled", _("已取消")

    kind = models.CharField(_("名录"), max_length=10, choices=Kind.choices)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    stage = models.CharField(_("阶段"), max_length=10, choices=Stage.choices, default=Stage.CHECK)
    step = models.CharField(_("步骤"), max_length=60, blank=True)
    percent = models.PositiveSmallIntegerField(_("进度"), default=0)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    added = models.PositiveIntegerField(_("新增"), default=0)
    changed = models.PositiveIntegerField(_("修改"), default=0)
    unchanged = models.PositiveIntegerField(_("不变"), default=0)
    wrong = models.PositiveIntegerField(_("错误"), default=0)
    #: digest of everything that would be written; what is confirmed is what is written
    outline = models.CharField(max_length=64, blank=True)
    #: first rows that would change: [{"row", "act", "title", "unit", "fields": [[name, old, new]]}]
    sample = models.JSONField(default=list, blank=True)
    #: first errors: [{"row", "cell", "what", "advice"}]
    errors = models.JSONField(default=list, blank=True)
    #: heads of columns that no column of the sheet is known by
    ignored = models.JSONField(default=list, blank=True)
    error_what = models.TextField(blank=True)
    error_advice = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    #: raised by every start; a worker that was given up may not save any more
    attempt = models.PositiveSmallIntegerField(default=0)
    #: last sign of life of the worker
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("名录导入")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.file}"
