"""The people whom units name, as lists; numbers hidden from those who need not know them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import Http404

from plumbline.office.accounts.models import User
from plumbline.office.units.access import visible_units
from plumbline.office.units.masking import masked_email, masked_number
from plumbline.office.units.models import Contact, Unit


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as one viewer sees it.

    Attributes:
        is_hidden: numbers are masked, as far as there are any.
        may_reveal: the viewer may have them shown, which is recorded.
    """

    pk: int
    role: str
    role_title: str
    state: str
    name: str
    position: str
    mobile: str
    phone: str
    email: str
    started_on: date | None
    ended_on: date | None
    ended_why: str
    is_hidden: bool
    may_reveal: bool


@dataclass(frozen=True, slots=True)
class Post:
    """One role of a unit: who is in it now, and who was before, newest first."""

    role: str
    title: str
    current: Person | None
    former: tuple[Person, ...]


def sees_numbers(user: User, unit: Unit) -> bool:
    """Whether numbers are shown to somebody without asking: to the unit's own people."""
    return unit.memberships.filter(user=user).exists()


def posts(user: User, unit: Unit) -> list[Post]:
    """The four roles of a unit, as the viewer sees them. Two queries."""
    in_full = sees_numbers(user, unit)
    people = [
        seen(contact, user=user, in_full=in_full) for contact in unit.contacts.order_by("-ended_on", "-pk")
    ]
    return [
        Post(
            role=role.value,
            title=str(role.label),
            current=next((p for p in people if p.role == role and p.state == Contact.State.CURRENT), None),
            former=tuple(p for p in people if p.role == role and p.state == Contact.State.FORMER),
        )
        for role in Contact.Role
    ]


def seen(contact: Contact, *, user: User, in_full: bool) -> Person:
    """A contact as the viewer sees it."""
    numbers = (contact.mobile, contact.phone, contact.email)
    shown = numbers if in_full else hidden(contact)
    return Person(
        contact.pk,
        contact.role,
        contact.get_role_display(),
        contact.state,
        contact.name,
        contact.position,
        *shown,
        contact.started_on,
        contact.ended_on,
        contact.ended_why,
        is_hidden=not in_full and any(numbers),
        may_reveal=not in_full and any(numbers) and user.may("contacts.see"),
    )


def hidden(contact: Contact) -> tuple[str, str, str]:
    """Mobile, telephone and e-mail, masked."""
    return masked_number(contact.mobile), masked_number(contact.phone), masked_email(contact.email)


def visible_contact(user: User, pk: int) -> Contact:
    """One contact with its unit, or 404 where the person may not see the unit."""
    found = Contact.objects.select_related("unit").filter(unit__in=visible_units(user), pk=pk).first()
    if found is None:
        raise Http404
    return found


def correctable_contact(user: User, pk: int) -> Contact:
    """A contact whose form, with the numbers in it, the person may open; else 404.

    The liaison of a successor reads what was merged into his unit, but not the numbers of its people.
    """
    contact = visible_contact(user, pk)
    if not (user.may("contacts.see") or sees_numbers(user, contact.unit)):
        raise Http404
    return contact


def liaisons(units: Iterable[int]) -> dict[int, Contact]:
    """{unit: its present liaison} of many units, in one query."""
    found = Contact.objects.filter(
        unit__in=list(units), role=Contact.Role.LIAISON, state=Contact.State.CURRENT
    )
    return {contact.unit_id: contact for contact in found}
