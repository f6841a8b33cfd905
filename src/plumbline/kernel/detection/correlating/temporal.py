"""Correlations that ask which rules matched near one another, in any order or in theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from plumbline.kernel.detection.correlating.correlations import Correlation, Term
from plumbline.kernel.detection.correlating.groups import Group, Key, Runner, Sink
from plumbline.kernel.detection.correlating.measures import Point, point_of
from plumbline.kernel.detection.correlating.records import Limits

#: of one term: for each number of its first rules, the latest to start of the sequences that they made
_Chains = list[tuple[Point, ...]]


@dataclass(slots=True)
class Waiting:
    """A term whose wanted rules have matched, and that waits whether an unwanted one does.

    `completed` is when they had, `latest` when they last had, meanwhile.
    """

    points: tuple[Point, ...]
    completed: float
    latest: float
    appointment: int
    fields: dict[str, str]


@dataclass(slots=True, kw_only=True)
class Near(Group):
    """Of a group: the latest detection of each input; the sequences of each term, now and before the
    latest event (one event makes one step at most); the terms that wait."""

    seen: dict[int, Point] = field(default_factory=dict)
    chains: list[_Chains] = field(default_factory=list)
    before: list[_Chains] = field(default_factory=list)
    waiting: dict[int, Waiting] = field(default_factory=dict)


class TemporalRunner(Runner[Near]):
    """Evaluated at each detection; where a rule must not match, certain `span` after the first that did."""

    def __init__(self, number: int, correlation: Correlation, limits: Limits, sink: Sink) -> None:
        super().__init__(number, correlation, limits, sink)
        self._terms = correlation.terms
        self._ordered = correlation.kind == "temporal_ordered"
        self._enough = 0 if self._terms else correlation.decided
        self._room = len(correlation.inputs) + sum(len(term.wanted) for term in self._terms)

    def take(self, point: Point, slot: int, fields: Mapping[str, str]) -> None:
        key = self.place(slot, fields)
        if key is None:
            return
        time = point[0]
        cut = time - self.span
        if self._oldest < cut:
            self.forget(cut)
        group = self.groups.get(key)
        if group is None:
            group = self.opened(key, self._new(self.values(slot, fields), point))
            group.before = list(group.chains)
        else:
            self.groups.move_to_end(key)
            if group.last[:3] != point[:3]:
                group.before = list(group.chains)
            group.last = point
        seen = group.seen
        seen[slot] = point
        if self._enough:
            points = [each for each in seen.values() if each[0] >= cut]
            if len(points) >= self._enough:
                self.hold(group, time, time, sorted(points), len(points), fields)
            return
        told = False
        for number, term in enumerate(self._terms):
            if slot in term.unwanted:
                group.waiting.pop(number, None)
            elif slot in term.wanted:
                made = self._made(group, number, term, slot, point, cut)
                if not made or any(seen[each][0] >= cut for each in term.unwanted if each in seen):
                    continue
                if term.unwanted:
                    self._wait(group, key, number, made, time, fields)
                elif not told:
                    told = True
                    self.hold(group, time, time, made, len(made), fields)

    def _new(self, values: Key, last: Point) -> Near:
        chains: list[_Chains] = [[()] * len(term.wanted) for term in self._terms]
        return Near(values, last, size=self._room, chains=chains)

    def _made(
        self, group: Near, number: int, term: Term, slot: int, point: Point, cut: float
    ) -> tuple[Point, ...]:
        """The detections with which a term's wanted rules are complete, now that one came; () if not."""
        if not self._ordered:
            points = [group.seen.get(each) for each in term.wanted]
            made = tuple(sorted(each for each in points if each is not None and each[0] >= cut))
            return made if len(made) == len(points) else ()
        chains, before = list(group.chains[number]), group.before[number]
        done: tuple[Point, ...] = ()
        for place, each in enumerate(term.wanted):
            if each != slot:
                continue
            sequence = before[place - 1] if place else ()
            if place and (not sequence or sequence[0][0] < cut):
                continue
            chains[place] = done = (*sequence, point)
        group.chains[number] = chains
        return done if len(done) == len(term.wanted) else ()

    def _wait(
        self,
        group: Near,
        key: Key,
        number: int,
        points: tuple[Point, ...],
        time: float,
        fields: Mapping[str, str],
    ) -> None:
        waiting = group.waiting.get(number)
        if waiting is not None:
            waiting.latest = time
            return
        appointment = self._sink.ring_at(points[0][0] + self.span, self.number, key)
        kept = dict(fields) if self.feeds else {}
        group.waiting[number] = Waiting(points, time, time, appointment, kept)

    def ring(self, key: Key, appointment: int) -> None:
        group = self.groups.get(key)
        if group is None:
            return
        for number, waiting in group.waiting.items():
            if waiting.appointment == appointment:
                del group.waiting[number]
                end = waiting.points[0][0] + self.span
                count = len(waiting.points)
                self.hold(group, waiting.completed, end, waiting.points, count, waiting.fields)
                group.held = max(group.held, waiting.latest)
                return

    def appointments(self) -> Iterable[tuple[float, int, Key]]:
        return (
            (waiting.points[0][0] + self.span, waiting.appointment, key)
            for key, group in self.groups.items()
            for waiting in group.waiting.values()
        )

    def dump_group(self, group: Near) -> list[Any]:
        return [
            [[slot, list(point)] for slot, point in group.seen.items()],
            *([[_plain(each) for each in one] for one in part] for part in (group.chains, group.before)),
            [
                [number, _plain(one.points), one.completed, one.latest, one.appointment, one.fields]
                for number, one in group.waiting.items()
            ],
        ]

    def load_group(self, values: Key, last: Point, plain: list[Any]) -> Near:
        seen, chains, before, waiting = plain
        group = Near(values, last, seen={slot: point_of(point) for slot, point in seen})
        group.chains, group.before = (
            [[_points(each) for each in one] for one in part] for part in (chains, before)
        )
        group.waiting = {number: Waiting(_points(points), *rest) for number, points, *rest in waiting}
        return group


def _plain(points: Iterable[Point]) -> list[list[Any]]:
    return [list(point) for point in points]


def _points(plain: Iterable[Any]) -> tuple[Point, ...]:
    return tuple(point_of(each) for each in plain)
