"""Written reports on inspections."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.office.units.models import Unit


class InspectionReport(models.Model):
    """A written report: of one unit's inspections in a year, or of the county's."""

    class Kind(models.TextChoices):
        UNIT = "unit", _("检查报告（单位）")
        COUNTY = "county", _("检查通报（全县）")

    class FileFormat(models.TextChoices):
        DOCX = "docx", _("Word 文档")
        PDF = "pdf", _("PDF 文件")

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("生成中")
        DONE = "done", _("已生成")
        FAILED = "failed", _("未能生成")

    kind = models.CharField(_("文种"), max_length=8, choices=Kind.choices)
    file_format = models.CharField(_("格式"), max_length=4, choices=FileFormat.choices)
    year = models.PositiveSmallIntegerField(_("年度"))
    #: counted up to the end of this day
    as_of = models.DateField(_("统计截止"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位")
    )
    #: of the ranking in the county's report: "unit", "kind"
    grouping = models.CharField(max_length=8, default="unit")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.QUEUED)
    problem = models.TextField(blank=True)
    problem_advice = models.TextField(blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))
    attempt = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("检查报告")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.year} {self.get_kind_display()}"
