"""The people whom a unit names as responsible."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.sealing import SealedTextField
from plumbline.office.units.models.organisations import Unit


class Contact(models.Model):
    """One person in one role of a unit, from a day to a day. Numbers and addresses are encrypted at rest."""

    class Role(models.TextChoices):
        HEAD = "head", _("主要负责人")
        DEPUTY = "deputy", _("分管负责人")
        LIAISON = "liaison", _("联络员")
        TECHNICAL = "technical", _("技术负责人")

    class State(models.TextChoices):
        CURRENT = "current", _("现任")
        FORMER = "former", _("前任")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="contacts")
    role = models.CharField(_("职责"), max_length=10, choices=Role.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.CURRENT)
    name = models.CharField(_("姓名"), max_length=40)
    position = models.CharField(_("职务"), max_length=80, blank=True)
    mobile = SealedTextField(_("手机"), blank=True, default="")
    phone = SealedTextField(_("办公电话"), blank=True, default="")
    email = SealedTextField(_("电子邮箱"), blank=True, default="")
    started_on = models.DateField(_("任职日期"), null=True, blank=True)
    ended_on = models.DateField(_("离任日期"), null=True, blank=True)
    #: why the person left the role; "" while current
    ended_why = models.CharField(_("离任说明"), max_length=200, blank=True)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("责任人员")
        ordering = ["unit", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "role"], condition=Q(state="current"), name="one_current_contact_a_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_role_display()} {self.name}"
