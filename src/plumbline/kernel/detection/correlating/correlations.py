"""A correlation as it runs: plain data, known without a Sigma library."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from plumbline.kernel.detection.rules import Info

Kind = Literal[
    "event_count", "value_count", "value_sum", "value_avg", "value_percentile", "temporal", "temporal_ordered"
]
Operator = Literal["lt", "lte", "gt", "gte", "eq", "neq"]
Number = int | Fraction
OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "eq": operator.eq,
    "neq": operator.ne,
}
RISING: Final = ("gt", "gte")
TEMPORAL: Final = ("temporal", "temporal_ordered")


@dataclass(frozen=True, slots=True)
class Input:
    """A rule whose detections are correlated, or (`chained`) a correlation whose alerts are.

    `group` and `value` are the fields, in folded case, that hold the group and what the condition counts.
    """

    key: str
    chained: bool
    group: tuple[str, ...]
    value: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One way for a temporal condition to hold: all of `wanted` (in this order where that counts), none of
    `unwanted`; both are numbers of inputs."""

    wanted: tuple[int, ...]
    unwanted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Correlation:
    """One correlation.

    Attributes:
        names: the group-by fields as written.
        span: seconds.
        bounds: (operator, limit), all of which must hold; none where there are terms.
        terms: of a temporal condition, any of which must hold.
        order: of a temporal_ordered one, numbers of inputs as `rules` lists them.
        percentile: 0 to 100; a median has 50.
        silent: other correlations are built on it, and it gives no alerts of its own.
    """

    info: Info
    kind: Kind
    inputs: tuple[Input, ...]
    names: tuple[str, ...]
    span: int
    bounds: tuple[tuple[Operator, Number], ...]
    terms: tuple[Term, ...] = ()
    order: tuple[int, ...] = ()
    percentile: int = 50
    silent: bool = False

    @property
    def key(self) -> str:
        return self.info.key

    @property
    def slides(self) -> bool:
        """Whether it is evaluated at each detection; otherwise when its window ends."""
        return bool(self.terms) or all(name in RISING for name, _limit in self.bounds)

    @property
    def decided(self) -> int:
        """A count from which on more of it changes nothing."""
        if self.slides:
            floors = [int(limit // 1) + (name == "gt" or limit != limit // 1) for name, limit in self.bounds]
            return max(1, *floors)
        return max(1, *(int(limit // 1) + 1 for _name, limit in self.bounds))

    def holds(self, value: Number) -> bool:
        """Whether the bounds hold."""
        return all(OPERATORS[name](value, limit) for name, limit in self.bounds)


def needed_fields(correlations: Iterable[Correlation]) -> dict[str, tuple[str, ...]]:
    """Rule -> the fields, in folded case, that its detections must carry; rules not in it need not be fed.

    `correlations` is ordered as `link` orders it: what others are built on comes first.
    """
    above: dict[str, set[str]] = {}
    needed: dict[str, set[str]] = {}
    for correlation in reversed(list(correlations)):
        for one in correlation.inputs:
            names = {*one.group, *one.value, *above.get(correlation.key, ())}
            (above if one.chained else needed).setdefault(one.key, set()).update(names)
    return {key: tuple(sorted(names)) for key, names in needed.items()}
