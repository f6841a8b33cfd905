"""Forms in other shapes and orders than the published ones are read the same way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.kernel.plans.layouts.build import money, only, read, row, scored
from tests.kernel.plans.layouts.numbers import lost
from tests.kernel.plans.layouts.variants import VARIANTS

#: in unseparated text a number is only a number once it is cut; those forms have tests of their own
RUN_ON = {name for name in VARIANTS if name.startswith("runon")}


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_no_number_is_lost(name: str) -> None:
    document = read(VARIANTS[name])
    if name not in RUN_ON:
        assert lost(document) == []
    assert all(form.lines for project in document.projects for form in project.statements)


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_spans_are_lines_of_the_document(name: str) -> None:
    document = read(VARIANTS[name])
    last = len(document.source.lines)
    for project in document.projects:
        for form in project.statements:
            assert all(1 <= line <= last for line in form.spans.values())
            for indicator in form.indicators:
                assert set(indicator.spans.values()) <= set(form.lines)


def test_a_standard_evaluation_form_with_merged_cells() -> None:
    document = read(VARIANTS["mof_ziping_docx"])
    form = only(document)
    assert (document.form, document.year) == ("自评表", 2023)
    assert [money(row) for row in form.execution] == [
        ("年度资金总额", "21.00", "20.50", "19.05", ""),
        ("当年财政拨款", "21.00", "20.50", "19.05", ""),
        ("上年结转资金", "0", "0", "0", ""),
        ("其他资金", "", "", "", ""),
    ]
    assert (form.execution[0].weight, form.execution[0].rate, form.execution[0].score) == (
        10,
        Decimal("92.93"),
        Decimal("9.29"),
    )
    assert form.goal == "目标1：完成全县86家单位检查；\n目标2：全年通报12期。"
    assert form.goal_actual == "完成检查84家，通报12期。"
    assert [scored(i) for i in form.indicators] == [
        ("检查单位数量", "20", "84家", "18.5"),
        ("问题整改率", "15", "95%", "15"),
        ("按期通报", "15", "已完成", "15"),
        ("安全意识", "30", "有效提升", "30"),
        ("被检查单位满意度", "10", "97%", "10"),
    ]
    assert form.indicators[0].cause == "2家单位合并"
    assert form.indicators[2].target.kind == "date"
    assert {i.level1 for i in form.indicators[:3]} == {"产出指标"}
    assert (form.total_weight, form.total_score) == (100, Decimal("97.79"))


@pytest.mark.parametrize("name", ["jiankong_full", "cells_kept_monitoring"])
def test_likelihood_and_cause_in_ticked_sub_columns(name: str) -> None:
    document = read(VARIANTS[name])
    first, second = only(document).indicators
    late, good = (second, first) if name == "jiankong_full" else (first, second)
    assert document.form == "监控表"
    assert good.likelihood == "确定能"
    assert late.likelihood == "有可能"
    assert late.cause in ("经费保障；原因说明：厂商人手不足", "人员保障；原因说明：专家不足")
    assert good.cause is None
    assert late.attributes["全年预计完成情况"].value in ("2.5小时", "50家")
    assert only(document).execution[0].forecast is not None


def test_a_flattened_monitoring_form_whose_sub_columns_follow_the_headings() -> None:
    form = only(read(VARIANTS["jiankong_flat"]))
    assert [row(i)[2:] for i in form.indicators] == [
        ("宣传活动场次", "≥6场"),
        ("参与覆盖率", "≥80%"),
        ("知晓率", "≥85%"),
    ]
    assert [i.actual and i.actual.raw for i in form.indicators] == ["4场", "75%", "85%"]
    assert {i.likelihood for i in form.indicators} == {"确定能"}
    assert money(form.execution[0]) == ("年度资金总额", "12.5", "", "8.75", "12.5")


def test_a_markdown_table_with_blank_merged_cells() -> None:
    document = read(VARIANTS["mubiao_pipe_md"])
    form = only(document)
    assert (form.code, form.name, document.year) == ("360125240001", "重点网站安全监测", 2024)
    assert form.budget and form.budget.yuan == 368_000
    assert row(form.indicators[1]) == ("产出指标", "数量指标", "监测频次", "12次/年")
    assert row(form.indicators[-1]) == ("成本指标", "经济成本指标", "总成本控制", "≤36.80万元")


def test_cost_as_the_first_level_and_the_target_in_three_columns() -> None:
    form = only(read(VARIANTS["cost_level1_split"]))
    assert [row(i)[:2] for i in form.indicators[:3]] == [
        ("成本指标", "经济成本指标"),
        ("成本指标", "社会成本指标"),
        ("成本指标", "生态环境成本指标"),
    ]
    assert [i.target.raw for i in form.indicators[:3]] == ["≤5.7万元", "≤4小时", "较低"]
    assert form.indicators[2].target.kind == "qualitative"
    assert form.indicators[0].direction == "反向指标"
    assert form.budget and form.budget.yuan == 456_000
    assert sum((i.weight or 0 for i in form.indicators), Decimal(0)) == 90


def test_a_form_on_a_whole_department_with_levels_of_its_own() -> None:
    form = only(read(VARIANTS["zhengti_ziping"]))
    assert form.name == "己县委网信办"
    assert [i.level1 for i in form.indicators] == ["部门管理", "部门管理", "履职效能", "社会效应"]
    assert form.indicators[1].attributes["评分标准"].value == "健全得满分"
    assert form.indicators[1].description is None
    assert [money(row)[0] for row in form.execution] == ["资金总额", "财政拨款", "基本支出", "项目支出"]
    assert form.total_score == Decimal("96.3")


def test_commas_with_quoted_thousands() -> None:
    first, second = read(VARIANTS["csv"]).projects
    assert (first.name, first.budget and first.budget.yuan) == ("网络安全培训", Decimal("12055000"))
    assert (second.name, second.budget and second.budget.yuan) == ("网站普查", Decimal("82000"))
    assert [i.target.raw for i in first.indicators] == ["≥600人次", "≥95%", "有效提升"]
    assert [i.level1 for i in second.indicators] == ["产出指标", "满意度指标"]


def test_unseparated_text_in_the_national_order_of_columns() -> None:
    form = only(read(VARIANTS["runon_std"]))
    assert [scored(i) for i in form.indicators] == [
        ("改造乡镇数", "15", "8个", "15"),
        ("布设光缆长度", "10", "126公里", "10"),
        ("验收合格率", "15", "100%", "15"),
        ("项目完成时间", "10", "2021年11月", "10"),
        ("网速提升", "15", "明显改善", "14"),
        ("受益人口", "15", "3.5万人", "15"),
        ("群众满意度", "10", "93%", "10"),
    ]
    assert money(form.execution[0]) == ("年度资金总额", "35", "35.5", "33.2", "")
    assert form.execution[0].rate == Decimal("93.52")
    assert money(form.execution[1]) == ("当年财政拨款", "35", "35.5", "33.2", "")
    assert (form.goal, form.goal_actual) == ("改造8个乡镇网络", "已改造8个乡镇网络")
    assert (form.total_weight, form.total_score) == (100, 99)


def test_unseparated_text_with_the_points_before_the_target_and_a_remark() -> None:
    form = only(read(VARIANTS["runon_brackets"]))
    assert [i.weight for i in form.indicators] == [15, 15, 10, 10, 15, 15, 10]
    assert [i.score for i in form.indicators] == [15, 15, 10, 10, 14, 15, 10]
    assert form.indicators[4].cause == "仍有提升空间"
    assert money(form.execution[0]) == ("年度资金总额", "", "12.5", "11.25", "")
    assert (form.execution[0].rate, form.execution[0].score) == (90, 9)
    assert (form.total_weight, form.total_score) == (100, 98)


def test_unseparated_cells_with_a_line_for_each_row() -> None:
    form = only(read(VARIANTS["runon_lines"]))
    assert [(i.level3, i.target.raw, i.weight) for i in form.indicators] == [
        ("维护摄像头数量", "≥320个", 20),
        ("设备完好率", "≥98%", 15),
        ("故障响应时间", "≤2小时", 15),
        ("治安满意率", "≥95%", 30),
        ("群众满意度", "≥90%", 10),
    ]
    assert [i.lines[0] for i in form.indicators] == [6, 7, 8, 9, 10]


def test_tabs_with_an_empty_column() -> None:
    form = only(read(VARIANTS["tsv"]))
    assert [(i.level2, i.target.raw, i.weight) for i in form.indicators] == [
        ("数量指标", "12次", 30),
        ("质量指标", "≥98%", 20),
        ("社会效益", "显著提升", 40),
    ]


def test_one_form_a_project_in_one_file() -> None:
    document = read(VARIANTS["multi_forms"])
    assert [p.name for p in document.projects] == ["项目1号", "项目2号", "项目3号"]
    assert [p.budget and p.budget.yuan for p in document.projects] == [15000, 25000, 35000]
    assert [p.indicators[0].target.raw for p in document.projects] == ["≥1个", "≥2个", "≥3个"]


def test_two_plans_side_by_side_are_both_kept() -> None:
    form = only(read(VARIANTS["two_plans"]))
    assert [i.target.raw for i in form.indicators] == ["300公里", "100公里", "100%", "100%"]
    assert form.budget and form.budget.yuan == 1_000_000
    assert form.goal == "建成100公里"
    assert form.attributes["中期目标(2020年—2022年)"].value == "建成300公里"


def test_one_cell_a_line_without_marks_and_with_headings_broken_over_lines() -> None:
    form = only(read(VARIANTS["cells_lines"]))
    assert [row(i) for i in form.indicators] == [
        ("产出指标", "数量指标", "演练次数", "2次"),
        ("产出指标", "数量指标", "参演单位", "≥40家"),
        ("产出指标", "质量指标", "预案修订率", "100%"),
        ("产出指标", "时效指标", "完成时间", "11月底前"),
        ("效益指标", "社会效益指标", "应急能力", "有所提升"),
        ("满意度指标", "服务对象满意度指标", "参演单位满意度", "≥95%"),
    ]
    assert form.attributes["联系电话"].value == "0310-1234567"


def test_columns_made_of_spaces() -> None:
    form = only(read(VARIANTS["spaces_lines"]))
    assert [scored(i) for i in form.indicators] == [
        ("系统套数", "25", "1套", "25"),
        ("验收合格率", "25", "100%", "25"),
        ("监管能力", "30", "显著提高", "28"),
        ("使用单位满意度", "10", "95%", "10"),
    ]
    assert form.indicators[2].cause == "仍需磨合"
    assert money(form.execution[0]) == ("年度资金总额", "50.00", "48.60", "48.60", "")


def test_numbered_indicators_in_flattened_text_and_dots_for_more() -> None:
    form = only(read(VARIANTS["flat_numbered"]))
    assert [i.level3 for i in form.indicators[:3]] == [
        "指标1:举办活动场次",
        "指标2:发放宣传手册",
        "指标1:活动完成率",
    ]
    assert len(form.indicators) == 6
    assert form.attributes["项目属性"].value == "新增项目"
    assert form.budget and form.budget.yuan == 1_000_000


@pytest.mark.parametrize("name", ["flat_split_evaluation", "cells_split"])
def test_comparator_value_and_unit_apart_without_empty_cells(name: str) -> None:
    form = only(read(VARIANTS[name]))
    assert (form.indicators[0].weight, form.indicators[0].score) == (20, 20)
    assert form.indicators[0].target.raw in ("≥12个", "≥12条")
    assert form.indicators[0].actual and form.indicators[0].actual.value == 12
    assert form.indicators[-1].target.unit == "%"
    qualitative = next(i for i in form.indicators if i.level2 == "社会效益指标")
    assert qualitative.target.kind in ("qualitative", "vague")
    assert qualitative.attributes["指标性质"].value == "定性"


def test_a_heading_over_two_rows_and_a_number_column() -> None:
    first, second = read(VARIANTS["two_row_heading"]).projects
    assert (first.name, first.budget and first.budget.yuan) == ("网信业务费", 126_000)
    assert first.statements[0].goal == "保障业务"
    assert [i.target.raw for i in second.indicators] == ["365天", "≥90%"]


def test_the_tasks_of_a_department_stand_apart_from_its_funds() -> None:
    form = only(read(VARIANTS["department_tasks"]))
    assert form.budget and form.budget.yuan == 940_500
    assert "73.05" in form.attributes["年度主要任务"].value
    assert [i.target.raw for i in form.indicators] == ["≥86家", "≥90%"]


def test_budget_and_execution_as_pairs_of_label_and_amount() -> None:
    form = only(read(VARIANTS["pairs_of_money"]))
    assert [money(row) for row in form.execution] == [
        ("年度资金总额", "", "8.00", "7.60", ""),
        ("财政拨款", "", "8.00", "7.60", ""),
    ]
    assert form.levels == {"产出指标": 50, "效益指标": 30, "满意度指标": 10, "预算执行率": 10}


def test_labels_in_paragraphs_above_the_table() -> None:
    document = read(VARIANTS["labelled_paragraphs"])
    form = only(document)
    assert (form.name, document.organisation.name) == ("政务网站监管", "午县委网信办")
    assert form.budget and form.budget.yuan == 365_000
    assert [i.attributes["序号"].value for i in form.indicators] == ["1", "2", "3", "4"]
    assert form.attributes["注"].value == "备注：分值合计90分。"


def test_a_form_that_breaks_off_at_its_headings_is_read_as_incomplete() -> None:
    document = read(VARIANTS["flat_truncated"])
    form = only(document)
    assert not document.complete
    assert form.name == "涉网服务外包"
    assert form.goal == "完成外包服务"
    assert form.budget and form.budget.yuan == 245_000


def test_the_spend_plan_needs_the_year_of_the_form() -> None:
    from tests.kernel.plans.layouts.build import table_source

    source = table_source(
        "2024年度项目绩效目标表",
        [
            [("项目名称", 2, 1), ("网络安全检查", 3, 1)],
            [("资金支出计划（%）", 1, 2), "3月底", "6月底", "10月底", "12月底"],
            ["25%", "50%", "75%", "100%"],
            ["一级指标", "二级指标", "三级指标", "指标值", "指标值确定依据"],
            ["产出指标", "数量指标", "检查单位数", "≥86家", "年度计划"],
        ],
    )
    points = only(read(source)).spend_points
    assert [(p.day, p.percent) for p in points][1:3] == [(date(2024, 6, 30), 50), (date(2024, 10, 31), 75)]


def test_unseparated_targets_without_points() -> None:
    form = only(read(VARIANTS["runon_target"]))
    assert [(i.level3, i.target.raw) for i in form.indicators] == [
        ("维护设备数量", "≥20台"),
        ("维护次数", "12次"),
        ("设备完好率", "≥95%"),
        ("完成时间", "2023年12月31日前"),
        ("维护成本", "≤25.6万元"),
        ("工作效率", "有效提升"),
        ("使用人员满意度", "≥90%"),
    ]
    assert form.budget and form.budget.yuan == 256_000


def test_unseparated_comparator_value_unit_and_direction() -> None:
    form = only(read(VARIANTS["runon_split_direction"]))
    assert [(i.level3, i.target.raw, i.weight, i.direction) for i in form.indicators] == [
        ("发放人数", "≥230人", 10, "正向指标"),
        ("发放准确率", "=100%", 20, "正向指标"),
        ("发放时限", "≤12月", 20, "反向指标"),
        ("维护稳定", "有效提升", 20, "正向指标"),
        ("网格员满意度", "≥95%", 10, "正向指标"),
    ]


def test_unseparated_monitoring() -> None:
    form = only(read(VARIANTS["runon_monitoring"]))
    assert money(form.execution[0]) == ("年度资金总额", "100.00", "", "40.00", "100.00")
    assert [(i.actual and i.actual.raw, i.likelihood) for i in form.indicators] == [
        ("70期", "确定能"),
        ("100%", "确定能"),
    ]


@pytest.mark.parametrize("name", ["flat_long_table", "cells_long_table"])
def test_a_long_table_that_lost_its_rows(name: str) -> None:
    document = read(VARIANTS[name])
    first, second = document.projects
    assert [len(first.indicators), len(second.indicators)] == ([3, 2] if name.startswith("flat") else [2, 2])
    assert second.name in ("网络运行维护", "网络舆情管理")
    assert second.budget and second.budget.yuan in (120_000, 730_500)
    assert second.statements[0].attributes["单位名称"].value.endswith(("丙镇人民政府", "甲县委网信办"))
    assert all(
        i.weight and i.direction and i.target.comparator for p in document.projects for i in p.indicators
    )


def test_pipes_whose_merged_cells_are_gone() -> None:
    form = only(read(VARIANTS["pipes_shifted_evaluation"]))
    assert [(i.level1, i.level2, *scored(i)) for i in form.indicators] == [
        ("产出指标", "数量指标", "培训期数", "15", "2期", "15"),
        ("产出指标", "数量指标", "培训人数", "15", "180人", "13.5"),
        ("产出指标", "质量指标", "合格率", "10", "96%", "10"),
        ("产出指标", "时效指标", "完成时间", "10", "10月", "10"),
        ("效益指标", "社会效益指标", "能力提升", "30", "提升", "30"),
        ("满意度指标", "服务对象满意度指标", "学员满意度", "10", "95%", "10"),
    ]
    assert form.indicators[1].cause == "部分请假"
    assert form.levels == {"产出指标": 50, "效益指标": 30, "满意度指标": 10}
    assert (form.total_weight, form.total_score) == (100, Decimal("98.1"))


def test_words_of_the_form_broken_over_lines() -> None:
    form = only(read(VARIANTS["cells_broken_words"]))
    assert [(i.level1, i.level2) for i in form.indicators] == [
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
        ("效益指标", "社会效益指标"),
        ("满意度指标", "服务对象满意度指标"),
    ]
    assert form.levels == {"产出指标": 50, "效益指标": 30, "满意度指标": 10}


def test_figures_straight_under_the_headings_of_the_block_on_money() -> None:
    form = only(read(VARIANTS["department_without_row_labels"]))
    assert money(form.execution[0]) == ("年度资金总额", "", "218.73", "210.10", "")
    assert [(a.name, a.yuan) for a in form.funds] == [("基本支出", Decimal("1166800.00"))]


def test_projects_repeated_in_every_row_and_a_total() -> None:
    document = read(VARIANTS["tabs_repeated_projects"])
    assert [(p.name, len(p.indicators)) for p in document.projects] == [
        ("网信工作经费", 2),
        ("网络安全经费", 1),
    ]
    assert [(t.name, t.yuan) for t in document.totals] == [("合计", Decimal("375000.00"))]


def test_a_flattened_department_form_with_the_unit_in_the_corner() -> None:
    form = only(read(VARIANTS["flat_department"]))
    assert money(form.execution[0]) == ("年度资金总额", "218.7", "220.5", "215.3", "")
    assert form.execution[0].adjusted and form.execution[0].adjusted.yuan == 2_205_000
    assert [(a.name, a.raw) for a in form.funds][:2] == [("一般公共预算", "220.5"), ("基本支出", "116.7")]
    assert form.indicators[1].cause == "部分单位撤并"


def test_labels_and_values_side_by_side_with_colons() -> None:
    form = only(read(VARIANTS["labels_with_colons"]))
    assert (form.code, form.name) == ("43010023P0001", "城区监控租赁")
    assert [(a.name, a.yuan) for a in form.funds] == [("财政拨款", 1_200_000), ("其他资金", 0)]
    assert [(i.level3, i.basis) for i in form.indicators] == [
        ("点位数量", "按合同"),
        ("在线率", "月均"),
        ("破案支撑率", None),
        ("群众满意度", None),
    ]


def test_a_year_in_a_cell_is_a_value_and_last_year_is_kept() -> None:
    form = only(read(VARIANTS["markdown_history"]))
    assert form.attributes["项目起止年限"].value == "2022 2024"
    assert [i.attributes["上年值"].value for i in form.indicators] == ["500", "2", "93%", "/"]


def test_pairs_of_money_in_flattened_text() -> None:
    form = only(read(VARIANTS["flat_pairs_of_money"]))
    assert [money(row)[::2] for row in form.execution] == [
        ("年度资金总额", "6.00", ""),
        ("财政拨款", "6.00", ""),
        ("其他资金", "0", ""),
    ]
    assert [row.executed and row.executed.raw for row in form.execution] == ["5.40", "5.40", "0"]


def test_money_in_a_second_row_of_headings_has_the_unit_of_the_first() -> None:
    first, second = read(VARIANTS["two_row_money_heading"]).projects
    assert (first.name, first.budget and first.budget.yuan) == ("网评员队伍建设", 80_000)
    assert [a.yuan for a in second.statements[0].funds] == [120_000]
    assert [len(p.indicators) for p in (first, second)] == [2, 1]


def test_rows_of_money_and_levels_under_other_names() -> None:
    form = only(read(VARIANTS["short_level_names"]))
    assert money(form.execution[0]) == ("年度总预算", "", "50.00", "49.50", "")
    assert (form.execution[0].rate, form.execution[0].score) == (99, Decimal("9.9"))
    assert form.levels == {"产出": 50, "效益": 30, "满意度": 10}
    assert (form.goal, form.goal_actual) == ("建成平台", "建成并验收")
    assert form.total_score == Decimal("99.9")
