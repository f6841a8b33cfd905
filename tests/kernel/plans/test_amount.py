"""Amounts of money, exact in yuan."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.kernel.plans.amount import find_amounts, parse_amount, yuan_text
from plumbline.kernel.plans.numerals import chinese_number


@pytest.mark.parametrize(
    ("text", "unit", "yuan"),
    [
        ("1043977.64元", "元", "1043977.64"),
        ("210000.00", "元", "210000.00"),
        ("3,309,840.00", "元", "3309840.00"),
        ("１２３．５", "元", "123.5"),
        ("238.93", "万元", "2389300"),
        ("238.93万元", "元", "2389300"),
        ("19.05万", "元", "190500"),
        ("1.5亿元", "元", "150000000"),
        ("￥100", "元", "100"),
        ("人民币100元整", "元", "100"),
        ("(200.00)", "元", "-200.00"),
        ("-5万", "元", "-50000"),
        ("0", "万元", "0"),
        ("三十万元", "元", "300000"),
    ],
)
def test_it_reads_amounts(text: str, unit: str, yuan: str) -> None:
    amount = parse_amount(text, unit=unit)
    assert amount.yuan == Decimal(yuan)
    assert amount.raw == text


@pytest.mark.parametrize("text", ["", None, "  ", "/", "待定", "见附件", "12,34", "9" * 60, "3万人"])
def test_what_is_no_amount_has_no_yuan(text: str | None) -> None:
    assert parse_amount(text).yuan is None


def test_it_finds_named_amounts_in_prose() -> None:
    found = find_amounts(
        "软件服务费19.05万，咨询服务8万元；专家费1,200元（含税），共3人次、每人500元/次", lines=(7,)
    )
    assert [(a.name, a.yuan, a.raw, a.lines) for a in found] == [
        ("软件服务费", Decimal("190500"), "19.05万", (7,)),
        ("咨询服务", Decimal("80000"), "8万元", (7,)),
        ("专家费", Decimal("1200"), "1,200元", (7,)),
    ]


def test_counts_of_people_are_no_amounts() -> None:
    assert find_amounts("培训3万人次，覆盖2万户") == ()


@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    parse_amount(text)
    find_amounts(text)
    chinese_number(text)


@given(st.decimals(min_value=0, max_value=Decimal(10) ** 12, places=2, allow_nan=False))
def test_printed_yuan_read_the_same(value: Decimal) -> None:
    assert parse_amount(yuan_text(value)).yuan == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("九十八", 98),
        ("两百", 200),
        ("一千零五十", 1050),
        ("十", 10),
        ("一百一十", 110),
        ("三万五千", 35000),
        ("〇", 0),
    ],
)
def test_chinese_numerals(text: str, value: int) -> None:
    assert chinese_number(text) == value


@pytest.mark.parametrize("text", ["", "百百", "十万亿万", "点五", "一二三", "千零"])
def test_what_is_no_chinese_numeral(text: str) -> None:
    assert chinese_number(text) is None
