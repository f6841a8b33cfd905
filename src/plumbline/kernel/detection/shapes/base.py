"""What a shape is, and how nested objects become fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from plumbline.kernel.detection.texts import DEEPEST, Deep, scalar_text

#: an event with more fields is reported and skipped
MOST_FIELDS: Final = 5_000

Pair = tuple[str, Any]
Head = tuple[Any, ...]
Opened = tuple[Head, Mapping[str, Any] | None]


class Shape(Protocol):
    """Where events of one kind keep their fields.

    Attributes:
        key: as `shapes` in the data files of log sources names it.
        heads: folded names of the fields that tell log sources apart; empty if the data files name them.
    """

    @property
    def key(self) -> str: ...

    @property
    def heads(self) -> tuple[str, ...]: ...

    def recognises(self, event: Mapping[str, Any]) -> bool:
        """Whether an event is of this shape."""

    def opened(self, event: Mapping[str, Any], more: tuple[str, ...]) -> Opened | None:
        """Head and near object; None if the event is not of this shape.

        The head: the values of `heads`, or of `more` if those are empty; None where there is none. The near
        object: the one that holds all fields but those that `is_far` tells; None where there is none.
        """

    def is_far(self, name: str) -> bool:
        """Whether a field of this folded name may stand outside of `near`."""

    def fields(self, event: Mapping[str, Any]) -> Iterator[Pair]:
        """Every field: those of `near` and all others. A name may come several times.

        Raises:
            Deep: there are too many, or they are nested too deep.
        """

    def words(self, event: Mapping[str, Any]) -> Iterator[Any]:
        """The values in which keywords are looked for; those of `near` are among them.

        Raises:
            Deep: as `fields`.
        """

    def names(self, name: str) -> tuple[str, ...]:
        """Other names under which rules know a field called `name` (folded case)."""


def plain(value: Any) -> Any:
    """A head as text or whole number; what is neither stays as it is."""
    if isinstance(value, dict):
        value = value.get("#text")
    return scalar_text(value) if isinstance(value, (bool, float)) else value


def leaves(value: Mapping[str, Any], prefix: str = "", *, depth: int = 0) -> Iterator[Pair]:
    """Dotted names of everything in an object; an object that holds others comes under its own name too."""
    if depth > DEEPEST:
        raise Deep
    for key, inner in value.items():
        name = f"{prefix}{key}"
        yield name, inner
        if isinstance(inner, dict):
            yield from leaves(inner, f"{name}.", depth=depth + 1)
        elif isinstance(inner, list):
            yield from _elements(inner, name, depth + 1)


def _elements(values: list[Any], name: str, depth: int) -> Iterator[Pair]:
    if depth > DEEPEST:
        raise Deep
    for value in values:
        if isinstance(value, dict):
            yield from leaves(value, f"{name}.", depth=depth + 1)
        elif isinstance(value, list):
            yield from _elements(value, name, depth + 1)


def at(value: Any, *path: str) -> Any:
    """What stands at a path of objects, or None."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
