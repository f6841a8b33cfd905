"""Getting at parts of decoded JSON that may be anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def table(value: object) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Any]:
    """The value if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def tables(value: object) -> Iterator[dict[str, Any]]:
    """The objects in an array."""
    return (row for row in rows(value) if isinstance(row, dict))


def words(value: object) -> str:
    """The value if it is text or a number, else ""."""
    if isinstance(value, bool):
        return ""
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def listed(value: object) -> list[str]:
    """Texts of an array, or a text by itself."""
    return [words(row) for row in value] if isinstance(value, list) else [words(value)]
