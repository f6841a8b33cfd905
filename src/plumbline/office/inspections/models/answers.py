"""What was answered to the items of a checklist."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.office.inspections.models.checklists import ChecklistItem
from plumbline.office.inspections.models.inspections import Inspection


class Answer(models.Model):
    """The answer to one item, and what the reviewer said of it. The item keeps its version."""

    class State(models.TextChoices):
        DRAFT = "draft", _("已填写")
        SUBMITTED = "submitted", _("已提交")
        RETURNED = "returned", _("已退回")
        ACCEPTED = "accepted", _("已认可")

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="answers")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="answers")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    #: "yes", "partly", "no", "not_applicable", a choice, a number or a text, as the item asks
    value = models.TextField(_("作答"), blank=True)
    note = models.TextField(_("说明"), blank=True)
    points = models.DecimalField(_("得分"), max_digits=7, decimal_places=2, null=True, blank=True)
    returned_reason = models.TextField(_("退回理由"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    #: raised by every change; a device that saves on an older one is told so
    revision = models.PositiveIntegerField(default=1)
    finding = models.ForeignKey(
        "findings.Finding", models.PROTECT, null=True, blank=True, related_name="answers"
    )

    class Meta:
        verbose_name = _("作答")
        ordering = ["inspection", "item__ordinal"]
        constraints = [models.UniqueConstraint(fields=["inspection", "item"], name="answer_once_an_item")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.item_id}"


class AnswerFile(models.Model):
    """Evidence of an answer."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    title = models.CharField(_("名称"), max_length=200)

    class Meta:
        ordering = ["answer", "pk"]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """One change that a device sent, by the name the device gave it: sent twice, it is done once."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="deliveries")
    #: made by the device, a UUID
    key = models.CharField(max_length=64)
    at = models.DateTimeField()
    #: what was answered to the device the first time
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "key"], name="delivery_once_an_inspection")
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.key}"


class AnswerSheet(models.Model):
    """A workbook that a unit filled in offline and sent back: one row for each of its sheets.

    `result` holds what came of it: {"sheet": name, "saved": [item keys], "same": n, "unknown": [keys],
    "errors": [{"cell": "D7", "item": "1.2", "what": text}], "conflicts": [{"item": key, "value": text,
    "note": text, "state": "open" | "taken" | "kept"}], "problem": why the sheet was refused or ""}.
    """

    class State(models.TextChoices):
        REFUSED = "refused", _("未接收")
        OPEN = "open", _("有冲突待处理")
        DONE = "done", _("已导入")

    #: null where the sheet belongs to no inspection that the sender may see
    inspection = models.ForeignKey(Inspection, models.CASCADE, null=True, blank=True, related_name="sheets")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("时间"))
    result = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("离线填报表")
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.result.get('sheet', '')}"
