"""Room, lateness and restarts: what is kept, what goes, and that it is told."""

from __future__ import annotations

import gc
import random
import sys
from dataclasses import replace
from typing import Any

import orjson
import pytest

from plumbline.kernel.detection.correlating import Correlator, Detection, Dropped, Limits, correlate
from plumbline.kernel.detection.correlating.correlations import Correlation
from plumbline.kernel.detection.correlating.groups import LONGEST, shortened
from plumbline.kernel.detection.errors import PackError
from tests.kernel.detection.correlating.samples import detection, key_of, linked

KEY = key_of("x")


def one(**section: Any) -> list[Correlation]:
    section = {"type": "event_count", "rules": ["r"], "timespan": "1h", "group-by": ["user"], **section}
    found = linked([{"title": "x", "name": "x", "correlation": section}], ["r", "s"])
    assert not found.problems
    return found.correlations


FIVE = {"condition": {"gte": 5}}
LESS = {"condition": {"lt": 5}}
SUM = {"type": "value_sum", "condition": {"field": "n", "gte": 10**9}}
NOT = {"type": "temporal", "rules": ["r", "s"], "condition": "r and not s"}
ORDERED = {"type": "temporal_ordered", "rules": ["r", "s"]}


@pytest.mark.parametrize(
    "section", [FIVE, LESS, SUM, NOT, ORDERED], ids=["count", "end", "sum", "not", "order"]
)
def test_a_million_groups_stay_within_the_cap(section: dict[str, Any]) -> None:
    total = 1_000_000 if section is FIVE else 60_000
    limits = Limits(groups=2_000)
    correlator = Correlator(one(**section), lateness=0, limits=limits)
    gc.collect()
    before, most = sys.getallocatedblocks(), 0
    for start in range(0, total, 20_000):
        correlator.feed(
            Detection(start / 1000 + n / 1000, "r", "f", start + n, {"user": f"u{start + n}", "n": "1"})
            for n in range(20_000)
        )
        most = max(most, sys.getallocatedblocks() - before)
    assert most < 50 * limits.groups + 20_000  # the heap of those that waited may be kept for the next
    # the newest may wait for its own time to be over
    assert correlator.dropped.groups[KEY] in (total - limits.groups, total - limits.groups - 1)
    assert len(correlator.snapshot()["correlations"][KEY][1]) == limits.groups


def test_entries_of_a_group_stay_within_the_cap() -> None:
    correlator = Correlator(one(**SUM), lateness=0, limits=Limits(kept=100))
    correlator.feed(detection(n, "r", n, user="u", n="1") for n in range(1, 1002))
    correlator.finish()
    assert correlator.dropped.entries == {KEY: 901}


def test_entries_of_all_groups_stay_within_the_cap() -> None:
    correlations = one(condition={"gte": 50})
    correlator = Correlator(correlations, lateness=0, limits=Limits(held=1_000))
    correlator.feed(detection(n, "r", n, user=f"u{n // 40}") for n in range(1, 3200))
    correlator.finish()
    plain = correlator.snapshot()["correlations"][KEY][1]
    assert sum(len(group[-1]) for group in plain) <= 1_000
    assert correlator.dropped.groups == {KEY: 80 - len(plain)}


def test_the_group_that_was_quiet_longest_goes_first() -> None:
    correlator = Correlator(one(**FIVE), lateness=0, limits=Limits(groups=2))
    users = ["a", "b", "a", "c", "a", "b", "a", "a"]
    alerts = correlator.feed(detection(n, "r", user=user) for n, user in enumerate(users, 1))
    alerts += correlator.finish()
    assert [alert.group for alert in alerts] == [(("user", "a"),)]
    assert correlator.dropped.groups == {KEY: 2}


def test_an_alert_names_a_bounded_number_of_detections() -> None:
    correlator = Correlator(one(condition={"gte": 500}), lateness=0, limits=Limits(references=7))
    (alert,) = correlator.feed(detection(n, "r", user="u") for n in range(1, 502))
    assert [each.time for each in alert.detections] == [float(n) for n in range(494, 501)]
    assert alert.count == 500


def test_long_texts_are_kept_short_and_still_told_apart() -> None:
    long, other = "x" * 1000 + "a", "x" * 1000 + "b"
    assert len(shortened(long)) == LONGEST
    assert shortened(shortened(long)) == shortened(long) != shortened(other)
    correlator = Correlator(one(**FIVE), lateness=0)
    texts = [long, long.upper(), other, long, other, long, other, other, long]
    alerts = correlator.feed(detection(n, "r", user=text) for n, text in enumerate(texts, 1))
    alerts += correlator.finish()
    assert [alert.end for alert in alerts] == [9.0]
    assert len(alerts[0].group[0][1]) == LONGEST


