"""Where an indicator will stand at the year's end: simple on purpose, so that it can be read out.

A count is drawn on in proportion to the days; a level follows the straight line through its readings.
With too few readings there is no forecast, and the reason is given instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from plumbline.kernel.metrics.metric import Nature

#: days of the year before which a count says nothing about its end
FEWEST_DAYS = 30
#: readings below which a level has no trend
FEWEST_READINGS = 3
ZERO = Fraction(0)
CENT = Decimal("0.01")
Method = Literal["proportion", "trend", "over"]
Lack = Literal["none", "early", "few", "after"]


@dataclass(frozen=True, slots=True)
class Point:
    """A value on a day."""

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class YearEnd:
    """A forecast, or why there is none.

    Attributes:
        value: at the year's end, to two decimals; None without a forecast.
        method: "proportion" (value ÷ elapsed × days), "trend" (line through the readings), "over" (the year
            is over, the last value stands).
        lack: "none" (no value), "early" (fewer than 30 days), "few" (fewer than three readings), "after".
        readings: how many were used.
        slope: change a day, for "trend".
    """

    value: Decimal | None
    method: Method | None = None
    lack: Lack | None = None
    last: Point | None = None
    elapsed: int = 0
    days: int = 0
    readings: int = 0
    slope: Decimal | None = None


def year_end(
    points: Sequence[Point],
    *,
    year: int,
    nature: Nature,
    floor: Decimal | None = None,
    ceiling: Decimal | None = None,
    whole: bool = False,
) -> YearEnd:
    """Draw readings on to 31 December.

    Args:
        points: of any order; those of other years do not count. Of one day the last given counts.
        nature: "flow" for what adds up from New Year, "level" for how things stand.
        floor, ceiling: what the value cannot pass (0 and 100 for shares).
        whole: things that are counted, of which there is no half: the forecast is a whole number.
    """
    places = "1" if whole else "0.01"
    by_day = {point.day: point for point in points if point.day.year == year}
    known = [by_day[day] for day in sorted(by_day)]
    first, end = date(year, 1, 1), date(year, 12, 31)
    days = (end - first).days + 1
    if not known:
        return YearEnd(None, lack="none")
    last = known[-1]
    elapsed = (last.day - first).days + 1
    base = YearEnd(None, last=last, elapsed=elapsed, days=days, readings=len(known))
    if last.day == end:
        return _with(base, last.value, "over", floor, ceiling)
    if nature == "flow":
        if elapsed < FEWEST_DAYS:
            return _lacking(base, "early")
        drawn_on = _decimal(Fraction(last.value) * days / elapsed, places=places)
        return _with(base, drawn_on, "proportion", floor, ceiling)
    if len(known) < FEWEST_READINGS:
        return _lacking(base, "few")
    slope, at_end = _line(known, end)
    drawn_on = _decimal(at_end, places=places)
    return _with(base, drawn_on, "trend", floor, ceiling, slope=_decimal(slope, places="0.0001"))


def _line(known: Sequence[Point], end: date) -> tuple[Fraction, Fraction]:
    """Least squares: slope a day, and the value on `end`."""
    start = known[0].day
    xs = [Fraction((point.day - start).days) for point in known]
    ys = [Fraction(point.value) for point in known]
    middle_x, middle_y = sum(xs, ZERO) / len(xs), sum(ys, ZERO) / len(ys)
    spread = sum(((x - middle_x) * (x - middle_x) for x in xs), ZERO)
    moved = sum(((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)), ZERO)
    slope = moved / spread
    return slope, middle_y + slope * ((end - start).days - middle_x)


def _with(
    base: YearEnd,
    value: Decimal,
    method: Method,
    floor: Decimal | None,
    ceiling: Decimal | None,
    slope: Decimal | None = None,
) -> YearEnd:
    value = value if floor is None else max(value, floor)
    value = value if ceiling is None else min(value, ceiling)
    return YearEnd(value, method, None, base.last, base.elapsed, base.days, base.readings, slope)


def _lacking(base: YearEnd, lack: Lack) -> YearEnd:
    return YearEnd(None, None, lack, base.last, base.elapsed, base.days, base.readings)


def _decimal(amount: Fraction, *, places: str = "0.01") -> Decimal:
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(Decimal(places), ROUND_HALF_UP)
