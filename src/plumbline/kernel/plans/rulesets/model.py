"""A ruleset: how an evaluation is scored. Data, versioned, every row with its source.

Points and percents are exact `Decimal`; a percent of 100 is "all". Every row carries `source` (the
document and article it comes from, or that it is the product's own convention) and `confidence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where a row comes from, and how sure that is.

    Attributes:
        source: document and article, in Chinese, or "本规则约定…" for the product's own choice.
        confidence: "high" (wording of a national document), "medium" (known from several public
            forms), "low" (a convention; check the local document before use).
    """

    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a stepwise rule: from `bound` on (or up to it), `share` percent of the points."""

    bound: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class Level:
    """A level-1 indicator with its points.

    Attributes:
        key: "output", "benefit", "satisfaction", "cost" …
        title: as printed ("产出指标").
        names: further spellings in documents, without spaces and bracketed points.
        level2: level-2 names that belong here where level 1 is not recognised.
        points: of 100.
        absent: which levels take its points when a plan has none of it, and how many.
    """

    key: str
    title: str
    names: tuple[str, ...]
    level2: tuple[str, ...]
    points: Decimal
    absent: dict[str, Decimal]
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Execution:
    """The budget execution row: `proportional` (rate × points, at most all) or by `steps` of the rate."""

    points: Decimal
    method: Literal["proportional", "steps"]
    steps: tuple[Step, ...]
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Tier:
    """A qualitative tier: share of the points from `low` (included) to `high` percent.

    The upper end is included in the best tier only; for the others it belongs to the tier above.
    """

    key: str
    title: str
    high: Decimal
    low: Decimal
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Quantitative:
    """How numbers are scored.

    Attributes:
        at_most: beyond a ≤ target: "ratio" (target ÷ actual), "excess" (1 − overrun ÷ target) or
            "none" (no points).
        equal: off an = target: "at_least" (as ≥; costs above it as ≤), "ratio" (below: actual ÷
            target; above: target ÷ actual), "deviation" (1 − |difference| ÷ target) or "none".
        zero: any event where 0 is the target: "none" (no points) or "steps".
        zero_steps: up to `bound` events, `share` percent; more: nothing.
        strict_cap: > and <: share in percent that a value exactly at the bound can reach at most.
        over_from: at or above this percent of a ≥ target, the target was perhaps set too low.
        over_steps: from `bound` percent on, `share` percent of the points; empty: only a notice,
            a person decides (the national rule wants the cause analysed first).
        late_steps: up to `bound` days late, `share` percent; later: nothing.
        cost_words: words in level 1/2 that make a target without comparator a "not more than".
    """

    at_most: Literal["ratio", "excess", "none"]
    equal: Literal["at_least", "ratio", "deviation", "none"]
    zero: Literal["none", "steps"]
    zero_steps: tuple[Step, ...]
    strict_cap: Decimal
    over_from: Decimal
    over_steps: tuple[Step, ...]
    late_steps: tuple[Step, ...]
    cost_words: tuple[str, ...]
    #: grounds by rule: "reached", "at_least", "at_most", "equal", "range", "zero", "over", "late"
    grounds: dict[str, Grounds]


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade from `minimum` points (included) up to the next."""

    title: str
    minimum: Decimal
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Rounding:
    """Rows are rounded half up to `places`; the total is the sum of the rounded rows."""

    places: int
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Ruleset:
    """One version of one ruleset.

    Attributes:
        key, version: together the identity; an old version is never edited.
        title, summary: Chinese, for the page.
        jurisdiction, year: where and since when it is meant.
        spread: how a level's points go to its indicators: evenly ("level3"), or evenly to the
            level-2 names and then to their indicators ("level2").
        grades: best first.
        digest: SM3 of the file's bytes, hex.
    """

    key: str
    version: int
    title: str
    summary: str
    jurisdiction: str
    year: int
    spread: Literal["level2", "level3"]
    grounds: Grounds
    execution: Execution
    levels: tuple[Level, ...]
    tiers: tuple[Tier, ...]
    quantitative: Quantitative
    grades: tuple[Grade, ...]
    rounding: Rounding
    digest: str

    @property
    def id(self) -> str:
        """key@version."""
        return f"{self.key}@{self.version}"

    def tier(self, key: str) -> Tier | None:
        """The qualitative tier of a key."""
        return next((tier for tier in self.tiers if tier.key == key), None)

    def grade(self, total: Decimal) -> str:
        """The grade of a total."""
        return next(grade.title for grade in self.grades if total >= grade.minimum)
