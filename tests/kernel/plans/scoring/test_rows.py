"""Points of single rows: every kind of target, the formula, and what is never scored silently."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from plumbline.kernel.errors import ScoringError
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.document import Target
from plumbline.kernel.plans.scoring import Override, TierChoice, score

from .build import NATIONAL, STRICT, WORDS, deadline, execution, inputs, number, one, row


@pytest.mark.parametrize(
    ("target", "actual", "points"),
    [
        (number(">=", "98", "%"), "98", "90.00"),
        (number(">=", "98", "%"), "97", "89.08"),
        (number(">=", "98", "%"), "0", "0.00"),
        (number(">=", "5", "次"), "-2", "0.00"),
        (number(">=", "0", "次"), "0", "90.00"),
        (number(">=", "0", "次"), "-1", "0.00"),
        (number(">", "5", "次"), "6", "90.00"),
        (number(">", "5", "次"), "5", "89.10"),
        (number("<=", "5", "%"), "5", "90.00"),
        (number("<=", "5", "%"), "8", "56.25"),
        (number("<", "5", "%"), "5", "89.10"),
        (number("<=", "0", "次"), "0", "90.00"),
        (number("<=", "0", "次"), "1", "0.00"),
        (number("=", "0", "次"), "0", "90.00"),
        (number("=", "0", "次"), "2", "0.00"),
        (number("=", "100", "%"), "97", "87.30"),
        (number("=", "10", "场"), "14", "90.00"),
        (number("range", "10", "次", "20"), "15", "90.00"),
        (number("range", "10", "次", "20"), "8", "72.00"),
        (number("range", "10", "次", "20"), "25", "72.00"),
    ],
)
def test_numbers_score_by_their_comparator(target: Target, actual: str, points: str) -> None:
    assert str(one(row(target, actual)).score) == points


def test_the_formula_carries_the_numbers() -> None:
    result = score(inputs(row(number(">=", "98", "%"), "97", weight=Decimal(90))), NATIONAL).rows[0]
    assert result.formula == "完成值 97%，未达到指标值 ≥98%，按比例计分：97% ÷ 98% × 90 = 89.08"
    assert result.deduction == "完成值 97%，未达到指标值 ≥98%，扣 0.92 分。"
    assert ("指标值", "≥98%") in result.inputs


def test_a_cost_above_an_equal_target_is_not_an_achievement() -> None:
    target = number("=", "20", "万元")
    assert one(row(target, "25", level2="成本指标")).score == Decimal("72.00")
    assert one(row(target, "25", level2="数量指标")).score == Decimal("90.00")


def test_a_far_exceeded_target_is_flagged_and_only_the_strict_ruleset_deducts() -> None:
    beyond = row(number(">=", "10", "场"), "16")
    national, strict = one(beyond), one(beyond, STRICT)
    assert national.score == Decimal("90.00")
    assert national.notes == ("完成值比指标值高出 60%，指标值设定可能偏低，请分析原因",)
    assert strict.score == Decimal("72.00")
    assert strict.rule == "over"
    assert "设定偏低" in strict.deduction


def test_the_strict_ruleset_scores_events_and_overruns_by_its_own_steps() -> None:
    assert one(row(number("=", "0", "次"), "1"), STRICT).score == Decimal("45.00")
    assert one(row(number("=", "0", "次"), "3"), STRICT).score == Decimal("0.00")
    assert one(row(number("<=", "10", "万元"), "12"), STRICT).score == Decimal("72.00")
    assert one(row(number("<=", "10", "万元"), "20"), STRICT).score == Decimal("0.00")
    assert one(row(number("=", "100", "%"), "110"), STRICT).score == Decimal("81.00")


@pytest.mark.parametrize(
    ("done", "points"),
    [
        (date(2023, 12, 31), "90.00"),
        (date(2024, 1, 15), "72.00"),
        (date(2024, 1, 16), "54.00"),
        (date(2024, 3, 1), "0.00"),
    ],
)
def test_a_deadline_scores_by_days_late(done: date, points: str) -> None:
    assert str(one(row(deadline(date(2023, 12, 31)), Measure(None, day=done))).score) == points


def test_units_are_converted_or_refused_but_never_mixed() -> None:
    target = number("<=", "90", "万元")
    assert one(row(target, Measure(Decimal(900_000), "元"))).score == Decimal("90.00")
    refused = one(row(target, Measure(Decimal(80), "次")))
    assert refused.state == "unmeasured"
    assert "单位" in refused.formula


def test_a_fraction_is_compared_exactly() -> None:
    target = Target("三分之二", "quantitative", ">=", Decimal("0.6667"), fraction=(2, 3))
    assert one(row(target, Measure(Decimal(50), "%"))).score == Decimal("67.50")
    assert one(row(target, Measure(Decimal("66.6666"), "%"))).reached is False


@pytest.mark.parametrize(
    ("direction", "level2", "reached"),
    [
        ("", "数量指标", False),
        ("正向指标", "数量指标", False),
        ("反向指标", "数量指标", True),
        ("", "成本指标", True),
    ],
)
def test_a_missing_comparator_is_assumed_and_said(direction: str, level2: str, reached: bool) -> None:
    result = one(row(number(None, "10", "次"), "5", direction=direction, level2=level2))
    assert result.reached is reached
    assert any("没有写明比较符" in note for note in result.notes)


def test_a_qualitative_row_waits_for_its_tier() -> None:
    waiting = one(row(WORDS, Measure(None, text="已建立制度")))
    assert (waiting.state, waiting.score) == ("tier", None)
    chosen = one(
        row(WORDS, Measure(None, text="已建立制度"), tier=TierChoice("partly", Decimal(70), "覆盖七成单位"))
    )
    assert chosen.score == Decimal("63.00")
    assert "覆盖七成单位" in chosen.deduction


@pytest.mark.parametrize(
    ("tier", "share"), [("reached", "79.99"), ("partly", "80"), ("missed", "60"), ("best", "90")]
)
def test_a_share_outside_its_tier_is_refused(tier: str, share: str) -> None:
    with pytest.raises(ScoringError, match="不在所选档次"):
        one(row(WORDS, Measure(None, text="好"), tier=TierChoice(tier, Decimal(share), "理由")))


@pytest.mark.parametrize(
    "measure",
    [
        None,
        Measure(None, unmeasured="系统停用"),
        Measure(None, text="基本完成"),
        Measure(None, day=date(2023, 5, 1)),
    ],
)
def test_a_row_without_a_number_is_never_zero_by_itself(measure: Measure | None) -> None:
    result = score(inputs(row(number(">=", "5", "次"), measure)), NATIONAL)
    assert result.rows[0].score is None
    assert result.total is None
    assert result.grade == ""
    assert result.missing == (result.rows[0],)


def test_a_decided_zero_keeps_its_reason() -> None:
    undone = Measure(None, unmeasured="平台停运")
    result = one(row(number(">=", "5", "次"), undone, zero_reason="全年未开展"))
    assert (result.score, result.state) == (Decimal("0.00"), "decided")
    assert "平台停运" in result.formula and "全年未开展" in result.formula


def test_a_vague_target_cannot_be_decided_away() -> None:
    vague = Target("达到上级要求", "vague")
    result = one(row(vague, "5", zero_reason="按 0 分"))
    assert (result.state, result.score) == ("unscorable", None)


def test_an_approved_override_replaces_the_score_and_says_so() -> None:
    result = one(row(number(">=", "5", "次"), "4", override=Override(Decimal(80), "疫情期间停办一次")))
    assert (result.score, result.computed, result.state) == (Decimal("80.00"), Decimal("72.00"), "overridden")
    assert "疫情期间停办一次" in result.formula


@pytest.mark.parametrize("given", ["90.01", "-1"])
def test_an_override_beyond_the_points_is_refused(given: str) -> None:
    with pytest.raises(ScoringError, match="应在 0 到 90"):
        one(row(number(">=", "5", "次"), "4", override=Override(Decimal(given), "理由")))


@pytest.mark.parametrize(
    ("executed", "adjusted", "points"),
    [("700000.50", "730500", "9.58"), ("0", "100", "0.00"), ("120", "100", "10.00"), ("-5", "100", "0.00")],
)
def test_the_execution_scores_by_its_rate(executed: str, adjusted: str, points: str) -> None:
    given = inputs(row(number(">=", "5"), "5"), execution_input=execution(executed, adjusted))
    assert str(score(given, NATIONAL).execution.score) == points


@pytest.mark.parametrize(
    ("executed", "points"), [("95", "10.00"), ("94.9", "9.00"), ("60", "6.00"), ("59.99", "0.00")]
)
def test_the_strict_ruleset_steps_the_rate(executed: str, points: str) -> None:
    given = inputs(row(number(">=", "5"), "5"), execution_input=execution(executed))
    assert str(score(given, STRICT).execution.score) == points


@pytest.mark.parametrize("adjusted", [None, "0"])
def test_a_rate_over_nothing_is_no_rate(adjusted: str | None) -> None:
    result = score(inputs(row(number(">=", "5"), "5"), execution_input=execution("10", adjusted)), NATIONAL)
    assert result.rate is None
    assert result.execution.score is None
    assert result.total is None
