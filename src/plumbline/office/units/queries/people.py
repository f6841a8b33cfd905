"""The people who sign in, as lists."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from plumbline.office.accounts.models import User
from plumbline.office.accounts.queries import people
from plumbline.office.units.models import Membership

PEOPLE_COLUMNS = {
    "username": ("username",),
    "full_name": ("full_name",),
    "role": ("role",),
    "state": ("state",),
    "last_login": ("last_login",),
}


def people_with_units(*, search: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """People, each with his units at hand."""
    memberships = Membership.objects.select_related("unit").order_by("unit__name")
    return people(search=search, role=role, state=state).prefetch_related(
        Prefetch("memberships", queryset=memberships)
    )
