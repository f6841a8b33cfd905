"""Organisations, and who speaks for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.office.units.categories import titled


class Unit(models.Model):
    """An organisation: the office itself, or one that it supervises."""

    class Kind(models.TextChoices):
        PARTY = "party", _("党委部门")
        GOVERNMENT = "government", _("政府部门")
        TOWNSHIP = "township", _("乡镇（街道）")
        SCHOOL = "school", _("学校")
        HOSPITAL = "hospital", _("医疗卫生机构")
        ENTERPRISE = "enterprise", _("企业")
        OTHER = "other", _("其他单位")

    class State(models.TextChoices):
        ACTIVE = "active", _("在用")
        CLOSED = "closed", pgettext_lazy("unit", "已撤销")
        MERGED = "merged", pgettext_lazy("unit", "已并入其他单位")

    name = models.CharField(_("单位名称"), max_length=128, unique=True)
    short_name = models.CharField(_("简称"), max_length=32, blank=True)
    code = models.CharField(_("预算单位编码"), max_length=32, blank=True)
    #: key of a `Category` of the group "type"; the shipped keys that code knows by name are in `Kind`
    kind = models.CharField(_("单位类别"), max_length=32, default=Kind.OTHER)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级单位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.ACTIVE)
    #: key of a `Category` of the group "sector"; "" while nobody said
    sector = models.CharField(_("行业领域"), max_length=32, blank=True)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    address = models.CharField(_("办公地址"), max_length=200, blank=True)
    staff_total = models.PositiveIntegerField(_("在职人数"), null=True, blank=True)
    staff_security = models.PositiveIntegerField(_("网络安全工作人员数"), null=True, blank=True)
    #: the day on which the unit declared that it runs no information system of its own; None: it did not
    no_systems_on = models.DateField(_("声明无自有信息系统的日期"), null=True, blank=True)
    #: where its work is carried on now; of a chain of mergers always the last, so that one step finds it
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("并入"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="absorbed",
    )
    note = models.TextField(_("备注"), blank=True)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="units_code_once",
                violation_error_message=_("该预算单位编码已被使用。"),
            ),
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="units_credit_code_once",
                violation_error_message=_("该统一社会信用代码已被其他单位使用。"),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def get_kind_display(self) -> str:
        """The title of its type, as the office words it."""
        return titled("type", self.kind)

    def get_sector_display(self) -> str:
        """The title of its sector; "" while nobody said."""
        return titled("sector", self.sector)

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class Membership(models.Model):
    """A person belongs to a unit; a liaison sees the units he belongs to, and no other."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("用户"), on_delete=models.PROTECT, related_name="memberships"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="memberships"
    )

    class Meta:
        verbose_name = _("单位成员")
        verbose_name_plural = _("单位成员")
        constraints = [models.UniqueConstraint(fields=["user", "unit"], name="units_membership_once")]

    def __str__(self) -> str:
        return f"{self.unit}：{self.user}"


class UnitChange(models.Model):
    """A turn in a unit's life: merged, closed, reopened, renamed. The rows stay; nothing is deleted."""

    class Kind(models.TextChoices):
        MERGED = "merged", _("并入其他单位")
        ABSORBED = "absorbed", _("其他单位并入")
        CLOSED = "closed", _("撤销")
        REOPENED = "reopened", _("恢复")
        RENAMED = "renamed", _("更名")
        MOVED = "moved", _("变更上级单位")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="changes")
    kind = models.CharField(_("变更"), max_length=10, choices=Kind.choices)
    on = models.DateField(_("日期"))
    #: the unit it went into, or that came into it, or its new parent
    other = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    before = models.CharField(_("变更前"), max_length=200, blank=True)
    after = models.CharField(_("变更后"), max_length=200, blank=True)
    reason = models.TextField(_("依据"), blank=True)
    #: what a merger took along, {"systems": [pk], "assets": …, "contacts": …, "people": …, "children": …}, so
    #: that a merger by mistake can be taken back
    moved = models.JSONField(default=dict, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("单位沿革")
        ordering = ["unit", "-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_kind_display()}"
