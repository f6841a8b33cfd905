"""How a value of an event is read as text, number, address or time."""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final

import orjson

_NUMBER: Final = re.compile(r"[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,4})?", re.ASCII)


#: objects and lists within one another; an event nested deeper is reported and skipped
DEEPEST: Final = 40


class Deep(ValueError):
    """An event is nested too deep or has too many fields."""


def text_of(value: Any) -> str | None:
    """A value as it is compared; None where there is none.

    Numbers as JSON writes them, true and false as words, objects and lists as compact JSON.

    Raises:
        Deep: objects are nested too deep to be written.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return None
    if isinstance(value, (int, float)):
        return scalar_text(value)
    try:
        return orjson.dumps(value).decode()
    except TypeError as error:  # orjson writes fewer levels than it reads
        raise Deep from error


def scalar_text(value: Any) -> str:
    """A number or truth value as it is compared."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def texts_of(value: Any, depth: int = 0) -> list[str]:
    """All texts of a value: one, none for null, those of the elements for a list.

    Raises:
        Deep: it is nested too deep.
    """
    if depth > DEEPEST:
        raise Deep
    if isinstance(value, list):
        return [text for element in value for text in texts_of(element, depth + 1)]
    if isinstance(value, dict) and "#text" in value:  # an XML element with attributes
        return texts_of(value["#text"], depth + 1)
    text = text_of(value)
    return [] if text is None else [text]


def scalars_of(value: Any, depth: int = 0) -> list[str]:
    """What keywords look at: the value, or the plain elements of a list; objects have fields of their own.

    Raises:
        Deep: it is nested too deep.
    """
    if depth > DEEPEST:
        raise Deep
    if isinstance(value, list):
        return [text for element in value for text in scalars_of(element, depth + 1)]
    if isinstance(value, dict):
        return scalars_of(value.get("#text"), depth + 1)
    return [] if value is None else [value if isinstance(value, str) else scalar_text(value)]


def number_of(text: str) -> float | None:
    """A decimal number in ASCII digits, or None."""
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return int(text)
    except ValueError:
        return float(text)


def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """An IP address without a zone, or None."""
    try:
        return None if "%" in text or len(text) > 45 else ip_address(text)
    except ValueError:
        return None


def time_of(text: str) -> datetime | None:
    """A point in time as ISO 8601 writes it, or None."""
    try:
        return datetime.fromisoformat(text.strip()) if len(text) <= 40 else None
    except ValueError:
        return None
