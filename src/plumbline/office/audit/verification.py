"""Walking the whole chain: is every record still what it was, where it was?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.chain import digest
from plumbline.office.audit.models import GENESIS, Head, Record

REACH = 200
"""How far from its place a moved record is recognised as moved; farther, it counts as altered."""


class Damage(models.TextChoices):
    """What can have happened to a chain."""

    ALTERED = "altered", _("内容被改动")
    MISSING = "missing", _("记录缺失")
    REORDERED = "reordered", _("顺序被调换")
    UNLINKED = "unlinked", _("与前一条记录不衔接")
    TRUNCATED = "truncated", _("末尾记录被删除")
    HEAD = "head", _("链头与最后一条记录不符")


@dataclass(frozen=True, slots=True)
class Problem:
    """One place where the chain is broken.

    Attributes:
        sequence: number of the record, or the first number that is missing.
        damage: what happened.
        last: the last number concerned, where several are missing; else the same as `sequence`.
    """

    sequence: int
    damage: Damage
    last: int


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a walk found.

    Attributes:
        count: records read.
        digest: hash of the last record; written down on paper, it proves later that nothing was replaced.
        problems: the broken places, in order; empty for a sound chain.
    """

    count: int
    digest: str
    problems: tuple[Problem, ...]

    @property
    def is_sound(self) -> bool:
        return not self.problems


def verify() -> VerifyReport:
    """Read every record and compare number, link and hash with what they must be.

    The walk holds nobody up; only the records that were appended meanwhile are read with the head locked.
    """
    walk = _Walk()
    head = Head.objects.first()
    walk.read(Record.objects.filter(sequence__lte=head.sequence if head else 0))
    with transaction.atomic():
        head = Head.objects.select_for_update().first()
        walk.read(Record.objects.filter(sequence__gt=walk.last.sequence))
    walk.problems.extend(_problems_of_head(head, walk.last))
    return VerifyReport(walk.count, walk.last.digest, tuple(walk.problems))


class _Walk:
    """How far the chain has been read, and what was found so far."""

    def __init__(self) -> None:
        self.last = Record(sequence=0, digest=GENESIS)
        self.count = 0
        self.problems: list[Problem] = []

    def read(self, records: models.QuerySet[Record]) -> None:
        """Go on with these records, which follow the last one."""
        for record in records.order_by("sequence").iterator(chunk_size=2000):
            self.problems.extend(_problems_of(record, after=self.last))
            self.last, self.count = record, self.count + 1


def _problems_of(record: Record, *, after: Record) -> Iterator[Problem]:
    own = record.sequence
    if own > after.sequence + 1:
        yield Problem(after.sequence + 1, Damage.MISSING, own - 1)
    if digest(record) != record.digest:
        yield Problem(own, Damage.REORDERED if _came_from_elsewhere(record) else Damage.ALTERED, own)
    elif own == after.sequence + 1 and record.previous != after.digest:
        yield Problem(own, Damage.UNLINKED, own)


def _came_from_elsewhere(record: Record) -> bool:
    """Whether the content is intact and only its number was changed, within `REACH` places.

    The predecessor that it names may have been moved too, so the number it was made with is looked for
    among those around it.
    """
    near = range(max(1, record.sequence - REACH), record.sequence + REACH + 1)
    return any(digest(record, sequence=number) == record.digest for number in near)


def _problems_of_head(head: Head | None, last: Record) -> Iterator[Problem]:
    if head is None:
        if last.sequence:
            yield Problem(last.sequence, Damage.HEAD, last.sequence)
    elif head.sequence > last.sequence:
        yield Problem(last.sequence + 1, Damage.TRUNCATED, head.sequence)
    elif head.sequence < last.sequence or head.digest != last.digest:
        yield Problem(last.sequence, Damage.HEAD, last.sequence)
