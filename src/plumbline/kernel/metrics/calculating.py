"""Expressions over metrics: their units, and their exact value.

Computed with fractions, so nothing is rounded before the end; then to eight decimals, as values are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from plumbline.kernel.metrics.expression import (
    Binary,
    Call,
    ExpressionError,
    Negative,
    Node,
    Number,
    Reference,
)
from plumbline.kernel.metrics.measure import Measure

PLACES = Decimal("0.00000001")
MOST = Fraction(10) ** 15
PERCENT = "%"
#: values in these units are per hundred or per thousand
PER = {"%": 100, "‰": 1000}
#: what count(metric.records) counts
RECORDS = "条"

Operand = Callable[[Reference], Measure]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit within an expression.

    Attributes:
        name: "" for a bare number.
        free: written as a number without unit, which takes the unit of what it is added to.
    """

    name: str
    free: bool = False


@dataclass(frozen=True, slots=True)
class _Value:
    amount: Fraction
    unit: Unit


class _Unmeasured(Exception):
    """There is no value, for this reason."""


def unit_of(node: Node, *, units: Callable[[Reference], str]) -> str:
    """The unit of an expression's value.

    Args:
        units: the unit of each metric.

    Raises:
        ExpressionError: unlike things are added, compared or multiplied.
    """
    return _unit(node, units).name


def evaluate(node: Node, *, operand: Operand) -> Measure:
    """The value of an expression; unmeasured, with the reason, where an operand is or a divisor is 0.

    Args:
        operand: the measure of each metric named; for `records` the number of records as a measure.

    Raises:
        ExpressionError: units do not fit.
    """
    try:
        value = _value(node, operand)
        if abs(value.amount) >= MOST:
            raise _Unmeasured("结果超出可保存的范围")
        numerator, denominator = _split(node, operand)
    except _Unmeasured as reason:
        return Measure(None, _safe_unit(node, operand), unmeasured=str(reason))
    return Measure(
        decimal_of(value.amount), value.unit.name or None, numerator=numerator, denominator=denominator
    )


def decimal_of(amount: Fraction) -> Decimal:
    """Exact where eight decimals suffice, else rounded half up to them."""
    with localcontext() as context:
        context.prec = 60
        value = Decimal(amount.numerator) / Decimal(amount.denominator)
        rounded = value.quantize(PLACES, ROUND_HALF_UP)
    return Decimal(amount.numerator) if amount.denominator == 1 else rounded.normalize()


def _safe_unit(node: Node, operand: Operand) -> str | None:
    return _unit(node, lambda reference: operand(reference).unit or "").name or None


def _split(node: Node, operand: Operand) -> tuple[Decimal | None, Decimal | None]:
    """Numerator and denominator of a quotient, where both can be kept exactly."""
    pair = None
    if isinstance(node, Call) and node.name == "ratio":
        pair = node.arguments[0], node.arguments[1]
    elif isinstance(node, Binary) and node.op == "/":
        pair = node.left, node.right
    if pair is None:
        return None, None
    parts = [_value(part, operand).amount for part in pair]
    kept = [decimal_of(part) for part in parts]
    if any(Fraction(k) != part or abs(part) >= MOST for k, part in zip(kept, parts, strict=True)):
        return None, None
    return kept[0], kept[1]


def _value(node: Node, operand: Operand) -> _Value:
    if isinstance(node, Number):
        return _Value(Fraction(node.value), Unit(node.unit, free=not node.unit))
    if isinstance(node, Reference):
        measure = operand(node)
        if measure.value is None:
            raise _Unmeasured(measure.unmeasured or "没有数据")
        return _Value(_exact(measure), Unit(measure.unit or ""))
    if isinstance(node, Negative):
        inner = _value(node.inner, operand)
        return _Value(-inner.amount, inner.unit)
    if isinstance(node, Binary):
        return _binary(node, _value(node.left, operand), _value(node.right, operand))
    values = [_value(argument, operand) for argument in node.arguments]
    if node.name == "ratio":
        _common([value.unit for value in values], node.column, "ratio 的两项")
        return _Value(_divided(values[0].amount, values[1].amount) * 100, Unit(PERCENT))
    unit = _common([value.unit for value in values], node.column, f"{node.name} 的各项")
    choose = min if node.name == "min" else max
    return _Value(choose(value.amount for value in values), unit)


