"""Processes that match events, and what to do when one dies.

Each process has a pipe of its own, so that one which is killed while it writes damages no other's messages.
After every batch it says how far it came; if it dies, another goes on from there, and nothing comes twice.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final

from plumbline.kernel.detection.correlating import Carrier, Correlation
from plumbline.kernel.detection.examining import Examiner, Outcome
from plumbline.kernel.detection.files import Place
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.pack import Pack
from plumbline.kernel.detection.rules import Info
from plumbline.kernel.errors import PlumblineError
from plumbline.office.operations.detecting.reading import batches
from plumbline.office.operations.detecting.units import Unit

#: deaths at one place until the rest of a unit is given up
MOST_DEATHS: Final = 3


@dataclass(frozen=True, slots=True, repr=False)
class Task:
    """With what every process matches."""

    pack: Pack
    infos: Sequence[Info]
    declared: LogSource | None
    correlations: Sequence[Correlation]
    sampled: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of unit `unit`: `place` is where to go on, `done` bytes of the unit so far."""

    unit: int
    outcome: Outcome
    place: Place
    done: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A unit is through, or given up (`why`, a sentence)."""

    unit: int
    why: str = ""


Message = Batch | Ended


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    unit: int | None = None


@dataclass(slots=True)
class _State:
    """How far a unit is: where to go on, and how often a process died there."""

    place: Place | None = None
    deaths: int = 0


# signal.signal looks at the repr of a handler, which would be that of a whole pack
@dataclass(repr=False)
class Crew:
    """Runs units on `jobs` processes; use it in a `with`, which ends the processes however it is left."""

    task: Task
    jobs: int
    _workers: list[_Worker] = field(default_factory=list)
    restarts: int = 0
    _interrupted: bool = False
    _before: Any = None

    def __enter__(self) -> Crew:
        # an interrupt that comes while a process is forked would be swallowed by what runs around a fork
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def _interrupt(self, *_: object) -> None:
        if self._interrupted:
            raise KeyboardInterrupt
        self._interrupted = True

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        for worker in self._workers:
            worker.pipe.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(2)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def run(self, units: Sequence[Unit]) -> Iterator[Message | None]:
        """Messages of all units as they come (those of one unit in order); None now and then for progress.

        Units are begun in order, and no further ahead than what can be kept meanwhile.
        """
        ahead = 3 * self.jobs
        states = [_State() for _ in units]
        waiting = list(range(len(units)))[::-1]
        ended: set[int] = set()
        first = 0
        for _ in range(min(self.jobs, len(units))):
            self._start()
        while first < len(units):
            if self._interrupted:
                raise KeyboardInterrupt
            for worker in self._workers:
                if worker.unit is None and waiting and waiting[-1] < first + ahead:
                    self._give(worker, waiting.pop(), units, states)
            ready = wait([one.pipe for one in self._workers if one.unit is not None], timeout=0.5)
            if not ready:
                yield None
            for worker in [one for one in self._workers if one.pipe in ready]:
                for message in self._received(worker, states, waiting):
                    if isinstance(message, Ended):
                        ended.add(message.unit)
                    yield message
            while first in ended:
                ended.discard(first)
                first += 1

    def _received(self, worker: _Worker, states: list[_State], waiting: list[int]) -> Iterator[Message]:
        try:
            message = worker.pipe.recv()
        except Exception:  # it died, perhaps while writing: whatever comes of half a message
            yield from self._bury(worker, states, waiting)
            return
        if isinstance(message, Batch):
            states[message.unit].place = message.place
            states[message.unit].deaths = 0
        else:
            worker.unit = None
        yield message

    def _bury(self, worker: _Worker, states: list[_State], waiting: list[int]) -> Iterator[Message]:
        worker.pipe.close()
        worker.process.kill()
        worker.process.join()
        self._workers.remove(worker)
        self.restarts += 1
        number = worker.unit
        if number is not None:
            states[number].deaths += 1
            if states[number].deaths >= MOST_DEATHS:
                yield Ended(number, "检测进程在同一处反复异常退出，其余部分没有检测")
            else:
                waiting.append(number)
        self._start()

    def _give(self, worker: _Worker, number: int, units: Sequence[Unit], states: list[_State]) -> None:
        worker.unit = number
        with contextlib.suppress(OSError):  # it died: reading from it tells so
            worker.pipe.send((number, units[number], states[number].place))

    def _start(self) -> None:
        context: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
        own, other = context.Pipe()
        inherited = [one.pipe for one in self._workers] + [own] if hasattr(os, "fork") else []
        process = context.Process(target=_work, args=(self.task, other, inherited), daemon=True)
        process.start()
        other.close()
        self._workers.append(_Worker(process, own))


def _work(task: Task, pipe: Connection, inherited: list[Connection]) -> None:
    """A process: takes units until the pipe closes."""
    # the terminal sends Ctrl+C to all; the one in front decides what becomes of the others
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for one in inherited:
        one.close()
    # a pack is a million objects that live as long as the process: searching them for garbage takes a tenth
    gc.freeze()
    examiner = Examiner(
        task.pack,
        declared=task.declared,
        carrier=Carrier(task.pack, task.infos, task.correlations) if task.correlations else None,
        sampled=task.sampled,
    )
    try:
        while True:
            number, unit, place = pipe.recv()
            examiner.restart_samples()
            pipe.send(_examine(examiner, pipe, number, unit, place))
    except (EOFError, OSError):
        return


def _examine(examiner: Examiner, pipe: Connection, number: int, unit: Unit, place: Place | None) -> Ended:
    try:
        for batch in batches(unit, place):
            outcome = examiner.examine(batch.lines, batch.numbers)
            outcome.faults += batch.faults
            outcome.count += len(batch.faults)
            pipe.send(Batch(number, outcome, batch.place, batch.done))
    except PlumblineError as error:
        return Ended(number, error.sentence)
    except BrokenPipeError:
        raise
    except OSError as error:
        return Ended(number, f"文件读不出来（{error.strerror or error}）")
    return Ended(number)
