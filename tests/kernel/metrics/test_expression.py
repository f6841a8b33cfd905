"""Expressions: what may be written, what it means, and what an error says."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.metrics.calculating import decimal_of, evaluate, unit_of
from plumbline.kernel.metrics.expression import (
    MOST_DEPTH,
    MOST_LENGTH,
    ExpressionError,
    Known,
    Reference,
    parse,
    references,
)
from plumbline.kernel.metrics.measure import Measure

KNOWN = {
    "done": Known("done", "完成检查次数", "次", 1),
    "planned": Known("planned", "计划检查次数", "次", 2),
    "paid": Known("paid", "支出金额（元）", "元", 1),
    "share": Known("share", "整改率", "%", 1),
    "none": Known("none", "首次复查", "%", 1),
    "a": Known("a", "甲", "", 1),
    "b": Known("b", "乙", "", 1),
    "c": Known("c", "丙", "", 1),
}
MEASURES = {
    "done": Measure(Decimal(9), "次"),
    "planned": Measure(Decimal(12), "次"),
    "paid": Measure(Decimal("1000.50"), "元"),
    "share": Measure(Decimal("66.66666667"), "%", numerator=Decimal(2), denominator=Decimal(3)),
    "none": Measure(None, "%", unmeasured="计算区间内没有首次复查"),
}


def known(name: str) -> Known | None:
    return KNOWN.get(name) or next((k for k in KNOWN.values() if k.title == name), None)


def operand(reference: Reference) -> Measure:
    return Measure(Decimal(7), "条") if reference.records else MEASURES[reference.key]


def value(text: str) -> Measure:
    return evaluate(parse(text, known=known), operand=operand)


@pytest.mark.parametrize(
    ("text", "expected", "unit"),
    [
        ("done + 3", "12", "次"),
        ("「完成检查次数」−「计划检查次数」", "-3", "次"),
        ("“完成检查次数”＋ 3次", "12", "次"),
        ("「支出金额（元）」÷「完成检查次数」", "111.16666667", "元/次"),
        ("paid × share", "667", "元"),
        ("paid * 50%", "500.25", "元"),
        ("paid ÷ share", "1500.75", "元"),
        ("done / planned", "0.75", None),
        ("ratio(done, planned)", "75", "%"),
        ("比率（done，12）", "75", "%"),
        ("share + 5", "71.66666667", "%"),
        ("1 / 3 × 3", "1", None),
        ("share × 3", "200", "%"),
        ("min(done, planned, 5)", "5", "次"),
        ("最大(done, planned)", "12", "次"),
        ("count(「完成检查次数」.records)", "7", "条"),
        ("count(done)", "7", "条"),
        ("-(done + planned) × 2", "-42", "次"),
        ("2 + 3 × 4 - 6 ÷ 2", "11", None),
        ("done ÷ 2 ÷ 2", "2.25", "次"),
        ("done ∕ ２ ＋ １０次", "14.5", "次"),
    ],
)  # fmt: skip
def test_what_may_be_written(text: str, expected: str, unit: str | None) -> None:
    found = value(text)
    assert (found.value, found.unit) == (Decimal(expected), unit)
    assert unit_of(parse(text, known=known), units=lambda r: KNOWN[r.key].unit) == (unit or "")


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 0, "空的"),
        ("   ", 0, "空的"),
        ("done +", 7, "没有写完"),
        ("(done", 6, "没有写完"),
        ("done planned", 6, "不能写“p”"),
        ("done))", 5, "不能写“)”"),
        ("done + + planned", 8, "不能写“+”"),
        ("--done", 2, "不能写“-”"),
        ("完成检查次数 + 1", 1, "看不懂“完成检查次数"),
        ("1 + 「没有的口径」", 5, "没有名为“没有的口径”"),
        ("sum(done)", 1, "没有名为“sum”的函数"),
        ("ratio(done)", 1, "两项"),
        ("min(done)", 1, "至少要有两项"),
        ("1 + count(3)", 5, "只能写一个指标口径"),
        ("done + paid", 6, "“次”与“元”"),
        ("share + done ÷ planned", 7, "百分数与比值不能混用"),
        ("min(done, paid)", 1, "“次”与“元”"),
        ("done × planned", 6, "不能相乘"),
        ("5 ÷ done", 3, "不能除以"),
        ("ratio(done, paid)", 1, "“次”与“元”"),
        ("paid ÷ done ÷ done", 13, "不能除以"),
        ("done; DROP TABLE", 5, "不能写“;”"),
        ("__import__('os')", 12, "不能写“'”"),
    ],
)  # fmt: skip
def test_an_error_names_the_place(text: str, column: int, says: str) -> None:
    with pytest.raises(ExpressionError) as error:
        value(text)
    assert error.value.column == column
    assert says in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "1+" * (MOST_LENGTH // 2) + "1",
        "(" * (MOST_DEPTH + 1) + "1" + ")" * (MOST_DEPTH + 1),
        "+".join("1" for _ in range(101)),
        "9" * 40,
    ],
)
def test_limits_are_named(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text, known=known)


def test_a_divisor_of_zero_is_no_data() -> None:
    for text in ("done ÷ (planned − 12)", "ratio(done, planned - 12)", "paid ÷ 0%"):
        found = value(text)
        assert found.value is None and "除数为 0" in found.unmeasured


def test_an_unmeasured_operand_leaves_the_whole_unmeasured_with_its_reason() -> None:
    for text in ("none + 1", "min(none, share)", "ratio(share, none)"):
        found = value(text)
        assert (found.value, found.unit) == (None, "%")
        assert found.unmeasured == "计算区间内没有首次复查"


def test_units_are_checked_although_an_operand_is_unmeasured() -> None:
    with pytest.raises(ExpressionError):
        evaluate(parse("none + done", known=known), operand=operand)


def test_a_quotient_keeps_its_numerator_and_denominator() -> None:
    found = value("ratio(done, planned)")
    assert (found.numerator, found.denominator) == (9, 12)
    # a third of a share cannot be kept exactly, so none is claimed
    assert value("ratio(share, 90)").numerator is None


def test_a_result_beyond_what_can_be_kept_is_no_value() -> None:
    assert "超出" in value("paid × 999999999999999").unmeasured


def test_references_carry_version_and_window() -> None:
    node = parse("cumulative(planned) + period(「计划检查次数」) + planned + planned", known=known)
    assert [(r.key, r.version, r.window) for r in references(node)] == [
        ("planned", 2, "cumulative"), ("planned", 2, "period"), ("planned", 2, None),
    ]  # fmt: skip


@dataclass(frozen=True)
class Tree:
    """An expression of the test's own with its value, None where it divides by 0."""

    text: str
    value: Fraction | None
    depth: int