def test_what_is_left_out_is_counted() -> None:
    correlator = Correlator(one(**SUM), lateness=10)
    correlator.feed(
        [detection(100.0, "r", user="u", n="1"), detection(90.0, "r", user="u", n="1")], now=100.0
    )
    correlator.feed(
        [
            detection(89.9, "r", user="u", n="1"),
            detection(401.0, "r", user="u", n="1"),
            Detection(float("nan"), "r", "f", 1, {}),
            Detection(float("inf"), "r", "f", 1, {}),
            Detection(float("-inf"), "r", "f", 1, {}),
            detection(100.0, "r", user="u", n="1"),
            detection(101.0, "r", n="1"),
            detection(101.0, "r", 2, user="u"),
            detection(101.0, "r", 3, user="u", n="text"),
            detection(5.0, "unrelated"),
        ],
        now=100.0,
    )
    correlator.finish()
    assert correlator.dropped == Dropped(late=1, ahead=1, untimed=3, repeated=1, lacking={KEY: 3})


def test_too_many_that_wait_no_longer_wait_and_batches_change_nothing() -> None:
    chance = random.Random(7)
    detections = [detection(float(chance.randint(0, 300)), "r", n, user=f"u{n % 3}") for n in range(1, 1500)]
    outcomes = []
    for size in (1, 10, 1500):
        correlator = Correlator(one(timespan="10s", **FIVE), lateness=120, limits=Limits(waiting=64))
        alerts = []
        for start in range(0, len(detections), size):
            alerts += correlator.feed(detections[start : start + size])
        outcomes.append((alerts + correlator.finish(), correlator.dropped))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert outcomes[0][1].unwaited
    assert outcomes[0][1].late


def test_appointments_of_groups_that_went_do_not_pile_up() -> None:
    correlator = Correlator(one(timespan="1d", **LESS), lateness=0, limits=Limits(groups=10))
    correlator.feed(detection(n / 10, "r", n, user=f"u{n}") for n in range(1, 30_000))
    assert len(correlator._timers) <= 1_001
    assert len(correlator.finish()) == 10


def test_a_file_that_is_examined_once_needs_no_order() -> None:
    detections = [detection(float(n % 50), "r", n, user="u") for n in range(1, 200)]
    expected = correlate(one(timespan="5s", **FIVE), detections)
    random.Random(3).shuffle(detections)
    assert correlate(one(timespan="5s", **FIVE), detections, limits=Limits(waiting=10)) == expected
    assert len(expected[0]) == 1
    untimed = Detection(float("nan"), "r", "f", 1, {"user": "u"})
    assert correlate(one(**FIVE), [untimed])[1] == Dropped(untimed=1)


@pytest.mark.parametrize(
    "section", [FIVE, LESS, SUM, NOT, ORDERED], ids=["count", "end", "sum", "not", "order"]
)
def test_a_restart_changes_nothing(section: dict[str, Any]) -> None:
    chance = random.Random(5)
    correlations = one(**{**section, "timespan": "30s"})
    detections = [
        detection(n + chance.random() * 20, chance.choice("rrs"), n, user=f"u{chance.randint(0, 4)}", n="1e8")
        for n in range(1, 1000)
    ]
    straight = Correlator(correlations, lateness=20)
    expected = straight.feed(detections) + straight.finish()
    assert expected
    correlator, alerts = Correlator(correlations, lateness=20), []
    for start in range(0, len(detections), 37):
        alerts += correlator.feed(detections[start : start + 37])
        kept = orjson.dumps(correlator.snapshot())
        correlator = Correlator(correlations, lateness=20)
        assert correlator.restore(orjson.loads(kept)) == []
        assert orjson.dumps(correlator.snapshot()) == kept
    assert alerts + correlator.finish() == expected
    assert correlator.dropped == straight.dropped


def test_a_correlation_that_has_changed_begins_afresh() -> None:
    correlator = Correlator(one(**FIVE), lateness=0)
    correlator.feed(detection(n, "r", user="u") for n in range(1, 5))
    snapshot = correlator.snapshot()
    changed = Correlator(one(condition={"gte": 3}), lateness=0)
    assert changed.restore(snapshot) == [KEY]
    # the last one fed was still waiting for others of its time
    assert not changed.feed([detection(5.0, "r", user="u"), detection(5.5, "r", user="v")])
    retitled = [replace(each, info=replace(each.info, title="new")) for each in one(**FIVE)]
    same = Correlator(retitled, lateness=0)
    assert same.restore(snapshot) == []
    assert [a.title for a in same.feed([detection(5.0, "r", user="u"), detection(6.0, "r", user="v")])] == [
        "new"
    ]


@pytest.mark.parametrize(
    "damage", [{"format": 0}, {"top": "x"}, {"waiting": [[1.0]]}, {"dropped": {"x": 1}}, {"correlations": []}]
)
def test_a_damaged_snapshot_is_refused(damage: dict[str, Any]) -> None:
    correlator = Correlator(one(**FIVE), lateness=0)
    snapshot = correlator.snapshot() | damage
    with pytest.raises(PackError):
        Correlator(one(**FIVE)).restore(snapshot)
    with pytest.raises(PackError):
        Correlator(one(**FIVE)).restore({})


def test_correlators_without_correlations_take_nothing() -> None:
    correlator = Correlator([])
    assert correlator.feed([detection(1.0, "r")]) == correlator.advance(5.0) == correlator.finish() == []
    assert correlator.dropped == Dropped()
