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
    "metrics.view": frozenset({_ADMINISTRATOR, _STAFF, _LEADER, _EXPERT}),
    "measures.bind": frozenset({_ADMINISTRATOR, _STAFF}),
    # 单位名录
    "units.view": frozenset({_ADMINISTRATOR, _STAFF, _LEADER, _LIAISON}),
    "units.edit": frozenset({_ADMINISTRATOR, _STAFF}),
    #: systems, assets and responsible people of a unit that one may see
    "register.edit": frozenset({_ADMINISTRATOR, _STAFF, _LIAISON}),
    #: telephone numbers and addresses in full
    "contacts.see": frozenset({_ADMINISTRATOR, _STAFF}),
    # 问题与整改
    "findings.view": frozenset({_ADMINISTRATOR, _STAFF, _LEADER, _EXPERT, _LIAISON}),
    "findings.raise": frozenset({_ADMINISTRATOR, _STAFF}),
    "findings.handle": frozenset({_ADMINISTRATOR, _STAFF}),
    "findings.approve": frozenset({_ADMINISTRATOR, _LEADER}),
    "findings.reply": frozenset({_ADMINISTRATOR, _STAFF, _LIAISON}),
    "notices.view": frozenset({_ADMINISTRATOR, _STAFF, _LEADER, _LIAISON}),
    "notices.edit": frozenset({_ADMINISTRATOR, _STAFF}),
    "notices.approve": frozenset({_ADMINISTRATOR, _LEADER}),
    "notices.receive": frozenset({_ADMINISTRATOR, _STAFF, _LIAISON}),
    # 检查
    "inspections.view": frozenset({_ADMINISTRATOR, _STAFF, _LEADER, _EXPERT, _LIAISON}),
    #: the yearly plan, its draws, and everybody's declared ties
    "inspections.oversee": frozenset({_ADMINISTRATOR, _STAFF, _LEADER}),
    "inspections.plan": frozenset({_ADMINISTRATOR, _STAFF}),
    "inspections.approve": frozenset({_ADMINISTRATOR, _LEADER}),
    "inspections.conduct": frozenset({_ADMINISTRATOR, _STAFF, _EXPERT}),
    "inspections.answer": frozenset({_ADMINISTRATOR, _STAFF, _LIAISON}),
    "inspections.review": frozenset({_ADMINISTRATOR, _STAFF}),
    "checklists.view": frozenset({_ADMINISTRATOR, _STAFF, _LEADER, _EXPERT}),
    "checklists.edit": frozenset({_ADMINISTRATOR, _STAFF}),
    "scans.import": frozenset({_ADMINISTRATOR, _STAFF, _EXPERT}),
    # 报表
    "reports.view": frozenset({_ADMINISTRATOR, _STAFF, _LEADER, _EXPERT}),
    "reports.export": frozenset({_ADMINISTRATOR, _STAFF, _LEADER}),
    # 系统
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
