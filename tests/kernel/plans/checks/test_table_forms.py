"""Self-evaluation, monitoring and application forms: weights, execution, actuals, columns, boxes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from plumbline.kernel.plans.document import Text
from tests.kernel.plans.checks.build import BENEFIT, SATISFACTION, Plan, one, row

LEVELS = {"产出指标": Decimal(50), "效益指标": Decimal(30), "满意度指标": Decimal(10)}
WHOLE = {"name": "年度资金总额", "initial": "100", "adjusted": "100", "executed": "90"}


def _weighed(a: str = "50", b: str = "30", c: str = "10", **fields: Any) -> tuple[Plan, dict[str, int]]:
    return one(
        row("次数", "≥5次", weight=a),
        row("稳定", "≥98%", "社会效益", level1=BENEFIT, weight=b),
        row("群众满意度", "≥98%", "服务对象满意度", level1=SATISFACTION, weight=c),
        **fields,
    )


def _weights(at: dict[str, int]) -> tuple[int, ...]:
    return tuple(at[f"{i}.weight"] for i in range(3))


def test_ninety_with_the_execution_by_itself_is_confirmed() -> None:
    plan, at = _weighed()
    (finding,) = plan.found("weights-sum", "confirmed")
    assert finding.lines == _weights(at)
    assert "预算执行10分" in finding.message


def test_ninety_and_ten_in_the_form_is_confirmed_with_the_row() -> None:
    plan, at = _weighed(execution=[{**WHOLE, "weight": "10"}])
    assert plan.lines_of("weights-sum", "confirmed") == [tuple(sorted((*_weights(at), at["e0"])))]


@pytest.mark.parametrize(("weights", "said"), [(("50", "30", "15"), "95"), (("60", "30", "20"), "110")])
def test_another_sum_is_an_error(weights: tuple[str, str, str], said: str) -> None:
    plan, at = _weighed(*weights)
    (finding,) = plan.found("weights-sum", "error")
    assert finding.lines == _weights(at)
    assert said in finding.message


def test_declared_weights_of_110_are_an_error_said_once() -> None:
    levels = {"产出指标": Decimal(70), "效益指标": Decimal(20), "满意度指标": Decimal(10)}
    plan, _ = _weighed(
        "70", "20", "10", levels=levels, execution=[{**WHOLE, "weight": "10"}], total_weight=Decimal(100)
    )
    (finding,) = plan.found("level-weights")
    assert "110" in finding.message and "合计却写100分" in finding.message
    assert plan.found("weights-sum") == []


def test_levels_are_compared_with_their_indicators() -> None:
    plan, at = _weighed(b="25", levels=LEVELS)
    assert plan.lines_of("level-sum", "error") == [(at["1.weight"],)]
    assert plan.lines_of("level-sum", "confirmed") == [(at["0.weight"], at["2.weight"])]


def test_a_weight_that_is_missing_among_others_is_a_warning() -> None:
    plan, at = one(row("次数", "≥5次", weight="50"), row("人数", "≥5人"))
    assert plan.lines_of("weight-missing") == [(at["1.level3"],)]


def test_a_note_that_prescribes_other_weights_is_an_error() -> None:
    levels = {"产出指标": Decimal(70), "效益指标": Decimal(20), "满意度指标": Decimal(10)}
    plan, at = _weighed(levels=levels)
    note = plan.line("注：1.一级指标分值统一为产出50、效益30、满意度10、预算执行率10。")
    (finding,) = plan.found("notes-levels")
    assert note in finding.lines and at["0.level1"] in finding.lines


def test_a_note_that_prescribes_these_weights_is_fine() -> None:
    plan, _ = _weighed(levels=LEVELS)
    plan.line("注：一级指标分值统一为产出指标50分、效益指标30分、满意度指标10分。")
    assert plan.found("notes-levels") == []


@pytest.mark.parametrize(
    ("executed", "rate", "severity"),
    [
        ("90", "90", "confirmed"),
        ("33.33", "33.3", "confirmed"),
        ("90", "95", "error"),
        ("66.67", "67", "confirmed"),
    ],
)
def test_the_rate_is_computed_to_the_places_that_are_stated(executed: str, rate: str, severity: str) -> None:
    plan, at = one(execution=[{**WHOLE, "executed": executed, "rate": rate}], form="自评表")
    assert [(f.severity, f.lines) for f in plan.found("execution-rate")] == [(severity, (at["e0"],))]


def test_the_adjusted_budget_is_what_counts_and_a_budget_of_nothing_has_no_rate() -> None:
    plan, _ = one(execution=[{**WHOLE, "initial": "200", "rate": "90"}])
    assert [f.severity for f in plan.found("execution-rate")] == ["confirmed"]
    none, _ = one(execution=[{"name": "年度资金总额", "adjusted": "0", "executed": "0", "rate": "0"}])
    assert none.found("execution-rate") == []


def test_a_total_of_nothing_over_funds_is_an_error_with_its_rate_and_score() -> None:
    plan, at = one(
        execution=[
            {
                "name": "年度资金总额",
                "initial": "0",
                "adjusted": "0",
                "executed": "0",
                "rate": "0",
                "score": "0",
            },
            {"name": "其中：财政拨款", "initial": "90", "adjusted": "89.974", "executed": "89.974"},
        ]
    )
    (finding,) = plan.found("funds-total", "error")
    assert finding.lines == (at["e0"], at["e1"])
    assert "得0分" in finding.message


@pytest.mark.parametrize(
    ("parts", "severity"),
    [
        ([("财政拨款", "100")], "confirmed"),
        ([("财政拨款", "70"), ("其他资金", "30")], "confirmed"),
        ([("财政拨款", "70"), ("其他资金", "20")], "error"),
        ([("其中：财政拨款", "70")], None),
        ([("财政拨款", "100"), ("其中：中央资金", "60"), ("省级资金", "40")], "confirmed"),
    ],
)
def test_funds_are_added_up_where_they_are_complete(
    parts: list[tuple[str, str]], severity: str | None
) -> None:
    rows = [{"name": "资金总额", "adjusted": "100"}, *({"name": n, "adjusted": v} for n, v in parts)]
    plan, _ = one(execution=rows)
    assert [f.severity for f in plan.found("funds-total")] == ([severity] if severity else [])


def test_more_spent_than_given_is_an_error() -> None:
    plan, at = one(execution=[{**WHOLE, "executed": "120"}])
    assert plan.lines_of("execution-over") == [(at["e0"],)]


def test_the_score_of_the_execution_follows_from_its_rate() -> None:
    right, _ = one(execution=[{**WHOLE, "rate": "90", "weight": "10", "score": "9"}])
    assert right.found("execution-score") == []
    wrong, at = one(execution=[{**WHOLE, "rate": "90", "weight": "10", "score": "10"}])
    assert wrong.lines_of("execution-score") == [(at["e0"],)]


def test_a_monitoring_form_without_forecast_is_a_warning_and_other_forms_have_none() -> None:
    plan, at = one(execution=[{**WHOLE}], form="监控表")
    assert plan.lines_of("forecast-missing") == [(at["e0"],)]
    filled, _ = one(execution=[{**WHOLE, "forecast": "100"}], form="监控表")
    assert filled.found("forecast-missing") == []
    other, _ = one(execution=[{**WHOLE}], form="自评表")
    assert other.found("forecast-missing") == []


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("按进度执行，已用约90%", "confirmed"),
        ("已支出89.6%", "confirmed"),
        ("已用约60%", "error"),
        ("完成60%", None),
    ],
)
def test_a_share_in_words_is_compared_with_the_amounts(words: str, severity: str | None) -> None:
    plan, at = one(row("成本", "≤100元", "成本", actual=words), execution=[{**WHOLE}], form="监控表")
    expected = [(severity, tuple(sorted((at["0.actual"], at["e0"]))))] if severity else []
    assert [(f.severity, f.lines) for f in plan.found("stated-share")] == expected


def test_what_is_not_filled_in_is_a_warning_in_forms_that_ask_for_it() -> None:
    rows = (row("次数", "≥5次", actual="5次", score=Decimal(9)), row("人数", "≥5人"))
    plan, at = one(*rows, form="自评表")
    (finding,) = plan.found("not-filled")
    assert finding.lines == (at["1.level3"],)
    assert "未填" in finding.message
    other, _ = one(*rows, form="目标表")
    assert other.found("not-filled") == []


def test_an_actual_with_a_comparator_is_a_warning() -> None:
    plan, at = one(row("长度", "≥266米", actual="≥266米"), row("次数", "≥5次", actual="6次"))
    assert plan.lines_of("actual-comparator") == [(at["0.actual"],)]


def test_a_score_above_its_weight_is_an_error() -> None:
    plan, at = one(
        row("次数", "≥5次", weight="10", score=Decimal(12), actual="6次"),
        row("人数", "≥5人", weight="10", score=Decimal(10), actual="6人"),
    )
    assert plan.lines_of("score-limits") == [(at["0.actual"],)]


@pytest.mark.parametrize(("total", "severity"), [("28", "confirmed"), ("30", "error")])
def test_the_total_score_is_the_sum(total: str, severity: str) -> None:
    plan, _ = one(
        row("次数", "≥5次", score=Decimal(9)),
        row("人数", "≥5人", score=Decimal(10)),
        execution=[{**WHOLE, "score": "9"}],
        total_score=Decimal(total),
        form="自评表",
    )
    assert [f.severity for f in plan.found("score-sum")] == [severity]


def test_full_marks_for_a_missed_target_are_an_error_and_a_deduction_needs_a_cause() -> None:
    plan, at = one(
        row("次数", "≥5次", weight="10", score=Decimal(10), actual="4次"),
        row("人数", "≥5人", weight="10", score=Decimal(8), actual="4人"),
        row("场次", "≥5场", weight="10", score=Decimal(8), actual="4场", cause="疫情影响"),
        row("篇数", "≥5篇", weight="10", score=Decimal(10), actual="5篇"),
        form="自评表",
    )
    assert plan.lines_of("score-unearned") == [(at["0.actual"],)]
    assert plan.lines_of("cause-missing") == [(at["1.actual"],)]


def test_the_direction_column_is_compared_with_the_comparator() -> None:
    plan, at = one(
        row("次数", "≥5次", direction="正向指标"),
        row("成本", "≤5元", "成本", direction="反向指标"),
        row("人数", "≤5人", direction="正向指标"),
        row("差错率", "=1%", "质量", direction="正向指标"),
    )
    assert plan.lines_of("direction-column", "confirmed") == [(at["0.target"], at["1.target"])]
    assert plan.lines_of("direction-column", "error") == [
        (at["2.level3"], at["2.target"], at["3.level3"], at["3.target"])
    ]


def test_a_number_in_the_name_with_another_unit_is_a_warning() -> None:
    plan, at = one(row("村干部230人", "≥230个"), row("培训5次", "≥5次"))
    assert plan.lines_of("name-number-unit") == [(at["0.level3"], at["0.target"])]


def test_percent_in_words_is_no_unit() -> None:
    plan, at = one(row("合格率", "≥100百分比", "质量"), row("办结率", "百分之九十八", "质量"))
    assert plan.lines_of("unit-word") == [(at["0.target"],)]


def test_qualitative_targets_are_one_note() -> None:
    plan, at = one(row("生态改善", "显著提升", "生态效益", level1=BENEFIT), row("次数", "≥5次"))
    assert plan.lines_of("qualitative-target") == [(at["0.target"],)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1、持续性项目 □ 2、新增性项目 □", "没有勾选"),
        ("1、常年性项目 □ √ 2、延续性项目 □", "勾写在框外"),
        ("持续 ☑ 新增 ☑ 其他 □", "勾选了2项"),
        ("持续 ☑ 新增 □", ""),
        ("持续√ 新增□", ""),
        ("□持续 ■新增", ""),
    ],
)
def test_boxes_must_show_one_choice(text: str, problem: str) -> None:
    plan = Plan()
    number = plan.line(text)
    found = plan.found("checkbox")
    assert [f.lines for f in found] == ([(number,)] if problem else [])
    assert all(problem in f.message for f in found)


def test_boxes_outside_the_form_are_left_alone() -> None:
    plan = Plan()
    plan.noise.append(Text("说明", (plan.line("# 勾选 □ √"),)))
    assert plan.found("checkbox") == []


def test_a_share_reached_of_a_count_promised_is_a_warning() -> None:
    plan, at = one(
        row("次数", "≥5次", actual="100%"),
        row("合格率", "≥98%", "质量", actual="99%"),
        row("人数", "≥5人", actual="6名"),
    )
    assert plan.lines_of("actual-unit") == [(at["0.actual"],)]
