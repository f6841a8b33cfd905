"""The correlator: detections in, alerts out, in an order that hangs on nothing but the detections."""

from __future__ import annotations

import hashlib
import heapq
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, replace
from typing import Any, Final

from plumbline.kernel.detection.correlating.correlations import TEMPORAL, Correlation, needed_fields
from plumbline.kernel.detection.correlating.groups import LONGEST, Key, Runner, shortened
from plumbline.kernel.detection.correlating.measures import Point
from plumbline.kernel.detection.correlating.records import Alert, Detection, Dropped, Limits
from plumbline.kernel.detection.correlating.temporal import TemporalRunner
from plumbline.kernel.detection.correlating.windows import EndingRunner, SlidingRunner
from plumbline.kernel.detection.errors import PackError

#: of a snapshot
FORMAT: Final = 1
_FEW: Final = 1_000
#: detections that are fed at once where all are there: so few have to wait
_SLICE: Final = 10_000
#: from this time on nothing comes; JSON has no infinity
_FAR: Final = sys.float_info.max

_Item = tuple[float, str, int, str, int, Mapping[str, str]]


class Correlator:
    """Correlations at work. Not safe for several threads."""

    def __init__(
        self, correlations: Sequence[Correlation], *, lateness: float = 60.0, limits: Limits | None = None
    ) -> None:
        """`correlations` as `link` orders them; `lateness`: seconds that are waited for late detections."""
        self.limits = limits or Limits()
        self.lateness = lateness
        self.dropped = Dropped()
        self._needed = needed_fields(correlations)
        self._runners = [self._runner(number, one) for number, one in enumerate(correlations)]
        self._uses: dict[str, list[tuple[Runner[Any], int]]] = {key: [] for key in self._needed}
        self._above: list[list[tuple[Runner[Any], int]]] = [[] for _ in correlations]
        numbers = {one.key: number for number, one in enumerate(correlations)}
        for runner in self._runners:
            for slot, one in enumerate(runner.correlation.inputs):
                users = self._above[numbers[one.key]] if one.chained else self._uses[one.key]
                users.append((runner, slot))
        for runner, above in zip(self._runners, self._above, strict=True):
            runner.feeds = bool(above)
        self._waiting: list[_Item] = []
        self._count = 0
        self._top = -_FAR
        self._mark = -_FAR
        self._timers: list[tuple[float, int, int, Key]] = []
        self._appointments = 0
        self._most_timers = _FEW
        self._alerts: list[Alert] = []

    def _runner(self, number: int, correlation: Correlation) -> Runner[Any]:
        if not correlation.slides:
            return EndingRunner(number, correlation, self.limits, self)
        if correlation.kind in TEMPORAL:
            return TemporalRunner(number, correlation, self.limits, self)
        return SlidingRunner(number, correlation, self.limits, self)

    @property
    def watermark(self) -> float:
        """All detections before this time have been correlated; one that comes later is late."""
        return self._mark

    def feed(self, detections: Iterable[Detection], *, now: float | None = None) -> list[Alert]:
        """Take detections; the alerts that are certain now. `now`: nothing can have happened long after."""
        latest = _FAR if now is None else now + self.limits.ahead
        uses, needed, waiting = self._uses, self._needed, self._waiting
        most, push, lateness = self.limits.waiting, heapq.heappush, self.lateness
        mark = self._mark
        for time, rule, file, event, fields in detections:
            if rule not in uses:
                continue
            if not mark <= time <= latest:
                self._refuse(time, mark)
                continue
            if time > self._top:
                self._top = time
                if time - lateness > mark:
                    mark = self._mark = time - lateness
            if len(fields) > len(needed[rule]) or (fields and max(map(len, fields.values())) > LONGEST):
                fields = {name: shortened(fields[name]) for name in needed[rule] if name in fields}
            self._count += 1
            push(waiting, (time, file, event, rule, self._count, fields))
            if len(waiting) >= most:
                self._make_room()
                mark = self._mark
        return self._release(self._mark)

    def advance(self, time: float) -> list[Alert]:
        """Time has come so far, though nothing was detected; the alerts that are certain now."""
        self._top = max(self._top, time)
        self._mark = max(self._mark, self._top - self.lateness)
        return self._release(self._mark)

    def finish(self) -> list[Alert]:
        """Nothing more comes: every window ends. To go on another day, take a `snapshot` instead."""
        self._mark = _FAR
        return self._release(math.inf)

    def _refuse(self, time: float, mark: float) -> None:
        if math.isnan(time) or math.isinf(time):
            self.dropped.untimed += 1
        elif time < mark:
            self.dropped.late += 1
        else:
            self.dropped.ahead += 1

    def _make_room(self) -> None:
        """Too many wait. Those that need not wait go first; then, if need be, the older half."""
        self._correlate(self._mark)
        waiting = self._waiting
        if len(waiting) < self.limits.waiting:
            return
        before = len(waiting)
        kept = sorted(waiting)[before // 2 :]
        self._mark = math.nextafter(kept[0][0], math.inf)
        self._correlate(self._mark)
        self.dropped.unwaited += before - len(waiting)

    def _release(self, mark: float) -> list[Alert]:
        self._correlate(mark)
        self._ring(mark)
        alerts, self._alerts = self._alerts, []
        return alerts

    def _correlate(self, mark: float) -> None:
        """Correlate what waits and is older than `mark`."""
        waiting, uses, timers, pop = self._waiting, self._uses, self._timers, heapq.heappop
        last: Any = None
        while waiting and waiting[0][0] < mark:
            time, file, event, rule, _count, fields = pop(waiting)
            point = (time, file, event, rule)
            if point == last:
                self.dropped.repeated += 1
                continue
            last = point
            if timers and timers[0][0] < time:
                self._ring(time)
            for runner, slot in uses[rule]:
                runner.take(point, slot, fields)

    def _ring(self, mark: float) -> None:
        """Keep the appointments before `mark`."""
        timers = self._timers
        while timers and timers[0][0] < mark:
            _time, number, appointment, key = heapq.heappop(timers)
            self._runners[number].ring(key, appointment)

    # what runners ask for

    def alert(self, alert: Alert) -> None:
        self._alerts.append(alert)

    def pass_on(self, number: int, point: Point, fields: Mapping[str, str], *, fresh: bool) -> None:
        """Temporal correlations ask whether another holds; those that count ask how often it began to."""
        for runner, slot in self._above[number]:
            if fresh or runner.correlation.kind in TEMPORAL:
                runner.take(point, slot, fields)

    def ring_at(self, time: float, number: int, key: Key) -> int:
        self._appointments += 1
        heapq.heappush(self._timers, (time, number, self._appointments, key))
        if len(self._timers) > self._most_timers:
            self._collect_timers()
            self._most_timers = max(_FEW, 2 * len(self._timers))
        return self._appointments

    def _collect_timers(self) -> None:
        """Only those that stand: appointments of groups that were given up are void."""
        newest = self._appointments
        void_or_new = [timer for timer in self._timers if timer[2] == newest]
        self._timers[:] = void_or_new + [
            (time, runner.number, appointment, key)
            for runner in self._runners
            for time, appointment, key in runner.appointments()
        ]
        heapq.heapify(self._timers)

    # to go on after a restart

    def snapshot(self) -> dict[str, Any]:
        """All that is known, as plain data (JSON can hold it). Alerts already given are not in it."""
        return {
            "format": FORMAT,
            "top": self._top,
            "mark": self._mark,
            "appointments": self._appointments,
            "dropped": deepcopy(asdict(self.dropped)),
            "waiting": [[*item[:4], dict(item[5])] for item in sorted(self._waiting, key=_order)],
            "correlations": {
                runner.key: [_digest(runner.correlation), runner.dump()] for runner in self._runners
            },
        }

    def restore(self, snapshot: Mapping[str, Any]) -> list[str]:
        """Go on from a snapshot, in a correlator that was fed nothing yet (after an error, take another).

        The keys of those correlations that are new or have changed since; they begin with nothing.

        Raises:
            PackError: it is not a snapshot of this format.
        """
        if snapshot.get("format") != FORMAT:
            raise PackError("关联状态的格式与本版本不符", advice="将从头开始关联")
        afresh = []
        try:
            known = snapshot["correlations"]
            for runner in self._runners:
                digest, groups = known.get(runner.key, ("", []))
                if digest == _digest(runner.correlation):
                    runner.load(groups)
                else:
                    afresh.append(runner.key)
            self._top, self._mark = float(snapshot["top"]), float(snapshot["mark"])
            self._appointments = int(snapshot["appointments"])
            self.dropped = Dropped(**deepcopy(snapshot["dropped"]))
            for time, file, event, rule, fields in snapshot["waiting"]:
                if rule in self._uses:
                    self._count += 1
                    self._waiting.append((float(time), file, event, rule, self._count, fields))
        except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError) as error:
            raise PackError("关联状态已损坏", advice="将从头开始关联") from error
        heapq.heapify(self._waiting)
        self._timers[:] = [
            (time, runner.number, appointment, key)
            for runner in self._runners
            for time, appointment, key in runner.appointments()
        ]
        heapq.heapify(self._timers)
        return afresh


def correlate(
    correlations: Sequence[Correlation], detections: Iterable[Detection], *, limits: Limits | None = None
) -> tuple[list[Alert], Dropped]:
    """The alerts of detections that are all there, in any order: files that are examined once."""
    limits = replace(limits or Limits(), waiting=sys.maxsize)  # nothing has to wait, so nothing is late
    correlator = Correlator(correlations, lateness=0.0, limits=limits)
    given = list(detections)
    timed = [one for one in given if math.isfinite(one.time)]
    timed.sort(key=lambda one: (one.time, one.file, one.event, one.rule))
    alerts: list[Alert] = []
    for start in range(0, len(timed), _SLICE):
        alerts += correlator.feed(timed[start : start + _SLICE])
    alerts += correlator.finish()
    correlator.dropped.untimed += len(given) - len(timed)
    return alerts, correlator.dropped


def _order(item: _Item) -> tuple[Any, ...]:
    return item[:5]


def _digest(correlation: Correlation) -> str:
    """Told from others by everything that decides what its state means."""
    parts = (
        correlation.kind, correlation.inputs, correlation.names, correlation.span, correlation.bounds,
        correlation.terms, correlation.order, correlation.percentile,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
