"""What the pages of one unit show."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline.office.accounts.models import User
from plumbline.office.lib.credit_codes import grouped
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Asset, Contact, Membership, Reminder, System, Unit, UnitChange
from plumbline.office.units.queries.completeness import Completeness, Rule, completeness, page_of_rule
from plumbline.office.units.queries.organisations import ancestors
from plumbline.office.units.queries.reminders import standing_reminders

#: as many subordinate units as the page names; the list has the others
CHILDREN = 15


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something that the entry lacks, and where it is mended; "" where the person may not mend it."""

    rule: Rule
    url: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page of a unit.

    Attributes:
        above: what it belongs to, from the top down; those without a link the person may not open.
        completeness: None for history.
        reminder: that its liaison was asked to complete the entry, while that still stands.
        posts: (role, name and position) of the people it names, numbers are on their own page.
        members: people who sign in for it.
    """

    above: tuple[tuple[Unit, bool], ...]
    children: tuple[Unit, ...]
    more_children: int
    absorbed: tuple[Unit, ...]
    credit_code: str
    completeness: Completeness | None
    lacking: tuple[Lacking, ...]
    reminder: Reminder | None
    posts: tuple[tuple[str, Contact | None], ...]
    members: tuple[User, ...]
    systems: int
    assets: int


def overview_of(user: User, unit: Unit) -> Overview:
    """A dozen queries, whatever the unit has."""
    visible = visible_units(user)
    mine = set(visible.values_list("pk", flat=True))
    children = visible.filter(parent=unit, state=Unit.State.ACTIVE).order_by("code", "name")
    judged = completeness([unit]) if unit.is_active else {}
    found = judged.get(unit.pk)
    people = {c.role: c for c in unit.contacts.filter(state=Contact.State.CURRENT).defer(
        "mobile", "phone", "email"
    )}  # fmt: skip
    memberships = Membership.objects.filter(unit=unit, user__state=User.State.ACTIVE)
    return Overview(
        above=tuple((row, row.pk in mine) for row in ancestors(unit)),
        children=tuple(children[:CHILDREN]),
        more_children=max(children.count() - CHILDREN, 0),
        absorbed=tuple(visible.filter(merged_into=unit).order_by("name")),
        credit_code=grouped(unit.credit_code),
        completeness=found,
        lacking=tuple(Lacking(rule, _mending(rule, user, unit)) for rule in found.missing) if found else (),
        reminder=standing_reminders([unit], judged).get(unit.pk) if found else None,
        posts=tuple((str(role.label), people.get(role)) for role in Contact.Role),
        members=tuple(m.user for m in memberships.select_related("user").order_by("user__full_name")),
        systems=unit.systems.exclude(state=System.State.STOPPED).count(),
        assets=unit.assets.filter(state=Asset.State.ACTIVE).count(),
    )


def _mending(rule: Rule, user: User, unit: Unit) -> str:
    if rule.page == "units:edit" and not user.may("units.edit"):
        return ""
    return page_of_rule(rule, unit)


def history_of(user: User, unit: Unit) -> list[tuple[UnitChange, bool]]:
    """The turns of a unit's life, newest first; each with whether the person may open the other unit."""
    mine = set(visible_units(user).values_list("pk", flat=True))
    rows = unit.changes.select_related("other", "recorded_by").order_by("-on", "-pk")
    return [(change, change.other_id in mine) for change in rows]
