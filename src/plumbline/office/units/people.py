"""What the administrator does to people: each act with its record, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts import services as accounts
from plumbline.office.accounts.models import User
from plumbline.office.accounts.passwords import OneTimePassword
from plumbline.office.accounts.roles import Role
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.lib.revisions import demand_current
from plumbline.office.units.models import Membership, Unit

FIELDS = ("full_name", "email", "role")


class PersonError(PlumblineError):
    """A person cannot be changed that way."""


@transaction.atomic
def create_person(
    *,
    actor: User | None,
    username: str,
    full_name: str,
    role: str,
    units: Iterable[Unit] = (),
    email: str = "",
) -> tuple[User, OneTimePassword]:
    """Create an account with a one-time password, and put it into its units.

    Args:
        actor: the administrator; None on the command line.

    Raises:
        PersonError: a liaison without a unit, who would see nothing.
    """
    units = list(units)
    _demand_unit(role, units)
    person, password = accounts.create_person(username=username, full_name=full_name, role=role, email=email)
    _put_into(person, units)
    detail = changes({}, {**snapshot(person, *FIELDS), "所属单位": _names(units)})
    record(actor=actor, action="people.create", target=person, detail=detail)
    return person, password


@transaction.atomic
def change_person(
    person: User,
    *,
    actor: User,
    full_name: str,
    role: str,
    units: Iterable[Unit],
    email: str = "",
    revision: int | None = None,
) -> User:
    """Change name, role and units.

    Args:
        revision: the one that was looked at; None where there was no form.

    Raises:
        Outdated: somebody else saved the person since.
        PersonError: a liaison without a unit.
        AccountError: no administrator would be left.
    """
    units = list(units)
    _demand_unit(role, units)
    person = User.objects.select_for_update().get(pk=person.pk)
    demand_current(person, revision=revision)
    before = {**snapshot(person, *FIELDS), "所属单位": _names(m.unit for m in _memberships(person))}
    accounts.set_role(person, role)
    person.full_name, person.email = full_name, email
    person.revision += 1
    person.save(update_fields=["full_name", "email", "revision"])
    _put_into(person, units)
    changed = changes(before, {**snapshot(person, *FIELDS), "所属单位": _names(units)})
    if changed:
        record(actor=actor, action="people.edit", target=person, detail=changed)
    return person


@transaction.atomic
def reset_password(person: User, *, actor: User | None) -> OneTimePassword:
    """Hand out a new one-time password; `actor` is None on the command line."""
    password = accounts.reset_password(person)
    record(actor=actor, action="people.password_reset", target=person)
    return password


@transaction.atomic
def reset_second_factor(person: User, *, actor: User | None, reason: str) -> None:
    """Remove the second factor of somebody who lost it."""
    removed = accounts.reset_second_factor(person)
    record(actor=actor, action="people.factor_reset", target=person, detail={"原因": reason, "移除": removed})


@transaction.atomic
def deactivate(person: User, *, actor: User, reason: str) -> None:
    """Keep a person out from now on.

    Raises:
        PersonError: the administrator meant himself.
        AccountError: no administrator would be left.
    """
    if person.pk == actor.pk:
        raise PersonError(_("不能停用自己的账号。"), advice=_("请由另一位管理员操作。"))
    accounts.deactivate(person)
    record(actor=actor, action="people.deactivate", target=person, detail={"原因": reason})


@transaction.atomic
def activate(person: User, *, actor: User) -> None:
    """Let a deactivated person in again."""
    accounts.activate(person)
    record(actor=actor, action="people.activate", target=person)


def _demand_unit(role: str, units: list[Unit]) -> None:
    if role == Role.LIAISON and not units:
        raise PersonError(_("单位联络员必须属于一个单位。"), advice=_("请选择所属单位。"))


def _memberships(person: User) -> list[Membership]:
    return list(person.memberships.select_related("unit").order_by("unit__name"))


def _put_into(person: User, units: list[Unit]) -> None:
    person.memberships.exclude(unit__in=units).delete()
    for unit in units:
        Membership.objects.get_or_create(user=person, unit=unit)


def _names(units: Iterable[Unit]) -> list[str]:
    return sorted(unit.name for unit in units)
