"""Many findings a block at a time: a database takes no ten thousand keys in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from plumbline.office.findings.models import Finding

BLOCK = 500
_T = TypeVar("_T")


def update_in_blocks(ids: Sequence[int], **values: object) -> None:
    """Set columns of findings by their keys."""
    for block in blocks(ids):
        Finding.objects.filter(pk__in=block).update(**values)


def blocks(items: Sequence[_T]) -> Iterable[Sequence[_T]]:
    """The items, `BLOCK` at a time."""
    for start in range(0, len(items), BLOCK):
        yield items[start : start + BLOCK]
