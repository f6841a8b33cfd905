"""Information systems and their classified protection (等级保护)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.office.units.categories import titled
from plumbline.office.units.models.organisations import Unit


class System(models.Model):
    """An information system that a unit answers for."""

    class Level(models.IntegerChoices):
        ONE = 1, _("第一级")
        TWO = 2, _("第二级")
        THREE = 3, _("第三级")
        FOUR = 4, _("第四级")

    class State(models.TextChoices):
        RUNNING = "running", _("在运行")
        BUILDING = "building", _("在建")
        STOPPED = "stopped", _("已停用")

    class Critical(models.TextChoices):
        """Whether it is critical information infrastructure (关键信息基础设施)."""

        NO = "no", _("否")
        PROPOSED = "proposed", _("拟认定")
        DESIGNATED = "designated", _("已认定")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="systems")
    name = models.CharField(_("系统名称"), max_length=128)
    #: key of a `Category` of the group "system"
    kind = models.CharField(_("系统类型"), max_length=32, blank=True)
    state = models.CharField(_("运行状态"), max_length=10, choices=State.choices, default=State.RUNNING)
    purpose = models.CharField(_("承载业务"), max_length=300, blank=True)
    url = models.CharField(_("访问地址"), max_length=300, blank=True)
    operator = models.CharField(_("运维单位"), max_length=128, blank=True)
    level = models.PositiveSmallIntegerField(_("等保级别"), choices=Level.choices, null=True, blank=True)
    filing_number = models.CharField(_("备案证明编号"), max_length=60, blank=True)
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    assessed_on = models.DateField(_("最近测评日期"), null=True, blank=True)
    assessed_by = models.CharField(_("测评机构"), max_length=128, blank=True)
    assessment_due_on = models.DateField(_("下次测评期限"), null=True, blank=True)
    critical = models.CharField(
        _("关键信息基础设施"), max_length=10, choices=Critical.choices, default=Critical.NO
    )
    protected_by = models.CharField(_("保护工作部门"), max_length=128, blank=True)
    note = models.TextField(_("备注"), blank=True)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("信息系统")
        ordering = ["unit", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="system_name_once_a_unit",
                violation_error_message=_("本单位已登记同名系统。"),
            )
        ]
        indexes = [models.Index(fields=["assessment_due_on"], name="system_by_due_day")]

    def __str__(self) -> str:
        return self.name

    def get_kind_display(self) -> str:
        """The title of its type, as the office words it; "" while nobody said."""
        return titled("system", self.kind)
