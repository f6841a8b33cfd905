"""What was uploaded to be imported."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from plumbline.office.accounts.models import User
from plumbline.office.targets.models import ImportJob
from plumbline.office.units.access import visible_units


def import_jobs(user: User, *, state: str = "", search: str = "") -> QuerySet[ImportJob]:
    """The person's own imports, and those of plans and units that the person may see; newest first."""
    units = visible_units(user)
    rows = ImportJob.objects.filter(Q(made_by=user) | Q(unit__in=units) | Q(version__plan__unit__in=units))
    if state in ImportJob.State.values:
        rows = rows.filter(state=state)
    if search:
        rows = rows.filter(Q(file__name__icontains=search) | Q(version__organisation_name__icontains=search))
    return rows.select_related("file", "unit", "made_by", "version__plan__unit").distinct()
