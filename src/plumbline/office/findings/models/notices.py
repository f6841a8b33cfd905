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
    #: with {year} and {number}, e.g. "玉网信整改〔{year}〕{number}号"
    pattern = models.CharField(_("编号规则"), max_length=60)

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

    kind = models.CharField(_("文种"), max_length=12, choices=Kind.choices, default=Kind.RECTIFY)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="notices", verbose_name=_("送达单位"))
    title = models.CharField(_("标题"), max_length=200)
    #: "" until it is approved
    number = models.CharField(_("文号"), max_length=60, blank=True)
    body = models.TextField(_("正文"), blank=True)
    due_on = models.DateField(_("整改期限"), null=True, blank=True)
    #: the document as approved; drawn again for each draft
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
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    #: who signed on paper, where the unit did not sign in the browser
    receiver = models.CharField(_("签收人"), max_length=40, blank=True)
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
