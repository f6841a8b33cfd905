"""The document as a whole: parts that match, counts, order, codes, numbering, copies, noise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plumbline.kernel.plans.document import CategoryGoal, Text
from tests.kernel.plans.checks.build import BENEFIT, Plan, one, row, told


def test_announced_counts_that_are_right_are_one_confirmation() -> None:
    plan = Plan()
    a = plan.text("甲", row("次数", "≥5次"), declared_count=1)
    b = plan.text("乙", row("次数", "≥5次"), row("人数", "≥5人"), declared_count=2)
    assert plan.lines_of("declared-count", "confirmed") == [(a, b)]


def test_an_announced_count_that_is_wrong_is_an_error() -> None:
    plan, number = told(row("次数", "≥5次"), declared_count=9)
    assert plan.lines_of("declared-count", "error") == [(number,)]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("县委网信办内设2个科室：综合科、网络科。", "confirmed"),
        ("县委网信办内设三个科室，分别为综合科、网络科、信息科。", "confirmed"),
        ("县委网信办内设3个科室：综合科、网络科。", "error"),
        ("县委网信办内设3个股室：综合股、传播股、安全股和管理股。", "error"),
    ],
)
def test_departments_are_counted(text: str, severity: str) -> None:
    plan = Plan()
    number = plan.line(text)
    assert [(f.severity, f.lines) for f in plan.found("declared-count")] == [(severity, (number,))]


def test_announced_levels_are_compared_with_those_listed() -> None:
    plan = Plan()
    a = plan.text("甲", row("次数", "≥5次"), declared_level1=("产出指标",))
    b = plan.text("乙", row("次数", "≥5次"), declared_level1=("产出指标", "效益指标"))
    assert plan.lines_of("declared-l1", "confirmed") == [(a,)]
    assert plan.lines_of("declared-l1", "error") == [(b,)]


def test_right_codes_are_one_confirmation() -> None:
    plan = Plan()
    a = plan.table("甲", code="13099924P00AAA100001X")
    b = plan.table("乙", code="13099924P00AAA1000022")
    assert plan.lines_of("code", "confirmed") == [(a["code"], b["code"])]


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        ("13099924P00AAA10000", "error"),
        ("13088824P00AAA1000023", "error"),
        ("13099925P00AAA1000023", "error"),
        ("1309992424P00aaa10000", "error"),
        ("13099922P00AAA1000023", "note"),
    ],
)
def test_wrong_codes_are_reported_at_their_line(code: str, severity: str) -> None:
    plan = Plan()
    plan.table("甲", code="13099924P00AAA1000001")
    plan.table("乙", code="13099924P00AAA1000002")
    at = plan.table("丙", code=code)
    assert plan.lines_of("code", severity) == [(at["code"],)]


def test_a_code_used_twice_is_reported_at_both_places() -> None:
    plan = Plan()
    a = plan.table("甲", code="13099924P00AAA1000001")
    b = plan.table("乙", code="13099924P00AAA1000001")
    assert plan.lines_of("code", "error") == [(a["code"], b["code"])]


def test_one_project_under_two_names_is_an_error_at_all_three_places() -> None:
    plan = Plan()
    text = plan.text("网络安全调查服务", key="k")
    at = plan.table("网络安全检查服务", key="k", title="1.网络安全检查服务绩效目标表")
    assert plan.lines_of("name-mismatch") == [(text, at["title"], at["name"])]


def test_a_title_with_another_name_is_an_error() -> None:
    plan = Plan()
    plan.text("网络安全检查服务")
    at = plan.table("网络安全检查服务", title="2.网站监测服务绩效目标表")
    assert len(plan.found("name-mismatch")) == 1
    assert at["title"] in plan.lines_of("name-mismatch")[0]


@pytest.mark.parametrize(
    "title",
    [
        "1.网站监测绩效目标表",
        "（一）网站监测项目绩效目标表",
        "绩效目标表",
        "2024年度网站监测绩效目标申报表",
        "项目绩效目标表",
    ],
)
def test_a_title_with_the_same_name_or_none_is_fine(title: str) -> None:
    plan = Plan()
    plan.table("网站监测", title=title)
    assert plan.found("name-mismatch") == []


def test_a_category_whose_project_has_another_name_is_an_error_at_all_its_places() -> None:
    plan = Plan()
    total = plan.total(**{"人员类项目": "100", "公用类项目": "40"})
    goal = plan.line("公用类项目总体绩效目标是保障日常运转。")
    plan.text("人员类项目支出", budget="100")
    number = plan.text("预算公用项目支出", budget="40")
    assert plan.lines_of("name-mismatch") == [(total, goal, number)]


def test_a_category_goal_in_other_words_is_an_error() -> None:
    plan = Plan()
    total = plan.total(**{"人员类项目": "100", "运转类特定项目及其他": "40"})
    line = plan.line("运转类特定及其他项目总体绩效目标是：")
    plan.category_goals.append(CategoryGoal("运转类特定及其他项目", "", (line,)))
    plan.text("网站监测", budget="40")
    assert plan.lines_of("name-mismatch") == [(total, line)]


def test_projects_without_a_table_are_reported_with_the_heading_of_the_tables() -> None:
    plan = Plan()
    a = plan.text("甲")
    plan.text("乙")
    heading = plan.line("预算项目绩效目标")
    plan.table("乙")
    assert plan.lines_of("coverage") == [(a, heading)]


def test_a_table_without_prose_is_reported_and_a_document_of_tables_is_not() -> None:
    plan = Plan()
    plan.text("甲")
    plan.table("甲")
    at = plan.table("乙")
    assert plan.lines_of("coverage") == [(at["title"],)]
    tables, _ = one(row("次数", "≥5次"))
    assert tables.found("coverage") == []


def test_indicators_with_nothing_in_common_are_one_error_of_the_document() -> None:
    plan = Plan()
    a = plan.text("甲", row("检查次数", "≥5次"))
    at = plan.table("甲", row("覆盖率", "≥98%"))
    b = plan.text("乙", row("培训次数", "≥5次"))
    bt = plan.table("乙", row("合格率", "≥98%"))
    assert plan.lines_of("text-table-indicators") == [(a, at["0.level1"], b, bt["0.level1"])]


def test_indicators_that_differ_in_part_are_an_error_of_the_project() -> None:
    plan = Plan()
    a = plan.text("甲", row("检查次数", "≥5次"), row("培训次数", "≥5次"))
    at = plan.table("甲", row("检查次数", "≥5次"), row("合格率", "≥98%"))
    assert plan.lines_of("text-table-indicators") == [(a, at["1.level3"])]


def test_equal_indicators_are_fine() -> None:
    plan = Plan()
    plan.text("甲", row("检查次数", "≥5次"))
    plan.table("甲", row("检查次数（次）", "≥5次"))
    assert plan.found("text-table-indicators") == []


def test_another_order_in_the_tables_is_a_warning() -> None:
    plan = Plan()
    a, b = plan.text("甲"), plan.text("乙")
    bt, at = plan.table("乙"), plan.table("甲")
    assert plan.lines_of("order-mismatch") == [(a, b, bt["title"], at["title"])]


def test_prose_that_ends_in_a_semicolon_breaks_off() -> None:
    plan, number = told(row("次数", "≥5次"), raw="“甲”项目……指标值≥5次；", basis=None)
    (finding,) = plan.found("truncated")
    assert finding.lines == (number,)
    assert "依据" in finding.message


def test_a_table_that_breaks_off_is_reported_at_its_last_line_and_nothing_else_of_that_row() -> None:
    plan, at = one(
        row("次数", "≥5次"),
        row("准确性", "", "生态效益", level1=BENEFIT, description=None, basis=None),
        complete=False,
    )
    assert plan.lines_of("truncated") == [(at["1.level3"],)]
    for rule in ("value-missing", "desc-missing", "basis-missing", "level2-empty"):
        assert plan.found(rule) == [], rule


def test_a_document_that_breaks_off_outside_its_projects_is_reported() -> None:
    plan = Plan()
    plan.table("甲", row("次数", "≥5次"))
    number = plan.line("三、工作保障措")
    assert [f.lines for f in _check(plan, complete=False, rule="truncated")] == [(number,)]


def _check(plan: Plan, *, complete: bool, rule: str) -> list:
    from plumbline.kernel.plans import checking

    return [f for f in checking.check(replace(plan.document(), complete=complete)) if f.rule == rule]


def test_left_over_texts_of_the_template_are_one_error() -> None:
    plan = Plan()
    a = plan.table("甲", row("XX次数", "≥5次"), goal="1.目标内容1")
    b = plan.table("乙", row("次数", "≥5次"), goal="请填写绩效目标")
    c = plan.table("丙", row("次数", "≥5次"), goal_actual="说明完成情况(100字以内)", goal="完成检查")
    assert plan.lines_of("placeholder") == [(a["goal"], a["0.level3"], b["goal"], c["title"])]


def test_a_missing_mark_after_a_number_is_a_warning() -> None:
    good = "1、产出指标-数量，指标值≥1次。2、效益指标-稳定，指标值≥2次。3、满意度指标"
    bad = "1.“乙”项目。具体为：1、产出指标-数量，指标值≥1次。2效益指标-稳定，指标值≥2次。3、满意度指标"
    plan = Plan()
    plan.text("甲", raw=good)
    b = plan.text("乙", raw=bad)
    assert plan.lines_of("numbering") == [(b,)]


def test_a_quantity_after_a_full_stop_is_no_number() -> None:
    plan, _ = told(raw="1、产出指标，指标值≥1次。2个效益指标，指标值≥2次。3、满意度指标")
    assert plan.found("numbering") == []


def test_a_gap_in_a_numbered_list_is_a_warning() -> None:
    plan = Plan()
    for text in ("1.加强检查", "2.加强培训", "4.加强宣传"):
        plan.goals.append(Text(text[2:], (plan.line(text),)))
    assert plan.lines_of("numbering") == [(3,)]


def test_safeguards_that_copy_the_goals_are_one_warning() -> None:
    plan = Plan()
    goal, measure = "对关键单位开展定期检查，通报问题整改情况", "加强组织领导，落实经费，严格考核问责"
    plan.goals += [Text(goal, (plan.line(f"1.{goal}。"),)), Text(measure, (plan.line(f"2.{measure}。"),))]
    plan.safeguards.append(Text(goal, (plan.line(f"一、{goal} "),)))
    assert plan.lines_of("copy") == [(1, 3)]


def test_one_goal_for_two_projects_is_a_warning_unless_it_is_a_placeholder() -> None:
    plan = Plan()
    a = plan.table("甲", goal="保障全县网络安全，提升防护能力")
    b = plan.table("乙", goal="保障全县网络安全，提升防护能力")
    plan.table("丙", goal="1.目标内容1")
    plan.table("丁", goal="1.目标内容1")
    assert plan.lines_of("copy") == [(a["goal"], b["goal"])]


def test_spellings_of_the_office_are_one_warning_at_the_first_place_of_each() -> None:
    plan = Plan()
    plan.text("甲")
    mentions = [("示例县委网信办", 1), ("网信办", 2), ("网信办", 3), ("909001示例县委网信办本级", 4)]
    mentioned = tuple(Text(name, (n,)) for name, n in mentions)
    plan.organisation = replace(plan.organisation, mentions=mentioned)
    assert plan.lines_of("org-alias") == [(1, 2, 4)]


def test_a_short_form_that_is_introduced_is_fine() -> None:
    plan = Plan()
    plan.text("甲")
    plan.line("示例县委网络安全和信息化委员会办公室（以下简称网信办）")
    mentioned = (Text("示例县委网络安全和信息化委员会办公室", (2,)), Text("网信办", (3,)))
    plan.organisation = replace(plan.organisation, mentions=mentioned)
    assert plan.found("org-alias") == []


def test_page_numbers_and_bookmarks_are_noted_but_not_numbers_of_a_table() -> None:
    plan = Plan()
    plan.line(" 3 ")
    plan.line("[bookmark: _Toc_1]一、总体目标")
    plan.table("甲", row("次数", "≥5次", weight="10"))
    assert plan.lines_of("noise") == [(1, 2)]


def test_several_ways_to_write_a_value_are_noted_at_the_first_place_of_each() -> None:
    plan = Plan()
    a = plan.text("甲", row("次数", ">=5次", raw="指标值>=5次"), row("率", ">=5%", raw="指标值为>=5%"))
    plan.text("乙", row("次数", ">=5次", raw="指标值>=5次"))
    b = plan.text("丙", row("率", "≤5%", raw="指标值≤5%"))
    assert plan.lines_of("syntax") == [(a, b)]


def test_one_way_to_write_a_value_is_not_noted() -> None:
    plan, _ = told(row("次数", "≥5次", raw="指标值≥5次"), row("率", "=100%", raw="指标值=100%"))
    assert plan.found("syntax") == []


def test_headings_of_two_years_are_an_error_at_all_of_them() -> None:
    plan = Plan()
    a = plan.line("示例县委网信办2023年度总体绩效目标")
    b = plan.line("2024年申请预算资金100元。")
    plan.line("在2022年度考核的基础上提高。")
    at = plan.table("甲", title="2024年度甲绩效目标表")
    assert plan.lines_of("year-mismatch") == [(a, b, at["title"])]


def test_a_heading_before_the_year_of_all_codes_is_an_error() -> None:
    plan = Plan(year=2023)
    number = plan.line("示例县委网信办2023年度总体绩效目标")
    plan.table("甲", code="13099924P00AAA1000001")
    plan.table("乙", code="13099924P00AAA1000002")
    assert plan.lines_of("year-mismatch") == [(number,)]
    assert plan.found("code", "error") == [], "one place, one finding"


def test_one_value_in_prose_and_table_is_one_value() -> None:
    plan = Plan()
    a = plan.text("甲", row("检查次数", "≥5次"), row("合格率", "≥98%", "质量"), row("整改率", "≥98", "质量"))
    at = plan.table(
        "甲", row("检查次数", "≥4次"), row("合格率", "≥98%", "质量"), row("整改率", "≥98%", "质量")
    )
    assert plan.lines_of("text-table-value") == [(a, at["0.target"])]


def test_a_project_without_any_indicator_is_an_error() -> None:
    plan = Plan()
    at = plan.table("甲", budget="80")
    assert plan.lines_of("no-indicators") == [(at["title"],)]


def test_a_field_that_the_other_tables_have_is_missed() -> None:
    plan = Plan()
    for name in ("甲", "乙"):
        plan.table(name, row("次数", "≥5次"), budget="80", use="设备80元", goal="完成检查")
    at = plan.table("丙", row("次数", "≥5次"), budget="80", goal="完成检查")
    (finding,) = plan.found("field-missing")
    assert finding.lines == (at["title"],)
    assert "资金用途" in finding.message and "绩效目标" not in finding.message


def test_prose_without_its_full_stop_but_with_its_basis_does_not_break_off() -> None:
    plan, _ = told(
        row("次数", "≥5次"), raw="“甲”项目……以上指标依据为工作方案", basis="工作方案", complete=False
    )
    assert plan.found("truncated") == []


@pytest.mark.parametrize(
    "text",
    [
        "内设2个科室：综合科和网络科。",
        "内设2个科室：传播和舆情科、治理和信息化协调科。",
        "内设2个科室：综合科、网络科，下属1个事业单位。",
        "内设2个科室：综合科、网络科，现有编制8名。",
    ],
)
def test_lists_with_and_or_with_more_behind_them_are_counted_right(text: str) -> None:
    plan = Plan()
    plan.line(text)
    assert [f.severity for f in plan.found("declared-count")] == ["confirmed"]


@pytest.mark.parametrize("title", ["部门整体支出绩效目标表", "示例县2024年部门预算项目支出绩效目标表"])
def test_a_title_of_form_words_names_no_project(title: str) -> None:
    plan = Plan()
    plan.table("网站监测", title=title)
    assert plan.found("name-mismatch") == []


def test_the_codes_of_another_province_are_not_judged() -> None:
    plan = Plan()
    plan.table("甲", code="360125240001")
    assert plan.found("code") == []


def test_a_short_code_that_begins_like_one_is_judged_by_itself() -> None:
    plan = Plan()
    at = plan.table("甲", code="13099924P00AAA10000")
    assert plan.lines_of("code", "error") == [(at["code"],)]


def test_levels_of_a_form_for_whole_departments_are_not_judged() -> None:
    plan, _ = one(
        row("制度健全性", "健全", "财务管理", level1="管理效率", description=None),
        row("任务完成率", "100%", "重点工作", level1="履职效能", description=None),
    )
    assert plan.found("level2-nonstandard") == []
    assert plan.found("level1-missing") == []
