"""What readers of event files give, and where they can go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

#: bytes read at once; an event is at most four of these
BLOCK: Final = 256 * 1024

#: how events stand in a file: a line each; one after another, also over several lines or in an array;
#: in an array inside of one object; Windows event log
Form = Literal["lines", "objects", "wrapped", "evtx"]


class Source(Protocol):
    """What readers take their bytes from: a whole file or a part of one."""

    @property
    def done(self) -> int:
        """Bytes on disk read so far."""

    def read(self) -> bytes:
        """The next block; empty at the end."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader can go on.

    Attributes:
        offset: bytes of the content (unpacked, in UTF-8) that are done.
        number: number of the next event.
        form: as it was found at the beginning; None to find out.
    """

    offset: int = 0
    number: int = 0
    form: Form | None = None


@dataclass(slots=True)
class Batch:
    """Some events of a file, in order.

    Attributes:
        lines: the events, each as JSON in UTF-8, of whatever length and content: the engine judges them.
        numbers: their numbers in the file, from 0.
        faults: (number, why) of what was skipped and is not in `lines`: a code as the engine gives, or a
            sentence.
        place: where to go on after this batch.
        done: bytes of the file on disk that were read so far.
    """

    lines: list[bytes]
    numbers: Sequence[int]
    place: Place
    faults: list[tuple[int, str]] = field(default_factory=list)
    done: int = 0

    @property
    def events(self) -> Iterator[tuple[int, bytes]]:
        """(number, event) pairs."""
        return zip(self.numbers, self.lines, strict=True)
