"""Any other JSON object: fields by dotted names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from plumbline.kernel.detection.shapes.base import Pair, at, leaves, plain


class JsonObject:
    """Nested names are joined with dots; elements of lists share the name of the list."""

    key = "json"
    heads: tuple[str, ...] = ()

    def recognises(self, event: Mapping[str, Any]) -> bool:
        return True

    def head(self, event: Mapping[str, Any], more: tuple[str, ...]) -> tuple[Any, ...]:
        return tuple(plain(event[name] if name in event else at(event, *name.split("."))) for name in more)

    def near(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return event

    def is_far(self, name: str) -> bool:
        return "." in name

    def fields(self, event: Mapping[str, Any]) -> Iterator[Pair]:
        return leaves(event)

    def words(self, event: Mapping[str, Any]) -> Iterator[Any]:
        return (value for _name, value in leaves(event))

    def names(self, name: str) -> tuple[str, ...]:
        return ()
