"""Which findings a person may see."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.http import Http404

from plumbline.kernel.registry import Registry
from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.findings.models import Finding, FindingFile
from plumbline.office.units.access import visible_units

#: what a room above lets a person see beside his own units: (user) -> condition on findings
GRANTS: Registry[Callable[[User], Q]] = Registry("问题查看授权")

_SEE_ALL = frozenset({Role.ADMINISTRATOR, Role.STAFF, Role.LEADER})


def visible_findings(user: User) -> QuerySet[Finding]:
    """All findings for the office's own people; for a liaison those of his units that they were told of.

    An expert sees what another room grants him: the findings of the inspections that he takes part in.
    """
    if not user.is_active:
        return Finding.objects.none()
    if user.role in _SEE_ALL:
        return Finding.objects.all()
    if user.role == Role.LIAISON:
        # every way of telling the unit sets a deadline; taking it back clears the first one
        return Finding.objects.filter(unit__in=visible_units(user), first_due_on__isnull=False)
    return _granted(user)


def visible_finding(user: User, pk: int) -> Finding:
    """One finding with what its page needs, or 404."""
    finding = (
        visible_findings(user).select_related("unit", "system", "asset", "raised_by").filter(pk=pk).first()
    )
    if finding is None:
        raise Http404
    return finding


def visible_file(user: User, pk: int) -> FindingFile:
    """A file of a finding that the person may see, or 404."""
    found = FindingFile.objects.select_related("file").filter(pk=pk, finding__in=visible_findings(user))
    file = found.first()
    if file is None:
        raise Http404
    return file


def _granted(user: User) -> QuerySet[Finding]:
    conditions = [grant(user) for grant in GRANTS]
    if not conditions:
        return Finding.objects.none()
    together = conditions[0]
    for condition in conditions[1:]:
        together |= condition
    return Finding.objects.filter(together)
