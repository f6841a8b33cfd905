"""Which notices a person may see."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.findings.models import Notice
from plumbline.office.units.access import visible_units

_SEE_ALL = frozenset({Role.ADMINISTRATOR, Role.STAFF, Role.LEADER})


def sees_drafts(user: User) -> bool:
    """Whether the person sees notices before they are sent, and how they came to be."""
    return user.role in _SEE_ALL


def visible_notices(user: User) -> QuerySet[Notice]:
    """All notices for the office's own people; for a liaison those that were sent to his units."""
    if not user.is_active:
        return Notice.objects.none()
    if user.role in _SEE_ALL:
        return Notice.objects.all()
    if user.role == Role.LIAISON:
        return Notice.objects.filter(unit__in=visible_units(user), sent_at__isnull=False)
    return Notice.objects.none()


def visible_notice(user: User, pk: int) -> Notice:
    """One notice with what its page needs, or 404."""
    people = ("drafted_by", "approved_by", "sealed_by", "sent_by", "received_by")
    files = ("file", "sealed_file", "receipt_file")
    found = visible_notices(user).select_related("unit", *people, *files).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
