"""What the parts of the sample's work have in common: the people, the units, and what came to be so far."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from plumbline.office.accounts.models import User
from plumbline.office.findings.models import Finding, Notice
from plumbline.office.inspections.models import ChecklistVersion, Inspection, InspectionPlan
from plumbline.office.sample.diary import Diary
from plumbline.office.sample.register import Register
from plumbline.office.units.models import Unit


@dataclass(frozen=True, slots=True)
class People:
    """Who works in the office, and the liaisons who have an account by the short name of their unit."""

    administrator: User
    staff: User
    colleague: User
    leader: User
    expert: User
    liaisons: dict[str, User]


@dataclass
class County:
    """The office at work.

    Attributes:
        inspections: by year, unit and method: "2026 县财政局 on_site".
        findings: by case and key of the item or rule: ("2026 县财政局 on_site", "2.4").
        notices: by case.
    """

    people: People
    register: Register
    diary: Diary
    checklists: dict[str, ChecklistVersion]
    inspections: dict[str, Inspection] = field(default_factory=dict)
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    plans: dict[int, InspectionPlan] = field(default_factory=dict)

    def unit(self, short_name: str) -> Unit:
        return self.register.units[short_name]

    def speaker(self, short_name: str) -> User:
        """Who enters what a unit says: its liaison, or a clerk for those that answer on paper."""
        return self.people.liaisons.get(short_name, self.people.colleague)


def read(name: str) -> dict[str, Any]:
    """A description by the name of its file ("work-2026")."""
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
