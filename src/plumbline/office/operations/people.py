"""Accounts from the command line; every act stands in the audit chain as the system's."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts import services
from plumbline.office.accounts.models import User
from plumbline.office.accounts.passwords import OneTimePassword
from plumbline.office.accounts.roles import Role
from plumbline.office.audit.services import record


def create_person(*, username: str, full_name: str, role: str) -> OneTimePassword:
    """Create an account with a one-time password.

    Raises:
        PlumblineError: the name is taken or not usable, or there is no such role.
    """
    if role not in Role.values:
        raise PlumblineError(f"没有“{role}”这个角色", advice=f"请用 {'、'.join(Role.values)} 之一。")
    candidate = User(username=username, full_name=full_name, role=role, password="!")  # noqa: S106
    try:
        candidate.full_clean()
    except ValidationError as error:
        raise PlumblineError(f"不能新建账号：{'；'.join(error.messages)}", where=username) from error
    with transaction.atomic():
        user, secret = services.create_person(username=username, full_name=full_name, role=role)
        record(
            actor=None,
            action="system.person_create",
            target=user,
            detail={"role": {"old": None, "new": role}},
        )
    return secret


def reset_password(username: str) -> OneTimePassword:
    """Replace a password by a one-time one.

    Raises:
        PlumblineError: there is no such account.
    """
    with transaction.atomic():
        user = find_person(username)
        secret = services.reset_password(user)
        record(actor=None, action="system.password_reset", target=user)
    return secret


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
    people = list(User.objects.filter(role=Role.ADMINISTRATOR, state=User.State.ACTIVE)[:2])
    if not people:
        raise PlumblineError("还没有管理员", advice="请先运行一次 plumbline up。")
    if len(people) > 1:
        raise PlumblineError("有多位管理员，不知道以谁的名义操作", advice="请用 --as 用户名 指明。")
    return people[0]
