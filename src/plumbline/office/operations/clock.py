"""The clock: runs the chores of `lib.chores` as their time comes.

One process of the supervisor does it; an office that has its own timer can run `plumbline chores run` from
cron instead, or beside it. A chore that fails is logged, shown by `plumbline doctor` and tried again; it
never keeps the others from running.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone

from plumbline.kernel.errors import PlumblineError
from plumbline.office.lib.chores import CHORES, Chore
from plumbline.office.lib.models import ChoreRun

#: seconds between two looks at what is due
TICK = 10.0
#: after this, whoever claimed a chore is taken for dead: it was killed, or the machine stopped
LEASE = timedelta(minutes=15)
#: a failed chore is tried again after this, then after twice as long, up to its own interval
FIRST_RETRY = timedelta(minutes=1)
LONGEST_PROBLEM = 2000

_log = logging.getLogger("plumbline.clock")


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of one chore: how many things it did, or why it failed."""

    key: str
    title: str
    done: int
    took: float
    problem: str = ""


def is_due(chore: Chore, row: ChoreRun | None, *, now: datetime) -> bool:
    """Whether it is time, and nobody runs it."""
    if row is None or row.last_run_at is None:
        return row is None or not _is_claimed(row, now)
    if _is_claimed(row, now):
        return False
    pause = chore.every
    if row.failures:
        pause = min(chore.every, FIRST_RETRY * 2 ** min(row.failures - 1, 12))
    # A run that lies ahead was noted while the machine's clock was wrong; it would hold the chore until then.
    return row.last_run_at > now or now - row.last_run_at >= pause


def run_due(*, now: datetime | None = None) -> list[Ran]:
    """Run every chore whose time has come, one after the other."""
    at = now or timezone.now()
    rows = ChoreRun.objects.in_bulk()
    due = [chore for chore in CHORES if is_due(chore, rows.get(chore.key), now=at)]
    return _run_all(due, now=now, forced=False)


def run_now(keys: Iterable[str] = ()) -> list[Ran]:
    """Run chores whether or not it is time; all where none is named.

    Raises:
        RegistryError: there is no such chore.
    """
    wanted = [CHORES.get(key) for key in keys] or list(CHORES)
    return _run_all(wanted, now=None, forced=True)


def watch(*, stop: threading.Event | None = None, tick: float = TICK) -> None:
    """Run what is due until a signal asks to stop; a chore that runs then is finished first."""
    stopping = stop or threading.Event()
    before = {}
    if threading.current_thread() is threading.main_thread():

        def end(_signal: int, _frame: FrameType | None) -> None:
            stopping.set()

        before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not stopping.is_set():
            _tick(stopping)
            stopping.wait(tick)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def clock_command() -> list[str]:
    """The clock as a process of its own."""
    return [sys.executable, "-m", "plumbline", "chores", "watch"]


def _tick(stopping: threading.Event) -> None:
    """One look; a database that is away is waited for."""
    close_old_connections()
    try:
        rows = ChoreRun.objects.in_bulk()
        for chore in CHORES:
            if stopping.is_set():
                return
            if is_due(chore, rows.get(chore.key), now=timezone.now()):
                _run_all([chore], now=None, forced=False)
    except DatabaseError:
        _log.exception("the database cannot be asked; the clock tries again")
    finally:
        close_old_connections()


def _run_all(chores: Iterable[Chore], *, now: datetime | None, forced: bool) -> list[Ran]:
    ran = (_run(chore, now=now or timezone.now(), forced=forced) for chore in chores)
    return [one for one in ran if one is not None]


def _run(chore: Chore, *, now: datetime, forced: bool) -> Ran | None:
    """Run one; None where somebody else runs it, or has just done so."""
    if not _claim(chore, now=now, forced=forced):
        return None
    start, done, problem = time.monotonic(), 0, ""
    try:
        done = chore.run(now)
    except PlumblineError as error:
        _log.warning("%s: %s", chore.key, error)
        problem = str(error)
    except Exception as error:  # whatever it is, the other chores go on
        _log.exception("%s failed", chore.key)
        problem = f"{type(error).__name__}: {error}"
    took = time.monotonic() - start
    _note(chore, now=now, took=took, done=done, problem=problem)
    return Ran(chore.key, str(chore.title), done, took, problem)


@transaction.atomic
def _claim(chore: Chore, *, now: datetime, forced: bool) -> bool:
    row, _made = ChoreRun.objects.select_for_update().get_or_create(key=chore.key)
    if _is_claimed(row, now) or not (forced or is_due(chore, row, now=now)):
        return False
    row.claimed_until = now + LEASE
    row.save(update_fields=["claimed_until"])
    return True


def _note(chore: Chore, *, now: datetime, took: float, done: int, problem: str) -> None:
    row = ChoreRun.objects.get(key=chore.key)
    row.claimed_until, row.last_run_at, row.took, row.done = None, now, took, done
    row.outcome = ChoreRun.Outcome.FAILED if problem else ChoreRun.Outcome.FINE
    row.failures = row.failures + 1 if problem else 0
    row.problem = problem.replace("\x00", "")[:LONGEST_PROBLEM]
    row.save()


def _is_claimed(row: ChoreRun, now: datetime) -> bool:
    # none ends later than a lease from now, unless the machine's clock was set back meanwhile
    return row.claimed_until is not None and now < row.claimed_until <= now + LEASE
