"""Evidence queries over the database: rows of one kind, and several kinds together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Case, DecimalField, Expression, Q, QuerySet, Value, When

from plumbline.kernel.metrics.evidence import ONE, ZERO, Record
from plumbline.office.targets.evidence.kinds import KINDS, Kind

BATCH = 2000
Why = Callable[[Any], str]


def _nothing(_row: Any) -> str:
    return ""


@dataclass(frozen=True)
class Rows:
    """Records of one kind.

    Attributes:
        rows: annotated with `counts`, and where they are not 1 and 0 with `part` and `whole`.
        of_share: each record is one of those that the share is taken of.
        why: why a row does not count, in words.
    """

    kind: str
    rows: QuerySet[Any]
    as_of: date
    of_share: bool = False
    why: Why = _nothing
    #: by key: what a row gives to numerator and denominator, where no column says so
    figures: Mapping[int, tuple[Decimal, Decimal]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        kind: str,
        rows: QuerySet[Any],
        *,
        counts: Q | None,
        as_of: date,
        of_share: bool = False,
        why: Why = _nothing,
    ) -> Rows:
        """Rows of which those that meet `counts` count; all of them where it is None."""
        return cls(kind, rows.annotate(counts=flag(counts)), as_of, of_share, why)

    @property
    def sort(self) -> Kind:
        return KINDS.get(self.kind)

    def count(self) -> int:
        return self.rows.count()

    def counted(self) -> int:
        return self.rows.filter(counts=True).count()

    def records(self) -> Iterator[Record]:
        rows = self.sort.prepared(self.rows, self.as_of).order_by("pk")
        for row in rows.iterator(chunk_size=BATCH):
            yield self.record(row, content=True)

    def record(self, row: Any, *, content: bool = False) -> Record:
        """One row as a record."""
        given = (getattr(row, "part", None), getattr(row, "whole", None))
        part, whole = self.figures.get(row.pk, given)
        return Record(
            kind=self.kind,
            key=str(row.pk),
            counted=row.counts,
            part=Decimal(part) if part is not None else ONE if row.counts else ZERO,
            whole=Decimal(whole) if whole is not None else ONE if self.of_share else ZERO,
            why=str(self.why(row)) if not row.counts else "",
            content=self.sort.content(row) if content else {},
        )

    def parts(self) -> tuple[Rows, ...]:
        return (self,)

    def seen_by(self, user: Any) -> Rows:
        """Only the records that a person may see by the rule of their own room."""
        if self.sort.visible is None:
            return self
        return replace(self, rows=self.rows.filter(pk__in=self.sort.visible(user).order_by().values("pk")))

    def only(self, counted: bool) -> Rows:
        return replace(self, rows=self.rows.filter(counts=counted))


@dataclass(frozen=True)
class Together:
    """Several kinds of records behind one measure."""

    pieces: tuple[Rows, ...]

    def count(self) -> int:
        return sum(piece.count() for piece in self.pieces)

    def counted(self) -> int:
        return sum(piece.counted() for piece in self.pieces)

    def records(self) -> Iterator[Record]:
        for piece in sorted(self.pieces, key=lambda piece: piece.kind):
            yield from piece.records()

    def parts(self) -> tuple[Rows, ...]:
        return self.pieces


class Listing(Sequence[Any]):
    """The rows of one or several queries as one list, for the pager: counts, and reads a page at a time."""

    def __init__(self, pieces: Iterable[Rows]) -> None:
        self.pieces = [(piece, piece.count()) for piece in pieces]

    def __len__(self) -> int:
        return sum(count for _, count in self.pieces)

    def __getitem__(self, asked: Any) -> Any:
        start, stop, _ = asked.indices(len(self))
        found: list[tuple[Rows, Any, Record]] = []
        offset = 0
        for piece, count in self.pieces:
            first, last = max(start - offset, 0), min(stop - offset, count)
            if first < last:
                rows = piece.sort.prepared(piece.rows, piece.as_of).order_by(*piece.sort.order)
                found += [(piece, row, piece.record(row)) for row in rows[first:last]]
            offset += count
        return found


def flag(condition: Q | None) -> Expression:
    """A condition as a column."""
    if condition is None:
        return Value(True, output_field=BooleanField())
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def amount(value: Any) -> Expression:
    """A constant as a column of numbers."""
    return Value(value, output_field=DecimalField(max_digits=24, decimal_places=8))
