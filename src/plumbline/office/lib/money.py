"""Amounts as people read them. Amounts are Decimal yuan everywhere; nothing here computes with floats."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
WAN = Decimal(10_000)


def yuan_text(amount: Decimal) -> str:
    """1043977.64 as "1,043,977.64"; always two places, as in the office's tables."""
    return f"{amount.quantize(CENT, ROUND_HALF_UP):,.2f}"


def wan_text(amount: Decimal) -> str:
    """Yuan as 万元 without loss: "104.397764"; at least two places."""
    value = amount / WAN
    places = max(2, -int(value.normalize().as_tuple().exponent))
    return f"{value:,.{places}f}"
