"""Units whose entries lack something, whom to ask, and what a liaison is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.lib.agenda import Task
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Contact, Reminder, Unit
from plumbline.office.units.queries.completeness import Completeness, completeness
from plumbline.office.units.queries.contacts import hidden, liaisons


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A unit that lacks something.

    Attributes:
        liaison: its present liaison; None where it names none.
        mobile, phone: of the liaison, masked.
        reminder: the last one that still stands.
        has_account: whether anybody of the unit could read a reminder.
    """

    unit: Unit
    completeness: Completeness
    liaison: Contact | None
    mobile: str
    phone: str
    reminder: Reminder | None

    @property
    def has_account(self) -> bool:
        return "account" not in {rule.key for rule in self.completeness.missing}


def incomplete_units(user: User, *, search: str = "", missing: str = "") -> list[Incomplete]:
    """Units in use that lack something, the emptiest first; eight queries.

    Args:
        missing: key of a rule: only units that lack this.
    """
    found = visible_units(user).filter(state=Unit.State.ACTIVE).select_related("parent")
    if search:
        found = found.filter(Q(name__icontains=search) | Q(short_name__icontains=search))
    units = list(found.order_by("name"))
    judged = completeness(units)
    lacking = [unit for unit in units if not judged[unit.pk].is_complete]
    if missing:
        lacking = [u for u in lacking if missing in {rule.key for rule in judged[u.pk].missing}]
    people = liaisons(unit.pk for unit in lacking)
    asked = standing_reminders(lacking, judged)
    rows = [_row(unit, judged[unit.pk], people.get(unit.pk), asked.get(unit.pk)) for unit in lacking]
    return sorted(rows, key=lambda row: (row.completeness.share, row.unit.name))


def standing_reminders(units: list[Unit], judged: dict[int, Completeness]) -> dict[int, Reminder]:
    """{unit: its last reminder of which something is still missing}; one query."""
    found: dict[int, Reminder] = {}
    keys = [unit.pk for unit in units]
    for reminder in Reminder.objects.filter(unit__in=keys).order_by("asked_at", "pk"):
        lacks = {rule.key for rule in judged[reminder.unit_id].missing}
        if lacks & set(reminder.missing):
            found[reminder.unit_id] = reminder
    return found


def completion_tasks(user: User, now: datetime) -> Iterator[Task]:
    """A liaison's units whose entries lack something; with a day where he was asked for it."""
    if user.role != Role.LIAISON:
        return
    units = list(Unit.objects.filter(memberships__user=user, state=Unit.State.ACTIVE))
    judged = completeness(units)
    lacking = [unit for unit in units if not judged[unit.pk].is_complete]
    asked = standing_reminders(lacking, judged)
    for unit in lacking:
        missing = judged[unit.pk].missing
        reminder = asked.get(unit.pk)
        yield Task(
            title=_("补全“%(unit)s”的登记信息") % {"unit": unit},
            url=reverse("units:unit", args=[unit.pk]),
            due=reminder.due_on if reminder else None,
            label=_("名录"),
            detail=_("还缺：%(what)s") % {"what": _("、").join(rule.words for rule in missing)},
            count=len(missing),
        )


def _row(unit: Unit, judged: Completeness, liaison: Contact | None, reminder: Reminder | None) -> Incomplete:
    mobile, phone, _email = hidden(liaison) if liaison else ("", "", "")
    return Incomplete(unit, judged, liaison, mobile, phone, reminder)
