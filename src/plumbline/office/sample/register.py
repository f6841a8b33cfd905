"""The organisations of the sample county: who answers for them, their systems and their assets."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import Any

from django.utils import timezone

from plumbline.office.accounts.models import User
from plumbline.office.units.models import Asset, System, Unit
from plumbline.office.units.services import save_unit
from plumbline.office.units.services.assets import save_asset
from plumbline.office.units.services.contacts import Particulars, appoint
from plumbline.office.units.services.systems import save_system

ASSESSOR = "示例市信息安全测评中心"
#: since when the people of the register are in their roles
APPOINTED = date(2024, 3, 1)
SERVERS = "服务器区"


@dataclass(frozen=True, slots=True)
class Register:
    """The units by their short names, and what is written about each."""

    units: dict[str, Unit]
    rows: dict[str, dict[str, Any]]

    def liaison(self, short_name: str) -> str:
        """Who signs for a unit; its short name where nobody is named."""
        people = {role: name for role, name, *_rest in self.rows[short_name].get("contacts", ())}
        return people.get("liaison", short_name)


def described() -> list[dict[str, Any]]:
    """The rows of `register.toml`."""
    text = resources.files(__package__).joinpath("register.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["unit"]


def enter(*, planned: dict[str, dict[str, str]], actor: User, now: datetime) -> Register:
    """Enter all units, as acts of the administrator.

    Args:
        planned: organisations of the plans by full name; they keep the code and the short name of the plan.
    """
    register = Register({}, {})
    for row in described():
        organisation = planned.get(row["name"], {})
        short_name = organisation.get("short_name", row["short_name"])
        register.rows[short_name] = row
        register.units[short_name] = _unit(row, organisation, register, actor=actor)
        _people(register.units[short_name], row, actor=actor, now=now)
        systems = _systems(register.units[short_name], row, actor=actor, today=timezone.localdate(now))
        _assets(register.units[short_name], row, systems, actor=actor)
    return register


def _unit(row: dict[str, Any], planned: dict[str, str], register: Register, *, actor: User) -> Unit:
    known = Unit.objects.filter(name=row["name"]).first()
    if known is not None:
        return known
    return save_unit(
        Unit(
            name=row["name"],
            short_name=planned.get("short_name", row["short_name"]),
            code=planned.get("code", row["budget_code"]),
            kind=row["kind"],
            sector=row["sector"],
            parent=register.units[row["parent"]] if "parent" in row else None,
            credit_code=row.get("credit_code", ""),
            address=row["address"],
            staff_total=row["staff_total"],
            staff_security=row.get("staff_security"),
        ),
        user=actor,
    )


def _people(unit: Unit, row: dict[str, Any], *, actor: User, now: datetime) -> None:
    for role, name, position, mobile, phone in row.get("contacts", ()):
        appoint(
            unit,
            role=role,
            particulars=Particulars(name=name, position=position, mobile=mobile, phone=phone),
            on=APPOINTED,
            actor=actor,
            now=timezone.localdate(now),
        )


def _systems(unit: Unit, row: dict[str, Any], *, actor: User, today: date) -> list[System]:
    made = []
    for name, kind, level, critical, filed, assessed, protected_by in row.get("systems", ()):
        system = System(
            unit=unit,
            name=name,
            kind=kind,
            level=int(level) if level else None,
            critical=critical,
            protected_by=protected_by,
            filed_on=_day(filed),
            filing_number=f"1399{unit.pk:04d}-{len(made) + 1:05d}" if filed else "",
            assessed_on=_past(_day(assessed), today),
            assessed_by=ASSESSOR if assessed else "",
        )
        made.append(save_system(system, actor=actor))
    return made


def _assets(unit: Unit, row: dict[str, Any], systems: list[System], *, actor: User) -> None:
    for kind, value, title in row.get("assets", ()):
        system = systems[0] if systems and title == SERVERS else None
        save_asset(Asset(unit=unit, kind=kind, value=value, title=title, system=system), actor=actor)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _past(day: date | None, today: date) -> date | None:
    """A yearly event: the last one that is not to come."""
    return day.replace(year=day.year - 1) if day and day > today else day
