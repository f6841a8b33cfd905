"""Groups of one correlation: which detections belong together, how many are kept, what they have said."""

from __future__ import annotations

import hashlib
import math
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Any, Final, Generic, Protocol, TypeVar

from plumbline.kernel.detection.correlating.correlations import TEMPORAL, Correlation, Number
from plumbline.kernel.detection.correlating.measures import Point, Value
from plumbline.kernel.detection.correlating.records import Alert, Dropped, Limits, Reference
from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.texts import number_of

#: characters; of a longer text the start is kept, with a digest of all of it
LONGEST: Final = 256
NEVER: Final = -math.inf

Key = tuple[str, ...]


class Sink(Protocol):
    """Where a runner's findings go."""

    @property
    def dropped(self) -> Dropped: ...

    def alert(self, alert: Alert) -> None: ...

    def pass_on(self, number: int, point: Point, fields: Mapping[str, str], *, fresh: bool) -> None:
        """Tell the correlations built on this one."""

    def ring_at(self, time: float, number: int, key: Key) -> int:
        """Have `Runner.ring` called when all detections up to `time` are in; the appointment's number."""


@dataclass(slots=True)
class Group:
    """What every group has.

    Attributes:
        values: of the group-by fields, as first seen.
        last: its latest detection.
        held: when the condition held last; told: when that was last alerted.
    """

    values: Key
    last: Point
    held: float = NEVER
    told: float = NEVER
    size: int = field(default=1)


G = TypeVar("G", bound=Group)


