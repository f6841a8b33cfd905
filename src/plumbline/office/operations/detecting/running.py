"""Rules over files of events: everything that a command needs to know afterwards."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from plumbline.kernel.detection.correlating import Linked
from plumbline.kernel.detection.examining import Outcome, Sample
from plumbline.kernel.detection.exporting import CorrelationFound
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.rules import Compiled
from plumbline.kernel.detection.tallying import Tally
from plumbline.office.operations.detecting.correlations import Correlations
from plumbline.office.operations.detecting.units import Unit, units_of
from plumbline.office.operations.detecting.workers import Batch, Crew, Ended, Message, Task


@dataclass(slots=True)
class FileRead:
    """A file: its bytes on disk, its events, and why it could not be read (to the end); empty if it could."""

    name: str
    path: Path
    size: int
    events: int = 0
    why: str = ""


@dataclass(slots=True)
class Progress:
    """How far it is: bytes, events, hits; restarts of processes."""

    total: int
    done: int = 0
    events: int = 0
    hits: int = 0


@dataclass(slots=True)
class Result:
    """What was found, and in what.

    Attributes:
        problems: sentences on what correlations had to leave out, and on what was found for them alone.
        restarts: processes that died and were replaced.
    """

    tally: Tally
    files: list[FileRead]
    correlations: list[CorrelationFound] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    restarts: int = 0

    @property
    def unreadable(self) -> list[FileRead]:
        return [file for file in self.files if file.why]

    @property
    def incomplete(self) -> bool:
        """Whether something was not examined, so that "nothing found" would say too much."""
        return bool(self.unreadable or self.tally.fault_count or not self.tally.events)

    def levels(self) -> list[str]:
        """The level of everything that was found."""
        return [one.info.level for one in self.tally.rules.values()] + [
            one.info.level for one in self.correlations
        ]


def detect(
    compiled: Compiled,
    files: Sequence[tuple[str, Path]],
    *,
    jobs: int,
    linked: Linked | None = None,
    declared: LogSource | None = None,
    sampled: bool = False,
    emit: Callable[[str, Outcome], None] = lambda _file, _outcome: None,
    progress: Callable[[Progress], None] = lambda _progress: None,
) -> Result:
    """Run the rules; `emit` gets each batch of results in order of file, event and rule.

    Detections of rules that run for correlations alone (`linked.silent`) are counted and not given.
    """
    correlations = linked.correlations if linked else []
    silent = linked.silent if linked else frozenset()
    unheard_count = 0
    unheard = frozenset(n for n, info in enumerate(compiled.rules) if info.key in silent)
    units = list(units_of(files))
    read: dict[str, FileRead] = {}
    for unit in units:
        read.setdefault(unit.name, FileRead(unit.name, unit.path, 0)).size += unit.size
    result = Result(Tally(compiled.rules), list(read.values()))
    gathered = Correlations(correlations, compiled.rules)
    task = Task(compiled.pack, compiled.rules, declared, correlations, sampled)
    state = Progress(sum(unit.size for unit in units))
    done = [0] * len(units)
    with Crew(task, jobs) as crew:
        order = InOrder(units, read)
        for message in crew.run(units):
            if message is not None:
                _note_progress(message, units, done, state)
                for name, outcome in order.take(message):
                    gathered.take(name, outcome)
                    heard = without(outcome, unheard)
                    unheard_count += len(outcome.pairs) - len(heard.pairs)
                    result.tally.add(name, heard)
                    emit(name, heard)
            progress(state)
        result.restarts = crew.restarts
    result.correlations, dropped = gathered.found()
    result.problems += dropped
    if unheard_count:
        result.problems.append(f"另有 {unheard_count:,} 次检出只供关联规则使用，没有单独列出")
    return result


def _note_progress(message: Message, units: Sequence[Unit], done: list[int], state: Progress) -> None:
    number = message.unit
    if isinstance(message, Batch):
        state.events += message.outcome.count
        state.hits += len(message.outcome.pairs)
        now = min(message.done, units[number].size)
    else:
        now = units[number].size
    state.done += now - done[number]
    done[number] = now


class InOrder:
    """Puts batches of many units into the order of the units, and counts on from part to part of a file."""

    def __init__(self, units: Sequence[Unit], read: dict[str, FileRead]) -> None:
        self._units = units
        self._read = read
        self._kept: dict[int, deque[Message]] = {}
        self._current = 0
        self._before = 0  # events of earlier parts of the current file
        self._own = 0  # events of the current unit so far

    def take(self, message: Message) -> Iterator[tuple[str, Outcome]]:
        """What can be given out now that `message` is there: (file, outcome)."""
        self._kept.setdefault(message.unit, deque()).append(message)
        while kept := self._kept.get(self._current):
            message = kept.popleft()
            unit = self._units[self._current]
            file = self._read[unit.name]
            if isinstance(message, Batch):
                self._own = message.place.number
                file.events += message.outcome.count
                yield unit.name, shifted(message.outcome, self._before)
            elif isinstance(message, Ended):
                file.why = file.why or message.why
                self._before = 0 if unit.last else self._before + self._own
                self._own = 0
                del self._kept[self._current]
                self._current += 1


def without(outcome: Outcome, rules: frozenset[int]) -> Outcome:
    """The outcome without what these rules found."""
    if not rules or rules.isdisjoint(rule for _event, rule in outcome.pairs):
        return outcome
    return replace(
        outcome,
        pairs=[pair for pair in outcome.pairs if pair[1] not in rules],
        samples=[one for one in outcome.samples if one[0] not in rules],
    )


def shifted(outcome: Outcome, by: int) -> Outcome:
    """The outcome with all numbers of events raised."""
    if not by:
        return outcome
    return Outcome(
        [(event + by, rule) for event, rule in outcome.pairs],
        {event + by: time for event, time in outcome.times.items()},
        [(rule, Sample(sample.event + by, sample.fields)) for rule, sample in outcome.samples],
        {(event + by, rule): fields for (event, rule), fields in outcome.carried.items()},
        [(event + by, why) for event, why in outcome.faults],
        outcome.count,
    )
