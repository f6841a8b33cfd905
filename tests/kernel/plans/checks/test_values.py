"""Values: direction, denied events, units, comparators, words against numbers."""

from __future__ import annotations

import pytest

from tests.kernel.plans.checks.build import BENEFIT, SATISFACTION, Plan, one, row, told


@pytest.mark.parametrize(
    ("name", "target", "kind"),
    [
        ("网络安全事件发生率", "≥98%", "社会效益"),
        ("运行维护成本", ">=98%", "经济效益"),
        ("系统故障率", "≥5%", "质量"),
        ("受训人员合格率", "≤95%", "质量"),
        ("受众满意度", "≤90%", "服务对象满意度"),
        ("及时处置网上负面信息", "≤5%", "经济效益"),
        ("应急响应时间", "≥30分钟", "时效"),
    ],
)
def test_it_reports_a_target_that_points_the_wrong_way(name: str, target: str, kind: str) -> None:
    plan, at = one(row(name, target, kind, level1=BENEFIT))
    assert plan.lines_of("direction", "error") == [(at["0.level3"], at["0.target"])]
    assert plan.found("direction", "confirmed") == []


@pytest.mark.parametrize(
    ("name", "target", "kind"),
    [
        ("应急响应时间", "≤30分钟", "时效"),
        ("完成时间", "≤30天", "时效"),
        ("系统故障率", "≤1%", "质量"),
        ("采购成本", "≤8万元", "成本"),
        ("降低运行成本", "≥5%", "经济效益"),
        ("预算完成率", "≤100%", "成本"),
        ("设备数量", "≤10台", "数量"),
        ("群众满意度", "≥95%", "服务对象满意度"),
        ("漏洞整改率", "≥95%", "质量"),
        ("生态环境改善", "效果明显", "生态效益"),
    ],
)
def test_it_does_not_report_a_target_that_points_the_right_way(name: str, target: str, kind: str) -> None:
    plan, _ = one(row(name, target, kind))
    assert plan.found("direction", "error") == []


def test_it_takes_the_description_where_the_name_is_silent() -> None:
    plan, at = one(
        row("网络生态", "≤5%", "社会效益", level1=BENEFIT, description="网络环境持续改善、群众满意")
    )
    assert plan.lines_of("direction", "error") == [(at["0.level3"], at["0.target"])]


def test_it_groups_wrong_directions_by_project() -> None:
    plan = Plan()
    a = plan.text("甲", row("合格率", "≤5%", "质量"), row("覆盖率", "≤5%", "质量"))
    b = plan.text("乙", row("事故发生率", "≥98%", "质量"))
    assert plan.lines_of("direction", "error") == [(a,), (b,)]


@pytest.mark.parametrize("target", ["≤2%", "=0%", "＜1%"])
def test_a_capped_share_of_an_unwanted_event_is_confirmed(target: str) -> None:
    plan, at = one(row("网络安全事件发生率", target, "社会效益", level1=BENEFIT))
    assert plan.lines_of("direction") == [(at["0.level3"], at["0.target"])]
    assert plan.found("direction")[0].severity == "confirmed"


def test_a_capped_count_in_percent_is_not_confirmed() -> None:
    plan, _ = one(row("负面事件次数", "≤2%", "社会效益", level1=BENEFIT))
    assert plan.found("direction") == []


def test_a_denied_event_as_a_share_is_an_error_of_the_whole_document() -> None:
    plan = Plan()
    a = plan.text("甲", row("不发生安全事故", ">=98%", "质量"), row("不出现泄密事件", "=100%", "质量"))
    b = plan.text("乙", row("牢牢守住底线", ">=98", "数量", description="不出现重大舆情事件"))
    assert plan.lines_of("negative-event") == [(a, b)]
    assert plan.found("direction", "error") == []