class Runner(ABC, Generic[G]):
    """One correlation at work."""

    def __init__(self, number: int, correlation: Correlation, limits: Limits, sink: Sink) -> None:
        self.number = number
        self.correlation = correlation
        self.key = correlation.key
        self.span = correlation.span
        #: whether correlations are built on it: then it has fields to pass on
        self.feeds = False
        self.groups: OrderedDict[Key, G] = OrderedDict()
        self._limits = limits
        self._sink = sink
        self._names = [one.group for one in correlation.inputs]
        self._fields = [one.value for one in correlation.inputs]
        self._several = len(correlation.inputs) > 1 and correlation.kind not in TEMPORAL
        self._remind = math.inf if limits.remind is None else limits.remind
        self._oldest = NEVER
        self._size = 0

    @abstractmethod
    def take(self, point: Point, slot: int, fields: Mapping[str, str]) -> None:
        """A detection of the input with number `slot`. They come in order of time."""

    @abstractmethod
    def ring(self, key: Key, appointment: int) -> None:
        """The time of an appointment has come; it may be void by now."""

    @abstractmethod
    def appointments(self) -> Iterable[tuple[float, int, Key]]:
        """All that stand: (time, number, group)."""

    @abstractmethod
    def dump_group(self, group: G) -> list[Any]: ...

    @abstractmethod
    def load_group(self, values: Key, last: Point, plain: list[Any]) -> G: ...

    def place(self, slot: int, fields: Mapping[str, str]) -> Key | None:
        """The group that a detection belongs to; None if it lacks a field."""
        key = []
        for name in self._names[slot]:
            text = fields.get(name)
            if text is None:
                self.lacks()
                return None
            key.append(text.lower() if text.isascii() else fold(text))
        return tuple(key)

    def values(self, slot: int, fields: Mapping[str, str]) -> Key:
        return tuple(fields[name] for name in self._names[slot])

    def counted(self, slot: int, fields: Mapping[str, str]) -> Value:
        """What a detection adds to the measure; None if it lacks that."""
        kind = self.correlation.kind
        if kind == "event_count":
            return ""
        if kind in TEMPORAL:
            return slot
        texts = [fields.get(name) for name in self._fields[slot]]
        value: Value = None
        if kind == "value_count":
            known = tuple(fold(text) for text in texts if text is not None)
            value = known if len(known) == len(texts) else None
        elif texts[0] is not None:
            value = exact(texts[0])
        if value is None:
            self.lacks()
        return value

    def lacks(self) -> None:
        lacking = self._sink.dropped.lacking
        lacking[self.key] = lacking.get(self.key, 0) + 1

    def forget(self, cut: float) -> None:
        """Let go of groups that have been quiet since `cut`; `groups` is in order of their last detection."""
        groups = self.groups
        while groups:
            key, group = next(iter(groups.items()))
            if group.last[0] >= cut:
                self._oldest = group.last[0]
                return
            del groups[key]
            self._size -= group.size
        self._oldest = NEVER

    def opened(self, key: Key, group: G) -> G:
        """Note a new group."""
        self.groups[key] = group
        self._size += group.size
        if len(self.groups) > self._limits.groups:
            self._give_up()
        if len(self.groups) == 1:
            self._oldest = group.last[0]
        return group

    def grown(self, group: G, size: int) -> None:
        """Note how many entries a group has now; others may have to go for them."""
        self._size += size - group.size
        group.size = size
        while self._size > self._limits.held and len(self.groups) > 1:
            self._give_up()

    def lost(self, entries: int) -> None:
        given = self._sink.dropped.entries
        given[self.key] = given.get(self.key, 0) + entries

    def _give_up(self) -> None:
        _key, group = self.groups.popitem(last=False)
        self._size -= group.size
        given = self._sink.dropped.groups
        given[self.key] = given.get(self.key, 0) + 1

    def hold(
        self,
        group: G,
        completed: float,
        time: float,
        points: Iterable[Point],
        count: Number,
        fields: Mapping[str, str],
        *,
        start: float | None = None,
        once: bool = False,
    ) -> None:
        """The condition holds: alert, unless that is known already, and tell those built on it.

        `completed`: the detection's time; `time`: when it is certain; `start`: of the window, if not the
        first of `points`; `once`: it cannot be known already.
        """
        fresh = once or completed - group.held > self.span
        group.held = max(group.held, completed)
        again = not fresh and completed - group.told >= self._remind
        if fresh or again:
            group.told = completed
            if not self.correlation.silent:
                self._alert(group, time, list(points), count, start, again)
        if self.feeds:
            named = zip(map(fold, self.correlation.names), group.values, strict=True)
            point = (time, group.last[1], group.last[2], self.key)
            self._sink.pass_on(self.number, point, {**fields, **dict(named)}, fresh=fresh)

    def _alert(
        self, group: G, time: float, points: list[Point], count: Number, start: float | None, again: bool
    ) -> None:
        info = self.correlation.info
        self._sink.alert(
            Alert(
                rule=self.key,
                title=info.title,
                level=info.level,
                group=tuple(zip(self.correlation.names, group.values, strict=True)),
                start=points[0][0] if start is None else start,
                end=time,
                count=readable(count),
                detections=tuple(
                    Reference(*point)
                    for point in islice(points, max(0, len(points) - self._limits.references), None)
                ),
                continued=again,
            )
        )

    def dump(self) -> list[Any]:
        """All groups as plain data, which `load` of a new runner takes."""
        return [
            [list(group.values), list(key), list(group.last), *map(_finite, (group.held, group.told)),
             group.size, self.dump_group(group)]
            for key, group in self.groups.items()
        ]  # fmt: skip

    def load(self, plain: list[Any]) -> None:
        for values, key, last, held, told, size, own in plain:
            group = self.load_group(tuple(values), (float(last[0]), *last[1:]), own)
            group.held, group.told = (NEVER if time is None else float(time) for time in (held, told))
            group.size = size
            self.opened(tuple(key), group)
        self._oldest = next((group.last[0] for group in self.groups.values()), NEVER)


def shortened(text: str) -> str:
    """A text of at most `LONGEST` characters that differs where the text differs, but for case."""
    if len(text) <= LONGEST:
        return text
    digest = hashlib.sha256(fold(text).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{text[: LONGEST - 33]}…{digest}"


def exact(text: str) -> Number | None:
    """The number that a text is, or None."""
    number = number_of(text)
    if number is None or isinstance(number, int):
        return number
    if not math.isfinite(number):
        return None
    return Fraction(text) if number else 0  # what is too small for a float has too many digits


def readable(number: Number) -> int | float:
    if number == int(number):
        return int(number)
    try:
        return float(number)
    except OverflowError:
        return int(number)


def _finite(time: float) -> float | None:
    return None if time == NEVER else time
