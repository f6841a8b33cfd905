"""Classified protection (等级保护): when a system is assessed next, as the data file has it."""

from __future__ import annotations

import calendar
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

DATA = Path(__file__).resolve().parent / "data" / "protection.toml"
#: a term that ends within so many days is shown as near
NEAR = timedelta(days=60)

Duty = Literal["must", "advised", "none"]


@dataclass(frozen=True, slots=True)
class Term:
    """How often systems of one level are assessed.

    Attributes:
        months: between two assessments; None where nobody says.
        duty: "must", "advised" or "none".
        source: the rule, or why it is only advice.
        confidence: "high", "medium" or "low".
    """

    level: int
    months: int | None
    duty: Duty
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole file: terms by level, which levels are filed, and what critical infrastructure owes."""

    terms: dict[int, Term]
    filed_levels: tuple[int, ...]
    filing_days: int
    filing_source: str
    critical_months: int
    critical_source: str

    @property
    def demanded_levels(self) -> tuple[int, ...]:
        """Levels whose systems must be assessed."""
        return tuple(level for level, term in self.terms.items() if term.duty == "must")


@cache
def rules() -> Rules:
    """The rules that the product ships."""
    with DATA.open("rb") as file:
        data = tomllib.load(file)
    terms = {
        row["level"]: Term(row["level"], row.get("months"), row["duty"], row["source"], row["confidence"])
        for row in data["assessment"]
    }
    filing, critical = data["filing"], data["critical"]
    return Rules(
        terms,
        tuple(filing["levels"]),
        filing["days"],
        filing["source"],
        critical["months"],
        critical["source"],
    )


def next_due(level: int | None, assessed_on: date | None) -> date | None:
    """The day by which the next assessment falls due; None where no term is known."""
    term = rules().terms.get(level or 0)
    if term is None or term.months is None or assessed_on is None:
        return None
    return months_later(assessed_on, term.months)


def demanded_due(level: int | None, assessed_on: date | None) -> date | None:
    """As `next_due`, where a rule demands the assessment; None where it is only advised."""
    term = rules().terms.get(level or 0)
    return next_due(level, assessed_on) if term is not None and term.duty == "must" else None


def months_later(day: date, months: int) -> date:
    """The same day some months on; the last of the month where there is no such day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
