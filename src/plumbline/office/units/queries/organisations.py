"""Organisations, as lists."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from plumbline.office.accounts.models import User
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Unit

UNIT_COLUMNS = {"name": ("name",), "code": ("code",), "kind": ("kind",), "state": ("state",)}


def units(user: User, *, search: str = "", kind: str = "") -> QuerySet[Unit]:
    """The units that the person may see and that match."""
    found = visible_units(user).select_related("parent")
    if search:
        found = found.filter(
            Q(name__icontains=search) | Q(short_name__icontains=search) | Q(code__icontains=search)
        )
    if kind:
        found = found.filter(kind=kind)
    return found


def possible_parents(unit: Unit | None) -> QuerySet[Unit]:
    """Units in use that a unit can belong to: not itself, and none that belongs to it."""
    found = Unit.objects.filter(state=Unit.State.ACTIVE)
    return found.exclude(pk__in=_with_descendants(unit)) if unit else found


def _with_descendants(unit: Unit) -> set[int]:
    seen = {unit.pk}
    level = {unit.pk}
    while level:
        level = set(Unit.objects.filter(parent__in=level).values_list("pk", flat=True)) - seen
        seen |= level
    return seen
