"""Organisations, and who speaks for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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

    name = models.CharField(_("单位名称"), max_length=128, unique=True)
    short_name = models.CharField(_("简称"), max_length=32, blank=True)
    code = models.CharField(_("预算单位编码"), max_length=32, blank=True)
    kind = models.CharField(_("单位类别"), max_length=16, choices=Kind.choices, default=Kind.OTHER)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级单位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.ACTIVE)
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
            )
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


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
