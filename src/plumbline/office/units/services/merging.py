"""One unit goes into another.

People, systems, assets and subordinate units go along, and those responsible where the other unit names
nobody. Findings, inspections and plans stay with the unit that they were about: they are its history, and
whoever sees the other unit sees it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.models import Asset, Contact, Membership, System, Unit, UnitChange
from plumbline.office.units.services.guards import demand_active, demand_turn, locked, locked_tree

Moved = dict[str, list[int]]


@transaction.atomic
def merge_units(unit: Unit, *, into: Unit, on: date, reason: str, actor: User) -> UnitChange:
    """Let `unit` go into `into`; both get a line in their history.

    Raises:
        RegisterError: either is history, they are the same, or `into` belongs to `unit`.
    """
    locked_tree()
    unit, into = locked(unit), locked(into)
    demand_turn(on=on, reason=reason)
    _demand_mergeable(unit, into)
    moved = _move_all(unit, into, on=on)
    # of a chain of mergers everybody points to the last, so that one step finds it
    moved["absorbed"] = _move(unit.absorbed.all(), merged_into=into)
    unit.state, unit.merged_into = Unit.State.MERGED, into
    unit.revision += 1
    unit.save()
    fields = {"on": on, "reason": reason, "recorded_by": actor}
    change = UnitChange.objects.create(
        unit=unit, kind=UnitChange.Kind.MERGED, other=into, before=unit.name, after=into.name, moved=moved,
        **fields,
    )  # fmt: skip
    UnitChange.objects.create(
        unit=into, kind=UnitChange.Kind.ABSORBED, other=unit, before=unit.name, after=into.name, **fields
    )
    detail = {"into": into.name, "date": on, "reason": reason, "moved": _counts(moved)}
    record(actor=actor, action="units.merged", target=unit, detail=detail)
    return change


def _demand_mergeable(unit: Unit, into: Unit) -> None:
    demand_active(unit)
    demand_active(into)
    if unit.pk == into.pk:
        raise RegisterError(_("单位不能并入自己。"), advice=_("请选择另一个单位。"))
    place = into.parent
    while place is not None:
        if place.pk == unit.pk:
            raise RegisterError(
                _("“%(into)s”是“%(unit)s”的下级，不能让上级并入下级。") % {"into": into, "unit": unit},
                advice=_("请先变更“%(into)s”的上级单位，再并入。") % {"into": into},
            )
        place = place.parent


def _move_all(unit: Unit, into: Unit, *, on: date) -> Moved:
    return {
        **_move_people(unit, into),
        "contacts": _move_contacts(unit, into, on=on),
        "systems": _move_systems(unit, into),
        **_move_assets(unit, into),
        "children": _move(unit.children.all(), parent=into),
    }


def _move(rows: Iterable[object], **fields: object) -> list[int]:
    keys = list(rows.values_list("pk", flat=True))  # type: ignore[attr-defined]
    rows.model.objects.filter(pk__in=keys).update(**fields)  # type: ignore[attr-defined]
    return keys


def _move_people(unit: Unit, into: Unit) -> Moved:
    there = set(into.memberships.values_list("user_id", flat=True))
    mine = set(unit.memberships.values_list("user_id", flat=True))
    unit.memberships.all().delete()
    Membership.objects.bulk_create(Membership(user_id=user, unit=into) for user in sorted(mine - there))
    return {"people": sorted(mine - there), "people_of_both": sorted(mine & there)}


def _move_contacts(unit: Unit, into: Unit, *, on: date) -> list[int]:
    """Those whose role the other unit has nobody for; the others were in their role until that day."""
    current = unit.contacts.filter(state=Contact.State.CURRENT)
    filled = into.contacts.filter(state=Contact.State.CURRENT).values_list("role", flat=True)
    moved = _move(current.exclude(role__in=list(filled)), unit=into)
    current.update(state=Contact.State.FORMER, ended_on=on, ended_why=f"并入{into.name}"[:200])
    return moved


def _move_systems(unit: Unit, into: Unit) -> list[int]:
    """All of them; one that bears a name which is there already gets its old unit's name behind it."""
    names = set(into.systems.values_list("name", flat=True))
    systems = list(unit.systems.all())
    for system in systems:
        system.unit = into
        if system.name in names:
            system.name = f"{system.name[:90]}{_of(unit)}"
        system.revision += 1
    System.objects.bulk_update(systems, ["unit", "name", "revision"])
    if systems and into.no_systems_on:
        into.no_systems_on = None
        into.save(update_fields=["no_systems_on"])
    return [system.pk for system in systems]


def _move_assets(unit: Unit, into: Unit) -> Moved:
    """All of them; what the other unit has as well is kept, retired, so that nothing is counted twice."""
    there = set(into.assets.filter(state=Asset.State.ACTIVE).values_list("kind", "value"))
    twice = [a.pk for a in unit.assets.filter(state=Asset.State.ACTIVE) if (a.kind, a.value) in there]
    Asset.objects.filter(pk__in=twice).update(state=Asset.State.RETIRED)
    return {"assets": _move(unit.assets.all(), unit=into), "retired": twice}


def give_back(unit: Unit) -> None:
    """Take back what the last merger took along, as far as the other unit still has it."""
    change = unit.changes.filter(kind=UnitChange.Kind.MERGED).order_by("-on", "-pk").first()
    if change is None or change.other is None:
        return
    moved: Moved = change.moved
    there = unit.merged_into or change.other
    _give_back_systems(unit, there, moved)
    Asset.objects.filter(pk__in=moved.get("assets", ()), unit=there).update(unit=unit)
    unit.assets.filter(pk__in=moved.get("retired", ())).update(state=Asset.State.ACTIVE)
    Unit.objects.filter(pk__in=moved.get("absorbed", ()), merged_into=there).update(merged_into=unit)
    taken = unit.contacts.filter(state=Contact.State.CURRENT).values_list("role", flat=True)
    Contact.objects.filter(pk__in=moved.get("contacts", ()), unit=there).exclude(role__in=list(taken)).update(
        unit=unit
    )
    Unit.objects.filter(pk__in=moved.get("children", ()), parent=there).update(parent=unit)
    left = Membership.objects.filter(user__in=moved.get("people", ()), unit=there)
    back = set(left.values_list("user_id", flat=True)) | set(moved.get("people_of_both", ()))
    left.delete()
    Membership.objects.bulk_create(Membership(user_id=user, unit=unit) for user in sorted(back))


def _give_back_systems(unit: Unit, there: Unit, moved: Moved) -> None:
    """With the names that they had."""
    systems = list(System.objects.filter(pk__in=moved.get("systems", ()), unit=there))
    for system in systems:
        system.unit, system.name = unit, system.name.removesuffix(_of(unit))
        system.revision += 1
    System.objects.bulk_update(systems, ["unit", "name", "revision"])


def _of(unit: Unit) -> str:
    """What is put behind the name of a system that comes from a unit; a name has 128 letters."""
    return f"（原{str(unit)[:34]}）"


def _counts(moved: Moved) -> dict[str, int]:
    return {key: len(keys) for key, keys in moved.items() if keys}
