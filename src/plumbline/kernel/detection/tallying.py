"""Counting what was found, rule by rule, in bounded memory whatever the number of events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from plumbline.kernel.detection.examining import MOST_SAMPLES, Outcome, Sample
from plumbline.kernel.detection.rules import LEVELS, Info

#: skipped events that are told one by one; the rest is counted
MOST_FAULTS: Final = 100
#: files that are named for a rule
MOST_FILES: Final = 20

FAULTS: Final = {
    "too long": "事件超过 1 MB，已跳过",
    "not JSON": "不是有效的 JSON，已跳过",
    "not an object": "不是 JSON 对象，已跳过",
    "too deep": "嵌套过深或字段过多，已跳过",
}


@dataclass(slots=True)
class RuleTally:
    """What one rule found.

    Attributes:
        count: events; first, last: seconds since 1970, None where no event told its time.
        samples: (file, sample), the first few in order.
        files: events of each file, of the first few files; more_files: how many further files.
    """

    info: Info
    count: int = 0
    first: float | None = None
    last: float | None = None
    samples: list[tuple[str, Sample]] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    more_files: int = 0
    _last_file: str = ""

    def add(self, file: str, time: float | None) -> None:
        self.count += 1
        if time is not None:
            self.first = time if self.first is None else min(self.first, time)
            self.last = time if self.last is None else max(self.last, time)
        if file in self.files:
            self.files[file] += 1
        elif len(self.files) < MOST_FILES:
            self.files[file] = 1
        elif file != self._last_file:
            self.more_files += 1
        self._last_file = file


@dataclass(slots=True)
class Tally:
    """What all rules found. Outcomes must come file by file, in order of the events.

    Attributes:
        events: that were examined; hits: (event, rule) pairs; hit_events: events that matched anything.
        faults: (file, event, why), the first few; fault_count: all of them.
    """

    infos: list[Info]
    rules: dict[int, RuleTally] = field(default_factory=dict)
    events: int = 0
    hits: int = 0
    hit_events: int = 0
    faults: list[tuple[str, int, str]] = field(default_factory=list)
    fault_count: int = 0
    events_of: dict[str, int] = field(default_factory=dict)

    def add(self, file: str, outcome: Outcome) -> None:
        """Count a batch."""
        self.events += outcome.count
        self.events_of[file] = self.events_of.get(file, 0) + outcome.count
        self.hits += len(outcome.pairs)
        place = -1
        for event, rule in outcome.pairs:
            if event != place:
                self.hit_events += 1
                place = event
            self._of(rule).add(file, outcome.times.get(event))
        for rule, sample in outcome.samples:
            samples = self._of(rule).samples
            if len(samples) < MOST_SAMPLES:
                samples.append((file, sample))
        self.fault_count += len(outcome.faults)
        for event, why in outcome.faults[: MOST_FAULTS - len(self.faults)]:
            self.faults.append((file, event, FAULTS.get(why, why)))

    def _of(self, rule: int) -> RuleTally:
        tally = self.rules.get(rule)
        if tally is None:
            tally = self.rules[rule] = RuleTally(self.infos[rule])
        return tally

    def ordered(self) -> list[RuleTally]:
        """The rules that found something: the most severe first, then the most frequent, then by title."""
        return sorted(self.rules.values(), key=severity_order)

    def by_level(self) -> dict[str, tuple[int, int]]:
        """For each level, the most severe first: rules that found something, and hits."""
        return {
            level: (len(found), sum(one.count for one in found))
            for level in reversed(LEVELS)
            for found in [[one for one in self.rules.values() if one.info.level == level]]
        }

    def reaches(self, level: str) -> bool:
        """Whether anything of this level or above was found."""
        return at_least(level, (one.info.level for one in self.rules.values()))


def severity_order(tally: RuleTally) -> tuple[int, int, str, str]:
    return (-LEVELS.index(tally.info.level), -tally.count, tally.info.title, tally.info.key)


def at_least(level: str, levels: Iterable[str]) -> bool:
    """Whether one of `levels` is `level` or above."""
    return any(LEVELS.index(one) >= LEVELS.index(level) for one in levels)
