"""A Period: the days that a measure is about, both ends included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from plumbline.kernel.errors import PlumblineError

Window = Literal["cumulative", "period"]


class PeriodError(PlumblineError):
    """A period that ends before it begins."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From the first to the last day.

    Raises:
        PeriodError: it ends before it begins.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise PeriodError(
                f"计算区间的止日 {self.end} 早于起日 {self.start}", advice="请核对监控节点的日期。"
            )

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{self.start.isoformat()}/{self.end.isoformat()}"


def year_to_date(day: date, *, year: int) -> Period:
    """From New Year of `year` to `day`; a day before it gives New Year alone, one after it the whole year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return Period(first, min(max(day, first), last))


def since_checkpoint(day: date, *, checkpoints: Iterable[date], year: int) -> Period:
    """From the day after the checkpoint before `day` (from New Year where there is none) to `day`."""
    whole = year_to_date(day, year=year)
    earlier = [point for point in checkpoints if whole.start <= point < whole.end]
    return Period(max(earlier) + timedelta(days=1) if earlier else whole.start, whole.end)


def period_of(day: date, *, window: Window, checkpoints: Iterable[date], year: int) -> Period:
    """The days that count at `day` by the window of a binding."""
    if window == "period":
        return since_checkpoint(day, checkpoints=checkpoints, year=year)
    return year_to_date(day, year=year)
