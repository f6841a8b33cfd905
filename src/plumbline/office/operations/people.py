"""Accounts from the command line; every act stands in the audit chain as the system's."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Q

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.accounts.passwords import OneTimePassword
from plumbline.office.accounts.roles import Role
from plumbline.office.units import people
from plumbline.office.units.models import Unit


def create_person(*, username: str, full_name: str, role: str, unit: str = "") -> OneTimePassword:
    """Create an account with a one-time password.

    Args:
        unit: name, short name or budget code of the unit that the person belongs to; a liaison needs one.

    Raises:
        PlumblineError: the name is taken or not usable, or there is no such role or unit.
    """
    if role not in Role.values:
        raise PlumblineError(f"没有“{role}”这个角色", advice=f"请用 {'、'.join(Role.values)} 之一。")
    candidate = User(username=username, full_name=full_name, role=role, password="!")  # noqa: S106
    try:
        candidate.full_clean()
    except ValidationError as error:
        raise PlumblineError(f"不能新建账号：{'；'.join(error.messages)}", where=username) from error
    units = [find_unit(unit)] if unit else []
    _person, secret = people.create_person(
        actor=None, username=username, full_name=full_name, role=role, units=units
    )
    return secret


def reset_password(username: str) -> OneTimePassword:
    """Replace a password by a one-time one.

    Raises:
        PlumblineError: there is no such account.
    """
    return people.reset_password(find_person(username), actor=None)


def find_person(username: str) -> User:
    """The account with this name.

    Raises:
        PlumblineError: there is none.
    """
    try:
        return User.objects.get(username__iexact=username)
    except User.DoesNotExist:
        raise PlumblineError(
            f"没有用户名为“{username}”的账号", advice="可用 plumbline user list 查看全部账号。"
        ) from None


def acting_person(username: str) -> User:
    """The person in whose name a command works: the named one, or the only administrator.

    Raises:
        PlumblineError: there is none, or it is not clear who.
    """
    if username:
        return find_person(username)
    found = list(User.objects.filter(role=Role.ADMINISTRATOR, state=User.State.ACTIVE)[:2])
    if not found:
        raise PlumblineError("还没有管理员", advice="请先运行一次 plumbline up。")
    if len(found) > 1:
        raise PlumblineError("有多位管理员，不知道以谁的名义操作", advice="请用 --as 用户名 指明。")
    return found[0]


def find_unit(text: str) -> Unit:
    """The unit with this name, short name or budget code.

    Raises:
        PlumblineError: there is none, or there are several.
    """
    found = list(Unit.objects.filter(Q(name=text) | Q(short_name=text) | Q(code=text))[:2])
    if not found:
        raise PlumblineError(f"没有登记过单位“{text}”", advice="请先在网页“系统”中登记。")
    if len(found) > 1:
        raise PlumblineError(f"有多个单位叫“{text}”", advice="请改用预算单位编码。")
    return found[0]
