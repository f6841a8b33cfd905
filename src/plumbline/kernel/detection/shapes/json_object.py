"""Any other JSON object: fields by dotted names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.shapes.base import Head, Opened, Pair, leaves
from plumbline.kernel.detection.texts import DEEPEST, Deep, scalar_text

#: plans that are kept, and names and characters of names that one may be for
_MOST_PLANS: Final = 2_000
_MOST_NAMES: Final = 300
_LONGEST_NAMES: Final = 6_000

#: for names of an event as they stand in it: (number of the head, name, what is left of the head's path)
Plan = list[tuple[int, str, str]]


class JsonObject:
    """Nested names are joined with dots; elements of lists share the name of the list."""

    key = "json"
    heads: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._more: tuple[str, ...] = ()  # what the plans are for

    def recognises(self, event: Mapping[str, Any]) -> bool:
        return True

    def opened(self, event: Mapping[str, Any], more: tuple[str, ...]) -> Opened | None:
        return self._head(event, more), event

    def _head(self, event: Mapping[str, Any], more: tuple[str, ...]) -> Head:
        """As `fields` would give them, for heads decide rules too; most events hold very few of them."""
        names = tuple(event)
        if more is not self._more:
            self._plans.clear()
            self._more = more
        plan = self._plans.get(names)
        if plan is None:
            plan = [
                (number, name, left)
                for number, head in enumerate(map(fold, more))
                for name in names
                if (left := _left(name, head)) is not None
            ]
            if len(names) <= _MOST_NAMES and sum(map(len, names)) <= _LONGEST_NAMES:
                if len(self._plans) >= _MOST_PLANS:
                    self._plans.clear()
                self._plans[names] = plan
        found: list[Any] = [None] * len(more)
        several: dict[int, list[Any]] = {}
        for number, name, left in plan:
            value = event[name]
            if left:
                values = list(_reached(value, left, 1))
                if not values:
                    continue
                value = values[0] if len(values) == 1 else values
            if found[number] is not None or number in several:  # two names that differ in case
                several.setdefault(number, [found[number]]).append(value)
                found[number] = several[number]
                continue
            if type(value) is list and len(value) == 1 and not isinstance(value[0], (dict, list)):
                value = value[0]
            found[number] = scalar_text(value) if type(value) is bool or type(value) is float else value
        return tuple(found)

    def is_far(self, name: str) -> bool:
        return "." in name

    def fields(self, event: Mapping[str, Any]) -> Iterator[Pair]:
        return leaves(event)

    def words(self, event: Mapping[str, Any]) -> Iterator[Any]:
        return (value for _name, value in leaves(event))

    def names(self, name: str) -> tuple[str, ...]:
        return ()


def _left(name: str, path: str) -> str | None:
    """What is left of a folded path behind a name; None if the name does not lead there."""
    return _known_left(name, path) if len(name) <= len(path) else None


# names no longer than a path that a data file holds: what is kept stays small
@lru_cache(maxsize=8_192)
def _known_left(name: str, path: str) -> str | None:
    folded = fold(name)
    if folded == path:
        return ""
    return path[len(folded) + 1 :] if path.startswith(folded + ".") else None


def _reached(value: Any, path: str, depth: int) -> Iterator[Any]:
    """Everything that stands at a folded path, also in elements of lists."""
    if depth > DEEPEST:
        raise Deep
    if isinstance(value, list):
        for element in value:
            if isinstance(element, (dict, list)):
                yield from _reached(element, path, depth + 1)
    elif isinstance(value, dict):
        for name, inner in value.items():
            left = _left(name, path)
            if left == "":
                yield inner
            elif left is not None:
                yield from _reached(inner, left, depth + 1)