@pytest.mark.parametrize(
    ("name", "description", "target"),
    [
        ("不发生安全事故", "全年事故次数", "=0次"),
        ("不发生安全事故", "全年事故次数", "0起"),
        ("社会稳定水平", "通过监测及时预警，确保不出现重大事故", "≥98%"),
        ("网络安全保障率", "确保不出现重大事故", "≥98%"),
        ("资金成本", "无重大舆情事件", "≤5%"),
    ],
)
def test_a_denied_event_that_is_a_count_of_none_or_only_mentioned_is_fine(
    name: str, description: str, target: str
) -> None:
    plan, _ = one(row(name, target, "质量", description=description))
    assert plan.found("negative-event") == []


def test_one_name_with_two_units_is_one_conflict() -> None:
    plan = Plan()
    a = plan.table("甲", row("负面事件次数", "≤2%", "社会效益", level1=BENEFIT))
    b = plan.table("乙", row("负面事件次数", "≤2次", "社会效益", level1=BENEFIT))
    assert plan.lines_of("unit-conflict") == [(a["0.level3"], a["0.target"], b["0.level3"], b["0.target"])]
    assert plan.found("unit-misfit") == [], "one place, one finding"
    assert plan.found("duplicate-across") == [], "one place, one finding"


def test_one_name_with_one_unit_is_no_conflict() -> None:
    plan = Plan()
    plan.table("甲", row("检查次数", "≥2次"))
    plan.table("乙", row("检查次数", "≥3次"))
    assert plan.found("unit-conflict") == []


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("培训人员数量", "≥95%"),
        ("检查次数", "≥98%"),
        ("网站覆盖率", "≥5次"),
        ("平均处置时长", "≥98%"),
        ("合格率", "≥3万元"),
    ],
)
def test_a_unit_that_cannot_measure_the_name_is_an_error(name: str, target: str) -> None:
    plan, at = one(row(name, target))
    assert plan.lines_of("unit-misfit", "error") == [(at["0.level3"], at["0.target"])]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("检查次数", "≥4次"),
        ("巡检频率", "≥2次/周"),
        ("带宽速率", "≥100兆"),
        ("群众满意度", "≥95%"),
        ("道路长度", "≥3公里"),
    ],
)
def test_a_unit_that_measures_the_name_is_fine(name: str, target: str) -> None:
    plan, _ = one(row(name, target))
    assert plan.found("unit-misfit") == []


def test_a_cost_in_percent_without_a_base_is_a_warning() -> None:
    plan, at = one(row("成本控制", "≤2%", "成本", description="成本控制"))
    assert plan.lines_of("unit-misfit", "warning") == [(at["0.level3"], at["0.target"])]


def test_a_cost_as_a_rate_or_in_money_is_fine() -> None:
    plan, _ = one(row("成本节约率", "≥2%", "成本"), row("采购成本", "≤8万元", "成本"))
    assert plan.found("unit-misfit") == []


def test_promptness_counted_in_people_is_a_warning() -> None:
    plan, at = one(row("按时发放", "≥1人/年", "质量"))
    assert plan.lines_of("unit-misfit", "warning") == [(at["0.level3"], at["0.target"])]


def test_a_ceiling_written_as_equal_is_a_warning_for_the_whole_document() -> None:
    plan = Plan()
    a = plan.text("甲", row("控制在预算资金内", "=100%", "成本", description=None))
    b = plan.text("乙", row("项目控制数", "=100%", "成本", description="不超过财政支持经费"))
    assert plan.lines_of("comparator") == [(a, b)]


@pytest.mark.parametrize("target", ["≤100%", "≤80000元"])
def test_a_ceiling_written_as_at_most_is_fine(target: str) -> None:
    plan, _ = told(row("控制在预算资金内", target, "成本"))
    assert plan.found("comparator") == []


def test_it_counts_numbers_without_a_unit() -> None:
    plan = Plan()
    a = plan.text("甲", row("宣传活动", ">=5"), row("业务水平", ">=98"), row("培训", "≥5次"))
    at = plan.table("乙", row("整改", "=100"))
    (finding,) = plan.found("unit-missing")
    assert finding.lines == (a, at["0.target"])
    assert "3个" in finding.message