def _exact(measure: Measure) -> Fraction:
    """A share by its numerator and denominator: its value was rounded."""
    if measure.numerator is not None and measure.denominator:
        exact = Fraction(measure.numerator) / Fraction(measure.denominator) * PER.get(measure.unit or "", 1)
        if abs(exact - Fraction(measure.value or 0)) <= Fraction(PLACES):
            return exact
    return Fraction(measure.value or 0)


def _binary(node: Binary, left: _Value, right: _Value) -> _Value:
    unit = _binary_unit(node, left.unit, right.unit)
    a, b = left.amount, right.amount
    if node.op == "+":
        return _Value(a + b, unit)
    if node.op == "-":
        return _Value(a - b, unit)
    both = left.unit.name in PER and right.unit.name in PER
    if node.op == "*":
        # 元 × % is part of the 元; % × % is a part of a part, still in the first one's unit
        scale = PER.get(right.unit.name, 1) if both else _scale(left, right)
        return _Value(a * b / scale, unit)
    amount = _divided(a, b)
    if both:
        return _Value(amount * Fraction(PER[right.unit.name], PER[left.unit.name]), unit)
    if right.unit.name in PER:
        return _Value(amount * PER[right.unit.name], unit)
    return _Value(amount, unit)


def _scale(left: _Value, right: _Value) -> int:
    """What a percentage is divided by when it multiplies something that has a unit of its own."""
    if left.unit.name in PER and right.unit.name:
        return PER[left.unit.name]
    if right.unit.name in PER and left.unit.name:
        return PER[right.unit.name]
    return 1


def _divided(a: Fraction, b: Fraction) -> Fraction:
    if not b:
        raise _Unmeasured("除数为 0，没有可计算的数据")
    return a / b


def _unit(node: Node, units: Callable[[Reference], str]) -> Unit:
    if isinstance(node, Number):
        return Unit(node.unit, free=not node.unit)
    if isinstance(node, Reference):
        return Unit(RECORDS if node.records else units(node))
    if isinstance(node, Negative):
        return _unit(node.inner, units)
    if isinstance(node, Binary):
        return _binary_unit(node, _unit(node.left, units), _unit(node.right, units))
    found = [_unit(argument, units) for argument in node.arguments]
    if node.name == "ratio":
        _common(found, node.column, "ratio 的两项")
        return Unit(PERCENT)
    return _common(found, node.column, f"{node.name} 的各项")


def _binary_unit(node: Binary, left: Unit, right: Unit) -> Unit:
    if node.op in ("+", "-"):
        words = "相加" if node.op == "+" else "相减"
        return _common([left, right], node.column, words)
    if node.op == "/":
        return _quotient(left, right, node)
    return _product(left, right, node)


def _common(units: list[Unit], column: int, words: str) -> Unit:
    """The one unit of things that are added or compared."""
    bound = [unit for unit in units if not unit.free]
    if not bound:
        return units[0]
    for unit in bound[1:]:
        if unit.name != bound[0].name:
            raise _unlike(bound[0], unit, column, words)
    return bound[0]


def _product(left: Unit, right: Unit, node: Binary) -> Unit:
    names = (left.name, right.name)
    if left.name in PER and right.name in PER:
        return left
    for name, other in (names, names[::-1]):
        if not name or (name in PER and other):
            free = left.free and right.free
            return Unit(other, free=free)
    raise ExpressionError(
        f"“{left.name}”与“{right.name}”不能相乘", column=node.column, advice="只能乘以不带单位的数或百分数。"
    )


def _quotient(left: Unit, right: Unit, node: Binary) -> Unit:
    if not right.name or (right.name in PER and left.name not in PER and left.name):
        return Unit(left.name, free=left.free and right.free)
    if left.name == right.name or (left.name in PER and right.name in PER):
        return Unit("")
    if not left.name or left.name in PER or "/" in left.name + right.name:
        raise ExpressionError(
            f"“{left.name or '不带单位的数'}”不能除以“{right.name}”",
            column=node.column,
            advice="请让两项单位相同，或用有单位的数除以另一个有单位的数。",
        )
    return Unit(f"{left.name}/{right.name}")


def _unlike(left: Unit, right: Unit, column: int, words: str) -> ExpressionError:
    names = [unit.name or "不带单位的比值" for unit in (left, right)]
    advice = "请让各项单位相同。"
    if PERCENT in (left.name, right.name) and "" in (left.name, right.name):
        advice = "百分数与比值不能混用：请用 ratio(甲, 乙) 得到百分数，或给数字写上 %。"
    act = words if words.startswith("相") else "比较"
    return ExpressionError(f"单位不同，不能{act}：“{names[0]}”与“{names[1]}”", column=column, advice=advice)
