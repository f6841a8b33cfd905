"""Correlations that count: over a window that slides, or over one that ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from plumbline.kernel.detection.correlating.correlations import Correlation
from plumbline.kernel.detection.correlating.groups import Group, Key, Runner, Sink
from plumbline.kernel.detection.correlating.measures import Measure, Point, measure_for
from plumbline.kernel.detection.correlating.records import Limits


@dataclass(slots=True, kw_only=True)
class Sliding(Group):
    """A group with the entries of the last `span` seconds."""

    measure: Measure


class SlidingRunner(Runner[Sliding]):
    """Evaluated at each detection, over the window that ends with it."""

    def __init__(self, number: int, correlation: Correlation, limits: Limits, sink: Sink) -> None:
        super().__init__(number, correlation, limits, sink)
        #: how many must be counted, if it is events or values that are counted
        self._enough = correlation.decided if correlation.kind in ("event_count", "value_count") else 0
        self._events = correlation.kind == "event_count"

    def take(self, point: Point, slot: int, fields: Mapping[str, str]) -> None:
        key = self.place(slot, fields)
        if key is None:
            return
        value = "" if self._events else self.counted(slot, fields)
        if value is None:
            return
        cut = point[0] - self.span
        if self._oldest < cut:
            self.forget(cut)
        group = self.groups.get(key)
        if group is None:
            measure = measure_for(self.correlation, self._limits.kept)
            group = self.opened(key, Sliding(self.values(slot, fields), point, measure=measure))
        else:
            self.groups.move_to_end(key)
            if self._several and group.last[:3] == point[:3]:
                return  # one event counts once, whatever rules it matches
            group.last = point
        measure = group.measure
        measure.expire(cut)
        lost = measure.add(point, value)
        if lost:
            self.lost(lost)
        size = len(measure)
        if size != group.size:
            self.grown(group, size)
        if self._enough:
            if size < self._enough:
                return
        elif not self.correlation.holds(measure.value()):
            return
        self.hold(group, point[0], point[0], measure.points(), measure.value(), fields)

    def ring(self, key: Key, appointment: int) -> None:
        """There are no appointments."""

    def appointments(self) -> Iterable[tuple[float, int, Key]]:
        return ()

    def dump_group(self, group: Sliding) -> list[Any]:
        return group.measure.dump()

    def load_group(self, values: Key, last: Point, plain: list[Any]) -> Sliding:
        measure = measure_for(self.correlation, self._limits.kept)
        measure.load(plain)
        return Sliding(values, last, measure=measure)


@dataclass(slots=True, kw_only=True)
class Ending(Group):
    """A group with a window that began with its first detection. `fields`: of its latest, to pass on."""

    measure: Measure
    start: float
    appointment: int
    fields: dict[str, str] = field(default_factory=dict)


class EndingRunner(Runner[Ending]):
    """Evaluated once for each window, when it ends."""

    def take(self, point: Point, slot: int, fields: Mapping[str, str]) -> None:
        key = self.place(slot, fields)
        if key is None:
            return
        value = self.counted(slot, fields)
        if value is None:
            return
        group = self.groups.get(key)
        if group is None:
            appointment = self._sink.ring_at(point[0] + self.span, self.number, key)
            measure = measure_for(self.correlation, self._limits.kept)
            fresh = Ending(
                self.values(slot, fields), point, measure=measure, start=point[0], appointment=appointment
            )
            group = self.opened(key, fresh)
        elif self._several and group.last[:3] == point[:3]:
            return  # one event counts once, whatever rules it matches
        group.last = point
        if self.feeds:
            group.fields = dict(fields)
        lost = group.measure.add(point, value)
        if lost:
            self.lost(lost)
        self.grown(group, len(group.measure))

    def ring(self, key: Key, appointment: int) -> None:
        group = self.groups.get(key)
        if group is None or group.appointment != appointment:
            return
        del self.groups[key]
        self._size -= group.size
        count = group.measure.value()
        if self.correlation.holds(count):
            end = group.start + self.span
            self.hold(
                group, end, end, group.measure.points(), count, group.fields, start=group.start, once=True
            )

    def appointments(self) -> Iterable[tuple[float, int, Key]]:
        return ((one.start + self.span, one.appointment, key) for key, one in self.groups.items())

    def dump_group(self, group: Ending) -> list[Any]:
        return [group.start, group.appointment, group.fields, group.measure.dump()]

    def load_group(self, values: Key, last: Point, plain: list[Any]) -> Ending:
        start, appointment, fields, entries = plain
        measure = measure_for(self.correlation, self._limits.kept)
        measure.load(entries)
        return Ending(
            values, last, measure=measure, start=float(start), appointment=appointment, fields=fields
        )
