"""What notices start from, as `data/notices.toml` says."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class SeriesDefault:
    """A series as it is shipped, until the office writes its own pattern."""

    key: str
    title: str
    pattern: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class NoticeDefaults:
    """The file.

    Attributes:
        series: in the order of the page.
        series_of: kind of a notice to the key of its series.
        receipt_workdays: working days within which a unit should have signed.
    """

    series: tuple[SeriesDefault, ...]
    series_of: dict[str, str]
    receipt_workdays: int


@cache
def notice_defaults() -> NoticeDefaults:
    """The shipped data, read once."""
    text = files("plumbline.office.findings").joinpath("data/notices.toml").read_text("utf-8")
    raw = tomllib.loads(text)
    return NoticeDefaults(
        series=tuple(SeriesDefault(**row) for row in raw["series"]),
        series_of=raw["kinds"],
        receipt_workdays=raw["receipt"]["workdays"],
    )
