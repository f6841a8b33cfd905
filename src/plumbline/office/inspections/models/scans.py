"""Reports of scanners that were imported."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.office.inspections.models.inspections import Inspection
from plumbline.office.units.models import Unit


class ScanMapping(models.Model):
    """Which column of a .csv is what; kept so that the next file of the same kind needs no asking."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    #: SM3 over the heads, by which the next file is recognised
    heads = models.CharField(max_length=64)
    #: {field: head}
    columns = models.JSONField()
    #: {word in the file: severity}
    severities = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("列对应关系")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ScanImport(models.Model):
    """One file of a scanner: queued, read, its results put among the findings; all or nothing."""

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("导入中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")

    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    #: key of the format that was recognised: "nessus", "sarif" …; "" before
    tool = models.CharField(_("工具"), max_length=20, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name=_("所属检查")
    )
    #: whose findings they are where no asset matches; null: such results are listed and left out
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name=_("单位")
    )
    mapping = models.ForeignKey(ScanMapping, models.PROTECT, null=True, blank=True, related_name="+")
    #: what the scan looked at, so that only there "gone" means gone: hosts, targets
    scope = models.JSONField(default=list, blank=True)
    read = models.PositiveIntegerField(_("读取"), default=0)
    raised = models.PositiveIntegerField(_("新增"), default=0)
    seen_again = models.PositiveIntegerField(_("仍存在"), default=0)
    reopened = models.PositiveIntegerField(_("重新出现"), default=0)
    closed = models.PositiveIntegerField(_("已消除"), default=0)
    unmatched = models.PositiveIntegerField(_("未匹配资产"), default=0)
    skipped = models.PositiveIntegerField(_("仅作信息，未计入"), default=0)
    problem = models.TextField(_("问题"), blank=True)
    notes = models.JSONField(default=list, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    #: raised by each start; a task of an older attempt does nothing
    attempt = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("扫描报告")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.tool} {self.pk}"


class UnmatchedHost(models.Model):
    """A host in a scan report that no registered asset covers."""

    scan = models.ForeignKey(ScanImport, models.CASCADE, related_name="unmatched_hosts")
    host = models.CharField(_("主机"), max_length=255)
    results = models.PositiveIntegerField(_("结果数"))

    class Meta:
        ordering = ["scan", "-results", "host"]

    def __str__(self) -> str:
        return self.host
