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
