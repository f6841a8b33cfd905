"""A plan of the sample county as it is described in a .toml file, and its official document."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from typing import Any

from plumbline.kernel.plans.forms import target_form
from plumbline.kernel.plans.forms.data import IndicatorRow, Money, ProjectForm, SpendRow
from plumbline.kernel.plans.forms.docx_writer import write_docx
from plumbline.kernel.plans.forms.prose import Whole, part_one

MONTHS = (3, 6, 10, 12)


@dataclass(frozen=True, slots=True)
class Description:
    """One .toml file, read."""

    data: dict[str, Any]

    @property
    def organisation(self) -> dict[str, str]:
        return self.data["organisation"]

    @property
    def year(self) -> int:
        return self.data["plan"]["year"]

    @property
    def projects(self) -> list[dict[str, Any]]:
        return self.data["project"]

    def file_name(self) -> str:
        return f"{self.organisation['short_name']}{self.year}年度预算绩效目标.docx"

    def document(self) -> bytes:
        """The plan as the .docx that the unit would have published."""
        projects = self.forms()
        plan = self.data["plan"]
        whole = Whole(
            organisation=self.organisation["name"],
            short_name=self.organisation["short_name"],
            year=self.year,
            totals=tuple((name, Decimal(amount)) for name, amount in plan["totals"]),
            goals=tuple(plan["goals"]),
            safeguards=tuple(plan["safeguards"]),
        )
        created = datetime(self.year, 1, 20)
        return write_docx(
            [target_form(p) for p in projects], created=created, front=part_one(whole, projects)
        )

    def forms(self) -> list[ProjectForm]:
        """Its projects as the official forms take them."""
        return [self._project(number, row) for number, row in enumerate(self.projects, start=1)]

    def _project(self, number: int, row: dict[str, Any]) -> ProjectForm:
        other = row.get("other")
        return ProjectForm(
            key=str(number),
            number=number,
            name=row["name"],
            organisation=self.organisation["name"],
            organisation_code=self.organisation["code"],
            year=self.year,
            code=row["code"],
            total=Money("预算数", Decimal(row["budget"])),
            funds=(
                Money("财政资金", Decimal(row["fiscal"])),
                Money("其他资金", Decimal(other) if other else None),
            ),
            use=row["use"],
            goal=row["goal"],
            basis=row["basis"],
            spend=tuple(
                SpendRow(date(self.year, month, monthrange(self.year, month)[1]), Decimal(percent))
                for month, percent in zip(MONTHS, row["spend"], strict=True)
            ),
            indicators=tuple(
                IndicatorRow(
                    key=f"{number}.{place}",
                    level1=level1,
                    level2=level2,
                    level3=level3,
                    description=description,
                    target=target,
                    basis=row["basis"],
                    weight=Decimal(weight) if weight else None,
                )
                for place, (level1, level2, level3, description, target, weight) in enumerate(
                    row["indicators"]
                )
            ),
        )


def describe(name: str) -> Description:
    """The description of a plan by the name of its file ("office-2026")."""
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return Description(tomllib.loads(text))
