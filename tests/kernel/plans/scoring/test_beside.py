"""A value in the unit of its target, to the last digit or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.actual import read_actual
from plumbline.kernel.plans.scoring.beside import text_beside
from plumbline.kernel.plans.scoring.numbers import in_unit
from plumbline.kernel.plans.target import parse


@pytest.mark.parametrize(
    ("value", "unit", "target", "shown"),
    [
        ("157500.00000000", "元", "≤21万元", "15.75万元"),
        ("123456.78", "元", "≤21万元", "12.345678万元"),
        ("0.01", "元", "≤21万元", "0.000001万元"),
        ("15.75", "万元", "≤210000元", "157500元"),
        ("15.75", "万元", "≤21万元", "15.75万元"),
        ("0", "元", "≤21万元", "0万元"),
        ("2.5", "%", "≤30‰", "25‰"),
        ("36", "小时", "≤2天", "1.5天"),
        # seven hours are no finite number of days; a person's unit that is another thing stays
        ("7", "小时", "≤2天", "7小时"),
        ("3", "家", "≤21万元", "3家"),
        # a quotient is shown as it always was
        ("97.36842105", "%", "≥98‰", "97.3684%"),
    ],
)
def test_a_value_stands_in_the_unit_of_its_target(value: str, unit: str, target: str, shown: str) -> None:
    assert text_beside(Measure(Decimal(value), unit), parse(target)) == shown


def test_nothing_is_lost_on_the_way_back() -> None:
    target = parse("≤21万元")
    for fen in range(1, 100_000, 997):
        yuan = Decimal(fen) / 100
        again = read_actual(text_beside(Measure(yuan, "元"), target), target)
        assert again.value is not None and in_unit(again.value, again.unit, "元") == yuan


def test_what_is_no_number_stays() -> None:
    assert text_beside(Measure(None, unmeasured="没有支付"), parse("≤21万元")) == "未能测量：没有支付"
    assert text_beside(Measure(None, text="完成"), parse("≤21万元")) == "完成"
