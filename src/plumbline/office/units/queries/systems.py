"""Information systems as lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import System, Unit
from plumbline.office.units.protection import NEAR, rules

SYSTEM_COLUMNS = {
    "name": ("name",),
    "unit": ("unit__name", "name"),
    "level": ("level", "name"),
    "assessed": ("assessed_on", "name"),
    "due": ("assessment_due_on", "name"),
    "state": ("state", "name"),
}
#: what a list of systems can be narrowed to, by key of the address
ASSESSMENTS = {
    "overdue": _("测评已过期"),
    "soon": _("60 天内到期"),
    "never": _("应测评未测评"),
    "unfiled": _("应备案未备案"),
    "unlevelled": _("未定级"),
}


@dataclass(frozen=True, slots=True)
class SystemFilter:
    """What somebody looks for; "" and None leave a thing open.

    Attributes:
        search: part of the name, the filing number, the address or the unit.
        level: "1" to "4", or "none".
        assessment: a key of `ASSESSMENTS`, or "due" for overdue and soon together.
        critical: a value of `System.Critical`; "yes" for proposed and designated.
        state: a value of `System.State`; "used" for all but the stopped.
    """

    search: str = ""
    unit: int | None = None
    level: str = ""
    assessment: str = ""
    critical: str = ""
    state: str = ""
    sector: str = ""
    kind: str = ""

    @property
    def is_open(self) -> bool:
        """Nothing is looked for."""
        return self == SystemFilter(unit=self.unit)


def visible_systems(user: User) -> QuerySet[System]:
    """The systems of the units that the person may see."""
    return System.objects.filter(unit__in=visible_units(user))


def systems(user: User, *, wanted: SystemFilter, today: date) -> QuerySet[System]:
    """The systems that the person may see and that match, each with its unit at hand."""
    found = visible_systems(user).select_related("unit")
    if wanted.search:
        text = wanted.search
        found = found.filter(
            Q(name__icontains=text)
            | Q(filing_number__icontains=text)
            | Q(url__icontains=text)
            | Q(unit__name__icontains=text)
            | Q(unit__short_name__icontains=text)
        )
    if wanted.unit:
        found = found.filter(unit=wanted.unit)
    if wanted.level:
        found = found.filter(level__isnull=True) if wanted.level == "none" else _at_level(found, wanted.level)
    if wanted.critical == "yes":
        found = found.exclude(critical=System.Critical.NO)
    elif wanted.critical in System.Critical.values:
        found = found.filter(critical=wanted.critical)
    if wanted.state == "used":
        found = found.exclude(state=System.State.STOPPED)
    elif wanted.state in System.State.values:
        found = found.filter(state=wanted.state)
    if wanted.sector:
        found = found.filter(unit__sector=wanted.sector)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    condition = assessment_condition(wanted.assessment, today=today)
    return found.filter(condition) if condition is not None else found


def assessment_condition(key: str, *, today: date) -> Q | None:
    """The systems of one key of `ASSESSMENTS`, or of "due"; None for any other key.

    Only running systems of units in use fall due.
    """
    running = Q(state=System.State.RUNNING, unit__state=Unit.State.ACTIVE)
    law = rules()
    if key == "overdue":
        return running & Q(assessment_due_on__lt=today)
    if key == "soon":
        return running & Q(assessment_due_on__gte=today, assessment_due_on__lte=today + NEAR)
    if key == "due":
        return running & Q(assessment_due_on__lte=today + NEAR)
    if key == "never":
        return running & Q(level__in=law.demanded_levels, assessed_on__isnull=True)
    if key == "unfiled":
        return running & Q(level__in=law.filed_levels, filing_number="")
    if key == "unlevelled":
        return running & Q(level__isnull=True)
    return None


def assessment_counts(user: User, *, today: date, unit: int | None = None) -> dict[str, int]:
    """How many systems stand under each key of `ASSESSMENTS`; one query."""
    found = visible_systems(user)
    if unit:
        found = found.filter(unit=unit)
    counts = {key: Count("pk", filter=assessment_condition(key, today=today)) for key in ASSESSMENTS}
    return found.aggregate(**counts)


def _at_level(found: QuerySet[System], level: str) -> QuerySet[System]:
    return found.filter(level=int(level)) if level in ("1", "2", "3", "4") else found
