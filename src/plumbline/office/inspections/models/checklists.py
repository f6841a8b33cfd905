"""Checklists: versioned, and never edited once used."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Checklist(models.Model):
    """A checklist through all its versions."""

    class Origin(models.TextChoices):
        SHIPPED = "shipped", _("内置")
        XLSX = "xlsx", _("Excel 导入")
        CISO = "ciso", _("CISO Assistant 导入")
        OSCAL = "oscal", _("OSCAL 导入")
        TOML = "toml", _("准绳文件导入")

    key = models.CharField(max_length=80, unique=True)
    title = models.CharField(_("检查表"), max_length=200)
    origin = models.CharField(_("来源"), max_length=8, choices=Origin.choices)
    description = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("检查表")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ChecklistVersion(models.Model):
    """One edition. A draft may be replaced; a published one never changes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("在用")
        RETIRED = "retired", _("停用")

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    #: as its issuer calls it: "2026", "1.2.0"
    edition = models.CharField(_("版次"), max_length=40, blank=True)
    #: SM3 over the content, so that the same file is not imported twice
    digest = models.CharField(max_length=64)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    licence = models.CharField(_("许可"), max_length=200, blank=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    imported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("检查表版本")
        ordering = ["checklist", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "number"], name="checklist_number_once"),
            models.UniqueConstraint(
                fields=["checklist"], condition=Q(state="published"), name="one_published_version_a_checklist"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checklist} {self.edition or self.number}"


class ChecklistItem(models.Model):
    """One thing to look at: a section when it has no `answer`, else a question."""

    class Answer(models.TextChoices):
        NONE = "", _("分组")
        CONFORMITY = "conformity", _("符合、部分符合、不符合")
        YES_NO = "yes_no", _("是、否")
        CHOICE = "choice", _("选择")
        NUMBER = "number", _("数值")
        TEXT = "text", _("文字")

    class Confidence(models.TextChoices):
        HIGH = "high", _("已核对")
        MEDIUM = "medium", _("条款号待核对")
        LOW = "low", _("出处待核对")

    version = models.ForeignKey(ChecklistVersion, models.CASCADE, related_name="items")
    #: the same through versions where the item is the same: "1.2"
    key = models.CharField(max_length=80)
    ordinal = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(_("作答方式"), max_length=12, choices=Answer.choices, blank=True)
    title = models.TextField(_("检查内容"))
    guidance = models.TextField(_("检查方法"), blank=True)
    #: citation: law, article, or standard and clause
    basis = models.TextField(_("依据"), blank=True)
    #: how sure the citation is: "high", "medium", "low"; "" where the file does not say
    confidence = models.CharField(_("依据把握"), max_length=6, choices=Confidence.choices, blank=True)
    evidence = models.TextField(_("应提供的材料"), blank=True)
    #: most points; null where it is not scored
    points = models.DecimalField(_("分值"), max_digits=7, decimal_places=2, null=True, blank=True)
    #: for choices: [[value, title, share of the points "0.5" or null], …]
    choices = models.JSONField(default=list, blank=True)
    #: asked only when: {"item": key, "in": [values]}; {} always
    condition = models.JSONField(default=dict, blank=True)
    #: what a finding raised from a failed item is pre-filled with
    severity = models.CharField(_("不符合时的严重程度"), max_length=10, blank=True)
    finding = models.CharField(_("问题表述"), max_length=200, blank=True)
    advice = models.TextField(_("整改建议"), blank=True)
    #: raised by every change of a draft; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("检查项")
        ordering = ["version", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="item_key_once_a_version")]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"[:80]


class ItemMapping(models.Model):
    """Which item of an older version an item of a newer one continues; proposed, then confirmed."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("建议")
        CONFIRMED = "confirmed", _("已确认")
        REJECTED = "rejected", _("不对应")

    before = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="mapped_to")
    after = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="mapped_from")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    #: why it was proposed: "key", "title", "likeness 0.87"
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["before", "after"], name="mapping_once")]

    def __str__(self) -> str:
        return f"{self.before_id} → {self.after_id}"
