"""What a computed measure rests on: a query for records, each with what it gave to the figure.

A measure made of records is replayed by adding them up: the numerator is the sum of all `part`, the
denominator that of all `whole`. So a manifest of records is enough to compute the value years later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

ZERO, ONE = Decimal(0), Decimal(1)

#: the facts of a record that a digest is taken over: names to text; None where a fact is absent
Content = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Record:
    """One record behind a measure.

    Attributes:
        kind: key of its kind ("inspection", "finding", "payment" …).
        key: its id within its kind.
        counted: whether it counts towards the numerator.
        part: what it gives to the numerator: 1 for something counted, or an amount.
        whole: what it gives to the denominator; 0 where the measure has none.
        why: why it does not count, or counts only so; "" where that needs no words.
        content: facts for the digest.
    """

    kind: str
    key: str
    counted: bool
    part: Decimal
    whole: Decimal = ZERO
    why: str = ""
    content: Content = field(default_factory=dict)


class EvidenceQuery(Protocol):
    """The records of a measure, asked for only when somebody wants to see or keep them."""

    def count(self) -> int:
        """How many records there are."""
        ...

    def counted(self) -> int:
        """How many of them count."""
        ...

    def records(self) -> Iterator[Record]:
        """All of them, by kind and key, a batch at a time."""
        ...
