"""When an event happened, as far as it tells.

Source: the names that Windows event logs, Sysmon, Beats, Wazuh, Zeek, Suricata and clouds' audit logs use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from plumbline.kernel.detection.shapes.base import at

#: paths of keys, the first that holds a time is taken; when it happened comes before when it was stored
_PATHS: Final = (
    ("Event", "System", "TimeCreated", "#attributes", "SystemTime"),
    ("Event", "System", "TimeCreated", "SystemTime"),
    ("Event", "System", "TimeCreated"),
    ("EventTime",),
    ("TimeCreated",),
    ("SystemTime",),
    ("UtcTime",),
    ("data", "win", "system", "systemTime"),
    ("@timestamp",),
    ("timestamp",),
    ("Timestamp",),
    ("ts",),
    ("eventTime",),
    ("CreationTime",),
    ("createdDateTime",),
    ("activityDateTime",),
    ("eventTimestamp",),
    ("requestReceivedTimestamp",),
    ("published",),
    ("created_at",),
    ("__REALTIME_TIMESTAMP",),
    ("time",),
    ("_time",),
    ("datetime",),
    ("local_time",),
    ("date",),
)
#: seconds, milliseconds, microseconds, nanoseconds since 1970 are told apart by size (years 1973 to 5138)
_SCALES: Final = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9))


def event_time(event: Mapping[str, Any]) -> float | None:
    """Seconds since 1970 in UTC, or None. A time without a zone is taken to be UTC."""
    for path in _PATHS:
        value = event.get(path[0]) if len(path) == 1 else at(event, *path)
        if value is not None and (seconds := _seconds(value)) is not None:
            return seconds
    return None


def _seconds(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _from_number(float(value))
    if not isinstance(value, str) or not 8 <= len(value) <= 40:
        return None
    text = value.strip()
    try:
        return _from_number(float(text))
    except ValueError:
        pass
    if text.endswith(" UTC"):
        text = text[:-4]
    # finer than microseconds, which fromisoformat does not take everywhere
    for form in (text, text.replace("/", "-")):
        try:
            moment = datetime.fromisoformat(form)
        except ValueError:
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return None


def _from_number(number: float) -> float | None:
    if not 1e8 < number < 1e20:
        return None
    return next(number / scale for limit, scale in _SCALES if number < limit)


def span(times: Iterable[float | None]) -> tuple[float, float] | None:
    """The first and the last of the times that are known."""
    known = [one for one in times if one is not None]
    return (min(known), max(known)) if known else None
