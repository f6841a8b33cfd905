"""Naming the people who answer for a unit. In the audit their numbers are masked: there nothing is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.lib.revisions import demand_current
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.masking import masked_email, masked_number
from plumbline.office.units.models import Contact, Unit
from plumbline.office.units.services.guards import demand_active, locked

_PLAIN = ("role", "state", "name", "position", "started_on", "ended_on", "ended_why")
_SEALED = ("mobile", "phone", "email")


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is said about a person."""

    name: str
    position: str = ""
    mobile: str = ""
    phone: str = ""
    email: str = ""


@transaction.atomic
def appoint(
    unit: Unit, *, role: str, particulars: Particulars, on: date | None, actor: User, now: date
) -> Contact:
    """Name a person for a role; whoever was in it becomes a former one, from that day.

    Args:
        on: since when; None where nobody knows.
        now: today.

    Raises:
        RegisterError: the unit is history, or the day lies before the other's.
    """
    unit = locked(unit)
    demand_active(unit)
    before = unit.contacts.select_for_update().filter(role=role, state=Contact.State.CURRENT).first()
    if before is not None:
        _end(before, on=on or now, why=_("由%(name)s接任") % {"name": particulars.name}, actor=actor)
    contact = Contact(unit=unit, role=role, started_on=on)
    _fill(contact, particulars)
    contact.save()
    detail = changes({}, {field: value for field, value in _snapshot(contact).items() if value})
    record(actor=actor, action="contacts.appoint", target=contact, detail=detail)
    return contact


@transaction.atomic
def correct_contact(
    contact: Contact, *, particulars: Particulars, on: date | None, actor: User, revision: int | None = None
) -> Contact:
    """Put right what is said about a person who stays the same person.

    Raises:
        Outdated: somebody else saved it since.
        RegisterError: the unit or the person is history.
    """
    demand_active(locked(contact.unit))
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    demand_current(contact, revision=revision)
    _demand_present(contact)
    before, old = _snapshot(contact), [getattr(contact, field) for field in _SEALED]
    _fill(contact, particulars)
    contact.started_on = on
    changed = changes(before, _snapshot(contact))
    for field, value in zip(_SEALED, old, strict=True):
        if getattr(contact, field) != value and field not in changed:  # another number with the same ends
            changed[field] = {"old": before[field], "new": before[field]}
    if changed:
        contact.revision += 1
        contact.save()
        record(actor=actor, action="contacts.correct", target=contact, detail=changed)
    return contact


@transaction.atomic
def dismiss(contact: Contact, *, on: date, why: str, actor: User) -> Contact:
    """End a person's time in a role that nobody takes over yet.

    Raises:
        RegisterError: the unit or the person is history, no reason, or the day lies before the first.
    """
    demand_active(locked(contact.unit))
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    _demand_present(contact)
    if not why.strip():
        raise RegisterError(_("没有写明原因。"), advice=_("请填写离任的原因。"))
    return _end(contact, on=on, why=why, actor=actor)


@transaction.atomic
def reveal(contact: Contact, *, actor: User) -> Contact:
    """Show a person's numbers to somebody; that he saw them is recorded, unless it is his own unit."""
    if not contact.unit.memberships.filter(user=actor).exists():
        record(actor=actor, action="contacts.reveal", target=contact)
    return contact


def _end(contact: Contact, *, on: date, why: str, actor: User) -> Contact:
    if contact.started_on and on < contact.started_on:
        raise RegisterError(
            _("离任日期早于%(name)s的任职日期（%(day)s）。")
            % {"name": contact.name, "day": contact.started_on},
            advice=_("请核对日期；任职日期有误时请先更正。"),
        )
    before = _snapshot(contact)
    contact.state, contact.ended_on, contact.ended_why = Contact.State.FORMER, on, why.strip()[:200]
    contact.revision += 1
    contact.save()
    detail = changes(before, _snapshot(contact))
    record(actor=actor, action="contacts.dismiss", target=contact, detail=detail)
    return contact


def _demand_present(contact: Contact) -> None:
    if contact.state != Contact.State.CURRENT:
        raise RegisterError(
            _("%(name)s已离任，记录只供查阅。") % {"name": contact.name},
            advice=_("如需重新任用，请在该职责下登记接任人。"),
        )


def _fill(contact: Contact, particulars: Particulars) -> None:
    contact.name, contact.position = particulars.name.strip(), particulars.position.strip()
    contact.mobile, contact.phone = particulars.mobile.strip(), particulars.phone.strip()
    contact.email = particulars.email.strip()


def _snapshot(contact: Contact) -> dict[str, object]:
    numbers = {"mobile": masked_number(contact.mobile), "phone": masked_number(contact.phone)}
    return {**snapshot(contact, *_PLAIN), **numbers, "email": masked_email(contact.email)}
