"""What is done to units."""

from __future__ import annotations

from django.db import transaction

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.units.models import Unit

FIELDS = ("name", "short_name", "code", "kind", "parent", "state")


@transaction.atomic
def save_unit(unit: Unit, *, user: User) -> Unit:
    """Create or change a unit; what changed is recorded, and a save that changes nothing is not."""
    is_new = unit.pk is None
    before = {} if is_new else snapshot(Unit.objects.select_for_update().get(pk=unit.pk), *FIELDS)
    unit.save()
    changed = changes(before, snapshot(unit, *FIELDS))
    if changed:
        record(actor=user, action="units.create" if is_new else "units.edit", target=unit, detail=changed)
    return unit
