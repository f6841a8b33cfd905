"""The yearly plan, its inspections, and who does them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plumbline.office.inspections.models.checklists import ChecklistItem, ChecklistVersion
from plumbline.office.units.models import Unit


class InspectionPlan(models.Model):
    """What is to be inspected in a year."""

    class State(models.TextChoices):
        DRAFT = "draft", _("编制中")
        SUBMITTED = "submitted", _("待批准")
        APPROVED = "approved", _("已批准")

    year = models.PositiveSmallIntegerField(_("年度"), unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    #: inspections to finish by the end of each quarter, of the year's own count
    quota_q1 = models.PositiveSmallIntegerField(_("一季度"), default=0)
    quota_q2 = models.PositiveSmallIntegerField(_("二季度"), default=0)
    quota_q3 = models.PositiveSmallIntegerField(_("三季度"), default=0)
    quota_q4 = models.PositiveSmallIntegerField(_("四季度"), default=0)
    note = models.TextField(_("工作安排"), blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    #: what the approver said when he gave it back; "" once it is submitted again
    returned_reason = models.TextField(_("退回理由"), blank=True)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("年度检查计划")
        ordering = ["-year"]

    def __str__(self) -> str:
        return gettext("%(year)s 年检查计划") % {"year": self.year}


class PlanChange(models.Model):
    """What was changed in a plan after its approval, and why; never changed, never deleted."""

    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="changes")
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: number of the inspection, or what of the plan itself: "季度任务数"
    subject = models.CharField(_("调整对象"), max_length=200)
    before = models.TextField(_("调整前"), blank=True)
    after = models.TextField(_("调整后"), blank=True)
    reason = models.TextField(_("调整理由"))

    class Meta:
        verbose_name = _("计划调整")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.subject}"


class Draw(models.Model):
    """A random draw (双随机) that anybody can repeat: the pool, the seed, the result."""

    class Kind(models.TextChoices):
        UNITS = "units", _("抽取检查对象")
        INSPECTORS = "inspectors", _("抽取检查人员")

    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="draws")
    kind = models.CharField(_("抽取内容"), max_length=10, choices=Kind.choices)
    seed = models.CharField(_("随机种子"), max_length=64)
    #: name and version of the procedure, e.g. "sm3-rank@1"
    procedure = models.CharField(max_length=30)
    #: SM3 over the pool as drawn from
    digest = models.CharField(_("名单摘要"), max_length=64)
    wanted = models.PositiveSmallIntegerField(_("抽取数量"))
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    note = models.TextField(_("抽取范围"), blank=True)
    #: where the seed comes from: a public number and its day, or that the machine made it
    seed_source = models.CharField(_("种子来源"), max_length=200, blank=True)
    #: why it was drawn again though the plan has a draw of the kind; "" for the first
    reason = models.TextField(_("重新抽取理由"), blank=True)

    class Meta:
        verbose_name = _("随机抽取")
        ordering = ["-drawn_at"]

    def __str__(self) -> str:
        return f"{self.plan} {self.seed}"


class DrawEntry(models.Model):
    """One candidate of a draw, with its rank; the first `wanted` are drawn."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="entries")
    rank = models.PositiveIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: what it was ranked by, as it was on the day: credit code or name, and the name beside it
    key = models.CharField(max_length=200, default="")
    title = models.CharField(max_length=200, default="")
    #: SM3 of seed and key, by which it got its rank
    digest = models.CharField(max_length=64, default="")

    class Meta:
        ordering = ["draw", "rank"]
        constraints = [models.UniqueConstraint(fields=["draw", "rank"], name="rank_once_a_draw")]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.rank}"


