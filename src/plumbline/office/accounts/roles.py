"""What each role may do: one table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.errors import RegistryError


class Role(models.TextChoices):
    """The five kinds of people."""

    ADMINISTRATOR = "administrator", _("管理员")
    STAFF = "staff", _("工作人员")
    LEADER = "leader", _("领导")
    EXPERT = "expert", _("专家")
    LIAISON = "liaison", _("单位联络员")


_ADMINISTRATOR, _STAFF, _LEADER, _EXPERT, _LIAISON = Role

CAPABILITIES: dict[str, frozenset[Role]] = {
    # 总览
    "overview.view": frozenset({_ADMINISTRATOR, _STAFF, _LEADER, _EXPERT, _LIAISON}),
    # 绩效
    "plans.view": frozenset({_ADMINISTRATOR, _STAFF, _LEADER, _EXPERT, _LIAISON}),
    "plans.edit": frozenset({_ADMINISTRATOR, _STAFF}),
    "plans.approve": frozenset({_ADMINISTRATOR, _LEADER}),
    "ledger.edit": frozenset({_ADMINISTRATOR, _STAFF}),
    "ledger.override": frozenset({_ADMINISTRATOR, _LEADER}),
    "measures.edit": frozenset({_ADMINISTRATOR, _STAFF}),
    "monitor.edit": frozenset({_ADMINISTRATOR, _STAFF}),
    "evaluate": frozenset({_ADMINISTRATOR, _STAFF, _EXPERT}),
    "evaluate.approve": frozenset({_ADMINISTRATOR, _LEADER}),
    # 报表
    "reports.view": frozenset({_ADMINISTRATOR, _STAFF, _LEADER, _EXPERT}),
    "reports.export": frozenset({_ADMINISTRATOR, _STAFF, _LEADER}),
    # 系统
    "units.view": frozenset({_ADMINISTRATOR, _STAFF, _LEADER, _LIAISON}),
    "units.edit": frozenset({_ADMINISTRATOR, _STAFF}),
    "audit.view": frozenset({_ADMINISTRATOR, _LEADER}),
    "users.manage": frozenset({_ADMINISTRATOR}),
}


def may(role: str, capability: str) -> bool:
    """Whether a role holds a capability.

    Raises:
        RegistryError: no such capability is in the table; a misspelt name must not silently forbid.
    """
    try:
        return role in CAPABILITIES[capability]
    except KeyError:
        raise RegistryError(f"没有名为“{capability}”的权限") from None
