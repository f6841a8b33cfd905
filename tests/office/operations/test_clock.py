"""The clock runs what is due, alone, and goes on when a chore fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from plumbline.kernel.errors import PlumblineError, RegistryError
from plumbline.kernel.registry import Registry
from plumbline.office.lib import chores
from plumbline.office.lib.models import ChoreRun
from plumbline.office.operations import clock, probes_data
from plumbline.office.operations.diagnosis import Mark

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, db: None) -> Registry[chores.Chore]:
    own: Registry[chores.Chore] = Registry("chores")
    for place in (chores, clock):
        monkeypatch.setattr(place, "CHORES", own)
    return own


def _chore(registry, key, run, every=HOUR):
    return registry.add(key, chores.Chore(key, key, every, run))


def test_a_chore_runs_when_its_time_comes_and_not_before(registry):
    times = []
    _chore(registry, "a", lambda now: times.append(now) or 3)
    ran = clock.run_due(now=NOW)
    assert [(one.key, one.done, one.problem) for one in ran] == [("a", 3, "")]
    assert clock.run_due(now=NOW + HOUR - timedelta(seconds=1)) == []
    clock.run_due(now=NOW + HOUR)
    assert times == [NOW, NOW + HOUR]
    row = ChoreRun.objects.get()
    assert (row.outcome, row.done, row.last_run_at, row.claimed_until) == ("fine", 3, NOW + HOUR, None)


def test_a_machine_clock_that_was_set_back_holds_no_chore(registry):
    _chore(registry, "a", lambda now: 1)
    _chore(registry, "b", lambda now: 1)
    clock.run_due(now=NOW + timedelta(days=400))
    ChoreRun.objects.filter(key="b").update(claimed_until=NOW + timedelta(days=400))
    assert [one.key for one in clock.run_due(now=NOW)] == ["a", "b"]
    assert clock.run_due(now=NOW + timedelta(minutes=1)) == []


def test_a_failed_chore_is_tried_again_soon_and_stops_no_other(registry):
    tries = []

    def fail(now):
        tries.append(now)
        raise ZeroDivisionError("inside")

    _chore(registry, "a", fail)
    _chore(registry, "b", lambda now: 1)
    assert [(one.key, one.problem) for one in clock.run_due(now=NOW)] == [
        ("a", "ZeroDivisionError: inside"),
        ("b", ""),
    ]
    row = ChoreRun.objects.get(key="a")
    assert (row.outcome, row.failures) == ("failed", 1)
    assert clock.run_due(now=NOW + timedelta(seconds=59)) == []
    clock.run_due(now=NOW + timedelta(minutes=1))
    assert clock.run_due(now=NOW + timedelta(minutes=2, seconds=59)) == []
    clock.run_due(now=NOW + timedelta(minutes=3))
    assert len(tries) == 3


def test_a_chore_that_works_again_is_no_problem_any_more(registry):
    broken = [True]

    def run(_now):
        if broken:
            raise PlumblineError("邮件服务器不通", advice="请检查网络。")
        return 0

    _chore(registry, "a", run)
    clock.run_due(now=NOW)
    assert ChoreRun.objects.get().problem == "邮件服务器不通。请检查网络。"
    broken.clear()
    clock.run_now(["a"])
    row = ChoreRun.objects.get()
    assert (row.problem, row.failures, row.outcome) == ("", 0, "fine")


def test_two_clocks_do_not_run_one_chore_together(registry):
    inner = []
    _chore(registry, "a", lambda now: inner.extend(clock.run_now(["a"])) or 1)
    assert [one.done for one in clock.run_due(now=datetime.now(UTC))] == [1]
    assert inner == []


def test_a_claim_of_a_process_that_died_ends(registry):
    _chore(registry, "a", lambda now: 1)
    ChoreRun.objects.create(key="a", claimed_until=NOW + clock.LEASE)
    assert clock.run_due(now=NOW) == []
    assert len(clock.run_due(now=NOW + clock.LEASE)) == 1


def test_a_chore_that_nobody_registered_is_refused(registry):
    with pytest.raises(RegistryError):
        clock.run_now(["nothing"])


def test_the_watch_ends_after_the_chore_that_runs(registry, monkeypatch):
    monkeypatch.setattr(clock, "close_old_connections", lambda: None)  # the test's own transaction
    stop = threading.Event()
    done = []

    def run(_now):
        stop.set()
        done.append("a")
        return 1

    _chore(registry, "a", run)
    _chore(registry, "b", lambda now: done.append("b") or 1)
    clock.watch(stop=stop, tick=0.01)
    assert done == ["a"]
    assert ChoreRun.objects.get(key="a").claimed_until is None


def test_the_machine_s_health_names_the_chore_that_failed(registry, monkeypatch):
    def fail(_now):
        raise PlumblineError("磁盘已满")

    assert probes_data.chores(None).mark is Mark.NOTE
    _chore(registry, "a", fail)
    clock.run_now()
    told = probes_data.chores(None)
    assert told.mark is Mark.FAULT
    assert "磁盘已满" in told.found
    ChoreRun.objects.update(problem="", last_run_at=NOW)
    assert probes_data.chores(None).mark is Mark.LACK
    ChoreRun.objects.update(last_run_at=datetime.now(UTC))
    assert probes_data.chores(None).mark is Mark.FINE


def test_the_real_clock_ends_with_the_signal(tmp_path):
    from tests.cli.conftest import environment, plumbline

    data = tmp_path / "data"
    assert plumbline(data, "migrate").returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "plumbline", "chores", "watch"], env=environment(data),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    for _ in range(100):
        done = plumbline(data, "chores", "list")
        if "办理 0 件" in done.stdout:
            break
    os.kill(process.pid, signal.SIGTERM)
    said, _none = process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert "findings.escalate" in done.stdout
    assert "还没有运行过" not in plumbline(data, "chores", "list").stdout
    again = plumbline(data, "chores", "run", "findings.expire")
    assert (again.returncode, "办理 0 件" in again.stdout) == (0, True)
    assert plumbline(data, "chores", "run", "nothing").returncode == 2
