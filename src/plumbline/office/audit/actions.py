"""The acts that are recorded, each with the title that the page shows.

A room registers its own when it starts: `actions.add("plans.approve", _("批准计划"))`. A key that nobody
registered is refused when it is recorded, so no record carries a name that nobody can read.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of act.

    Attributes:
        key: room and verb, e.g. "plans.approve".
        title: what the page calls it.
    """

    key: str
    title: str | Promise


ACTIONS: Registry[Action] = Registry("操作")


def add(key: str, title: str | Promise) -> Action:
    """Register an act.

    Raises:
        RegistryError: the key is taken.
    """
    return ACTIONS.add(key, Action(key, title))


def title(key: str) -> str:
    """The title of an act; the key itself where its room is no longer installed."""
    return str(ACTIONS.get(key).title) if key in ACTIONS else key


add("accounts.sign_in", _("登录"))
add("accounts.sign_out", _("退出登录"))
add("accounts.locked", _("登录失败次数过多被暂时锁定"))
add("accounts.password_change", _("修改本人密码"))
add("accounts.factor_add", _("启用两步验证"))
add("accounts.factor_remove", _("停用两步验证"))
add("accounts.codes_renew", _("重新生成恢复码"))
add("audit.export", _("导出操作记录"))
add("audit.verify", _("验证操作记录"))
add("audit.head_rebuilt", _("链头缺失后重建"))
add("system.backup", _("备份数据"))
add("system.restore", _("恢复数据"))
