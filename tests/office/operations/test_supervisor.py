"""Two children kept alive, and both ended together."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from plumbline.office.operations import supervisor
from plumbline.office.operations.supervisor import Child, supervise

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def after(seconds: float) -> None:
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM)).start()


def write_and_end(path: Path, code: int) -> list[str]:
    return [sys.executable, "-c", f"open({str(path)!r}, 'a').write('x'); raise SystemExit({code})"]


def test_both_children_end_with_the_parent() -> None:
    children = [Child("one", SLEEP), Child("two", SLEEP)]
    after(0.8)
    supervise(children)
    assert all(child.process is not None and child.process.poll() is not None for child in children)


@pytest.mark.parametrize("code", [0, 1])
def test_a_child_that_ends_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.1)
    child = Child("short", write_and_end(tmp_path / "starts", code), pause=0.05)
    after(2.0)
    supervise([child])
    assert len((tmp_path / "starts").read_text()) >= 3


def test_the_pause_doubles_up_to_its_limit() -> None:
    child = Child("short", [sys.executable, "-c", ""])
    pauses, now = [], 1000.0
    for _ in range(8):
        child.start()
        child.process.wait()
        child.tend(child.started_at)
        pauses.append(child.start_at - child.started_at)
        now += 1
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_child_that_lived_long_starts_again_at_once() -> None:
    child = Child("long", [sys.executable, "-c", ""], pause=30)
    child.start()
    child.process.wait()
    now = child.started_at + supervisor.HEALTHY
    child.tend(now)
    assert child.start_at - now == supervisor.FIRST_PAUSE


def test_a_child_that_ignores_the_signal_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GRACE", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    child = Child("deaf", [sys.executable, "-c", deaf])
    after(1.5)
    start = time.monotonic()
    supervise([child])
    assert child.process.returncode == -signal.SIGKILL
    assert time.monotonic() - start < 10


def test_signals_work_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGTERM)
    after(0.3)
    supervise([Child("one", SLEEP)])
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_children_end_when_the_parent_is_killed() -> None:
    code = (
        "import sys; from plumbline.office.operations.supervisor import Child\n"
        "child = Child('one', [sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "child.start(); print(child.process.pid, flush=True); child.process.wait()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and Path(f"/proc/{child}/cmdline").exists():
        if not Path(f"/proc/{child}/cmdline").read_text():
            break  # a zombie that its adoptive parent has not reaped yet
        time.sleep(0.1)
    else:
        assert not Path(f"/proc/{child}").exists()


def test_only_one_office_runs_on_a_data_folder(tmp_path: Path) -> None:
    from plumbline.kernel.errors import PlumblineError
    from plumbline.office.operations.lock import running

    code = (
        "import sys, time; from pathlib import Path; from plumbline.office.operations.lock import running\n"
        "with running(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(PlumblineError, match="正在"), running(tmp_path):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with running(tmp_path):
        pass
