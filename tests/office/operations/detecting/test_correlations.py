"""Correlating what a run found: nothing is late when all is there."""

from __future__ import annotations

import pytest

from plumbline.kernel.detection.correlating import Correlation
from plumbline.kernel.detection.correlating.correlations import Input
from plumbline.kernel.detection.examining import Outcome
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.rules import Info
from plumbline.office.operations.detecting import correlations
from plumbline.office.operations.detecting.correlations import Correlations


def info(key: str) -> Info:
    return Info(key, key, "high", "", (), LogSource(), "", "", (), (), "", "", key, f"{key}.yml", key)


def gathered(*, least: int, group: tuple[str, ...] = ()) -> Correlations:
    counting = Correlation(
        info("c"), "event_count", (Input("r", False, group),), group, 60, (("gte", least),)
    )
    return Correlations([counting], [info("r")])


def test_however_many_detections_have_one_time_all_are_correlated() -> None:
    most = 120_000  # more than wait for late ones where detections come as they happen
    one = gathered(least=1, group=("user",))
    one.take(
        "f",
        Outcome(
            times=dict.fromkeys(range(most), 1e9),
            carried={(event, 0): {"user": str(event // 1_000)} for event in range(most)},
        ),
    )
    found, notes = one.found()
    assert (len(found), notes) == (120, [])


@pytest.mark.parametrize(("room", "told"), [(4, []), (3, ["关联检出超过 3 次，之后的 1 次没有列出"])])
def test_alerts_that_there_is_no_room_for_are_told_and_no_others(
    monkeypatch: pytest.MonkeyPatch, room: int, told: list[str]
) -> None:
    monkeypatch.setattr(correlations, "MOST_ALERTS", room)
    one = gathered(least=1, group=("user",))
    one.take(
        "f",
        Outcome(
            times={event: 1e9 + event for event in range(4)},
            carried={(event, 0): {"user": str(event)} for event in range(4)},
        ),
    )
    found, notes = one.found()
    assert (len(found), notes) == (min(room, 4), told)
