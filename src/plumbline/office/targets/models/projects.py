"""The projects of a version with their funds, spend points and indicators; the lines that outlive it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.office.targets.models.numbers import MONEY, NUMBER
from plumbline.office.targets.models.plans import Plan, PlanVersion


class ProjectLine(models.Model):
    """A project through all versions of its plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="project_lines")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    def __str__(self) -> str:
        return str(self.key)


class Project(models.Model):
    """A project as one version has it: the values that count, after mending by hand."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="projects")
    line = models.ForeignKey(ProjectLine, models.PROTECT, related_name="versions")
    ordinal = models.PositiveSmallIntegerField()
    code = models.CharField(_("项目编码"), max_length=60, blank=True)
    name = models.CharField(_("项目名称"), max_length=200)
    aliases = models.JSONField(_("项目别称"), default=list, blank=True)
    category = models.CharField(_("项目类别"), max_length=100, blank=True)
    department = models.CharField(_("主管部门"), max_length=200, blank=True)
    implementer = models.CharField(_("实施单位"), max_length=200, blank=True)
    budget_yuan = models.DecimalField(_("预算数（元）"), null=True, **MONEY)
    source_unit = models.CharField(max_length=8, default="元")
    use = models.TextField(_("资金用途"), blank=True)
    goal = models.TextField(pgettext_lazy("goal", "绩效目标"), blank=True)
    basis = models.TextField(_("指标依据"), blank=True)
    #: fields that were mended by hand ("name", "funds", "spend_plan" …)
    mended = models.JSONField(default=list, blank=True)
    #: place in the document as it was read ("3"); "" for a project added by hand
    place = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("项目")
        ordering = ["version", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["version", "line"], name="project_once_a_version"),
        ]

    def __str__(self) -> str:
        return self.name


class Statement(models.Model):
    """What one place of the document (prose or table) asserts of a project, unchanged."""

    class Origin(models.TextChoices):
        TEXT = "text", _("文字")
        TABLE = "table", pgettext_lazy("origin", "表格")

    project = models.ForeignKey(Project, models.CASCADE, related_name="statements")
    ordinal = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=5, choices=Origin.choices)
    title = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60, blank=True)
    budget_yuan = models.DecimalField(null=True, **MONEY)
    budget_raw = models.CharField(max_length=60, blank=True)
    use = models.TextField(blank=True)
    goal = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    lines = models.JSONField(default=list)
    #: line of single values by field name
    spans = models.JSONField(default=dict)
    #: further labelled values of the form
    attributes = models.JSONField(default=dict)

    class Meta:
        ordering = ["project", "ordinal"]

    def __str__(self) -> str:
        return f"{self.get_origin_display()} {self.name}"


class Fund(models.Model):
    """Part of a project's budget by source of funds (财政资金, 其他资金, 上年结转)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="funds")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(_("资金来源"), max_length=60)
    amount_yuan = models.DecimalField(_("金额（元）"), null=True, **MONEY)
    raw = models.CharField(max_length=60, blank=True)
    source_unit = models.CharField(max_length=8, default="元")
    lines = models.JSONField(default=list)

    class Meta:
        ordering = ["project", "ordinal"]

    def __str__(self) -> str:
        return f"{self.name} {self.raw}"


class SpendPoint(models.Model):
    """By `day`, `percent` of the budget is planned to be spent, cumulated."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="spend_points")
    origin = models.CharField(max_length=5, choices=Statement.Origin.choices)
    day = models.DateField(_("日期"))
    percent = models.DecimalField(_("累计支出进度（%）"), max_digits=6, decimal_places=2)
    raw_day = models.CharField(max_length=40, blank=True)
    raw_percent = models.CharField(max_length=20, blank=True)
    lines = models.JSONField(default=list)

    class Meta:
        ordering = ["project", "origin", "day"]
        constraints = [
            models.UniqueConstraint(fields=["project", "origin", "day"], name="spend_point_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.percent}%"


class IndicatorLine(models.Model):
    """An indicator through all versions of its plan."""

    project_line = models.ForeignKey(ProjectLine, models.CASCADE, related_name="indicator_lines")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    def __str__(self) -> str:
        return str(self.key)


class Indicator(models.Model):
    """An indicator as one version has it."""

    class Use(models.TextChoices):
        #: measured and scored
        TRACKED = "tracked", _("考核")
        #: stated in the document (say in the prose beside a table), shown and checked only
        REFERENCE = "reference", _("参照")

    class Kind(models.TextChoices):
        QUANTITATIVE = "quantitative", _("定量")
        QUALITATIVE = "qualitative", _("定性")
        DATE = "date", _("时限")
        VAGUE = "vague", _("未量化")
        EMPTY = "empty", _("空")

    project = models.ForeignKey(Project, models.CASCADE, related_name="indicators")
    line = models.ForeignKey(IndicatorLine, models.PROTECT, related_name="versions")
    ordinal = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=5, choices=Statement.Origin.choices)
    use = models.CharField(_("用途"), max_length=10, choices=Use.choices, default=Use.TRACKED)
    level1 = models.CharField(_("一级指标"), max_length=100)
    level2 = models.CharField(_("二级指标"), max_length=100, blank=True)
    level3 = models.CharField(_("三级指标"), max_length=300, blank=True)
    description = models.TextField(_("绩效指标描述"), blank=True)
    basis = models.TextField(_("指标值确定依据"), blank=True)
    weight = models.DecimalField(_("分值"), max_digits=7, decimal_places=2, null=True, blank=True)
    direction = models.CharField(_("指标方向"), max_length=20, blank=True)
    #: the target: the text as the document has it, and how it was read
    target_raw = models.CharField(_("指标值"), max_length=300, blank=True)
    target_kind = models.CharField(max_length=12, choices=Kind.choices)
    target_comparator = models.CharField(max_length=5, blank=True)
    target_value = models.DecimalField(null=True, blank=True, **NUMBER)
    target_high = models.DecimalField(null=True, blank=True, **NUMBER)
    target_unit = models.CharField(max_length=30, blank=True)
    target_day = models.DateField(null=True, blank=True)
    target_base = models.CharField(max_length=60, blank=True)
    #: a measurable reading of a vague target, approved by a person; the raw text stays
    reading_raw = models.CharField(_("可衡量的解释"), max_length=300, blank=True)
    reading_reason = models.TextField(blank=True)
    #: proposed, and not yet approved, while `reading_approved_at` is empty
    reading_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reading_proposed_at = models.DateTimeField(null=True, blank=True)
    reading_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reading_approved_at = models.DateTimeField(null=True, blank=True)
    lines = models.JSONField(default=list)
    spans = models.JSONField(default=dict)
    #: fields that were mended by hand
    mended = models.JSONField(default=list, blank=True)
    #: place in the document as it was read ("3.0.5": project, statement, indicator); "" when added by hand
    place = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("绩效指标")
        ordering = ["project", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["project", "line"], name="indicator_once_a_project"),
        ]
        indexes = [models.Index(fields=["project", "use"], name="indicator_use")]

    def __str__(self) -> str:
        return self.level3 or self.description or self.level2