def test_vague_values_of_the_whole_document_are_one_finding() -> None:
    plan = Plan()
    a = plan.table("甲", row("完成检查", "达到上级部门要求"), row("合格率", "≥98%", "质量"))
    b = plan.table("乙", row("完成培训", "达到县里要求"))
    assert plan.lines_of("vague-value") == [(a["0.target"], b["0.target"])]


def test_all_of_them_against_nearly_all_is_a_conflict() -> None:
    plan, number = told(
        row("职工满意度", ">=99%", "服务对象满意度", description="是否全员满意", level1=SATISFACTION)
    )
    assert plan.lines_of("value-desc-conflict") == [(number,)]


def test_all_of_them_against_all_is_none() -> None:
    plan, _ = told(
        row("职工满意度", "=100%", "服务对象满意度", description="是否全员满意", level1=SATISFACTION)
    )
    assert plan.found("value-desc-conflict") == []


def test_two_different_numbers_are_a_conflict() -> None:
    plan, at = one(row("开展检查", "≥3次", description="全年开展检查5次"))
    assert plan.lines_of("value-desc-conflict") == [(at["0.level3"], at["0.description"], at["0.target"])]


def test_a_cost_whose_description_is_about_an_event_is_unrelated() -> None:
    plan, number = told(row("资金成本", "≤5%", "成本", description="无重大舆情事件"))
    assert plan.lines_of("desc-unrelated") == [(number,)]
    assert plan.found("unit-misfit") == [], "one place, one finding"


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("项目总成本", "项目总预算控制额"),
        ("群众满意度", "问卷中选择满意的比例"),
        ("费用报销办理时间", "从提交到支付的天数"),
        ("长期开展", "营造健康的网络环境"),
    ],
)
def test_a_description_in_other_words_is_not_unrelated(name: str, description: str) -> None:
    plan, _ = told(row(name, "≤5%", "成本", description=description))
    assert plan.found("desc-unrelated") == []


def test_time_indicators_need_a_day_a_span_or_a_share() -> None:
    plan = Plan()
    at = plan.table(
        "甲",
        row("系统上线", "达到上级要求", "时效", description="正式投入使用时间"),
        row("报送时间", "达到上级要求", "时效"),
        row("按时完成率", "≥98%", "时效"),
        row("办结时限", "≤3天", "时效"),
        row("检查完成日期", "2024年11月30日前", "时效"),
    )
    text = plan.text("乙", row("迅速处理", ">=98", "时效"))
    assert plan.lines_of("time-target") == [(at["0.level3"], at["0.target"], at["1.level3"], text)]


def test_a_share_above_a_hundred_is_impossible_but_growth_is_not() -> None:
    plan, at = one(row("合格率", "≥120%", "质量"), row("收入增长率", "≥120%", "经济效益", level1=BENEFIT))
    assert plan.lines_of("value-impossible") == [(at["0.level3"], at["0.target"])]


def test_a_named_indicator_without_a_value_is_an_error() -> None:
    plan, at = one(row("合格率", "", "质量"), row("培训次数", "≥5次"))
    assert plan.lines_of("value-missing") == [(at["0.level3"],)]


def test_a_cost_within_the_budget_has_the_budget_as_its_base() -> None:
    plan, _ = one(row("控制在预算资金内", "≤100%", "成本"))
    assert plan.found("unit-misfit") == []


@pytest.mark.parametrize(
    ("name", "description"),
    [("项目总成本", "统计口径见工作方案"), ("群众满意度", "按抽样结果"), ("人均费用", "总额除以人次")],
)
def test_a_description_that_only_says_how_to_count_is_not_unrelated(name: str, description: str) -> None:
    plan, _ = one(row(name, "≥95%", "成本", description=description))
    assert plan.found("desc-unrelated") == []


def test_a_loss_avoided_is_measured_in_money() -> None:
    plan, _ = one(row("避免经济损失", "≥10万元", "经济效益", level1=BENEFIT))
    assert plan.found("negative-event") == []
    assert plan.found("direction", "error") == []
