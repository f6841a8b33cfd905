"""Two takings at the same moment, a machine that dies in the middle, and a restore: on PostgreSQL."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from plumbline.office.audit.models import Record
from plumbline.office.audit.services import verify as verify_audit
from plumbline.office.lib.chores import CHORES
from plumbline.office.operations import restore
from plumbline.office.operations.backup import backup
from plumbline.office.targets.models import EvidenceSet, IndicatorValue, Plan
from plumbline.office.targets.services import freezing, verifying
from tests.office.targets.factories import Built
from tests.office.targets.metrics.test_freezing import JULY, bound_year, freeze

pytestmark = [
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="threads share SQLite's test database"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def built(cast: Any) -> Built:
    return bound_year(cast)


def at_once(*works: Any) -> list[Any]:
    ready = Barrier(len(works))

    def run(work: Any) -> Any:
        try:
            ready.wait(timeout=10)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as people:
        return [one.result(timeout=60) for one in [people.submit(run, work) for work in works]]


def whole(built: Built, point: int = 1) -> list[IndicatorValue]:
    """The current values of a checkpoint; of each value there is exactly one manifest, and both fit."""
    assert set(EvidenceSet.objects.values_list("value", flat=True)) == set(
        IndicatorValue.objects.exclude(metric="").values_list("pk", flat=True)
    )
    assert verifying.collected(built.plan).is_sound and verify_audit().is_sound
    values = IndicatorValue.objects.filter(checkpoint=built.checkpoints[point], state="current")
    return list(values.order_by("indicator_line"))


def test_two_takings_at_once_keep_each_value_once(built: Built, cast: Any) -> None:
    outcomes = at_once(lambda: freeze(built, 1, actor=cast.staff), lambda: freeze(built, 1))
    for pair in zip(*outcomes, strict=True):
        assert sorted(outcome.result for outcome in pair) == ["frozen", "kept"]
    assert len(whole(built)) == 2 and IndicatorValue.objects.count() == 2


def test_two_takings_anew_at_once_follow_one_another(built: Built, cast: Any) -> None:
    freeze(built, 1)
    outcomes = at_once(
        lambda: freeze(built, 1, actor=cast.staff, reason="补录检查"),
        lambda: freeze(built, 1, actor=cast.administrator, reason="核对口径"),
    )
    assert {outcome.result for one in outcomes for outcome in one} == {"frozen"}
    assert len(whole(built)) == 2
    assert IndicatorValue.objects.filter(state="replaced").count() == 4


def test_the_chore_and_the_button_take_a_value_once(built: Built, cast: Any) -> None:
    at_once(lambda: CHORES.get("targets.freeze_values").run(JULY), lambda: freeze(built, 1, actor=cast.staff))
    assert len(whole(built)) == 2
    assert IndicatorValue.objects.filter(checkpoint=built.checkpoints[1]).count() == 2


def test_a_process_that_is_killed_in_the_middle_leaves_nothing_half(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Record.objects.count()
    stored, calls = freezing._stored, []

    def dies(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:  # the second value is written already, and its manifest is not
            os.kill(os.getpid(), signal.SIGKILL)
        return stored(*given, **named)

    connections.close_all()
    child = os.fork()
    if not child:
        try:
            monkeypatch.setattr(freezing, "_stored", dies)
            freeze(built, 1)
        finally:
            os._exit(3)  # never reached: the second value kills it
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    (only,) = whole(built)
    assert only.indicator_line_id == built.indicators()[0].line_id
    assert Record.objects.count() == before + 1
    # whoever takes over does the rest, and nothing twice
    assert [outcome.result for outcome in freeze(built, 1)] == ["kept", "frozen"]
    assert len(whole(built)) == 2


def test_the_evidence_still_stands_after_a_restore(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("PLUMBLINE_DATA", str(data))
    settings.MEDIA_ROOT = str(data / "files")
    freeze(built, 1)
    digests = set(EvidenceSet.objects.values_list("digest", flat=True))
    backup(tmp_path / "b.tar.gz")
    freeze(built, 1, reason="之后又取过")
    IndicatorValue.objects.filter(state="current").update(value=99)
    for path in (data / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    assert not verifying.collected(built.plan).is_sound
    restore.restore(tmp_path / "b.tar.gz", force=True)
    report = verifying.collected(Plan.objects.get(pk=built.plan.pk))
    assert report.is_sound and len(report.values) == 2
    assert {value.digest for value in report.values} == digests
    assert connection.vendor == "postgresql" and verify_audit().is_sound
