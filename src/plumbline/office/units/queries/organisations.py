"""Organisations, as lists and as a tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from plumbline.office.accounts.models import User
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Unit, UnitChange

UNIT_COLUMNS = {
    "name": ("name",),
    "code": ("code",),
    "credit_code": ("credit_code",),
    "kind": ("kind",),
    "sector": ("sector",),
    "parent": ("parent__name",),
    "state": ("state",),
}


def units(
    user: User,
    *,
    search: str = "",
    kind: str = "",
    sector: str = "",
    state: str = "",
    under: int | None = None,
) -> QuerySet[Unit]:
    """The units that the person may see and that match.

    Args:
        search: part of a name, a former name, a short name or a code.
        state: a `Unit.State`; "" for all.
        under: key of a unit, which is left out itself; all that belong to it, at whatever depth.
    """
    found = visible_units(user).select_related("parent")
    if search:
        renamed = UnitChange.objects.filter(
            unit=OuterRef("pk"), kind=UnitChange.Kind.RENAMED, before__icontains=search
        )
        found = found.filter(
            Q(name__icontains=search)
            | Q(short_name__icontains=search)
            | Q(code__icontains=search)
            | Q(credit_code__icontains=search)
            | Exists(renamed)
        )
    if kind:
        found = found.filter(kind=kind)
    if sector:
        found = found.filter(sector="" if sector == "none" else sector)
    if state in Unit.State.values:
        found = found.filter(state=state)
    if under is not None:
        found = found.filter(pk__in=_below(under) - {under})
    return found


def active_units(user: User) -> QuerySet[Unit]:
    """Those in use that the person may see: what pickers offer."""
    return visible_units(user).filter(state=Unit.State.ACTIVE)


def possible_parents(unit: Unit | None) -> QuerySet[Unit]:
    """Units in use that a unit can belong to: not itself, and none that belongs to it."""
    found = Unit.objects.filter(state=Unit.State.ACTIVE)
    return found.exclude(pk__in=_below(unit.pk)) if unit else found


def parents(user: User) -> QuerySet[Unit]:
    """Units that others belong to, as far as the person sees them: for the filter."""
    return visible_units(user).filter(Exists(Unit.objects.filter(parent=OuterRef("pk"))))


def ancestors(unit: Unit) -> list[Unit]:
    """What the unit belongs to, from the top down. One query."""
    rows = {row.pk: row for row in Unit.objects.only("pk", "name", "short_name", "parent_id", "state")}
    found: list[Unit] = []
    place = unit.parent_id
    while place is not None and place in rows and len(found) < len(rows):
        found.append(rows[place])
        place = rows[place].parent_id
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit of the tree.

    Attributes:
        depth: 0 at the top.
        below: how many units belong to it, at whatever depth.
        matches: whether the unit itself is what was looked for, and not only on the way to it.
    """

    unit: Unit
    children: tuple[Branch, ...]
    depth: int
    below: int
    matches: bool


def unit_tree(found: Iterable[Unit], *, visible: Iterable[Unit]) -> tuple[Branch, ...]:
    """What was found as a tree, with what lies on the way to it.

    Args:
        visible: all that the person may see; a unit whose parent is not among them stands at the top.
    """
    by_key = {unit.pk: unit for unit in visible}
    wanted = {unit.pk for unit in found}
    shown = set(wanted)
    for key in wanted:
        place = by_key[key].parent_id
        while place in by_key and place not in shown:
            shown.add(place)
            place = by_key[place].parent_id
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for key in shown:
        parent = by_key[key].parent_id
        children[parent if parent in shown else None].append(by_key[key])

    def grown(parent: int | None, depth: int) -> tuple[Branch, ...]:
        branches = []
        for unit in sorted(children[parent], key=lambda unit: (unit.code or "~", unit.name)):
            below = grown(unit.pk, depth + 1)
            count = len(below) + sum(branch.below for branch in below)
            branches.append(Branch(unit, below, depth, count, unit.pk in wanted))
        return tuple(branches)

    return grown(None, 0)


def _below(key: int) -> set[int]:
    """The unit and all that belong to it. One query."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in Unit.objects.order_by().values_list("pk", "parent_id"):
        children[parent].append(pk)
    seen: set[int] = set()
    left = [key]
    while left:
        place = left.pop()
        if place not in seen:
            seen.add(place)
            left.extend(children[place])
    return seen
