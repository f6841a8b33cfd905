"""When an event happened, however it says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.kernel.detection.times import event_time, span

MOMENT = datetime(2026, 8, 5, 6, 3, 5, 250_000, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "event",
    [
        {
            "Event": {
                "System": {"TimeCreated": {"#attributes": {"SystemTime": "2026-08-05T06:03:05.250000Z"}}}
            }
        },
        {"Event": {"System": {"TimeCreated": {"SystemTime": "2026-08-05T06:03:05.250Z"}}}},
        {"UtcTime": "2026-08-05 06:03:05.250"},
        {"@timestamp": "2026-08-05T14:03:05.250+08:00"},
        {"timestamp": "2026-08-05T14:03:05.250000+0800"},
        {"ts": MOMENT},
        {"ts": str(MOMENT)},
        {"time": int(MOMENT * 1e3)},
        {"__REALTIME_TIMESTAMP": str(int(MOMENT * 1e6))},
        {"_time": int(MOMENT * 1e6) * 1000},
        {"eventTime": "", "@timestamp": "2026-08-05T06:03:05.25Z"},
        {"date": "2026/08/05 06:03:05.250"},
        {"SystemTime": "2026-08-05 06:03:05.250 UTC"},
    ],
)
def test_times_are_read_as_logs_write_them(event: dict[str, Any]) -> None:
    assert event_time(event) == pytest.approx(MOMENT, abs=0.001)


@pytest.mark.parametrize(
    "event", [{}, {"time": True}, {"time": 5}, {"time": "soon"}, {"time": None}, {"ts": "nan"}, {"ts": 1e300}]
)
def test_what_is_no_time_is_none(event: dict[str, Any]) -> None:
    assert event_time(event) is None


values = st.one_of(
    st.text(max_size=30),
    st.floats(),
    st.integers(),
    st.lists(st.integers()),
    st.dictionaries(st.just("System"), st.text()),
)


@given(st.dictionaries(st.sampled_from(["time", "ts", "Event", "data", "@timestamp"]), values))
def test_whatever_stands_there_is_a_time_or_none(event: dict[str, Any]) -> None:
    found = event_time(event)
    assert found is None or isinstance(found, float)


def test_a_span_leaves_out_what_is_unknown() -> None:
    assert span([None, 3.0, 1.0]) == (1.0, 3.0)
    assert span([None]) is None
