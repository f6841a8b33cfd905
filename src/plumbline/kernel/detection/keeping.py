"""What an engine keeps of the values it has seen: the predicates that hold for each. All of it is bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from plumbline.kernel.detection.texts import scalar_text

#: predicates that hold for the texts of a field
Hit = frozenset[int]
NOTHING: Final[Hit] = frozenset()

#: characters; a longer value is matched each time anew instead of kept
LONGEST_KEPT: Final = 2_000
#: characters that the values kept for one name of one route may have together
ROOM: Final = 1_000_000
#: characters that all values kept by an engine may have together
ROOM_OF_ALL: Final = 40_000_000
#: sets of predicates of which a route keeps what it needs of them
MOST_REDUCED: Final = 20_000
#: as keys these are one
_ZEROS: Final = ("0.0", "-0.0")


class Reduced(dict[Hit, Hit]):
    """predicates -> those among them that a route needs; equal ones are one object."""

    __slots__ = ("_needed",)

    def __init__(self, needed: Hit) -> None:
        self._needed = needed

    def __missing__(self, hit: Hit) -> Hit:
        if len(self) >= MOST_REDUCED:
            self.clear()
        reduced = hit & self._needed
        reduced = self[hit] = self.setdefault(reduced, reduced)
        return reduced


@dataclass(slots=True)
class Room:
    """What is left of the room for the values that an engine keeps, and who keeps them."""

    left: int = ROOM_OF_ALL
    kept: dict[int, Kept] = field(default_factory=dict)

    def empty(self) -> None:
        """Forget all values."""
        for kept in self.kept.values():
            kept.forget()

    def drop(self, kept: Kept) -> None:
        """This one is no longer used."""
        kept.forget()
        del self.kept[id(kept)]


class Kept(dict[Any, Hit]):
    """scalar -> the predicates that hold for it, of the fields that one name feeds.

    One holds values of one type, and None: True == 1 == 1.0. What is new is put into `fresh`, if that is
    given, to be looked at for keywords.
    """

    __slots__ = ("_fresh", "_left", "_of", "_reduced", "_room")

    def __init__(
        self, of: Callable[[str], Hit], reduced: Reduced, room: Room, fresh: Fresh | None = None
    ) -> None:
        self._of = of
        self._reduced = reduced
        self._fresh = fresh
        self._left = ROOM
        self._room = room
        room.kept[id(self)] = self

    def __missing__(self, value: Any) -> Hit:
        if value is None:
            self[None] = NOTHING
            return NOTHING
        text = value if type(value) is str else scalar_text(value)
        hit = self._reduced[self._of(text)]
        if len(text) <= LONGEST_KEPT and text not in _ZEROS:
            size = len(text) + 100  # about what the entry costs beside the text
            room = self._room
            if self._left < size:
                self.forget()
            if room.left < size:
                room.empty()
            self._left -= size
            room.left -= size
            self[value] = hit
        if self._fresh is not None:
            self._fresh.append((self, value))
        return hit

    def forget(self) -> None:
        """Forget all values."""
        self.clear()
        self._room.left += ROOM - self._left
        self._left = ROOM

    def add(self, value: Any, hit: Hit) -> None:
        """More predicates that hold for a value, if it is kept."""
        if value in self:
            self[value] |= hit


#: values that an event is the first to have, and where they are kept
Fresh = list[tuple[Kept, Any]]