class Inspection(models.Model):
    """One inspection of one unit: planned, done, concluded.

    `state` changes only through `inspections.services.progress.move`. For metrics: it counts as done in
    the period that holds `finished_on`, as planned in the one that holds `planned_to`, and as on time when
    `finished_on <= planned_to`.
    """

    class Method(models.TextChoices):
        SELF_CHECK = "self_check", _("单位自查")
        ON_SITE = "on_site", _("现场检查")
        EXPERT = "expert", _("专家技术检测")

    class State(models.TextChoices):
        PLANNED = "planned", _("未开始")
        RUNNING = "running", _("进行中")
        SUBMITTED = "submitted", _("待审核")
        RETURNED = "returned", _("退回补正")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")

    number = models.CharField(_("检查编号"), max_length=24, unique=True)
    plan = models.ForeignKey(
        InspectionPlan, models.PROTECT, null=True, blank=True, related_name="inspections"
    )
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, blank=True, related_name="inspections")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="inspections", verbose_name=_("被检查单位"))
    method = models.CharField(_("检查方式"), max_length=10, choices=Method.choices)
    checklist = models.ForeignKey(
        ChecklistVersion, models.PROTECT, null=True, blank=True, related_name="inspections"
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PLANNED)
    planned_from = models.DateField(_("计划开始"))
    planned_to = models.DateField(_("计划完成"))
    started_on = models.DateField(_("开始日期"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    finished_on = models.DateField(_("完成日期"), null=True, blank=True)
    #: points reached and reachable when it was concluded
    score = models.DecimalField(_("得分"), max_digits=9, decimal_places=2, null=True, blank=True)
    full_score = models.DecimalField(_("满分"), max_digits=9, decimal_places=2, null=True, blank=True)
    place = models.CharField(_("检查地点"), max_length=200, blank=True)
    companions = models.CharField(_("被检查单位陪同人员"), max_length=200, blank=True)
    record = models.TextField(_("检查情况"), blank=True)
    conclusion = models.TextField(_("检查结论"), blank=True)
    cancelled_reason = models.TextField(_("取消或退回理由"), blank=True)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("检查")
        ordering = ["-planned_to", "-pk"]
        indexes = [
            models.Index(fields=["planned_to", "state"], name="inspection_by_plan_day"),
            models.Index(fields=["finished_on"], name="inspection_by_finish_day"),
            models.Index(fields=["unit", "-planned_to"], name="inspection_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"


class Inspector(models.Model):
    """A person who takes part in an inspection; an expert sees it while engaged, and no longer."""

    class Role(models.TextChoices):
        LEAD = "lead", _("组长")
        MEMBER = "member", _("检查人员")
        EXPERT = "expert", _("专家")

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="inspectors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="inspections")
    role = models.CharField(_("分工"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    #: an expert's first and last day; the office's own people have none
    starts_on = models.DateField(_("聘请自"), null=True, blank=True)
    ends_on = models.DateField(_("聘请至"), null=True, blank=True)
    #: why a conflict of interest that was flagged is acceptable; "" where none was flagged
    conflict_note = models.TextField(_("回避说明"), blank=True)

    #: the wording of an expert's engagement
    letter = models.TextField(_("聘请说明"), blank=True)

    class Meta:
        verbose_name = _("检查人员")
        ordering = ["inspection", "role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "user"], name="inspector_once"),
            models.UniqueConstraint(
                fields=["inspection"], condition=Q(role="lead"), name="one_lead_an_inspection"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.user}"


class Interest(models.Model):
    """A person's declared tie to a unit: a reason to keep away from its inspection."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    reason = models.CharField(_("情形"), max_length=200)
    until = models.DateField(_("有效期至"), null=True, blank=True)

    class Meta:
        verbose_name = _("应回避情形")
        constraints = [models.UniqueConstraint(fields=["user", "unit"], name="interest_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.unit}"


class Photo(models.Model):
    """A photograph or paper of a visit."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="photos")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    title = models.CharField(_("说明"), max_length=200)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    #: the item that it shows; null where it shows the visit as a whole
    item = models.ForeignKey(ChecklistItem, models.PROTECT, null=True, blank=True, related_name="photos")

    class Meta:
        ordering = ["inspection", "pk"]

    def __str__(self) -> str:
        return self.title


class InspectionEvent(models.Model):
    """One step in the life of an inspection; never changed, never deleted."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="events")
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: key of the transition: "start", "submit", "return", "conclude" …
    act = models.CharField(max_length=20)
    before = models.CharField(max_length=10, choices=Inspection.State.choices, blank=True)
    after = models.CharField(max_length=10, choices=Inspection.State.choices)
    note = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("办理记录")
        ordering = ["inspection", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.act}"
