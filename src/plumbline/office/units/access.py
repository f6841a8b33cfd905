"""Which units a person may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.units.models import Membership, Unit

_SEE_ALL = frozenset({Role.ADMINISTRATOR, Role.STAFF, Role.LEADER})
#: a liaison his own units, an expert those whose plans he is to judge; the administrator gives them
_SEE_GIVEN = frozenset({Role.LIAISON, Role.EXPERT})


def visible_units(user: User) -> QuerySet[Unit]:
    """All units for the office's own people; those that he was given for a liaison or an expert.

    With a unit comes what was merged into it: its history is the liaison's to read.
    """
    if not user.is_active:
        return Unit.objects.none()
    if user.role in _SEE_ALL:
        return Unit.objects.all()
    if user.role in _SEE_GIVEN:
        given = Membership.objects.filter(user=user).values("unit")
        return Unit.objects.filter(Q(pk__in=given) | Q(merged_into__in=given))
    return Unit.objects.none()


def visible_unit(user: User, pk: int) -> Unit:
    """One unit, or 404: that a unit exists is not told to people who may not see it."""
    unit = visible_units(user).filter(pk=pk).first()
    if unit is None:
        raise Http404
    return unit
