"""Reports that were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet
from django.http import Http404

from plumbline.office.accounts.models import User
from plumbline.office.inspections.models import InspectionReport
from plumbline.office.units.access import visible_units

#: columns that the list sorts by
COLUMNS: Mapping[str, Sequence[str]] = {
    "year": ("year", "kind"),
    "made": ("made_at",),
    "unit": ("unit__name",),
}


def visible_reports(user: User) -> QuerySet[InspectionReport]:
    """Reports for those who may export reports: the county's, and those of units that they may see."""
    if not user.is_active or not user.may("reports.export"):
        return InspectionReport.objects.none()
    return InspectionReport.objects.filter(Q(unit=None) | Q(unit__in=visible_units(user)))


def visible_report(user: User, pk: int) -> InspectionReport:
    """One report, or 404."""
    found = visible_reports(user).select_related("unit", "file", "made_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def reports(user: User, *, search: str = "", kind: str = "", year: str = "") -> QuerySet[InspectionReport]:
    """The list, filtered."""
    rows = visible_reports(user).select_related("unit", "file", "made_by")
    if search:
        rows = rows.filter(Q(unit__name__icontains=search) | Q(file__name__icontains=search))
    if kind in InspectionReport.Kind.values:
        rows = rows.filter(kind=kind)
    return rows.filter(year=int(year)) if year.isdecimal() and len(year) == 4 else rows
