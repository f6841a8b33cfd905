"""Exports that run in the background, and filled forms that came back."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plumbline.office.targets.models import Checkpoint, PlanVersion, ProjectLine

#: No export takes as long: a thousand forms are some minutes.
PATIENCE = timedelta(minutes=30)


class FormKind(models.TextChoices):
    """The official forms."""

    DOCUMENT = "document", _("绩效目标文本（总体目标和各项目目标表）")
    TARGET = "target", _("绩效目标表")
    MONITORING = "monitoring", _("绩效运行监控表")
    EVALUATION = "evaluation", _("绩效自评表")


class FileFormat(models.TextChoices):
    """What the form is written as."""

    DOCX = "docx", _("Word 文档")
    XLSX = "xlsx", _("Excel 工作簿")
    PDF = "pdf", _("PDF 文件")


class Export(models.Model):
    """One request for forms: for one project, or for all of a plan."""

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("生成中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未能生成")

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="exports")
    kind = models.CharField(_("表式"), max_length=12, choices=FormKind.choices)
    file_format = models.CharField(_("格式"), max_length=4, choices=FileFormat.choices)
    #: None: all projects of the plan
    project_line = models.ForeignKey(
        ProjectLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("项目")
    )
    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("监控节点")
    )
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error_what = models.TextField(blank=True)
    error_advice = models.TextField(blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("导出")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_file_format_display()}"

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to write it."""
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def is_given_up(self) -> bool:
        """Whether it is open for so long that its worker must have been stopped midway."""
        return self.is_open and timezone.now() - self.made_at > PATIENCE


class FormReturn(models.Model):
    """A filled form that somebody sent back. The file is kept whatever became of it.

    A refused one may say neither of which kind nor of which checkpoint it is.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("待确认")
        APPLIED = "applied", _("已导入")
        DROPPED = "dropped", _("已放弃")
        REFUSED = "refused", _("未受理")

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="returns")
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("表式"), max_length=12, choices=FormKind.choices, blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.CHECKED)
    applied = models.PositiveIntegerField(_("导入的单元格数"), default=0)
    left_out = models.PositiveIntegerField(_("未导入的单元格数"), default=0)
    error_what = models.TextField(blank=True)
    error_advice = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("上传时间"))
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("填报表回传")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.file} {self.get_state_display()}"
