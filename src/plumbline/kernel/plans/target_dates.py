"""Dates and deadlines inside target texts: 2023年12月31日前, 12月底前, 年底前, 一季度."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_MONTH = r"(?P<month>[0-9]{1,2})"
_DAY = r"(?P<day>[0-9]{1,2})"
_QUARTER = r"第?(?P<quarter>[一二三四1-4])季度"
_HALF = r"(?P<half>[上下])半年"
_FIRST_MONTH = r"(?:[0-9]{1,2}月?[-~—–至到])?"
_BEFORE = r"(?P<before>(?:之前|以前|前|为止|止))?"
_END = r"(?P<end>月?底|月?末|以内|内|份)?"
_HEAD = r"(?P<head>不[晚迟]于|不得[晚迟]于|截[止至]到?|[≤≥=<>]=?)?(?<![0-9.])"

# In the order in which they are tried: the fuller reading first. Each stands alone in the text.
_PATTERNS = tuple(
    re.compile(_HEAD + body + _BEFORE)
    for body in (
        rf"{_YEAR}年{_MONTH}月{_DAY}(?:[日号]|(?![0-9]))",
        rf"{_YEAR}(?P<mark>[./-]){_MONTH}(?P=mark){_DAY}(?![0-9])日?",
        rf"(?:19|20)[0-9]{{2}}年?[-~—–至到]{_YEAR}年(?P<end>底|末|以?内)?",
        rf"{_YEAR}年(?:度)?{_FIRST_MONTH}{_MONTH}月(?:份)?{_END}",
        rf"{_YEAR}年(?:度)?{_QUARTER}{_END}",
        rf"{_YEAR}年(?:度)?{_HALF}{_END}",
        rf"{_YEAR}年?(?:年|度)?(?P<close>底|末|以?内)",
        rf"{_YEAR}年度?(?P<open>)",
        rf"(?:每年)?{_MONTH}月{_DAY}[日号]",
        rf"{_FIRST_MONTH}{_MONTH}月(?:份)?(?P<end>月?底|末|[上中下]旬|以?内|份|(?=前|之前|以前|$))",
        rf"(?:{_QUARTER}|{_HALF}){_END}",
        r"(?<![每0-9])(?:当|本|次)?(?P<close>年底|年末|年内|年度内)",
        rf"(?:每月|当月|次月|本月){_DAY}[日号]",
        rf"(?<![月0-9]){_DAY}[日号](?=前|之前|以前)",
    )
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date found in a text.

    Attributes:
        start, end: where in the text.
        day: the last day it allows, where it can be said; None without a year or where the text
            leaves open which day it means (12月前: before the month or before its end?).
        by: the work is to be done by then (前, 底, 内, ≤), not on that day.
        sign: a comparator sign that stands before it (">=", …), else "".
    """

    start: int
    end: int
    day: date | None
    by: bool
    sign: str


def find_deadline(text: str, *, year: int | None = None) -> Deadline | None:
    """The first date of a text without spaces and with half-width signs.

    Args:
        text: as `numerals.squeeze` leaves it.
        year: the year meant where the text names none.
    """
    for pattern in _PATTERNS:
        match = pattern.search(text)
        if match and _plausible(match):
            return _deadline(match, year)
    return None


def _plausible(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    if groups.get("head") in ("≥", "≤", "=", ">", "<", ">=", "<=") and not groups.get("day"):
        # “≤12月”, “≥2000年” count months and years
        return bool(groups.get("year") and groups.get("month"))
    month, day = groups.get("month"), groups.get("day")
    if month is not None and not 1 <= int(month) <= 12:
        return False
    # 2024 was a leap year: 29 February is a date, 30 February is not
    return day is None or 1 <= int(day) <= (calendar.monthrange(2024, int(month))[1] if month else 31)


def _deadline(match: re.Match[str], year: int | None) -> Deadline:
    groups = match.groupdict()
    head = (groups.get("head") or "").replace("==", "=")
    sign = {"≥": ">=", "≤": "<="}.get(head, head) if head[:1] in tuple("≤≥=<>") else ""
    by = bool(groups.get("before") or groups.get("end") not in (None, "", "份") or groups.get("close"))
    by = by or (bool(head) and not sign) or sign == "<="
    return Deadline(match.start(), match.end(), _day(groups, year), by, sign)


def _day(groups: dict[str, str | None], default_year: int | None) -> date | None:
    year = int(groups.get("year") or 0) or default_year
    if year is None:
        return None
    if groups.get("quarter"):
        number = {"一": 1, "二": 2, "三": 3, "四": 4}.get(groups["quarter"] or "") or int(
            groups["quarter"] or 1
        )
        return _month_end(year, number * 3)
    if groups.get("half"):
        return _month_end(year, 6 if groups["half"] == "上" else 12)
    if groups.get("month") and groups.get("day"):
        try:
            return date(year, int(groups["month"] or 1), int(groups["day"] or 1))
        except ValueError:
            return None
    if groups.get("month"):
        open_end = groups.get("before") and not groups.get("end")
        part = {"上旬": 10, "中旬": 20}.get(groups.get("end") or "")
        if part:
            return date(year, int(groups["month"] or 1), part)
        return None if open_end else _month_end(year, int(groups["month"] or 12))
    if groups.get("close"):
        return date(year, 12, 31)
    if "open" in groups or "end" in groups:
        return None if groups.get("before") and not groups.get("end") else date(year, 12, 31)
    return None


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
