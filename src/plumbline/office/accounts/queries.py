"""People, as lists and look-ups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from plumbline.office.accounts.models import User


def people(*, search: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """Everybody that matches; the search looks at user name and full name."""
    found = User.objects.all()
    if search:
        found = found.filter(Q(username__icontains=search) | Q(full_name__icontains=search))
    if role:
        found = found.filter(role=role)
    if state:
        found = found.filter(state=state)
    return found


def active_people(*roles: str) -> QuerySet[User]:
    """People in use, of the given roles or of all."""
    found = User.objects.filter(state=User.State.ACTIVE)
    return found.filter(role__in=roles) if roles else found


def person_of_claims(claims: Mapping[str, Any]) -> User | None:
    """The active person that an identity service's claims name.

    The user name comes first; the e-mail counts only when the service says that it verified it and
    exactly one person has it.
    """
    claims = {**claims.get("id_token", {}), **claims.get("userinfo", {}), **claims}
    username = str(claims.get("preferred_username") or "")
    if username:
        found = active_people().filter(username__iexact=username).first()
        if found:
            return found
    email = str(claims.get("email") or "")
    if email and claims.get("email_verified") is True:
        matches = list(active_people().filter(email__iexact=email)[:2])
        return matches[0] if len(matches) == 1 else None
    return None
