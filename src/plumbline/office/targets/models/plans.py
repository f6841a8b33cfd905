"""A plan, its versions, and what a version says as a whole.

A `Plan` is one unit's promise for one year. Its content hangs on a `PlanVersion`: version 1 is the
imported document, an adjustment is version 2. What must outlive a version (payments, values,
scores) hangs on the lines: `ProjectLine` is the project, `IndicatorLine` the indicator, through all
versions of the plan.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.office.targets.day_labels import title_of
from plumbline.office.targets.models.numbers import MONEY


class Plan(models.Model):
    """One unit's budget-performance plan for one year."""

    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="plans", verbose_name=_("单位"))
    year = models.PositiveSmallIntegerField(_("年度"))
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("one", "绩效目标")
        ordering = ["-year", "unit__name"]
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="one_plan_a_unit_and_year")]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"


class Checkpoint(models.Model):
    """A day of the year at which spend and indicators are looked at (31 March …)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="checkpoints")
    day = models.DateField(_("日期"))
    label = models.CharField(_("名称"), max_length=40)

    class Meta:
        verbose_name = _("监控节点")
        ordering = ["plan", "day"]
        constraints = [models.UniqueConstraint(fields=["plan", "day"], name="checkpoint_once_a_day")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The label in the reader's language, where the office did not choose its own."""
        return title_of(self.day, self.label)


class PlanVersion(models.Model):
    """One state of the plan's content; frozen once approved."""

    class State(models.TextChoices):
        DRAFT = "draft", _("核对中")
        APPROVED = "approved", _("已批准")
        SUPERSEDED = "superseded", _("已被调整")
        DISCARDED = "discarded", _("已作废")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.DRAFT)
    #: why this version exists: the import, or the reason of the adjustment
    reason = models.TextField(_("事由"), blank=True)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)
    source = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    source_format = models.CharField(max_length=12, blank=True)
    layout = models.CharField(max_length=40, blank=True)
    #: what the reader had to leave out or could not tell, in sentences for the user
    source_notes = models.JSONField(default=list, blank=True)
    form = models.CharField(_("表式"), max_length=20, blank=True)
    organisation_name = models.CharField(_("单位名称"), max_length=200)
    organisation_aliases = models.JSONField(_("单位别称"), default=list, blank=True)
    organisation_code = models.CharField(_("单位编码"), max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: the approved version that an adjustment starts from
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    #: SM3 over the content at approval; the database refuses changes of a version that has one
    frozen_digest = models.CharField(max_length=64, blank=True)
    #: when, by whom and why it was discarded, or superseded by an adjustment
    closed_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_reason = models.TextField(_("停用事由"), blank=True)
    #: fields that were mended by hand
    mended = models.JSONField(default=list, blank=True)
    #: revision that the findings belong to; older than `revision` while a check is under way
    checked_revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("绩效目标版本")
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_number_once_a_plan"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state="approved"), name="one_approved_version_a_plan"
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state="draft"), name="one_draft_version_a_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"

    @property
    def editable(self) -> bool:
        return self.state == self.State.DRAFT


class PlanArchive(models.Model):
    """The document as it was read, so that checks can be run again on it years later.

    `data` is a packed `kernel.plans.archive.dump`; mended values are laid over it, never into it.
    """

    version = models.OneToOneField(PlanVersion, models.CASCADE, related_name="archive")
    data = models.BinaryField()

    def __str__(self) -> str:
        return str(self.version)


class SourceLine(models.Model):
    """One line, paragraph or cell of the imported document, for the view beside the plan."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="source_lines")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    where = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["version", "number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="source_line_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.text[:40]}"


class CategoryTotal(models.Model):
    """An amount by category as the document states it (人员类项目 …)."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="totals")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(_("类别"), max_length=100)
    amount_yuan = models.DecimalField(_("金额（元）"), null=True, **MONEY)
    raw = models.CharField(max_length=60, blank=True)
    source_unit = models.CharField(max_length=8, default="元")
    lines = models.JSONField(default=list)
    #: fields that were mended by hand
    mended = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["version", "ordinal"]

    def __str__(self) -> str:
        return f"{self.name} {self.raw}"


class Goal(models.Model):
    """An overall goal or a safeguard, as numbered in the prose."""

    class Kind(models.TextChoices):
        GOAL = "goal", _("总体目标")
        SAFEGUARD = "safeguard", _("保障措施")

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="goals")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    ordinal = models.PositiveSmallIntegerField()
    text = models.TextField()
    lines = models.JSONField(default=list)

    class Meta:
        ordering = ["version", "kind", "ordinal"]

    def __str__(self) -> str:
        return self.text[:40]
