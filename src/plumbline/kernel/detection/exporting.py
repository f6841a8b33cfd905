"""Detections as lines of JSON and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final, Protocol

import orjson

from plumbline.kernel.detection.examining import Outcome
from plumbline.kernel.detection.rules import Info

BEIJING: Final = timezone(timedelta(hours=8))
HEADINGS: Final = (
    "文件", "事件序号", "时间（北京时间）", "级别", "规则", "规则编号", "ATT&CK", "种类", "说明",
)  # fmt: skip
LEVEL_NAMES: Final = {
    "critical": "紧急",
    "high": "高",
    "medium": "中",
    "low": "低",
    "informational": "提示",
}
#: what makes a spreadsheet take a cell for a formula
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class CorrelationFound:
    """Events that together fulfil a correlation rule.

    Attributes:
        group: (field, value) that they share; first, last: seconds since 1970.
        events: (file, number) of some of them, the last of them last; count: what was counted, as text.
    """

    info: Info
    group: tuple[tuple[str, str], ...]
    first: float
    last: float
    events: tuple[tuple[str, int], ...]
    count: str


class Writer(Protocol):
    """Turns what was found into bytes of a file."""

    def head(self) -> bytes:
        """What stands before everything."""

    def detections(self, file: str, outcome: Outcome) -> bytes:
        """The detections of a batch."""

    def correlations(self, found: Iterable[CorrelationFound]) -> bytes:
        """Correlations; they come last."""


class JsonLines:
    """One object a line: kind, file, event (0-based), rule_id, title, level, time, tags."""

    def __init__(self, infos: Sequence[Info]) -> None:
        self._infos = infos
        self._tails: dict[int, bytes] = {}

    def head(self) -> bytes:
        return b""

    def detections(self, file: str, outcome: Outcome) -> bytes:
        # file names need not be text; what cannot be written in UTF-8 is shown with a stand-in
        name = orjson.dumps(file.encode("utf-8", "replace").decode())
        lines = []
        for event, rule in outcome.pairs:
            time = outcome.times.get(event)
            moment = b"null" if time is None else f'"{iso(time)}"'.encode()
            tail = self._tails.get(rule)
            if tail is None:
                tail = self._tails[rule] = orjson.dumps(_described(self._infos[rule]))[1:]
            lines.append(
                b'{"kind":"detection","file":%b,"event":%d,"time":%b,%b\n' % (name, event, moment, tail)
            )
        return b"".join(lines)

    def correlations(self, found: Iterable[CorrelationFound]) -> bytes:
        return b"".join(orjson.dumps(_correlation(one)) + b"\n" for one in found)


class Csv:
    """For Excel: UTF-8 with a byte-order mark, Chinese headings, no cell that could run as a formula."""

    def __init__(self, infos: Sequence[Info]) -> None:
        self._infos = infos

    def head(self) -> bytes:
        return b"\xef\xbb\xbf" + _rows([HEADINGS])

    def detections(self, file: str, outcome: Outcome) -> bytes:
        rows = []
        for event, rule in outcome.pairs:
            info = self._infos[rule]
            time = outcome.times.get(event)
            rows.append(
                (
                    *(
                        file,
                        event,
                        "" if time is None else beijing(time),
                        LEVEL_NAMES[info.level],
                        info.title,
                    ),
                    *(info.key, " ".join(attack_tags(info.tags)), "检出", ""),
                )
            )
        return _rows(rows)

    def correlations(self, found: Iterable[CorrelationFound]) -> bytes:
        rows = []
        for one in found:
            file, event = one.events[-1] if one.events else ("", "")
            group = "，".join(f"{name}={value}" for name, value in one.group)
            rows.append(
                (
                    *(file, event, beijing(one.last), LEVEL_NAMES[one.info.level], one.info.title),
                    *(
                        one.info.key,
                        " ".join(attack_tags(one.info.tags)),
                        "关联",
                        f"{one.count} {group}".strip(),
                    ),
                )
            )
        return _rows(rows)


def attack_tags(tags: Iterable[str]) -> list[str]:
    """The ATT&CK tags as they are usually written: tactics as words, techniques as T1059.001."""
    return [
        part.upper() if part[:1] in "tgs" and part[1:2].isdigit() else part
        for part in (tag[7:] for tag in tags if tag.lower().startswith("attack."))
    ]


def iso(seconds: float) -> str:
    """A time in UTC as ISO 8601 with milliseconds."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return ""


def beijing(seconds: float) -> str:
    """A time as the office reads it: 2026-08-05 14:03:05."""
    try:
        return datetime.fromtimestamp(seconds, BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return ""


def period(first: float, last: float) -> str:
    """From when to when; the day once where it is the same."""
    one, other = beijing(first), beijing(last)
    if one == other:
        return one
    return f"{one} 至 {other[11:] if one[:10] == other[:10] else other}"


def guarded(value: object) -> str:
    """A cell's text; one that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = str(value).encode("utf-8", "replace").decode()
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _described(info: Info) -> dict[str, Any]:
    return {
        "rule_id": info.key,
        "title": info.title,
        "level": info.level,
        "status": info.status,
        "tags": list(info.tags),
    }


def _correlation(one: CorrelationFound) -> dict[str, Any]:
    file, event = one.events[-1] if one.events else ("", None)
    return {
        "kind": "correlation",
        "file": file.encode("utf-8", "replace").decode(),
        "event": event,
        "time": iso(one.last),
        **_described(one.info),
        "first": iso(one.first),
        "last": iso(one.last),
        "group": dict(one.group),
        "count": one.count,
        "events": [
            {"file": name.encode("utf-8", "replace").decode(), "event": number} for name, number in one.events
        ],
    }
