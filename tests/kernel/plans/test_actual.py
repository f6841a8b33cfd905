from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from plumbline.kernel.errors import TargetError
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.actual import read_actual
from plumbline.kernel.plans.scoring.engine import actual_text
from plumbline.kernel.plans.target import parse


@pytest.mark.parametrize(
    ("text", "target", "value", "unit"),
    [
        ("61家", "≥60家", "61", "家"),
        ("61", "≥60家", "61", "家"),
        ("1,250.5", "≤1300元", "1250.5", "元"),
        ("98.6%", "≥98%", "98.6", "%"),
        ("98.6", "≥98%", "98.6", "%"),
        ("0", "=0次", "0", "次"),
        ("75", "≥2/3", "75", "%"),
    ],
)
def test_a_number_takes_the_unit_of_its_target(text: str, target: str, value: str, unit: str) -> None:
    assert read_actual(text, parse(target)) == Measure(Decimal(value), unit)


def test_a_ratio_keeps_numerator_and_denominator() -> None:
    measure = read_actual("152/166", parse("≥90%"))
    assert (measure.numerator, measure.denominator) == (152, 166)
    assert measure.value == Decimal("91.56626506")


def test_a_day_and_a_reason_for_none_are_read() -> None:
    assert read_actual("2026年9月21日", parse("2026年9月30日前")).day == date(2026, 9, 21)
    assert read_actual("未能测量：问卷未发放", parse("≥80%")) == Measure(None, unmeasured="问卷未发放")
    assert read_actual("已完成", parse("效果明显")) == Measure(None, text="已完成")


@pytest.mark.parametrize(
    ("text", "target", "why"),
    [
        ("约60家", "≥60家", "约数"),
        ("≥61家", "≥60家", "不是一个数"),
        ("很多", "≥60家", "不是一个数"),
        ("61%", "≥60家", "不一致"),
        ("3/0", "≥90%", "分母为 0"),
        ("上旬", "2026年9月30日前", "不是日期"),
        ("未能测量", "≥90%", "原因"),
    ],
)
def test_what_is_not_a_value_is_refused_with_the_reason(text: str, target: str, why: str) -> None:
    with pytest.raises(TargetError, match=why):
        read_actual(text, parse(target))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("61家", "≥60家"),
        ("98.6%", "≥98%"),
        ("2026年9月21日", "2026年9月30日前"),
        ("未能测量：无数据", "≥80%"),
    ],
)
def test_what_a_form_prints_is_read_back(text: str, target: str) -> None:
    measure = read_actual(text, parse(target))
    assert read_actual(actual_text(measure), parse(target)) == measure


@pytest.mark.parametrize("text", ["3/4", "四分之三"])
def test_a_fraction_against_a_fraction_is_a_percentage(text: str) -> None:
    """What it is compared with is in percent: 0.75 would read as three quarters of one percent."""
    found = read_actual(text, parse("≥三分之二"))
    assert found == Measure(Decimal(75), "%", numerator=Decimal(3), denominator=Decimal(4))
