"""Records, as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from plumbline.office.accounts.models import User
from plumbline.office.audit.actions import ACTIONS
from plumbline.office.audit.models import Record


@dataclass(frozen=True, slots=True)
class Filter:
    """What the reader asked for; empty fields do not narrow.

    Attributes:
        person: primary key of a user.
        action: key of an action.
        text: looked for in the label of the object and in its number.
        since, until: days in local time, both included.
    """

    person: int | None = None
    action: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None


def records(wanted: Filter) -> QuerySet[Record]:
    """The matching records, newest first."""
    found = Record.objects.all()
    if wanted.person:
        found = found.filter(actor_id=wanted.person)
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.text:
        found = found.filter(Q(object_label__icontains=wanted.text) | Q(object_id=wanted.text))
    if wanted.since:
        found = found.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        found = found.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return found


def records_of(*, object_type: str, object_id: str) -> QuerySet[Record]:
    """What was done to one thing, newest first: the history on its own page."""
    return Record.objects.filter(object_type=object_type, object_id=object_id)


def person_choices() -> list[tuple[int, str]]:
    """Everybody, for the filter."""
    return [(user.pk, f"{user.full_name}（{user.username}）") for user in User.objects.order_by("full_name")]


def action_choices() -> list[tuple[str, str]]:
    """Every registered act, by title."""
    return sorted(((action.key, str(action.title)) for action in ACTIONS), key=lambda choice: choice[1])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
