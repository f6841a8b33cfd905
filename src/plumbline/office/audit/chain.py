"""The hash that ties a record to the one before it: SM3 over canonical JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from plumbline.office.audit.models import Record


def plain(value: Any) -> Any:
    """The value as JSON that every database gives back unchanged.

    Decimals, floats and dates become text, because a database may write 1.0 for 1.00; characters that
    PostgreSQL refuses (NUL, lone surrogates) are replaced.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(entry) for entry in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str | Promise | Decimal | float):
        return str(value).encode("utf-8", "replace").decode().replace("\x00", "�")
    return plain(str(value))


def canonical(record: Record, *, sequence: int | None = None) -> bytes:
    """Everything that a record says, in one spelling.

    Args:
        record: the record.
        sequence: the number to assume instead of its own, to see where a moved record came from.
    """
    content = {
        "sequence": record.sequence if sequence is None else sequence,
        "at": record.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": record.actor_id,
        "actor_name": record.actor_name,
        "action": record.action,
        "object_type": record.object_type,
        "object_id": record.object_id,
        "object_label": record.object_label,
        "detail": record.detail,
        "previous": record.previous,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(record: Record, *, sequence: int | None = None) -> str:
    """SM3 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.new("sm3", canonical(record, sequence=sequence)).hexdigest()
