"""Exports and returned forms that a person may see."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from plumbline.office.accounts.models import User
from plumbline.office.reports.models import Export, FormReturn
from plumbline.office.targets.models import Plan, PlanVersion
from plumbline.office.targets.queries.plans import visible_plans, visible_versions

#: versions that forms are written from
EXPORTABLE = (PlanVersion.State.APPROVED, PlanVersion.State.DRAFT)


def visible_exports(user: User) -> QuerySet[Export]:
    """Exports of the plans that the person may see, newest first."""
    return Export.objects.filter(version__in=visible_versions(user)).select_related(
        "version__plan__unit", "project_line", "checkpoint", "file", "made_by"
    )


def export_or_404(user: User, export_id: int) -> Export:
    """One export that the person may see.

    Raises:
        Http404: there is none, or it is not theirs to see.
    """
    try:
        return visible_exports(user).get(pk=export_id)
    except Export.DoesNotExist:
        raise Http404 from None


def visible_returns(user: User) -> QuerySet[FormReturn]:
    """Returned forms of the plans that the person may see, newest first."""
    return FormReturn.objects.filter(version__in=visible_versions(user)).select_related(
        "version__plan__unit", "checkpoint", "file", "made_by"
    )


def return_or_404(user: User, return_id: int) -> FormReturn:
    """One returned form that the person may see.

    Raises:
        Http404: there is none, or it is not theirs to see.
    """
    try:
        return visible_returns(user).get(pk=return_id)
    except FormReturn.DoesNotExist:
        raise Http404 from None


def plans_with_versions(user: User, *, words: str = "") -> QuerySet[Plan]:
    """Visible plans that have anything to export, newest year first."""
    plans = visible_plans(user).filter(versions__state__in=EXPORTABLE).distinct()
    if words:
        plans = plans.filter(unit__name__icontains=words)
    return plans.order_by("-year", "unit__name")
