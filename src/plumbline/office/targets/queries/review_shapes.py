"""What the review page is made of, as plain values for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from plumbline.office.targets.models import (
    Fund,
    Indicator,
    PlanVersion,
    Project,
    SourceLine,
    SpendPoint,
    Statement,
)
from plumbline.office.targets.queries.source_rows import Mark, SourceRow, source_rows

Marks = Mapping[int, Mark]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the plan: text, the line it stands at (0 for none), marks, whether it was mended."""

    text: str
    line: int = 0
    mark: Mark | None = None
    mended: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator with its values in the order of the columns."""

    row: Indicator
    level1: Value
    level2: Value
    level3: Value
    description: Value
    target: Value
    basis: Value
    weight: Value


@dataclass(frozen=True, slots=True)
class Stated:
    """What one place of the document says of a project."""

    row: Statement
    values: tuple[tuple[str, Value], ...]
    points: tuple[SpendPoint, ...]


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project with all that the page shows of it; `body` is None until it is opened."""

    row: Project
    ranges: str
    anchor: int
    issues: int
    worst: str
    body: ProjectBody | None = None


@dataclass(frozen=True, slots=True)
class ProjectBody:
    """The inside of a project."""

    values: tuple[tuple[str, str, Value], ...]
    funds: tuple[tuple[Fund, Value], ...]
    points: tuple[tuple[SpendPoint, Value], ...]
    statements: tuple[Stated, ...]
    tracked: tuple[IndicatorRow, ...]
    reference: tuple[IndicatorRow, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of the document; `filled` is False for those that are fetched when they come into view."""

    first: int
    last: int
    lines: tuple[tuple[SourceLine, Mark | None], ...] = ()
    filled: bool = False

    @property
    def rows(self) -> list[SourceRow]:
        """The lines as the document has them: the cells of one row of a table stand side by side."""
        return source_rows(self.lines)


@dataclass(frozen=True, slots=True)
class Review:
    """The page as a whole."""

    version: PlanVersion
    chunks: tuple[Chunk, ...]
    totals: tuple[tuple[Any, Value], ...]
    goals: tuple[tuple[Any, Value], ...]
    projects: tuple[ProjectView, ...]
    budget: Decimal | None
    indicators: int
    counts: Mapping[str, int]
    findings: list[dict[str, Any]] = field(default_factory=list)
