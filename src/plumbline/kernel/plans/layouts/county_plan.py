"""The spend plan (资金支出计划): by which day which share of the budget is spent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from plumbline.kernel.plans.document import SpendPoint
from plumbline.kernel.plans.layouts.county_rows import RowCell
from plumbline.kernel.plans.numerals import squeeze
from plumbline.kernel.plans.target_dates import find_deadline

PERCENT = re.compile(r"^\s*\d{1,3}(?:\.\d{1,4})?\s*[%％]?\s*$")
_DAY = (
    r"(?:(?:20\d\d年)?\d{1,2}\s*月\s*(?:\d{1,2}\s*[日号]|底|末|份)?(?:之前|以前|前)?"
    r"|第?[一二三四1-4]季度(?:末|底|前)?|[上下]半年|前三季度|(?:本年)?年[底末中](?:前)?|全年)"
)
_SENTENCE = re.compile(r"[^。；;\n]+")
_SUBJECT = re.compile(r"[^，,]{0,12}(?:支出|执行|使用)(?:进度|计划)")
#: a longer sentence states more than a spend plan
_LONGEST = 500
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*([%％]?)")


def point_day(text: str, *, year: int = 2000) -> date | None:
    """The last day of what a head names (3月底, 3月31日前, 一季度, 年底), in `year`."""
    plain = squeeze(text)
    if not re.fullmatch(_DAY, plain):
        return None
    month = {"年底": 12, "年末": 12, "全年": 12, "年中": 6, "前三季度": 9}.get(
        plain.removeprefix("本").rstrip("前")
    )
    if month:
        return date(year, month, 30 if month in (6, 9) else 31)
    # 3月前 says the end of March here: a head names the checkpoint
    found = find_deadline(re.sub(r"(?<=月)(?:之前|以前|前)$", "底", plain), year=year)
    return found.day if found else None


def spend_points(
    heads: Sequence[RowCell], percents: Sequence[RowCell], *, year: int | None
) -> tuple[SpendPoint, ...]:
    """Heads and percents in pairs; nothing when the plan names no year."""
    if year is None:
        return ()
    points = []
    for head, percent in zip(heads, percents, strict=False):
        day = point_day(head.text, year=year)
        value = squeeze(percent.text).rstrip("%")
        if day is None or not value:
            continue
        lines = tuple(dict.fromkeys(line for line in (head.line, percent.line) if line))
        points.append(SpendPoint(day, Decimal(value), head.text, percent.text.strip(), lines))
    return tuple(points)


def plan_in_prose(text: str) -> tuple[int, str, list[str], list[str]] | None:
    """(position, sentence, heads, percents) of the spend plan in a paragraph; None without one."""
    for match in _SENTENCE.finditer(text):
        subject = _SUBJECT.search(match[0][:_LONGEST])
        if not subject:
            continue
        sentence = match[0][subject.start() : _LONGEST]
        heads = re.findall(_DAY, sentence)
        rest = re.sub(_DAY, "、", sentence)
        percents = [number + sign for number, sign in _NUMBER.findall(rest)]
        if heads and percents:
            return match.start() + subject.start(), sentence, heads, percents
    return None
