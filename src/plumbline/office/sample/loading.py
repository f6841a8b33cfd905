"""Filling an empty office with the sample county, through the same services as the pages use.

What would lie in the future is left out, so the sample looks like a year in progress until the end of
its year, and like a finished one afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile

from plumbline.office.accounts.models import User
from plumbline.office.accounts.passwords import OneTimePassword
from plumbline.office.accounts.roles import Role
from plumbline.office.files.services import keep_unchecked
from plumbline.office.sample.description import Description, describe
from plumbline.office.sample.year import Year, work
from plumbline.office.targets.models import PlanVersion
from plumbline.office.targets.services.approval import approve
from plumbline.office.targets.services.imports import import_plan
from plumbline.office.units.models import Unit
from plumbline.office.units.people import create_person
from plumbline.office.units.services import save_unit

#: (user name, name, role, short name of the unit)
PEOPLE = (
    ("liqiang", "李强", Role.STAFF, "示例县委网信办"),
    ("zhaojianguo", "赵建国", Role.LEADER, "示例县委网信办"),
    ("chensiyuan", "陈思远", Role.EXPERT, "示例县委网信办"),
    ("liufang", "刘芳", Role.LIAISON, "县教育局"),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was filled in: plans, and the people with their one-time passwords."""

    plans: int
    people: tuple[tuple[User, OneTimePassword], ...]


def load_sample(*, actor: User, now: datetime) -> Loaded:
    """Fill an office that has no plan yet.

    Args:
        actor: the administrator in whose name it happens.
        now: aware; payments and values after it are left out.

    Raises:
        PlumblineError: a service refuses (there are such units or people already).
    """
    last_year, office, education = (describe(n) for n in ("office-2025", "office-2026", "education-2026"))
    units = {
        described.organisation["short_name"]: _unit(described, actor=actor)
        for described in (office, education)
    }
    people = tuple(
        create_person(actor=actor, username=username, full_name=name, role=role, units=[units[unit]])
        for username, name, role, unit in PEOPLE
    )
    for described in (last_year, office):
        day = datetime(described.year, 1, 20, 9, 30, tzinfo=now.tzinfo)
        version = _approve(_import(described, actor=actor, now=day), actor=actor, day=day)
        # last year's work was done by the middle of January
        work(Year(version, actor, min(now, day.replace(year=described.year + 1))), described)
    _import(education, actor=actor, now=now)  # its flaws wait to be looked at
    return Loaded(3, people)


def _unit(described: Description, *, actor: User) -> Unit:
    organisation = described.organisation
    there = Unit.objects.filter(name=organisation["name"]).first()
    return there or save_unit(
        Unit(
            name=organisation["name"],
            short_name=organisation["short_name"],
            code=organisation["code"],
            kind=organisation["kind"],
        ),
        user=actor,
    )


def _import(described: Description, *, actor: User, now: datetime) -> PlanVersion:
    name, data = described.file_name(), described.document()
    kept = keep_unchecked(ContentFile(data, name=name), user=actor)
    return import_plan(name=name, data=data, unit=None, actor=actor, now=now, stored=kept)


def _approve(version: PlanVersion, *, actor: User, day: datetime) -> PlanVersion:
    version.refresh_from_db()
    return approve(version=version, revision=version.revision, actor=actor, now=day)
