"""Exact arithmetic and its notation."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

from plumbline.kernel.plans.document import Target

HUNDRED = Decimal(100)
ZERO = Decimal(0)

#: units that convert exactly, as factors of the first of their family
_UNITS: dict[str, tuple[str, Decimal]] = {
    "元": ("元", Decimal(1)),
    "千元": ("元", Decimal(1000)),
    "万元": ("元", Decimal(10_000)),
    "亿元": ("元", Decimal(100_000_000)),
    "‰": ("‰", Decimal(1)),
    "%": ("‰", Decimal(10)),
    "米": ("米", Decimal(1)),
    "公里": ("米", Decimal(1000)),
    "千米": ("米", Decimal(1000)),
    "小时": ("小时", Decimal(1)),
    "天": ("小时", Decimal(24)),
    "日": ("小时", Decimal(24)),
}
_SAME = {"百分比": "%", "％": "%", "百分之": "%"}


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up to `places`."""
    with localcontext() as context:
        context.prec = 60
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def divided(numerator: Decimal, denominator: Decimal) -> Decimal:
    """A quotient exact to 50 digits."""
    with localcontext() as context:
        context.prec = 50
        return numerator / denominator


def multiplied(left: Decimal, right: Decimal) -> Decimal:
    """A product exact to 50 digits."""
    with localcontext() as context:
        context.prec = 50
        return left * right


def plain(value: Decimal) -> str:
    """A number without exponent and without trailing zeros: "97", "0.5", "1000000"."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def points(value: Decimal, places: int = 2) -> str:
    """Points as printed: "9.90"."""
    return format(rounded(value, places), "f")


def with_unit(value: Decimal, unit: str | None) -> str:
    """A value with its unit: "98%", "5次"; shown to four decimals, computed with all of them."""
    exponent = value.as_tuple().exponent
    shown = rounded(value, 4) if isinstance(exponent, int) and exponent < -4 else value
    return f"{plain(shown)}{unit or ''}"


def unit_of(target: Target) -> str | None:
    """The unit in which a target is compared: its own; percent for a fraction (三分之二) without one."""
    return "%" if target.fraction is not None and not target.unit else target.unit


def bound_of(target: Target) -> tuple[Decimal, str | None]:
    """The number to compare with, and the unit that it is in."""
    if target.fraction is not None and not target.unit:
        numerator, denominator = target.fraction
        return divided(Decimal(numerator) * HUNDRED, Decimal(denominator)), unit_of(target)
    return target.value if target.value is not None else ZERO, target.unit


def in_unit(value: Decimal, unit: str | None, wanted: str | None) -> Decimal | None:
    """`value` brought from `unit` to `wanted`; None where one cannot be brought into the other.

    A missing unit is taken to be the wanted one.
    """
    if not unit or not wanted:
        return value
    unit, wanted = _SAME.get(unit, unit), _SAME.get(wanted, wanted)
    if unit == wanted:
        return value
    source, target = _UNITS.get(unit), _UNITS.get(wanted)
    if source is None or target is None or source[0] != target[0]:
        return None
    return divided(multiplied(value, source[1]), target[1])
