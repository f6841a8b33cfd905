"""Levels, names, duplicates, coverage of outputs."""

from __future__ import annotations

import pytest

from tests.kernel.plans.checks.build import BENEFIT, OUTPUT, SATISFACTION, Plan, one, row, told


def test_two_spellings_of_a_level_are_one_error_at_the_first_place_of_each_statement() -> None:
    plan = Plan()
    text = plan.text("甲", row("稳定", "≥98%", "社会效益", level1="效果指标"))
    a = plan.table(
        "甲", row("稳定", "≥98%", "社会效益", level1=BENEFIT), row("节约", "≥98%", "经济效益", level1=BENEFIT)
    )
    assert plan.lines_of("level1-name") == [(text, a["0.level1"])]


def test_one_spelling_throughout_is_fine() -> None:
    plan = Plan()
    plan.text("甲", row("稳定", "≥98%", "社会效益", level1="效果指标"))
    plan.table("甲", row("稳定", "≥98%", "社会效益", level1="效果指标"))
    assert plan.found("level1-name") == []


def test_level_names_outside_the_system_are_one_warning() -> None:
    plan = Plan()
    a = plan.text("甲", row("部门满意", "≥98%", "主管部门满意度", level1=SATISFACTION))
    at = plan.table("乙", row("安全", "≥98%", "安全效果", level1=BENEFIT), row("次数", "≥1次", "数量"))
    assert plan.lines_of("level2-nonstandard") == [(a, at["0.level2"])]


def test_a_standard_name_under_another_level_is_an_error() -> None:
    plan, at = one(row("合格率", "≥98%", "质量", level1=BENEFIT), row("采购成本", "≤1万元", "成本"))
    assert plan.lines_of("level2-level1") == [(at["0.level2"],)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("宣传覆盖率", "数量"),
        ("按时缴纳保险", "数量"),
        ("任务完成率", "质量"),
        ("快速处理信息", "经济效益"),
        ("受训人数", "质量"),
        ("验收合格率", "时效"),
        ("群众满意度", "社会效益"),
    ],
)
def test_an_indicator_under_the_wrong_level_is_a_warning(name: str, kind: str) -> None:
    level1 = BENEFIT if "效益" in kind else OUTPUT
    plan, at = one(row(name, "≥98%", kind, level1=level1))
    assert plan.lines_of("level2-misfit") == [(at["0.level3"],)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("任务完成率", "时效"), ("验收合格率", "质量"), ("培训人数", "数量"), ("及时率", "时效")],
)
def test_an_indicator_under_its_level_is_fine(name: str, kind: str) -> None:
    plan, _ = one(row(name, "≥98%", kind))
    assert plan.found("level2-misfit") == []


def test_prose_and_tables_are_told_apart_where_indicators_are_misfiled() -> None:
    plan = Plan()
    text = plan.text("甲", row(None, "=100%", description="按时缴纳保险"))
    at = plan.table("乙", row("覆盖率", "≥98%"))
    assert plan.lines_of("level2-misfit") == [(text,), (at["0.level3"],)]


def test_a_name_that_is_its_level_is_an_error_with_all_that_repeat_it() -> None:
    plan, at = one(row("经济效益指标", "≥98%", "经济效益", level1=BENEFIT, description="经济效益指标"))
    assert plan.lines_of("name-equals-level") == [(at["0.level2"], at["0.level3"], at["0.description"])]


def test_a_name_that_is_its_level_without_its_ending_is_one_too() -> None:
    plan, at = one(row("经济效益", "效果明显", "经济效益", level1=BENEFIT))
    assert plan.lines_of("name-equals-level") == [(at["0.level2"], at["0.level3"])]


def test_a_satisfaction_under_satisfaction_is_a_name() -> None:
    plan, _ = one(row("服务对象满意度", "≥98%", "服务对象满意度", level1=SATISFACTION))
    assert plan.found("name-equals-level") == []


def test_a_missing_name_is_an_error_of_its_project() -> None:
    plan, number = told(row(None, "=100%", description="按时缴纳保险"), row("培训次数", "≥5次"))
    assert plan.lines_of("name-missing") == [(number,)]


def test_a_form_that_has_no_names_at_all_is_not_reported() -> None:
    plan, _ = one(row(None, "≥5场", "数量", description=None))
    assert plan.found("name-missing") == []


def test_descriptions_that_repeat_the_name_are_told_apart_in_prose_and_table() -> None:
    plan = Plan()
    a = plan.text("甲", row("职工满意度", "≥98%", description="职工满意度"))
    b = plan.text("乙", row("快速处理", "≥98%", description="快速处理，及早解决"))
    c = plan.text("丙", row("人员满意度情况", "≥98%", description="人员满意度满意度情况"))
    plan.text("丁", row("不出事故", "=0次", description="全年不出事故"))
    at = plan.table(
        "戊", row("覆盖率", "≥98%", description="覆盖率"), row("培训", "≥5次", description="全年场次")
    )
    assert plan.lines_of("desc-equals-name") == [(a, b, c), (at["0.level3"],)]


def test_a_missing_description_is_a_warning_only_where_others_have_one() -> None:
    plan = Plan()
    a = plan.text("甲", row("按时发放", "=100%", "时效", description=None), row("培训", "≥5次"))
    plan.table("乙", row("覆盖率", "≥98%", description=None))
    assert plan.lines_of("desc-missing") == [(a,)]


