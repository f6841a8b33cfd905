"""Detections as JSON lines and CSV, and what they count to."""

from __future__ import annotations

import csv
import io
import json

import pytest

from plumbline.kernel.detection.examining import Outcome, Sample
from plumbline.kernel.detection.exporting import (
    CorrelationFound,
    Csv,
    JsonLines,
    attack_tags,
    guarded,
    period,
)
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.rules import Info
from plumbline.kernel.detection.tallying import MOST_FAULTS, MOST_FILES, Tally, at_least


def info(key: str, title: str, level: str = "high", tags: tuple[str, ...] = ()) -> Info:
    return Info(key, title, level, "test", tags, LogSource(), "", "", (), (), "", "", "", f"{key}.yml", "")


INFOS = [
    info("a", "=cmd|' /C calc'!A0", "high", ("attack.t1059.001", "attack.execution")),
    info("b", "二", "low"),
]


def test_json_has_what_a_program_needs() -> None:
    outcome = Outcome(pairs=[(3, 0), (3, 1), (7, 0)], times={3: 1_785_000_000.5}, count=9)
    lines = JsonLines(INFOS).detections("日志\udcff.json", outcome).decode().splitlines()
    found = [json.loads(line) for line in lines]
    assert [(one["event"], one["rule_id"]) for one in found] == [(3, "a"), (3, "b"), (7, "a")]
    assert found[0] == {
        "kind": "detection", "file": "日志?.json", "event": 3, "time": "2026-07-25T17:20:00.500Z",
        "rule_id": "a", "title": "=cmd|' /C calc'!A0", "level": "high", "status": "test",
        "tags": ["attack.t1059.001", "attack.execution"],
    }  # fmt: skip
    assert found[2]["time"] is None


def test_correlations_say_what_they_rest_on() -> None:
    found = CorrelationFound(INFOS[1], (("User", "王"),), 0.0, 60.0, (("f", 1), ("g", 2)), "至少 2 次")
    (line,) = JsonLines(INFOS).correlations([found]).decode().splitlines()
    data = json.loads(line)
    assert (data["kind"], data["file"], data["event"], data["rule_id"]) == ("correlation", "g", 2, "b")
    assert data["group"] == {"User": "王"} and len(data["events"]) == 2


def test_a_spreadsheet_sees_text_and_no_formula() -> None:
    writer = Csv(INFOS)
    content = writer.head() + writer.detections("-x.json", Outcome(pairs=[(0, 0)]))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["文件", "事件序号", "时间（北京时间）"]
    assert rows[1][0] == "'-x.json" and rows[1][4] == "'=cmd|' /C calc'!A0"
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_every_beginning_of_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_plain_cells_stay() -> None:
    assert guarded("a=b") == "a=b" and guarded(5) == "5"


def test_tags_and_periods_are_short() -> None:
    assert attack_tags(["attack.t1059.001", "attack.g0007", "attack.execution", "cve.2021-1"]) == [
        "T1059.001", "G0007", "execution",
    ]  # fmt: skip
    assert period(0, 0) == "1970-01-01 08:00:00"
    assert period(0, 5) == "1970-01-01 08:00:00 至 08:00:05"
    assert period(0, 86_400) == "1970-01-01 08:00:00 至 1970-01-02 08:00:00"


def test_a_tally_counts_by_rule_level_and_file() -> None:
    tally = Tally(INFOS)
    tally.add("one", Outcome(pairs=[(0, 0), (0, 1), (4, 0)], times={0: 5.0, 4: 2.0}, count=10))
    tally.add("two", Outcome(pairs=[(1, 1)], samples=[(1, Sample(1, (("x", "y"),)))] * 5, count=2))
    assert (tally.events, tally.hits, tally.hit_events) == (12, 4, 3)
    first, second = tally.ordered()
    assert (first.info.key, first.count, first.first, first.last) == ("a", 2, 2.0, 5.0)
    assert second.files == {"one": 1, "two": 1} and len(second.samples) == 3
    assert tally.by_level() == {
        "critical": (0, 0), "high": (1, 2), "medium": (0, 0), "low": (1, 2), "informational": (0, 0),
    }  # fmt: skip
    assert tally.reaches("high") and not tally.reaches("critical")
    assert at_least("low", ["medium"]) and not at_least("low", [])


def test_what_a_tally_keeps_is_bounded_and_counted() -> None:
    tally = Tally(INFOS)
    for number in range(MOST_FILES + 5):
        tally.add(f"f{number}", Outcome(pairs=[(0, 0), (1, 0)], faults=[(2, "not JSON")] * 10, count=3))
    assert len(tally.rules[0].files) == MOST_FILES and tally.rules[0].more_files == 5
    assert len(tally.faults) == MOST_FAULTS and tally.fault_count == 250
    assert tally.faults[0] == ("f0", 2, "不是有效的 JSON，已跳过")
