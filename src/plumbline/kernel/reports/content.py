"""A report as its writers draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Align = Literal["left", "center", "right"]
#: what stands where nothing was measured: never 0
NO_DATA = "无数据"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        widths: shares of the columns.
        align: of the cells of each column.
        rows: texts.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    align: Sequence[Align]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: a value for each series, None where nothing was measured."""

    label: str
    values: Sequence[Decimal | int | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars that lie, each with its number; told apart by pattern as well as by colour.

    Attributes:
        kind: "grouped": the series of a row below each other; "stacked": one bar in parts.
        maximum: end of the scale; the largest value where None.
        unit: behind the numbers.
    """

    caption: str
    series: Sequence[str]
    bars: Sequence[Bar]
    kind: Literal["grouped", "stacked"] = "grouped"
    maximum: Decimal | int | None = None
    unit: str = ""


Block = Paragraph | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part: 一、…"""

    heading: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report.

    Attributes:
        issuer: whose report it is; stands above the date at the end.
        addressee: "各乡镇……："; "" where it is to nobody in particular.
        day: date of the report.
        definitions: how the numbers were counted, one sentence each.
    """

    title: str
    issuer: str
    day: date
    opening: Sequence[str]
    sections: Sequence[Section]
    addressee: str = ""
    definitions: Sequence[str] = field(default=())


NUMERALS = "〇一二三四五六七八九十"


def numeral(number: int) -> str:
    """一 to 九十九, for headings."""
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


def long_day(day: date) -> str:
    """2026年3月5日"""
    return f"{day.year}年{day.month}月{day.day}日"


def ratio(part: int | Decimal | None, whole: int | Decimal | None) -> Decimal | None:
    """A share in percent, one decimal; None where there is nothing to divide by."""
    if part is None or not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def percent(part: int | Decimal | None, whole: int | Decimal | None) -> str:
    """75.0%, or no data."""
    share = ratio(part, whole)
    return NO_DATA if share is None else f"{share}%"


def points(value: Decimal | None) -> str:
    """Points with at most two decimals."""
    return NO_DATA if value is None else f"{value.normalize():f}"


def against(now: int | None, before: int | None, unit: str = "") -> str:
    """How a number compares with last year's, in words."""
    if now is None or before is None:
        return "无法比较"
    if now == before:
        return "持平"
    change = f"{'增加' if now > before else '减少'}{abs(now - before)}{unit}"
    share = ratio(abs(now - before), before)
    return change if share is None else f"{change}（{share}%）"
