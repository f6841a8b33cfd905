"""Bases, document numbers, brackets, scope, garbled words."""

from __future__ import annotations

import pytest

from tests.kernel.plans.checks.build import Plan, one, row, told


@pytest.mark.parametrize(
    "basis",
    [
        "依真实情况决定",
        "依实际情况确定",
        "根据实际情况",
        "按实际情况而定",
        "依据实际工作需要确定",
        "无",
        "视情况而定",
        "结合工作实际确定",
        "按相关规定执行",
    ],
)
def test_a_basis_that_says_nothing_is_an_error(basis: str) -> None:
    plan, at = one(row("次数", "≥5次", basis=basis))
    assert plan.lines_of("basis-vacuous") == [(at["0.basis"],)]


@pytest.mark.parametrize(
    "basis",
    [
        "示财预〔2023〕5号",
        "《网络安全法》",
        "2023年实际完成数",
        "年度工作计划",
        "合同约定",
        "历史数据",
        "县委常委会会议纪要",
        "国家规定的日常公用标准",
    ],
)
def test_a_basis_that_can_be_looked_up_is_fine(basis: str) -> None:
    plan, _ = one(row("次数", "≥5次", basis=basis))
    assert plan.found("basis-vacuous") == []


def test_an_empty_basis_among_others_is_a_warning() -> None:
    plan, at = one(row("次数", "≥5次", basis="合同约定"), row("人数", "≥5人", basis=None))
    assert plan.lines_of("basis-missing") == [(at["1.level3"],)]
    bare, _ = one(row("次数", "≥5次", basis=None))
    assert bare.found("basis-missing") == []


@pytest.mark.parametrize(
    ("basis", "problem"),
    [
        ("冀宣文［2016］26号，有关要求", "六角括号"),
        ("示财预(2023)5号", "六角括号"),
        ("示财预[2023]5号", "六角括号"),
        ("示财预2023年5号", ""),
        ("《关于加强引导的意见》〔2018〕50号", "发文机关代字"),
        ("示财预〔2023〕第5号", "不加"),
        ("示财预〔2023〕005号", "不编虚位"),
        ("《关于进一步把加强引导的意见》示发〔2018〕50号", "不通"),
    ],
)
def test_a_malformed_document_number_is_a_warning(basis: str, problem: str) -> None:
    plan, number = told(basis=basis)
    found = plan.found("basis-malformed")
    if not problem:
        assert found == []
        return
    assert [f.lines for f in found] == [(number,)]
    assert problem in found[0].message


@pytest.mark.parametrize(
    "basis", ["示财预〔2023〕5号", "中办发〔2019〕30号文件", "网络安全法第21条", "主席令第53号"]
)
def test_a_well_formed_document_number_is_fine(basis: str) -> None:
    plan, _ = told(basis=basis)
    assert plan.found("basis-malformed") == []


def test_a_basis_after_the_year_of_the_plan_is_a_warning() -> None:
    plan, number = told(basis="示财预〔2025〕5号")
    assert plan.lines_of("basis-later") == [(number,)]


def test_brackets_of_two_widths_are_one_warning() -> None:
    plan = Plan()
    a = plan.text("甲", raw="产出指标-合格率（全年),指标值≥98%；覆盖率(全县），指标值≥98%。")
    plan.text("乙", raw="处置率(%)，监测《意见》〔2018〕1号［2018］（甲（乙）丙）")
    (finding,) = plan.found("bracket-mismatch")
    assert finding.lines == (a,)
    assert "2处" in finding.message


@pytest.mark.parametrize("text", ["1）加强检查；2）加强培训。", "a) 项目", "没有括号", "（跨行的括号"])
def test_numbers_with_a_bracket_and_open_ends_are_no_mismatch(text: str) -> None:
    plan, _ = told(raw=text)
    assert plan.found("bracket-mismatch") == []


def test_a_province_in_a_county_plan_is_out_of_scope_by_name_or_else_by_description() -> None:
    plan = Plan()
    text = plan.text("甲", row("牢牢把握导向，为全省发展提供支持", "≥98%"))
    a = plan.table(
        "乙",
        row("涉冀信息监测覆盖率", "≥98%", description="涉冀信息监测覆盖率"),
        row("信息报送", "≥98%", description="全市信息报送比例"),
        code="13099924P00AAA1000001",
    )
    assert plan.lines_of("scope") == [(text, a["0.level3"], a["1.description"])]


@pytest.mark.parametrize(
    "name", ["涉稳信息处置率", "涉黑线索核查率", "涉及单位检查率", "全县网站监测率", "省级示范点数量"]
)
def test_words_that_only_look_like_a_province_are_fine(name: str) -> None:
    plan, _ = one(row(name, "≥98%"), code="23099924P00AAA1000001")
    assert plan.found("scope") == []


def test_a_city_may_speak_of_the_whole_city() -> None:
    plan = Plan(name="示例市委网信办")
    at = plan.table("甲", row("全市覆盖率", "≥98%"), row("全省覆盖率", "≥98%"), code="13090024P00AAA1000001")
    assert plan.lines_of("scope") == [(at["1.level3"],)]


def test_a_lower_body_run_into_a_higher_one_is_garbled_and_reported_once() -> None:
    plan = Plan()
    a = plan.table("甲", row("报送", "达到县委市网信办要求"))
    plan.table("乙", row("报告", "达到县委市网信办要求"))
    assert plan.lines_of("garbled") == [(a["0.target"],)]


def test_a_word_twice_is_garbled() -> None:
    plan, at = one(row("次数", "≥5次", description="开展检查检查的次数"))
    assert plan.lines_of("garbled") == [(at["0.description"],)]


@pytest.mark.parametrize(
    "text", ["省委、市委、县委要求", "县区市县联动", "人人参与", "县市区覆盖率", "市级县级联动"]
)
def test_ordinary_words_are_not_garbled(text: str) -> None:
    plan, _ = one(row("次数", "≥5次", description=text))
    assert plan.found("garbled") == []


def test_doubled_punctuation_is_garbled() -> None:
    plan = Plan()
    number = plan.line("加强网络安全检查，，筑牢防线。")
    plan.line("培训、检查……等；通报12期。")
    assert plan.lines_of("garbled") == [(number,)]
