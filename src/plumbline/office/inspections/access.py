"""Which inspections a person may see."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.inspections.models import Inspection, InspectionPlan, Inspector
from plumbline.office.units.access import visible_units

_SEE_ALL = frozenset({Role.ADMINISTRATOR, Role.STAFF, Role.LEADER})
#: days for which an expert still sees an inspection that was concluded, to add what was asked of him
GRACE_DAYS = 7
_ENDED = (Inspection.State.DONE, Inspection.State.CANCELLED)


def engaged(user: User, *, on: date | None = None) -> Q:
    """Which inspections an expert is engaged in on a day: his days hold it, and it has not long ended.

    Nobody takes the access away: on the day after his last, the query no longer finds it.

    Args:
        on: the day; today in the office's own time where None.
    """
    day = timezone.localdate() if on is None else on
    mine = Inspector.objects.filter(
        inspection=OuterRef("pk"), user=user, starts_on__lte=day, ends_on__gte=day
    )
    lately = Q(finished_on__gte=day - timedelta(days=GRACE_DAYS))
    return Q(Exists(mine)) & (~Q(state__in=_ENDED) | lately)


def visible_inspections(user: User, *, on: date | None = None) -> QuerySet[Inspection]:
    """All for the office's own people; his units' for a liaison; an expert's while he is engaged.

    A unit does not see visits that are only planned (a surprise would be none), nor drafts of plans.
    """
    if not user.is_active:
        return Inspection.objects.none()
    if user.role in _SEE_ALL:
        return Inspection.objects.all()
    if user.role == Role.LIAISON:
        begun = ~Q(state=Inspection.State.PLANNED) & Q(started_on__isnull=False)
        approved = Q(plan__isnull=True) | Q(plan__state=InspectionPlan.State.APPROVED)
        announced = Q(method=Inspection.Method.SELF_CHECK) & approved
        return Inspection.objects.filter(begun | announced, unit__in=visible_units(user))
    if user.role == Role.EXPERT:
        return Inspection.objects.filter(engaged(user, on=on))
    return Inspection.objects.none()


def visible_inspection(user: User, pk: int) -> Inspection:
    """One inspection, or 404: that it exists is not told to people who may not see it."""
    whole = visible_inspections(user).select_related("unit", "checklist__checklist", "plan", "draw")
    found = whole.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
