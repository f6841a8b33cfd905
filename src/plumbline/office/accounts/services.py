"""What is done to accounts. Whoever calls these on a person's behalf records it in the audit chain."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter as get_sessions_adapter
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.accounts.passwords import OneTimePassword, one_time_password
from plumbline.office.accounts.roles import Role

FIRST_ADMINISTRATOR = "admin"


class AccountError(PlumblineError):
    """An account cannot be changed that way."""


def ensure_first_administrator() -> OneTimePassword | None:
    """Create the first administrator where nobody exists yet.

    Returns:
        The user name and one-time password to print, or None when there are people already.
    """
    with transaction.atomic():
        if User.objects.exists():
            return None
        password = one_time_password()
        User.objects.create_user(FIRST_ADMINISTRATOR, password, full_name="管理员", role=Role.ADMINISTRATOR)
        return OneTimePassword(FIRST_ADMINISTRATOR, password)


def create_person(
    *, username: str, full_name: str, role: str, email: str = ""
) -> tuple[User, OneTimePassword]:
    """Create an account with a one-time password."""
    password = one_time_password()
    user = User.objects.create_user(username, password, full_name=full_name, role=role, email=email)
    return user, OneTimePassword(user.username, password)


def reset_password(user: User) -> OneTimePassword:
    """Replace the password by a one-time one and end the person's sessions."""
    password = one_time_password()
    user.set_password(password)
    user.password_state = User.PasswordState.ONE_TIME
    user.save(update_fields=["password", "password_state"])
    end_sessions(user)
    return OneTimePassword(user.username, password)


def own_password_set(user: User) -> None:
    """Note that the person has chosen a password of his own."""
    user.password_state = User.PasswordState.OWN
    user.save(update_fields=["password_state"])


def reset_second_factor(user: User) -> int:
    """Remove authenticator app and recovery codes, for somebody who lost the phone.

    Returns:
        How many factors were removed.
    """
    removed, _rows = Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    return removed


def set_role(user: User, role: str) -> None:
    """Give a person another role.

    Raises:
        AccountError: it would leave the office without an administrator.
    """
    if role != Role.ADMINISTRATOR:
        _keep_an_administrator(user)
    user.role = role
    user.save(update_fields=["role"])


def deactivate(user: User) -> None:
    """Keep a person out from now on; records that name him stay.

    Raises:
        AccountError: it would leave the office without an administrator.
    """
    _keep_an_administrator(user)
    user.state = User.State.DEACTIVATED
    user.save(update_fields=["state"])
    end_sessions(user)


def activate(user: User) -> None:
    """Let a deactivated person in again."""
    user.state = User.State.ACTIVE
    user.save(update_fields=["state"])


def end_sessions(user: User) -> None:
    """Sign the person out everywhere."""
    get_sessions_adapter().end_sessions(UserSession.objects.filter(user=user))


def _keep_an_administrator(user: User) -> None:
    # all of them are locked, in one order: two administrators may be removing each other
    active = User.objects.filter(role=Role.ADMINISTRATOR, state=User.State.ACTIVE).order_by("pk")
    administrators = set(active.select_for_update().values_list("pk", flat=True))
    if administrators == {user.pk}:
        raise AccountError(
            _("“%(name)s”是唯一的在用管理员。") % {"name": user}, advice=_("请先把另一人设为管理员。")
        )
