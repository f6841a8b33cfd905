"""A finding: what is wrong, where, and how far its rectification is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.office.units.models import Asset, System, Unit


class Finding(models.Model):
    """Something that a unit has to put right.

    `state` changes only through `findings.services.transitions.move`, which writes a `FindingEvent` beside
    it; so the state at any past day can be read from the events.
    """

    class State(models.TextChoices):
        NEW = "new", _("待确认")
        CONFIRMED = "confirmed", _("待通报")
        NOTIFIED = "notified", _("整改中")
        REPLIED = "replied", _("待复查")
        RETURNED = "returned", _("复查未通过")
        ACCEPTED = "accepted", _("暂不整改（风险接受）")
        CLOSED = "closed", _("已整改")
        DISMISSED = "dismissed", _("不成立")

    class Severity(models.TextChoices):
        CRITICAL = "critical", _("严重")
        HIGH = "high", _("高")
        MEDIUM = "medium", _("中")
        LOW = "low", _("低")

    class Source(models.TextChoices):
        MANUAL = "manual", _("人工登记")
        INSPECTION = "inspection", _("检查")
        SCAN = "scan", _("扫描报告")
        TELEMETRY = "telemetry", _("安全监测")
        SITE = "site", _("网站检查")
        INCIDENT = "incident", _("安全事件")
        REPORT = "report", _("公众举报")

    class Closing(models.TextChoices):
        """How it was closed; "" while it is open."""

        VERIFIED = "verified", _("复查通过")
        GONE = "gone", _("重新扫描已不存在")

    #: WT-2026-00012; given when the finding is raised, never again
    number = models.CharField(_("问题编号"), max_length=24, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="findings", verbose_name=_("单位"))
    system = models.ForeignKey(
        System, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("信息系统")
    )
    asset = models.ForeignKey(
        Asset, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("资产")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.NEW)
    severity = models.CharField(_("严重程度"), max_length=10, choices=Severity.choices)
    title = models.CharField(_("问题"), max_length=200)
    detail = models.TextField(_("问题描述"), blank=True)
    place = models.CharField(_("位置"), max_length=300, blank=True)
    basis = models.TextField(_("依据"), blank=True)
    advice = models.TextField(_("整改建议"), blank=True)
    source = models.CharField(_("来源"), max_length=12, choices=Source.choices, default=Source.MANUAL)
    #: which tool, checklist or person within the source: "nessus", "county-yearly"
    source_name = models.CharField(max_length=60, blank=True)
    #: key of what raised it within its room: an inspection's or a scan import's id
    source_key = models.CharField(max_length=60, blank=True)
    #: SM3 over what makes it the same thing when the source finds it again; "" never matches
    fingerprint = models.CharField(max_length=64, blank=True)
    raised_at = models.DateTimeField(_("发现时间"))
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    last_seen_at = models.DateTimeField(_("最近一次发现"))
    #: day by which it is to be put right; set by the notice or by hand, moved by a granted extension
    due_on = models.DateField(_("整改期限"), null=True, blank=True)
    #: the first `due_on`, from which extensions count
    first_due_on = models.DateField(null=True, blank=True)
    #: the unit's latest reply, and how many replies were re-checked
    replied_at = models.DateTimeField(_("回复时间"), null=True, blank=True)
    rounds = models.PositiveSmallIntegerField(_("复查次数"), default=0)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    closing = models.CharField(_("办结方式"), max_length=10, choices=Closing.choices, blank=True)
    #: how often it came back after it was closed
    reopened = models.PositiveSmallIntegerField(_("重新出现次数"), default=0)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("问题")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "source", "fingerprint"],
                condition=~Q(fingerprint=""),
                name="finding_once_a_fingerprint",
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="finding_by_due_day"),
            models.Index(fields=["unit", "state", "severity"], name="finding_of_unit"),
            models.Index(fields=["-raised_at", "-id"], name="finding_newest"),
            models.Index(fields=["source", "source_key"], name="finding_of_source"),
            models.Index(fields=["state", "-raised_at", "-id"], name="finding_newest_of_state"),
            # wide on purpose: counts, sums and orders are read from the index alone, not from rows with
            # pages of text
            models.Index(
                fields=["state", "severity", "source", "unit", "due_on", "closed_at"], name="finding_counts"
            ),
            models.Index(fields=["title", "number", "place", "state", "unit", "asset"], name="finding_words"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


#: not yet put right, and nothing decided against it
OPEN = (
    Finding.State.NEW,
    Finding.State.CONFIRMED,
    Finding.State.NOTIFIED,
    Finding.State.REPLIED,
    Finding.State.RETURNED,
)


class FindingEvent(models.Model):
    """One step in the life of a finding; never changed, never deleted."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="events")
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: key of the transition or act: "raise", "confirm", "notify", "reply", "pass", "return", "extend" …
    act = models.CharField(max_length=20)
    before = models.CharField(max_length=10, choices=Finding.State.choices, blank=True)
    after = models.CharField(max_length=10, choices=Finding.State.choices)
    #: which re-check round it belongs to, from 1; 0 before the first reply
    round = models.PositiveSmallIntegerField(default=0)
    note = models.TextField(_("说明"), blank=True)
    #: the deadline as it stood after the step, so that what was overdue at a past day can be read
    due_on = models.DateField(_("整改期限"), null=True, blank=True)

    class Meta:
        verbose_name = _("办理记录")
        ordering = ["finding", "at", "pk"]
        indexes = [models.Index(fields=["finding", "-at", "-id"], name="event_latest_first")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.act}"


