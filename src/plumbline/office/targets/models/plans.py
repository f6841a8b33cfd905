"""A plan, its versions, and what a version says.

A `Plan` is one unit's promise for one year. Its content hangs on a `PlanVersion`: version 1 is the
imported document, an adjustment is version 2. What must outlive a version (payments, values,
scores) hangs on the lines: `ProjectLine` is the project, `IndicatorLine` the indicator, through all
versions of the plan.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.office.targets.day_labels import title_of

MONEY = {"max_digits": 18, "decimal_places": 2}
NUMBER = {"max_digits": 24, "decimal_places": 8}


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


class PlanFinding(models.Model):
    """What a check said of a version, and what a person did about it."""

    class Severity(models.TextChoices):
        ERROR = "error", _("错误")
        WARNING = "warning", _("警告")
        NOTE = "note", _("提示")
        CONFIRMED = "confirmed", _("核对无误")

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        MENDED = "mended", _("已修改")
        ACCEPTED = "accepted", _("说明后接受")

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=60)
    severity = models.CharField(_("级别"), max_length=10, choices=Severity.choices)
    state = models.CharField(_("处理"), max_length=10, choices=State.choices, default=State.OPEN)
    lines = models.JSONField(default=list)
    where = models.JSONField(default=list)
    message = models.TextField(_("问题"))
    advice = models.TextField(_("建议"), blank=True)
    disposition = models.TextField(_("处理说明"), blank=True)
    disposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    disposed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("校核结果")
        ordering = ["version", "id"]
        indexes = [models.Index(fields=["version", "state", "severity"], name="plan_finding_open")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.message[:60]}"


class Correction(models.Model):
    """One value of a draft mended by hand: what it was, what it became, why."""

    class Kind(models.TextChoices):
        CHANGED = "changed", _("修改")
        ADDED = "added", _("新增")
        REMOVED = "removed", _("删除")

    class State(models.TextChoices):
        APPLIED = "applied", _("有效")
        UNDONE = "undone", _("已撤销")

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="corrections")
    project_line = models.ForeignKey(ProjectLine, models.PROTECT, null=True, blank=True, related_name="+")
    indicator_line = models.ForeignKey(IndicatorLine, models.PROTECT, null=True, blank=True, related_name="+")
    finding = models.ForeignKey(
        PlanFinding, models.SET_NULL, null=True, blank=True, related_name="corrections"
    )
    field = models.CharField(_("栏目"), max_length=40)
    old = models.TextField(_("原值"), blank=True)
    new = models.TextField(_("新值"), blank=True)
    reason = models.TextField(_("理由"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CHANGED)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.APPLIED)
    #: what was mended, in the reader's words (the project, the indicator)
    label = models.CharField(_("对象"), max_length=300, blank=True)
    #: revision of the version that this change made
    revision = models.PositiveIntegerField(default=0)
    #: what an undo puts back: rows of a removal, former state of a field
    snapshot = models.JSONField(default=dict, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("更正")
        ordering = ["version", "-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.field}: {self.old[:20]} → {self.new[:20]}"


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
