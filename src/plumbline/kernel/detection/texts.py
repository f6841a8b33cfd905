"""How a value of an event is read as text, number, address or time."""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final

import orjson

_NUMBER: Final = re.compile(r"[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,4})?", re.ASCII)


def text_of(value: Any) -> str | None:
    """A value as it is compared; None where there is none.

    Numbers as JSON writes them, true and false as words, objects and lists as compact JSON.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return orjson.dumps(value).decode()


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
