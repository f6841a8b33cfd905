"""What a unit has on the network."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.office.units.assets import readable
from plumbline.office.units.models.organisations import Unit
from plumbline.office.units.models.systems import System


class Asset(models.Model):
    """An address range, a domain, a site, a device or a piece of software.

    `value` is normalised by `units.assets.normalise`; addresses are kept as a range of 32 hexadecimal
    digits (IPv4 mapped into IPv6) too, so that the database can look one up with two comparisons.
    """

    class Kind(models.TextChoices):
        IP = "ip", _("IP 地址（段）")
        DOMAIN = "domain", _("域名")
        SITE = "site", _("网站")
        DEVICE = "device", _("设备")
        SOFTWARE = "software", _("软件")

    class State(models.TextChoices):
        ACTIVE = "active", _("在用")
        RETIRED = "retired", _("已停用")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assets")
    system = models.ForeignKey(System, models.PROTECT, null=True, blank=True, related_name="assets")
    kind = models.CharField(_("类型"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ACTIVE)
    value = models.CharField(_("地址或标识"), max_length=255)
    title = models.CharField(_("名称"), max_length=128, blank=True)
    #: first and last address as 32 hexadecimal digits; "" where it is no address
    low = models.CharField(max_length=32, blank=True)
    high = models.CharField(max_length=32, blank=True)
    vendor = models.CharField(_("厂商"), max_length=80, blank=True)
    version = models.CharField(_("型号或版本"), max_length=80, blank=True)
    place = models.CharField(_("位置"), max_length=128, blank=True)
    keeper = models.CharField(_("责任人"), max_length=40, blank=True)
    note = models.TextField(_("备注"), blank=True)
    #: raised by every change; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("资产")
        ordering = ["unit", "kind", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind", "value"],
                condition=Q(state="active"),
                name="active_asset_once_a_unit",
                violation_error_message=_("本单位已登记这项资产。"),
            )
        ]
        indexes = [
            models.Index(fields=["low", "high"], name="asset_by_address"),
            models.Index(fields=["kind", "value"], name="asset_by_value"),
        ]

    def __str__(self) -> str:
        return self.title or self.shown_value

    @property
    def shown_value(self) -> str:
        """The value as people write it: domains in their own letters."""
        is_name = self.kind in (self.Kind.DOMAIN, self.Kind.SITE)
        return readable(self.value) if is_name else self.value
