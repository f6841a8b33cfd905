"""The events of a unit in batches, from the beginning or from where another process left off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from plumbline.kernel.detection.files import Batch, Place, open_events
from plumbline.kernel.detection.files.lines import lines
from plumbline.kernel.detection.files.objects import objects
from plumbline.office.operations.detecting.units import Unit

#: events in a batch: a message is worth its cost, and little is done again after a death
BATCH: Final = 2_000
_BLOCK: Final = 1 << 18


def batches(unit: Unit, place: Place | None) -> Iterator[Batch]:
    """The batches of a unit; numbers of a part count from its beginning, `done` is of the unit.

    Raises:
        EventFileError: the file cannot be read, or not further.
    """
    if unit.end is None:
        with open_events(unit.path, place, most=BATCH) as file:
            yield from file
        return
    place = place or Place(unit.start, 0, "lines")
    if place.form == "lines":
        with _Part(unit, place.offset) as part:
            for batch in lines(part, b"", place, BATCH):
                place = batch.place
                if place.form == "lines":
                    yield batch
        if place.form == "lines":
            return
    with _Part(unit, place.offset) as part:
        yield from objects(part, b"", place, BATCH, "objects")


class _Part:
    """The bytes of a part, as the readers of files want them."""

    def __init__(self, unit: Unit, offset: int) -> None:
        self.name = unit.name
        self._start = unit.start
        self._left = (unit.end or 0) - offset
        self._file = unit.path.open("rb", buffering=0)
        self._file.seek(offset)
        self._place = offset

    def __enter__(self) -> _Part:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def done(self) -> int:
        return self._place - self._start

    def read(self) -> bytes:
        """The next block; empty at the end."""
        block = self._file.read(min(_BLOCK, self._left)) or b""
        self._left -= len(block)
        self._place += len(block)
        return block
