"""Reports of scanners that were imported."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.office.inspections.models.inspections import Inspection
from plumbline.office.units.models import Unit


class ScanMapping(models.Model):
    """Which column of a .csv is what; kept so that the next file of the same kind needs no asking."""

    name = models.CharField(_("名称"), max_length=50, unique=True)
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
    """One file of a scanner: read, looked at by a person, its results put among the findings; all or nothing.

    `state` changes only through `inspections.services.scans` and the worker's `scan_jobs`. A file is read
    first (QUEUED, RUNNING with stage READ), then waits for a person (MAPPING: what the columns are;
    READY: whether to import), and is imported (QUEUED, RUNNING with stage IMPORT).
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("处理中")
        MAPPING = "mapping", _("待指定列")
        READY = "ready", _("待确认导入")
        DONE = "done", _("已导入")
        FAILED = "failed", _("未完成")
        CANCELLED = "cancelled", _("已放弃")
        WITHDRAWN = "withdrawn", _("已撤销导入")

    class Stage(models.TextChoices):
        """What the worker does while it is queued or running, and did last."""

        READ = "read", _("读取")
        IMPORT = "import", _("导入")
        WITHDRAW = "withdraw", _("撤销")

    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    #: key of the format that was recognised: "nessus", "sarif" …; "" before
    tool = models.CharField(_("工具"), max_length=20, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.READ)
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name=_("所属检查")
    )
    #: whose findings they are where no asset matches; null: such results are listed and left out
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name=_("单位")
    )
    #: what was scanned, where the report does not name a machine (code, a folder)
    target = models.CharField(_("扫描对象"), max_length=200, blank=True)
    mapping = models.ForeignKey(ScanMapping, models.PROTECT, null=True, blank=True, related_name="+")
    #: what the scan looked at, so that only there "gone" means gone: hosts, targets
    scope = models.JSONField(default=list, blank=True)
    #: latest moment in the report
    scanned_at = models.DateTimeField(_("扫描时间"), null=True, blank=True)
    #: what the person is shown before the import: see `services.scan_preview.Summary`
    summary = models.JSONField(default=dict, blank=True)
    #: what the person decided: {"info": bool, "close": bool, "confirmed": bool}
    options = models.JSONField(default=dict, blank=True)
    read = models.PositiveIntegerField(_("读取"), default=0)
    raised = models.PositiveIntegerField(_("新增"), default=0)
    seen_again = models.PositiveIntegerField(_("仍存在"), default=0)
    reopened = models.PositiveIntegerField(_("重新出现"), default=0)
    closed = models.PositiveIntegerField(_("已消除"), default=0)
    unmatched = models.PositiveIntegerField(_("未匹配资产"), default=0)
    skipped = models.PositiveIntegerField(_("仅作信息，未计入"), default=0)
    problem = models.TextField(_("问题"), blank=True)
    problem_advice = models.TextField(blank=True)
    notes = models.JSONField(default=list, blank=True)
    step = models.CharField(_("步骤"), max_length=60, blank=True)
    percent = models.PositiveSmallIntegerField(_("进度"), default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    #: who asked for what the worker does now
    acting = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.TextField(_("撤销原因"), blank=True)
    #: raised by each start; a task of an older attempt does nothing
    attempt = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("扫描报告")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["-uploaded_at", "-id"], name="scan_newest")]

    def __str__(self) -> str:
        return self.file.name


class ScanHit(models.Model):
    """A finding in one report: by what it was raised, where it was seen again, where it was gone."""

    class Kind(models.TextChoices):
        RAISED = "raised", _("新增")
        SEEN = "seen", _("仍存在")
        REOPENED = "reopened", _("重新出现")
        GONE = "gone", _("已消除")
        OLDER = "older", _("早于核验，未重新打开")

    scan = models.ForeignKey(ScanImport, models.CASCADE, related_name="hits")
    finding = models.ForeignKey("findings.Finding", models.PROTECT, related_name="scan_hits")
    kind = models.CharField(_("结果"), max_length=10, choices=Kind.choices)
    host = models.CharField(_("主机"), max_length=255, blank=True)
    rule = models.CharField(_("规则"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("扫描结果")
        ordering = ["scan", "pk"]
        constraints = [models.UniqueConstraint(fields=["scan", "finding"], name="scan_hit_once")]
        indexes = [models.Index(fields=["scan", "kind"], name="scan_hit_by_kind")]

    def __str__(self) -> str:
        return f"{self.scan_id} {self.finding_id}"


class UnmatchedHost(models.Model):
    """A host in a scan report that no registered asset covers, or only one of another unit."""

    scan = models.ForeignKey(ScanImport, models.CASCADE, related_name="unmatched_hosts")
    host = models.CharField(_("主机"), max_length=255)
    results = models.PositiveIntegerField(_("结果数"))
    #: whose asset it is, where it is not the scanned unit's: its results are left out
    owner = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["scan", "-results", "host"]
        constraints = [models.UniqueConstraint(fields=["scan", "host"], name="unmatched_host_once")]

    def __str__(self) -> str:
        return self.host
