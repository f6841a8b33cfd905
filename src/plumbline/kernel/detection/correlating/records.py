"""What goes into a correlator and what comes out of it: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Detection(NamedTuple):
    """A rule matched an event.

    Attributes:
        time: of the event, seconds since 1970-01-01 UTC.
        rule: the rule's key.
        file, event: which event; opaque, but they order events of one time and tell one from another.
        fields: texts by name, at least those that `needed_fields` asks for and the event has.
    """

    time: float
    rule: str
    file: str
    event: int
    fields: Mapping[str, str]


class Reference(NamedTuple):
    """A detection that an alert rests on. `rule` may be a correlation's key: then the event is its last."""

    time: float
    file: str
    event: int
    rule: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A correlation holds.

    Attributes:
        rule: key of the correlation; title and level as it says.
        group: (field as `group-by` names it, value) pairs, the value as it was first seen.
        start, end: of the window, seconds since 1970; `end` is when the condition became true.
        count: what the condition is about: events, distinct values, distinct rules, or the sum, mean or
            percentile. A count of events or values stops where the condition is decided: read "at least".
        detections: the latest that it rests on, oldest first.
        continued: a reminder that what was alerted before still goes on.
    """

    rule: str
    title: str
    level: str
    group: tuple[tuple[str, str], ...]
    start: float
    end: float
    count: int | float
    detections: tuple[Reference, ...]
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What a correlator keeps at most, and how often it speaks.

    Attributes:
        groups: groups of one correlation; beyond, the one that has been quiet longest goes.
        kept: entries of one group. A condition that counts to more is not taken.
        held: entries of all groups of one correlation; beyond, groups go.
        waiting: detections that wait for late ones; beyond, the oldest half no longer waits.
        references: detections named in an alert.
        ahead: seconds that an event may be ahead of the `now` that `feed` is given.
        remind: seconds after which an alert whose cause goes on is given again; None: never.
    """

    groups: int = 100_000
    kept: int = 10_000
    held: int = 1_000_000
    waiting: int = 100_000
    references: int = 50
    ahead: float = 300.0
    remind: float | None = 86_400.0


@dataclass(slots=True)
class Dropped:
    """What was not used, as counts.

    Attributes:
        late: detections older than the watermark.
        ahead: detections from the future.
        untimed: detections whose time is no number.
        repeated: detections that came twice.
        unwaited: detections that no longer waited for late ones, because too many waited.
        lacking: correlation -> detections without a field that it needs, or with no number there.
        groups: correlation -> groups given up for want of room, with what they had seen.
        entries: correlation -> detections given up within a group for want of room.
    """

    late: int = 0
    ahead: int = 0
    untimed: int = 0
    repeated: int = 0
    unwaited: int = 0
    lacking: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
