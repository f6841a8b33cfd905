"""How figures are written on official forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

WAN = Decimal(10_000)


def plain(value: Decimal | None) -> str:
    """An exact decimal without exponent and without idle zeros: 73.05, 210000, 0.5."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def yuan(value: Decimal | None) -> str:
    """Yuan with two decimals: 210000.00 (no thousands separators, as the county's form has it)."""
    return "" if value is None else format(value.quantize(Decimal("0.01")), "f")


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
    return f"{(executed / budget * 100).quantize(Decimal('0.01'))}%"


def month_end(day: date) -> str:
    """3月底 for the last days of a month, 3月15日 for others."""
    following = day.replace(day=28).toordinal() + 4
    last = date.fromordinal(following).replace(day=1).toordinal() - 1
    return f"{day.month}月底" if day.toordinal() == last else f"{day.month}月{day.day}日"
