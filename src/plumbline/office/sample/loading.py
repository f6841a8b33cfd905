"""Filling an empty office with the sample county, through the same services as the pages use.

What would lie in the future is left out, so the sample looks like a year in progress until the end of
its year, and like a finished one afterwards.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from docx import Document

from plumbline.kernel.metrics.measure import Measure
from plumbline.office.accounts.models import User
from plumbline.office.accounts.passwords import OneTimePassword
from plumbline.office.accounts.roles import Role
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import keep_unchecked, store
from plumbline.office.sample.description import Description, describe
from plumbline.office.targets.models import Indicator, PlanVersion, Project
from plumbline.office.targets.services.approval import approve
from plumbline.office.targets.services.imports import import_plan
from plumbline.office.targets.services.ledger import PaymentEntry, post_payment
from plumbline.office.targets.services.values import Proof, ratio, record_value
from plumbline.office.units.models import Unit
from plumbline.office.units.people import create_person
from plumbline.office.units.services import save_unit

#: (user name, name, role, short name of the unit)
PEOPLE = (
    ("liqiang", "李强", Role.STAFF, "示例县委网信办"),
    ("zhaojianguo", "赵建国", Role.LEADER, "示例县委网信办"),
    ("chensiyuan", "陈思远", Role.EXPERT, ""),
    ("liufang", "刘芳", Role.LIAISON, "县教育局"),
)
FULL_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
UNMEASURED = "不可测"


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
    office, education = describe("office-2026"), describe("education-2026")
    units = {
        described.organisation["short_name"]: _unit(described, actor=actor)
        for described in (office, education)
    }
    people = tuple(
        create_person(
            actor=actor, username=username, full_name=name, role=role, units=[units[unit]] if unit else []
        )
        for username, name, role, unit in PEOPLE
    )
    _year(office, _import(office, actor=actor, now=now), actor=actor, now=now)
    _import(education, actor=actor, now=now)  # its flaws wait to be looked at
    return Loaded(len(units), people)


def _unit(described: Description, *, actor: User) -> Unit:
    organisation = described.organisation
    return save_unit(
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


def _year(described: Description, version: PlanVersion, *, actor: User, now: datetime) -> None:
    """Approve the plan, pay, and measure."""
    version.refresh_from_db()
    approve(version=version, revision=version.revision, actor=actor, now=now)
    projects = {project.code: project for project in version.projects.select_related("line")}
    for row in described.projects:
        project = projects[row["code"]]
        for payment in row.get("payments", ()):
            _pay(project, payment, actor=actor, now=now)
        for name, values in row.get("values", {}).items():
            _measure(project, name, values, actor=actor, now=now)


def _pay(project: Project, payment: list[str], *, actor: User, now: datetime) -> None:
    day, amount, fund, voucher, purpose, payee = payment
    if date.fromisoformat(day) > timezone.localdate(now):
        return
    entry = PaymentEntry(
        paid_on=date.fromisoformat(day),
        amount_yuan=Decimal(amount),
        fund=fund,
        voucher_no=voucher,
        purpose=purpose,
        payee=payee,
    )
    post_payment(actor=actor, line=project.line, entry=entry, now=now)


def _measure(project: Project, name: str, values: list[list[str]], *, actor: User, now: datetime) -> None:
    indicator = project.indicators.select_related("line").get(level3=name, use=Indicator.Use.TRACKED)
    checkpoints = {point.day: point for point in project.version.plan.checkpoints.all()}
    for day, text, backing in values:
        checkpoint = checkpoints[date.fromisoformat(day)]
        if checkpoint.day > timezone.localdate(now):
            continue
        measure = _measure_of(text, backing, unit=indicator.target_unit)
        proof = (
            ()
            if measure.unmeasured
            else (Proof(_evidence(name, checkpoint.label, text, backing, actor), backing),)
        )
        record_value(
            actor=actor,
            line=indicator.line,
            checkpoint=checkpoint,
            measure=measure,
            now=now,
            seen=None,
            proofs=proof,
        )


def _measure_of(text: str, backing: str, *, unit: str) -> Measure:
    """A value as the description writes it: a number, a ratio "83/95", a day, or none with its reason."""
    if text == UNMEASURED:
        return Measure(None, unmeasured=backing)
    if "/" in text:
        numerator, denominator = map(Decimal, text.split("/"))
        return ratio(numerator=numerator, denominator=denominator, unit=unit)
    day = FULL_DAY.fullmatch(text)
    if day:
        return Measure(None, day=date(*map(int, day.groups())))
    return Measure(Decimal(text), unit or None)


def _evidence(indicator: str, label: str, value: str, title: str, actor: User) -> StoredFile:
    """A one-page document that says what it would show."""
    document: Any = Document()
    document.add_heading(title, level=1)
    document.add_paragraph(f"{indicator}，{label}：{value}")
    document.add_paragraph("本文件是示例县的虚构佐证材料。")
    content = io.BytesIO()
    document.save(content)
    return store(ContentFile(content.getvalue(), name=f"{title}（{label}）.docx"), user=actor)
