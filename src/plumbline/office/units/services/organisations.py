"""What is done to units."""

from __future__ import annotations

from django.db import transaction

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.lib.revisions import demand_current
from plumbline.office.units.models import Unit

FIELDS = ("name", "short_name", "code", "kind", "parent", "state")


@transaction.atomic
def save_unit(unit: Unit, *, user: User, revision: int | None = None) -> Unit:
    """Create or change a unit; what changed is recorded, and a save that changes nothing is not.

    Args:
        revision: the one that was looked at; None where there was no form.

    Raises:
        Outdated: somebody else saved it since.
    """
    is_new = unit.pk is None
    before = {}
    if not is_new:
        saved = Unit.objects.select_for_update().get(pk=unit.pk)
        demand_current(saved, revision=revision)
        before = snapshot(saved, *FIELDS)
        unit.revision = saved.revision + 1
    changed = changes(before, snapshot(unit, *FIELDS))
    if changed:
        unit.save()
        record(actor=user, action="units.create" if is_new else "units.edit", target=unit, detail=changed)
    return unit