class FindingFile(models.Model):
    """A file of a finding: evidence of the problem, or of its rectification."""

    class Role(models.TextChoices):
        EVIDENCE = "evidence", _("问题证据")
        REPLY = "reply", _("整改佐证")
        RECHECK = "recheck", _("复查记录")

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="files")
    #: the step it came with; null when it was there before
    event = models.ForeignKey(FindingEvent, models.PROTECT, null=True, blank=True, related_name="files")
    role = models.CharField(max_length=10, choices=Role.choices)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    title = models.CharField(_("名称"), max_length=200)

    class Meta:
        ordering = ["finding", "pk"]

    def __str__(self) -> str:
        return self.title


class Extension(models.Model):
    """A unit asks for more time; a person of the office decides."""

    class State(models.TextChoices):
        ASKED = "asked", _("待审批")
        GRANTED = "granted", _("已同意")
        REFUSED = "refused", _("未同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="extensions")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ASKED)
    until = models.DateField(_("申请延期至"))
    reason = models.TextField(_("延期理由"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(_("审批意见"), blank=True)

    class Meta:
        verbose_name = _("延期申请")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(state="asked"), name="one_open_extension_a_finding"
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.until}"


class RiskAcceptance(models.Model):
    """A finding is left as it is until a day; a second person approves. On that day it opens again."""

    class State(models.TextChoices):
        ASKED = "asked", _("待批准")
        ACTIVE = "active", _("有效")
        REFUSED = "refused", _("未批准")
        EXPIRED = "expired", _("已到期")
        REVOKED = "revoked", _("已撤销")

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="acceptances")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ASKED)
    reason = models.TextField(_("暂不整改的理由"))
    safeguards = models.TextField(_("期间的防护措施"))
    expires_on = models.DateField(_("有效期至"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(_("审批意见"), blank=True)

    class Meta:
        verbose_name = _("风险接受")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding"],
                condition=Q(state__in=["asked", "active"]),
                name="one_acceptance_a_finding",
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.expires_on}"


class Escalation(models.Model):
    """One step of the chain that an overdue finding goes through; the chain is data."""

    class State(models.TextChoices):
        DUE = "due", _("待办理")
        DONE = "done", _("已办理")
        WAIVED = "waived", _("不再办理")

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="escalations")
    #: key of the step in the chain: "reminder", "second_notice", "talk", "referral"
    step = models.CharField(max_length=20)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DUE)
    due_on = models.DateField(_("应办日期"))
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("办理情况"), blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    #: the deadline that was missed; a later deadline starts the chain anew
    deadline = models.DateField()

    class Meta:
        verbose_name = _("催办")
        ordering = ["finding", "due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "step", "deadline"], name="escalation_step_once_a_deadline"
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.step}"
