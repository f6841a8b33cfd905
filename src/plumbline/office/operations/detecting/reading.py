"""The events of a unit in batches, from the beginning or from where another process left off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from plumbline.kernel.detection.errors import EventFileError
from plumbline.office.operations.detecting.units import Unit, part_lines

#: events in a batch: a message is worth its cost, and little is done again after a death
BATCH: Final = 2_000
#: where to go on in a unit, as its reader tells it
Place = Any


@dataclass(slots=True)
class Lines:
    """A batch: events, their numbers in the file, events that the reader skipped, and where it ends."""

    lines: Sequence[bytes]
    numbers: Sequence[int]
    faults: list[tuple[int, str]]
    place: Place
    done: int


def batches(unit: Unit, place: Place | None) -> Iterator[Lines]:
    """The batches of a unit; numbers of a part count from its beginning.

    Raises:
        EventFileError: the file cannot be read, or not further.
    """
    if unit.end is None:
        unit = replace(unit, end=unit.size)
    if unit.end is not None:
        start, first = place if place is not None else (unit.start, 0)
        for lines, number, offset, after in part_lines(unit, start, first, BATCH):
            yield Lines(lines, range(number, after), [], (offset, after), offset - unit.start)
        return
    raise EventFileError("不认识这个文件的格式")
