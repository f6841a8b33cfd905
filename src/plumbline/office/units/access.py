"""Which units a person may see."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.units.models import Unit

_SEE_ALL = frozenset({Role.ADMINISTRATOR, Role.STAFF, Role.LEADER})


def visible_units(user: User) -> QuerySet[Unit]:
    """All units for the office's own people; his own for a liaison; none for an expert.

    An expert sees what he was given to judge, which the room that gave it decides.
    """
    if not user.is_active:
        return Unit.objects.none()
    if user.role in _SEE_ALL:
        return Unit.objects.all()
    if user.role == Role.LIAISON:
        return Unit.objects.filter(memberships__user=user)
    return Unit.objects.none()


def visible_unit(user: User, pk: int) -> Unit:
    """One unit, or 404: that a unit exists is not told to people who may not see it."""
    unit = visible_units(user).filter(pk=pk).first()
    if unit is None:
        raise Http404
    return unit