def _leaf() -> st.SearchStrategy[Tree]:
    numbers = st.decimals(0, 9999, places=2).map(lambda d: Tree(f"{d:f}", Fraction(d), 0))
    names = st.sampled_from("abc").map(lambda n: Tree(f"「{KNOWN[n].title}」", Fraction(VALUES[n]), 0))
    return numbers | names


VALUES = {"a": Decimal("3.5"), "b": Decimal(0), "c": Decimal(-7)}
SIGNS = {"+": "+＋", "-": "-−", "*": "*×", "/": "/÷"}


def _join(parts: tuple[Tree, str, Tree]) -> Tree:
    left, sign, right = parts
    shown = random.Random(left.text).choice(SIGNS[sign])
    worth: Fraction | None = None
    if left.value is not None and right.value is not None:
        if sign == "+":
            worth = left.value + right.value
        elif sign == "-":
            worth = left.value - right.value
        elif sign == "*":
            worth = left.value * right.value
        elif right.value:
            worth = left.value / right.value
    return Tree(f"({left.text} {shown} {right.text})", worth, max(left.depth, right.depth) + 1)


def _call(parts: tuple[str, Tree, Tree]) -> Tree:
    name, left, right = parts
    worth: Fraction | None = None
    if left.value is not None and right.value is not None:
        worth = min(left.value, right.value) if name == "min" else max(left.value, right.value)
    return Tree(f"{name}({left.text}, {right.text})", worth, max(left.depth, right.depth) + 1)


def _grow(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    joined = st.tuples(inner, st.sampled_from("+-*/"), inner).map(_join)
    called = st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(_call)
    return joined | called


@settings(deadline=None, max_examples=300)
@given(st.recursive(_leaf(), _grow, max_leaves=12))
def test_the_value_is_what_arithmetic_says(tree: Tree) -> None:
    if len(tree.text) > MOST_LENGTH or tree.depth > MOST_DEPTH:
        return
    node = parse(tree.text, known=known)
    found = evaluate(node, operand=lambda r: Measure(VALUES[r.key], None))
    if tree.value is None:
        assert found.value is None and found.unmeasured
    elif abs(tree.value) < 10**15:
        assert found.value == decimal_of(tree.value)
        assert abs(Fraction(found.value) - tree.value) <= Fraction(1, 2 * 10**8)


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet='「」完成检查次数adone()+-*/÷×,.%0123 次"“”', max_size=60))
def test_no_text_does_worse_than_an_expression_error(text: str) -> None:
    try:
        evaluate(parse(text, known=known), operand=lambda r: MEASURES.get(r.key, Measure(Decimal(1), None)))
    except ExpressionError as error:
        assert error.column <= len(text) + 1
