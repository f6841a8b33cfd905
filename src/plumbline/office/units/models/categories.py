"""Types of units and sectors, as rows that the office may add to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """One word of a list: a type of units, a sector, a kind of systems.

    The rows that the product ships come from `units/data/categories.toml`; an office adds its own.
    A category in use is never deleted, only retired.
    """

    class Group(models.TextChoices):
        TYPE = "type", _("单位类别")
        SECTOR = "sector", _("行业领域")
        SYSTEM = "system", _("系统类型")

    class State(models.TextChoices):
        ACTIVE = "active", _("在用")
        RETIRED = "retired", _("停用")

    group = models.CharField(_("分类"), max_length=10, choices=Group.choices)
    key = models.CharField(max_length=32)
    title = models.CharField(_("名称"), max_length=40)
    ordinal = models.PositiveSmallIntegerField(_("顺序"), default=100)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ACTIVE)

    class Meta:
        verbose_name = _("分类")
        ordering = ["group", "ordinal", "pk"]
        constraints = [models.UniqueConstraint(fields=["group", "key"], name="category_key_once")]

    def __str__(self) -> str:
        return self.title
