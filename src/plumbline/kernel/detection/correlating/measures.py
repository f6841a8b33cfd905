"""What a condition counts, over the entries that a group keeps.

An entry is a point (time, file, event, rule) and, where the condition asks for it, a value. Entries come in
order of time. Each measure keeps no more than its room; `add` tells how many entries it gave up for that.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict, deque
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Protocol

from plumbline.kernel.detection.correlating.correlations import Correlation, Number

Point = tuple[float, str, int, str]
Value = Any  # text to be told apart, Number, or number of an input


class Measure(Protocol):
    """Entries and what they come to."""

    def __len__(self) -> int: ...

    def add(self, point: Point, value: Value) -> int:
        """Take an entry in; how many were given up for it."""

    def expire(self, cut: float) -> None:
        """Forget entries before a time."""

    def value(self) -> Number:
        """What they come to; asked only where there are entries."""

    def points(self) -> Iterable[Point]:
        """Of the entries, oldest first."""

    def dump(self) -> list[Any]:
        """Entries as plain data, which `load` of an empty measure takes."""

    def load(self, plain: list[Any]) -> None: ...


class Count:
    """The number of entries. Those beyond `room` are not missed: by then the condition is decided."""

    __slots__ = ("_points",)

    def __init__(self, room: int) -> None:
        self._points: deque[Point] = deque(maxlen=room)

    def __len__(self) -> int:
        return len(self._points)

    def add(self, point: Point, value: Value) -> int:
        self._points.append(point)
        return 0

    def expire(self, cut: float) -> None:
        points = self._points
        while points and points[0][0] < cut:
            points.popleft()

    def value(self) -> Number:
        return len(self._points)

    def points(self) -> Iterable[Point]:
        return self._points

    def dump(self) -> list[Any]:
        return [list(point) for point in self._points]

    def load(self, plain: list[Any]) -> None:
        self._points.extend(map(point_of, plain))


class Distinct:
    """The number of distinct values, each kept where it was last seen; beyond `room` none is missed."""

    __slots__ = ("_last", "_room")

    def __init__(self, room: int) -> None:
        self._room = room
        self._last: OrderedDict[Value, Point] = OrderedDict()

    def __len__(self) -> int:
        return len(self._last)

    def add(self, point: Point, value: Value) -> int:
        last = self._last
        last[value] = point
        last.move_to_end(value)
        if len(last) > self._room:
            last.popitem(last=False)
        return 0

    def expire(self, cut: float) -> None:
        last = self._last
        while last:
            value, point = next(iter(last.items()))
            if point[0] >= cut:
                break
            del last[value]

    def value(self) -> Number:
        return len(self._last)

    def points(self) -> Iterable[Point]:
        return self._last.values()

    def dump(self) -> list[Any]:
        return [[value, list(point)] for value, point in self._last.items()]

    def load(self, plain: list[Any]) -> None:
        for value, point in plain:
            self._last[tuple(value) if isinstance(value, list) else value] = point_of(point)


class Total:
    """The sum of numbers, or their mean; exact, so that it does not depend on what came and went."""

    __slots__ = ("_entries", "_mean", "_room", "_total")

    def __init__(self, room: int, *, mean: bool) -> None:
        self._room = room
        self._mean = mean
        self._entries: deque[tuple[Point, Number]] = deque()
        self._total: Number = 0

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, point: Point, value: Value) -> int:
        self._entries.append((point, value))
        self._total += value
        if len(self._entries) <= self._room:
            return 0
        self._total -= self._entries.popleft()[1]
        return 1

    def expire(self, cut: float) -> None:
        while self._entries and self._entries[0][0][0] < cut:
            self._total -= self._entries.popleft()[1]

    def value(self) -> Number:
        return Fraction(self._total) / len(self._entries) if self._mean else self._total

    def points(self) -> Iterable[Point]:
        return (point for point, _value in self._entries)

    def dump(self) -> list[Any]:
        return [[list(point), str(value)] for point, value in self._entries]

    def load(self, plain: list[Any]) -> None:
        for point, value in plain:
            self.add(point_of(point), Fraction(value))


class Percentile:
    """A percentile of numbers, between two of them in proportion (as PERCENTILE_CONT in SQL)."""

    __slots__ = ("_entries", "_percentile", "_room", "_sorted")

    def __init__(self, room: int, percentile: int) -> None:
        self._room = room
        self._percentile = percentile
        self._entries: deque[tuple[Point, Number]] = deque()
        self._sorted: list[Number] = []

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, point: Point, value: Value) -> int:
        self._entries.append((point, value))
        insort(self._sorted, value)
        if len(self._entries) <= self._room:
            return 0
        self._forget()
        return 1

    def _forget(self) -> None:
        _point, value = self._entries.popleft()
        del self._sorted[bisect_left(self._sorted, value)]

    def expire(self, cut: float) -> None:
        while self._entries and self._entries[0][0][0] < cut:
            self._forget()

    def value(self) -> Number:
        place, rest = divmod(self._percentile * (len(self._sorted) - 1), 100)
        low = self._sorted[place]
        return low + (self._sorted[place + 1] - low) * Fraction(rest, 100) if rest else low

    def points(self) -> Iterable[Point]:
        return (point for point, _value in self._entries)

    def dump(self) -> list[Any]:
        return [[list(point), str(value)] for point, value in self._entries]

    def load(self, plain: list[Any]) -> None:
        for point, value in plain:
            self.add(point_of(point), Fraction(value))


class Longest:
    """How many of the inputs, in their order, followed one another. One event makes one step at most.

    `_best[n]`: the points of the longest sequence that ends with the n-th of `order`; `_before`: the same
    before the latest event.
    """

    __slots__ = ("_before", "_best", "_event", "_order")

    def __init__(self, order: tuple[int, ...]) -> None:
        self._order = order
        self._best: list[list[Point]] = [[] for _ in order]
        self._before = self._best
        self._event: Any = None

    def __len__(self) -> int:
        return len(self._order)

    def add(self, point: Point, value: Value) -> int:
        if point[:3] != self._event:
            self._event = point[:3]
            self._before = list(self._best)
        for place, number in enumerate(self._order):
            if number == value:
                longest = max(self._before[:place], key=len, default=[])
                if len(longest) >= len(self._best[place]):
                    self._best[place] = [*longest, point]
        return 0

    def expire(self, cut: float) -> None:
        """Asked of no window that ends."""

    def value(self) -> Number:
        return max(map(len, self._best))

    def points(self) -> Iterable[Point]:
        return max(self._best, key=len)

    def dump(self) -> list[Any]:
        return [
            self._event and list(self._event),
            *([[list(point) for point in each] for each in one] for one in (self._best, self._before)),
        ]

    def load(self, plain: list[Any]) -> None:
        self._event = plain[0] and tuple(plain[0])
        self._best, self._before = ([[point_of(each) for each in one] for one in part] for part in plain[1:])


def point_of(plain: Any) -> Point:
    time, file, event, rule = plain
    return float(time), file, event, rule


def measure_for(correlation: Correlation, room: int) -> Measure:
    """An empty measure of what a correlation's bounds are about. `room`: entries of numbers to keep."""
    match correlation.kind:
        case "event_count":
            return Count(correlation.decided)
        case "value_count":
            return Distinct(correlation.decided)
        case "value_sum":
            return Total(room, mean=False)
        case "value_avg":
            return Total(room, mean=True)
        case "value_percentile":
            return Percentile(room, correlation.percentile)
        case "temporal":
            return Distinct(len(correlation.inputs))
        case "temporal_ordered":
            return Longest(correlation.order)
