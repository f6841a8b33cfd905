"""Web server, background worker and clock as children of one parent that keeps them alive.

A child that ends is started again after a pause that doubles up to half a minute. SIGTERM, SIGINT or
Ctrl+C ends them: each gets `GRACE` seconds to finish what it is doing, then it is killed.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

GRACE = 20.0
TICK = 0.2
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
#: a child that lived this long is healthy again
HEALTHY = 60.0
LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1

_log = logging.getLogger("plumbline.supervisor")


@dataclass
class Child:
    """One supervised process.

    Attributes:
        name: for the log.
        command: what it runs.
        start_at: monotonic time of its next start, while it is not running.
    """

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause: float = field(default=FIRST_PAUSE)

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl+C reaches the parent alone."""
        self.process = subprocess.Popen(
            self.command, start_new_session=os.name != "nt", preexec_fn=_end_with_parent if LINUX else None
        )
        self.started_at = time.monotonic()

    def tend(self, now: float) -> None:
        """Notice its end, and start it when it is time."""
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        if now - self.started_at >= HEALTHY:
            self.pause = FIRST_PAUSE
        _log.error("%s ended with code %s; it starts again in %.0f s", self.name, code, self.pause)
        self.process, self.start_at = None, now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


def _end_with_parent() -> None:
    """Let the kernel send SIGTERM to this child when its parent is killed without a chance to do so."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def web_command(*, host: str, port: int, workers: int, threads: int) -> list[str]:
    """Granian in front of the office's WSGI application."""
    return [
        *(sys.executable, "-m", "granian", "plumbline.office.wsgi:application"),
        *("--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"),
        *("--workers", str(workers), "--blocking-threads", str(threads), "--respawn-failed-workers"),
        *("--workers-kill-timeout", "10", "--log-level", "warning"),
    ]


def worker_command() -> list[str]:
    """The background worker, on every queue."""
    return [
        *(sys.executable, "-m", "django", "db_worker"),
        *("--queue-name", "*", "--interval", "0.5", "--no-startup-delay", "--no-reload"),
    ]


def supervise(children: Sequence[Child]) -> None:
    """Keep the children running until a signal asks to stop; then stop them and return."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not stopping:
            for child in children:
                child.tend(time.monotonic())
            time.sleep(TICK)
    finally:
        _stop_all(children)
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop_all(children: Sequence[Child]) -> None:
    alive = [child.process for child in children if child.process and child.process.poll() is None]
    for process in alive:
        process.terminate()
    deadline = time.monotonic() + GRACE
    for process in alive:
        try:
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a child that does not end, with what it started."""
    if os.name == "nt":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
