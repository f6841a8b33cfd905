"""The grammar of target texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.kernel.plans.document import Comparator, Target
from plumbline.kernel.plans.target import deadline, format_target, parse, value_text


@pytest.mark.parametrize(
    ("text", "comparator", "value", "unit"),
    [
        ("≥98%", ">=", "98", "%"),
        (">=98", ">=", "98", None),
        ("=>98%", ">=", "98", "%"),
        ("＞＝９８％", ">=", "98", "%"),
        ("≧ 98 %", ">=", "98", "%"),
        ("不低于98%", ">=", "98", "%"),
        ("不少于 12 次", ">=", "12", "次"),
        ("至少3家", ">=", "3", "家"),
        ("98%以上", ">=", "98", "%"),
        ("98%（含）以上", ">=", "98", "%"),
        ("达到98%", ">=", "98", "%"),
        ("≤2次", "<=", "2", "次"),
        ("不超过5%", "<=", "5", "%"),
        ("不高于5%", "<=", "5", "%"),
        ("控制在5%以内", "<=", "5", "%"),
        ("5个工作日内", "<=", "5", "工作日"),
        ("90万元以下", "<=", "90", "万元"),
        ("=100", "=", "100", None),
        ("＝100%", "=", "100", "%"),
        ("等于3", "=", "3", None),
        (">5", ">", "5", None),
        ("大于5个", ">", "5", "个"),
        ("小于3‰", "<", "3", "‰"),
        ("低于5%", "<", "5", "%"),
        ("100%", None, "100", "%"),
        ("1,043,977.64元", None, "1043977.64", "元"),
        ("19.05万", None, "190500", None),
        ("3千人", None, "3000", "人"),
        ("≥2万人次", ">=", "20000", "人次"),
        ("1.2亿", None, "120000000", None),
        ("20万元", None, "20", "万元"),
        ("百分之九十八", None, "98", "%"),
        ("百分之九十八点五以上", ">=", "98.5", "%"),
        ("千分之三", None, "3", "‰"),
        ("两次", None, "2", "次"),
        ("不少于十二次", ">=", "12", "次"),
        ("二级以上", ">=", "2", "级"),
        ("≥1人/年", ">=", "1", "人/年"),
        ("≥100百分比", ">=", "100", "%"),
        ("≥266米", ">=", "266", "米"),
        ("零事故", None, "0", "事故"),
        ("-5%", None, "-5", "%"),
        ("举办5场活动", None, "5", "场"),
        ("按进度执行,已用约40%", None, "40", "%"),
        ("全年不少于12次", ">=", "12", "次"),
        ("12个月", None, "12", "个月"),
        ("≤12月", "<=", "12", "月"),
    ],
)
def test_it_reads_quantities(text: str, comparator: Comparator | None, value: str, unit: str | None) -> None:
    target = parse(text)
    assert target.kind == "quantitative"
    assert (target.comparator, target.value, target.unit) == (comparator, Decimal(value), unit)
    assert target.raw == text
    assert target.scorable


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("90%-95%", "90", "95", "%"),
        ("90~95%", "90", "95", "%"),
        ("3至5天", "3", "5", "天"),
        ("3—5天", "3", "5", "天"),
        ("3-5万人", "30000", "50000", "人"),
        ("1万至2万元", "1", "2", "万元"),
        ("≥80%且≤90%", "80", "90", "%"),
        ("100%-80%", "80", "100", "%"),
        ("-5~5℃", "-5", "5", "℃"),
    ],
)
def test_it_reads_ranges(text: str, low: str, high: str, unit: str) -> None:
    target = parse(text)
    assert target.comparator == "range"
    assert (target.value, target.high, target.unit) == (Decimal(low), Decimal(high), unit)


@pytest.mark.parametrize(
    ("text", "fraction", "value"),
    [("3/4", (3, 4), "0.75"), ("四分之三以上", (3, 4), "0.75"), ("三分之二", (2, 3), None)],
)
def test_fractions_stay_exact(text: str, fraction: tuple[int, int], value: str | None) -> None:
    target = parse(text)
    assert target.fraction == fraction
    if value:
        assert target.value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "day", "comparator"),
    [
        ("2023年12月31日前", date(2023, 12, 31), "<="),
        ("2023-12-31", date(2023, 12, 31), None),
        ("2023/12/31之前", date(2023, 12, 31), "<="),
        ("2023年11月底前", date(2023, 11, 30), "<="),
        ("2024年2月底前", date(2024, 2, 29), "<="),
        ("2023年底前", date(2023, 12, 31), "<="),
        ("2023年12月", date(2023, 12, 31), None),
        ("2023年1月至12月", date(2023, 12, 31), None),
        ("2022-2025年", date(2025, 12, 31), None),
        ("2023年第三季度", date(2023, 9, 30), None),
        ("不晚于2023年6月30日", date(2023, 6, 30), "<="),
        ("12月底前", None, "<="),
        ("年底前", None, "<="),
        ("12月31日前", None, "<="),
        ("一季度", None, None),
        ("2023年12月前", None, "<="),
    ],
)
def test_it_reads_deadlines(text: str, day: date | None, comparator: Comparator | None) -> None:
    target = parse(text)
    assert (target.kind, target.day, target.comparator) == ("date", day, comparator)


def test_a_deadline_without_a_year_takes_the_plan_year() -> None:
    assert deadline(parse("12月底前"), year=2024) == date(2024, 12, 31)
    assert deadline(parse("一季度"), year=2024) == date(2024, 3, 31)
    assert deadline(parse("年底前"), year=2024) == date(2024, 12, 31)
    assert deadline(parse("≥98%"), year=2024) is None


def test_a_number_may_carry_a_deadline() -> None:
    target = parse("2023年10月底前完成3次")
    assert (target.kind, target.value, target.unit, target.day) == (
        "quantitative",
        Decimal(3),
        "次",
        date(2023, 10, 31),
    )


@pytest.mark.parametrize(
    ("text", "base", "change", "comparator"),
    [
        ("比上年提高5%", "比上年", "up", None),
        ("同比下降5%以上", "同比", "down", ">="),
        ("较上年减少不少于3个", "较上年", "down", ">="),
        ("提高3个百分点", None, "up", None),
        ("每月1次", "每月", None, None),
    ],
)
def test_it_reads_base_and_direction(
    text: str, base: str | None, change: str | None, comparator: Comparator | None
) -> None:
    target = parse(text)
    assert (target.base, target.change, target.comparator) == (base, change, comparator)


@pytest.mark.parametrize(
    "text",
    [
        "达到市网信办要求",
        "达到县委市网信办要求",
        "达到上级要求",
        "按上级要求",
        "符合要求",
        "按照县委部署",
        "上级规定",
        "详见附件",
        "待定",
        "依真实情况决定",
        "达到等保2.0要求",
        "7×24小时",
        "≥5次，参与人数≥200人",
        "≥98%以下",
        "第3名",
        "GB/T 22239-2019",
        "2月30日前",
        "1:1",
    ],
)
def test_what_nobody_can_score_is_vague(text: str) -> None:
    target = parse(text)
    assert (target.kind, target.raw, target.value) == ("vague", text, None)
    assert not target.scorable


@pytest.mark.parametrize(
    "text",
    [
        "效果明显",
        "显著提升",
        "优",
        "良好",
        "达到预期",
        "严格执行制度",
        "一般",
        "一次性",
        "控制在预算内",
        "三个代表",
    ],
)
def test_ordinary_wordings_are_qualitative(text: str) -> None:
    assert parse(text).kind == "qualitative"


@pytest.mark.parametrize("text", [None, "", "  ", "/", "—", "－"])
def test_nothing_is_empty(text: str | None) -> None:
    assert parse(text).kind == "empty"


numbers = st.decimals(min_value=0, max_value=Decimal(10) ** 9, places=4, allow_nan=False).map(
    lambda v: Decimal(value_text(v))
)
units = st.sampled_from(
    [None, "%", "‰", "次", "个", "人", "家", "万元", "元", "天", "小时", "工作日", "米", "人/年", "百分点"]
)
bases = st.sampled_from([None, "比上年", "较上年", "同比", "每月"])
changes = st.sampled_from([None, "up", "down"])
signs = st.sampled_from([None, ">=", "<=", "=", ">", "<"])
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2089, 12, 31))

quantities = st.builds(
    lambda value, unit, sign, base, change, day: Target(
        raw="", kind="quantitative", comparator=sign, value=value, unit=unit,
        base=base, change=change, day=day,
    ),
    numbers, units, signs, bases, changes, st.none() | days,
)  # fmt: skip
ranges = st.builds(
    lambda one, other, unit: Target(
        raw="", kind="quantitative", comparator="range",
        value=min(one, other), high=max(one, other), unit=unit,
    ),
    numbers, numbers, units,
)  # fmt: skip
fractions = st.builds(
    lambda top, bottom, sign: Target(
        raw="", kind="quantitative", comparator=sign,
        value=parse(f"{top}/{bottom}").value, fraction=(top, bottom),
    ),
    st.integers(0, 500), st.integers(1, 500), signs,
)  # fmt: skip
dates = st.builds(lambda day, sign: Target(raw="", kind="date", comparator=sign, day=day), days, signs)


@given(quantities | ranges | fractions | dates)
def test_what_is_printed_parses_to_the_same(target: Target) -> None:
    assert replace(parse(format_target(target)), raw="") == target


pieces = st.sampled_from(
    [
        *"0123456789.,%‰≥≤><=~-—至/年月日前底内以上下不低于超过达到要求",
        *"百千万亿分之一二三十两次个人元 （）()，。：；",
        *("比上年", "提高", "下降", "2023年", "12月", "万元", "百分之", "季度", "以上", "工作日", "控制在"),
    ]
)


@given(st.text(max_size=60) | st.lists(pieces, max_size=14).map("".join))
def test_any_text_is_read_and_its_print_reads_the_same(text: str) -> None:
    target = parse(text)
    assert target.raw == text
    if target.kind in ("quantitative", "date") and (target.kind == "quantitative" or target.day):
        again = parse(format_target(target))
        assert replace(again, raw="") == replace(target, raw="")


@given(numbers)
def test_value_texts_are_exact(value: Decimal) -> None:
    assert Decimal(value_text(value)) == value
    assert "E" not in value_text(value)


def test_long_digits_are_codes_not_numbers() -> None:
    assert parse("9" * 4000).kind == "vague"
