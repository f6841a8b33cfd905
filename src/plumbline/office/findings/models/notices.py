"""Notices that tell a unit what to put right, and their numbers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.office.findings.models.findings import Finding
from plumbline.office.units.models import Unit


class NumberSeries(models.Model):
    """How documents of one kind are numbered: 玉网信整改〔2026〕12号."""

    key = models.CharField(max_length=30, unique=True)
    title = models.CharField(_("文种"), max_length=40)
    #: with {year} and {number}, e.g. "玉网信整改〔{year}〕{number}号"; {number:03} pads with zeros
    pattern = models.CharField(_("编号规则"), max_length=60)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("文号规则")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title


class Counter(models.Model):
    """The last number that was given in a series and year; locked while the next one is taken."""

    series = models.ForeignKey(NumberSeries, models.PROTECT, related_name="counters")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="counter_once_a_year")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.year}: {self.last}"


class Letterhead(models.Model):
    """Who issues the notices; one row, which the office fills in."""

    #: name in red at the head, and above the date at the end; "" while nobody filled it in
    issuer = models.CharField(_("发文机关"), max_length=60, blank=True)
    #: "联系人：李强，电话：0000-1234567"
    contact = models.CharField(_("联系方式"), max_length=120, blank=True)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("发文机关")

    def __str__(self) -> str:
        return str(_("发文机关"))


class NoticePreview(models.Model):
    """A .docx of a notice as PDF, made in the background; the same content is never made twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("正在转换")
        DONE = "done", _("已生成")
        FAILED = "failed", _("没有生成")

    notice = models.ForeignKey("findings.Notice", models.PROTECT, related_name="previews")
    #: SM3 over what the document is drawn from
    content = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    problem = models.TextField(blank=True)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("PDF 预览")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "content"], name="preview_once_a_content")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.state}"


class NoticeTemplate(models.Model):
    """A .docx that notices of a kind are drafted from; a new upload replaces the current one."""

    class State(models.TextChoices):
        CURRENT = "current", _("现行")
        REPLACED = "replaced", _("已被替换")

    kind = models.CharField(_("文种"), max_length=12)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CURRENT)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("文书模板")
        ordering = ["kind", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state="current"), name="one_current_template_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Notice(models.Model):
    """A document to one unit about findings of that unit."""

    class Kind(models.TextChoices):
        CIRCULAR = "circular", _("网络安全风险通报")
        RECTIFY = "rectify", _("限期整改通知书")
        SECOND = "second", _("再次限期整改通知书")

    class State(models.TextChoices):
        DRAFT = "draft", _("起草中")
        SUBMITTED = "submitted", _("待审批")
        APPROVED = "approved", _("已批准，待用印")
        SEALED = "sealed", _("已用印，待送达")
        SENT = "sent", _("已送达，待签收")
        RECEIVED = "received", _("已签收")
        WITHDRAWN = "withdrawn", _("已作废")

    class Sealing(models.TextChoices):
        """How the seal came onto it; "" until it did."""

        SCAN = "scan", _("上传用印扫描件")
        PAPER = "paper", _("纸质用印")

    class Sending(models.TextChoices):
        """How it went to the unit; "" until it did."""

        PORTAL = "portal", _("系统送达")
        PAPER = "paper", _("纸质送达")
        EMAIL = "email", _("电子邮件")

    kind = models.CharField(_("文种"), max_length=12, choices=Kind.choices, default=Kind.RECTIFY)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="notices", verbose_name=_("送达单位"))
    title = models.CharField(_("标题"), max_length=200)
    #: "" until it is approved
    number = models.CharField(_("文号"), max_length=60, blank=True)
    body = models.TextField(_("正文"), blank=True)
    due_on = models.DateField(_("整改期限"), null=True, blank=True)
    #: what stood for each placeholder when it was approved; {} before
    words = models.JSONField(default=dict, blank=True)
    #: the document as approved, frozen; None before
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sealed_at = models.DateTimeField(_("用印时间"), null=True, blank=True)
    sealing = models.CharField(_("用印方式"), max_length=10, choices=Sealing.choices, blank=True)
    #: who put the seal on the paper
    sealer = models.CharField(_("用印人"), max_length=40, blank=True)
    #: scan of the sealed paper
    sealed_file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    sending = models.CharField(_("送达方式"), max_length=10, choices=Sending.choices, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    #: who signed on paper, where the unit did not sign in the browser
    receiver = models.CharField(_("签收人"), max_length=40, blank=True)
    #: scan of the receipt on paper
    receipt_file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.TextField(_("作废或退回理由"), blank=True)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("通知书")
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="notice_number_once")
        ]
        indexes = [models.Index(fields=["unit", "state"], name="notice_of_unit")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class NoticeEvent(models.Model):
    """One step in the life of a notice; never changed, never deleted."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="events")
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: key of `services.notice_transitions.ACTS`, or "draft", "edit"
    act = models.CharField(max_length=20)
    before = models.CharField(max_length=10, choices=Notice.State.choices, blank=True)
    after = models.CharField(max_length=10, choices=Notice.State.choices)
    note = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("通知书办理记录")
        ordering = ["notice", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.act}"


class NoticeItem(models.Model):
    """A finding on a notice, in its order."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="items")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="notice_items")
    ordinal = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["notice", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["notice", "finding"], name="finding_once_a_notice")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.finding_id}"
