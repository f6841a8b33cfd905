"""How figures are written on official forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from plumbline.kernel.plans.scoring import numbers

WAN = Decimal(10_000)


def plain(value: Decimal | None) -> str:
    """An exact decimal without exponent and without idle zeros: 73.05, 210000, 0.5."""
    return "" if value is None else numbers.plain(value)


def yuan(value: Decimal | None) -> str:
    """Yuan with two decimals: 210000.00 (no thousands separators, as the county's form has it)."""
    return "" if value is None else numbers.points(value)


def wan(value: Decimal | None) -> str:
    """万元, exact: 730500 yuan is 73.05, 1043977.64 yuan is 104.397764."""
    return "" if value is None else plain(value / WAN)


def percent(value: Decimal | None) -> str:
    """A percent: 25%."""
    return "" if value is None else f"{plain(value)}%"


def rate(executed: Decimal | None, budget: Decimal | None) -> str:
    """Execution rate with two decimals; "" without a budget (no data is not 0)."""
    if executed is None or not budget:
        return ""
    return f"{numbers.points(numbers.divided(executed * 100, budget))}%"


def month_end(day: date) -> str:
    """3月底 for the last days of a month, 3月15日 for others."""
    following = day.replace(day=28).toordinal() + 4
    last = date.fromordinal(following).replace(day=1).toordinal() - 1
    return f"{day.month}月底" if day.toordinal() == last else f"{day.month}月{day.day}日"