def test_near_twins_in_a_project_are_a_warning() -> None:
    plan, number = told(row("机关工作人员满意度", "≥99%"), row("机关单位工作人员满意度", "≥99%"))
    assert plan.lines_of("duplicate-in-project") == [(number,)]


@pytest.mark.parametrize(
    ("a", "b"),
    [("及时开工率", "及时完工率"), ("城镇参保人数", "农村参保人数"), ("上半年检查次数", "下半年检查次数")],
)
def test_names_that_differ_in_a_telling_word_are_no_twins(a: str, b: str) -> None:
    plan, _ = one(row(a, "≥99%"), row(b, "≥99%"))
    assert plan.found("duplicate-in-project") == []


def test_shared_names_are_grouped_by_the_projects_that_share_them() -> None:
    plan = Plan()
    a = plan.table("甲", row("数据合格率", "≥98%", "质量"))
    b = plan.table("乙", row("数据合格率", "≥98%", "质量"), row("监测覆盖率", "≥98%"), row("处置率", "≥9%"))
    c = plan.table("丙", row("监测覆盖率", "≥98%"), row("处置率", "≥98%"))
    assert plan.lines_of("duplicate-across") == [
        (a["0.level3"], b["0.level3"]),
        (b["1.level3"], b["2.level3"], c["0.level3"], c["1.level3"]),
    ]


def test_names_that_any_project_has_may_be_shared() -> None:
    plan = Plan()
    for name in "甲乙":
        plan.table(name, row("服务对象满意度", "≥98%", "服务对象满意度", level1=SATISFACTION))
    assert plan.found("duplicate-across") == []


def test_a_project_and_its_own_table_share_names_of_course() -> None:
    plan = Plan()
    plan.text("甲", row("监测覆盖率", "≥98%"))
    plan.table("甲", row("监测覆盖率", "≥98%"))
    assert plan.found("duplicate-across") == []


def test_missing_kinds_of_output_are_one_warning() -> None:
    full = [row(k, "≥98%", k) for k in ("数量", "质量", "时效", "成本")]
    plan = Plan()
    a = plan.text("甲", *full[:3])
    plan.text("乙", *full)
    at = plan.table("丙", *full[1:])
    (finding,) = plan.found("output-coverage")
    assert finding.lines == (a, at["0.level1"])
    assert "“甲”缺成本" in finding.message and "“丙”缺数量" in finding.message


def test_cost_as_a_level_of_its_own_covers_cost_and_is_not_noted() -> None:
    rows = [row(k, "≥98%", k) for k in ("数量", "质量", "时效")]
    plan, _ = one(*rows, row("总成本", "≤8万元", "经济成本", level1="成本指标"))
    assert plan.found("output-coverage") == []
    assert plan.found("cost-as-level2") == []


def test_cost_under_output_is_noted_in_the_tables_and_only_since_the_guidance() -> None:
    plan = Plan()
    plan.text("甲", row("总成本", "≤8万元", "成本"))
    a = plan.table("甲", row("总成本", "≤8万元", "成本"))
    b = plan.table("乙", row("采购成本", "≤8万元", "成本"))
    assert plan.lines_of("cost-as-level2") == [(a["0.level2"], b["0.level2"])]
    old, _ = one(row("总成本", "≤8万元", "成本"), year=2020)
    assert old.found("cost-as-level2") == []


def test_a_table_without_satisfaction_is_a_warning() -> None:
    plan, at = one(row("次数", "≥5次"), row("稳定", "≥98%", "社会效益", level1=BENEFIT))
    (finding,) = plan.found("level1-missing")
    assert finding.lines == (at["title"],)
    assert "满意度指标" in finding.message


def test_levels_out_of_order_are_reported_at_the_late_rows() -> None:
    plan, at = one(row("稳定", "≥98%", "社会效益", level1=BENEFIT), row("次数", "≥5次"))
    assert plan.lines_of("level1-order") == [(at["1.level1"],)]


def test_a_level_without_a_row_is_a_warning() -> None:
    plan, at = one(row("次数", "≥5次"), row(None, "", "质量", description=None, basis=None))
    assert plan.lines_of("level2-empty") == [(at["1.level2"],)]
    assert plan.found("value-missing") == []
    assert plan.found("name-missing") == []


def test_a_plan_without_weights_is_noted_at_its_last_table() -> None:
    plan = Plan()
    plan.table("甲", row("次数", "≥5次"))
    at = plan.table("乙", row("次数", "≥5次"))
    assert plan.lines_of("no-weights") == [(at["0.level1"],)]


def test_a_plan_with_weights_is_not() -> None:
    plan, _ = one(row("次数", "≥5次", weight="90"))
    assert plan.found("no-weights") == []


def test_the_unit_in_name_and_value_is_a_warning() -> None:
    plan = Plan()
    a = plan.table(
        "甲", row("处置率(%)", "≥98%"), row("检查次数（次）", "≥5次"), row("覆盖率（年均）", "≥98%")
    )
    assert plan.lines_of("unit-in-name") == [(a["0.level3"], a["1.level3"])]


def test_a_form_with_two_terms_lists_every_indicator_twice() -> None:
    rows = [
        row("光缆长度", "300公里"),
        row("光缆长度", "100公里"),
        row("合格率", "100%"),
        row("合格率", "100%"),
    ]
    plan, _ = one(*rows)
    assert plan.found("duplicate-in-project") == []


def test_what_was_not_planned_is_not_missed_in_a_form_that_reports() -> None:
    plan, _ = one(row("次数", "≥5次"), form="自评表")
    assert plan.found("output-coverage") == []
