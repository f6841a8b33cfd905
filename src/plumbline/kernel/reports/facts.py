"""What a report is made of: numbers and names, counted elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Tally:
    """Findings raised from the first day of a year to a day, as they stood at its end.

    Attributes:
        found: confirmed ones; what waits for confirmation or was dismissed is not among them.
        rectified: of these, closed by that day.
        due, on_time: those whose deadline lies between, and how many were closed by it.
        overdue: with the unit, past their deadline on that day, whenever raised.
        first_checked, first_passed: first re-checks decided, and passed.
    """

    found: int = 0
    rectified: int = 0
    due: int = 0
    on_time: int = 0
    overdue: int = 0
    first_checked: int = 0
    first_passed: int = 0


@dataclass(frozen=True, slots=True)
class Severity:
    """Findings of one severity, by how far they are."""

    title: str
    found: int
    rectified: int
    in_progress: int
    accepted: int

    @property
    def parts(self) -> tuple[int, int, int]:
        return self.rectified, self.in_progress, self.accepted


@dataclass(frozen=True, slots=True)
class FindingFact:
    """One finding of the table."""

    number: str
    title: str
    severity: str
    state: str
    due_on: date | None
    place: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class InspectionFact:
    """One inspection."""

    number: str
    method: str
    started_on: date | None
    finished_on: date | None
    state: str
    inspectors: Sequence[str]
    score: Decimal | None
    full_score: Decimal | None


@dataclass(frozen=True, slots=True)
class SectionFact:
    """Points of one section of a checklist; None where nothing of it was scored."""

    title: str
    reached: Decimal | None
    reachable: Decimal


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit's year.

    Attributes:
        as_of: the last day counted.
        levels: (等保级别, number of systems) of the systems that are not stopped.
        scored: number of the inspection that `sections` belong to; "" where none was scored.
        more_findings: findings that the table leaves out.
        last_year: the same span of the year before; None where the office kept no records then.
    """

    unit: str
    kind: str
    sector: str
    head: str
    deputy: str
    year: int
    as_of: date
    systems: int
    levels: Sequence[tuple[str, int]]
    assets: int
    inspections: Sequence[InspectionFact]
    scored: str
    sections: Sequence[SectionFact]
    severities: Sequence[Severity]
    sources: Sequence[tuple[str, int]]
    findings: Sequence[FindingFact]
    more_findings: int
    tally: Tally
    last_year: Tally | None
    score: Decimal | None
    full_score: Decimal | None
    last_score: Decimal | None
    last_full_score: Decimal | None


@dataclass(frozen=True, slots=True)
class MethodFact:
    """Inspections of one method."""

    title: str
    planned: int
    done: int
    on_time: int


@dataclass(frozen=True, slots=True)
class RankFact:
    """A unit, or a kind of units, in the ranking.

    Attributes:
        units, inspected: of a kind; 1 and 0 or 1 for a unit.
        score: mean of the scores in percent; None where none was scored.
    """

    title: str
    units: int
    inspected: int
    score: Decimal | None
    found: int
    rectified: int
    overdue: int


@dataclass(frozen=True, slots=True)
class CommonFact:
    """A problem that occurs often."""

    title: str
    units: int
    findings: int
    rectified: int


@dataclass(frozen=True, slots=True)
class CountyFacts:
    """The county's year.

    Attributes:
        grouping: "unit" or "kind": what `ranking` lists.
        units, inspected: supervised units in use on the last day, and those with an inspection done.
        ended_inspected: units with an inspection done that were merged or closed since.
        last_inspected: of the year before, all units with an inspection done.
        more_ranks, more_overdue: what the tables leave out.
    """

    issuer: str
    year: int
    as_of: date
    grouping: str
    units: int
    inspected: int
    methods: Sequence[MethodFact]
    kinds: Sequence[RankFact]
    ranking: Sequence[RankFact]
    more_ranks: int
    common: Sequence[CommonFact]
    severities: Sequence[Severity]
    overdue: Sequence[FindingFact]
    more_overdue: int
    tally: Tally
    last_year: Tally | None
    last_inspected: int
    last_done: int
    ended_inspected: int = 0
