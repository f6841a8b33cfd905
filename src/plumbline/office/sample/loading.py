"""Filling an empty office with the sample county, through the same services as the pages use.

What would lie in the future is left out, so the sample looks like a year in progress until the end of
its year, and like a finished one afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation

from plumbline.office.accounts.models import User
from plumbline.office.accounts.passwords import OneTimePassword
from plumbline.office.accounts.roles import Role
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.files.services import keep_unchecked
from plumbline.office.inspections.models import ChecklistVersion
from plumbline.office.inspections.services.checklists_shipped import load_shipped
from plumbline.office.sample.county import County, People, read
from plumbline.office.sample.description import Description, describe
from plumbline.office.sample.diary import Diary
from plumbline.office.sample.filling import fill
from plumbline.office.sample.register import Register, enter
from plumbline.office.sample.sheets import plan_sheets
from plumbline.office.sample.under_way import plan_under_way
from plumbline.office.sample.working import plan_work, write_letterhead
from plumbline.office.sample.year import Year, judge, spend_and_measure
from plumbline.office.targets.models import PlanVersion
from plumbline.office.targets.services.approval import approve
from plumbline.office.targets.services.imports import import_plan
from plumbline.office.units.models import Membership
from plumbline.office.units.people import FIELDS, create_person

#: (user name, name, role, short name of the unit; "" for none)
PEOPLE = (
    ("liqiang", "李强", Role.STAFF, "示例县委网信办"),
    ("wangyue", "王悦", Role.STAFF, "示例县委网信办"),
    ("zhaojianguo", "赵建国", Role.LEADER, "示例县委网信办"),
    ("chensiyuan", "陈思远", Role.EXPERT, ""),  # from outside: sees the inspection that he is engaged for
    ("liufang", "刘芳", Role.LIAISON, "县教育局"),
    ("zhoumin", "周敏", Role.LIAISON, "县人民医院"),
)
#: years of the office's work that are described
YEARS = (2025, 2026)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was filled in.

    Attributes:
        people: those to look at the sample as, with their one-time passwords.
        others: liaisons who have an account beside them; a person who wants one sets its password anew.
    """

    plans: int
    people: tuple[tuple[User, OneTimePassword], ...]
    others: int


def load_sample(*, actor: User, now: datetime) -> Loaded:
    """Fill an office that has no plan yet, in one transaction.

    Args:
        actor: the administrator in whose name it happens.
        now: aware; acts, payments and values after it are left out.

    Raises:
        PlumblineError: a service refuses (there are such units or people already).
    """
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        return _load(actor=actor, now=now)


def _load(*, actor: User, now: datetime) -> Loaded:
    last_year, office, education = (describe(n) for n in ("office-2025", "office-2026", "education-2026"))
    planned = {described.organisation["name"]: described.organisation for described in (office, education)}
    register = enter(planned=planned, actor=actor, now=now)
    people = tuple(
        create_person(
            actor=actor, username=username, full_name=name, role=role,
            units=[register.units[unit]] if unit else [],
        )
        for username, name, role, unit in PEOPLE
    )  # fmt: skip
    others = _accounts(register, actor=actor)
    county = _county(register, [person for person, _password in people], actor=actor, now=now)
    plans = [(described, _planned(described, actor=actor, now=now)) for described in (last_year, office)]
    for described, year in plans:
        spend_and_measure(year, described)
    for year_number in YEARS:
        described_work = plan_work(county, year_number)
        if "filling" in described_work:
            fill(county, plans[YEARS.index(year_number)][1].version, described_work["filling"])
    plan_sheets(county)
    plan_under_way(county)
    county.diary.live()
    for described, year in plans:
        judge(year, described)
    _import(education, actor=actor, now=now)  # its flaws wait to be looked at
    return Loaded(len(plans) + 1, people, others)


def _accounts(register: Register, *, actor: User) -> int:
    """Accounts of the liaisons who have one in the register's description; how many.

    Without a password, which nobody is told: twelve more to be hashed would take a third of the loading.
    """
    rows = [(name, row) for name, row in register.rows.items() if "account" in row]
    for name, row in rows:
        unit = register.units[name]
        person = User.objects.create_user(row["account"], full_name=register.liaison(name), role=Role.LIAISON)
        Membership.objects.create(user=person, unit=unit)
        detail = changes({}, {**snapshot(person, *FIELDS), "所属单位": [unit.name]})
        record(actor=actor, action="people.create", target=person, detail=detail)
    return len(rows)


def _planned(described: Description, *, actor: User, now: datetime) -> Year:
    """A plan of the office, approved in January; last year's work was done by the middle of January."""
    day = datetime(described.year, 1, 20, 9, 30, tzinfo=now.tzinfo)
    version = _approve(_import(described, actor=actor, now=day), actor=actor, day=day)
    return Year(version, actor, min(now, day.replace(year=described.year + 1)))


def _county(register: Register, people: list[User], *, actor: User, now: datetime) -> County:
    """The office with its letterhead and the checklists that the product ships."""
    load_shipped(now=now)
    published = ChecklistVersion.objects.filter(state=ChecklistVersion.State.PUBLISHED)
    named = {person.username: person for person in people}
    county = County(
        People(
            administrator=actor,
            staff=named["liqiang"],
            colleague=named["wangyue"],
            leader=named["zhaojianguo"],
            expert=named["chensiyuan"],
            liaisons={"县教育局": named["liufang"], "县人民医院": named["zhoumin"]},
        ),
        register,
        Diary(now),
        {version.checklist.key: version for version in published.select_related("checklist")},
    )
    for year in YEARS:
        first = datetime(year, 1, 5, 9, 0, tzinfo=now.tzinfo)
        if first <= now:
            write_letterhead(county, read("texts")["letterhead"], now=first)
    return county


def _import(described: Description, *, actor: User, now: datetime) -> PlanVersion:
    name, data = described.file_name(), described.document()
    kept = keep_unchecked(ContentFile(data, name=name), user=actor)
    return import_plan(name=name, data=data, unit=None, actor=actor, now=now, stored=kept)


def _approve(version: PlanVersion, *, actor: User, day: datetime) -> PlanVersion:
    version.refresh_from_db()
    return approve(version=version, revision=version.revision, actor=actor, now=day)
