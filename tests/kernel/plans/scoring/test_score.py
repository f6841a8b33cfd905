"""Properties of the whole: bounds, monotony, sums, order, and the same score years later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.kernel.errors import ScoringError
from plumbline.kernel.metrics.measure import Evidence, Measure
from plumbline.kernel.plans.document import Comparator
from plumbline.kernel.plans.rulesets import RULESETS, Ruleset, ruleset
from plumbline.kernel.plans.scoring import EvaluationInputs, IndicatorInput, Override, TierChoice, score
from plumbline.kernel.plans.scoring.snapshot import (
    METHOD,
    Snapshot,
    canonical,
    digest,
    read_result,
    read_snapshot,
    replay,
)
from plumbline.kernel.plans.scoring.weights import largest_remainder

from .build import NATIONAL, WORDS, deadline, execution, inputs, number, one, row

GOLDEN = Path(__file__).parent / "golden"

numbers = st.decimals(min_value=0, max_value=1_000_000, places=3)
any_number = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=3)
comparators: st.SearchStrategy[Comparator] = st.sampled_from([">=", "<=", "=", ">", "<", "range"])
rulesets = st.sampled_from(list(RULESETS))


@given(comparators, any_number, any_number, any_number, rulesets)
def test_a_score_stays_between_nothing_and_the_points(
    comparator: Comparator, bound: Decimal, high: Decimal, actual: Decimal, rules: Ruleset
) -> None:
    target = number(comparator, str(bound), "次", str(high) if comparator == "range" else None)
    result = one(row(target, str(actual)), rules)
    assert result.score is not None
    assert Decimal(0) <= result.score <= result.weight


@given(st.sampled_from([">=", ">"]), numbers, numbers, numbers)
def test_more_never_scores_less_where_more_is_wanted(
    comparator: Comparator, bound: Decimal, left: Decimal, right: Decimal
) -> None:
    low, high = sorted((left, right))
    target = number(comparator, str(bound), "次")
    less, more = one(row(target, str(low))).score, one(row(target, str(high))).score
    assert less is not None and more is not None
    assert less <= more


@given(st.sampled_from(["<=", "<"]), numbers, numbers, numbers, rulesets)
def test_more_never_scores_more_where_less_is_wanted(
    comparator: Comparator, bound: Decimal, left: Decimal, right: Decimal, rules: Ruleset
) -> None:
    low, high = sorted((left, right))
    target = number(comparator, str(bound), "次")
    few, many = one(row(target, str(low)), rules).score, one(row(target, str(high)), rules).score
    assert few is not None and many is not None
    assert few >= many


@given(st.dates(), st.dates(), st.dates(), rulesets)
def test_later_never_scores_more(day: date, left: date, right: date, rules: Ruleset) -> None:
    early, late = sorted((left, right))
    first = one(row(deadline(day), Measure(None, day=early)), rules).score
    second = one(row(deadline(day), Measure(None, day=late)), rules).score
    assert first is not None and second is not None
    assert first >= second


@given(st.lists(numbers, min_size=1, max_size=12), rulesets, st.randoms(use_true_random=False))
def test_the_total_is_the_sum_whatever_the_order(
    actuals: list[Decimal], rules: Ruleset, random: object
) -> None:
    weights = largest_remainder(Decimal(90), [Decimal(1)] * len(actuals))
    rows = [
        row(number(">=", "500", "次"), str(actual), key=f"k{index}", weight=weight)
        for index, (actual, weight) in enumerate(zip(actuals, weights, strict=True))
    ]
    straight = score(inputs(*rows), rules)
    random.shuffle(rows)  # type: ignore[attr-defined]
    shuffled = score(inputs(*rows), rules)
    every = (straight.execution, *straight.rows)
    assert straight.total == sum(r.score for r in every if r.score is not None)
    assert {r.key: r for r in straight.rows} == {r.key: r for r in shuffled.rows}
    assert straight.total == shuffled.total
    assert straight.grade == shuffled.grade


def test_points_that_are_not_100_are_refused_with_the_difference() -> None:
    with pytest.raises(ScoringError, match=r"分值合计 98\.00，比 100 少 2\.00 分"):
        score(inputs(row(number(">=", "5"), "5", weight=Decimal(88))), NATIONAL)
    with pytest.raises(ScoringError, match=r"比 100 多 0\.01 分"):
        score(inputs(row(number(">=", "5"), "5", weight=Decimal("90.01"))), NATIONAL)


def test_an_indicator_that_stands_twice_is_refused() -> None:
    half = row(number(">=", "5"), "5", weight=Decimal(45))
    with pytest.raises(ScoringError, match="出现了两次"):
        score(inputs(half, half), NATIONAL)


@pytest.mark.parametrize(
    ("actual", "grade"), [("100", "优"), ("88.8", "良"), ("88.9", "优"), ("77.7", "中"), ("50", "差")]
)
def test_the_grade_follows_the_total(actual: str, grade: str) -> None:
    assert score(inputs(row(number(">=", "100", "%"), actual)), NATIONAL).grade == grade


def full_inputs() -> EvaluationInputs:
    """One row of every kind, with everything that a snapshot must keep."""
    at = datetime(2024, 1, 5, 9, 30, tzinfo=UTC)
    kept = Measure(
        Decimal("96.66666667"),
        "%",
        numerator=Decimal(87),
        denominator=Decimal(90),
        computed_at=at,
        evidence=(Evidence("file", "12", "ab" * 32),),
    )
    rows: list[IndicatorInput] = [
        row(number(">=", "98", "%"), kept, "ratio", weight=Decimal("20.00")),
        row(number("<=", "5", "次"), "8", "few", weight=Decimal("12.50")),
        row(number("=", "0", "次"), "1", "zero", weight=Decimal("7.50")),
        row(number("range", "10", "天", "20"), "25", "range", weight=Decimal(10)),
        row(deadline(date(2023, 12, 31)), Measure(None, day=date(2024, 1, 10)), "late", weight=Decimal(10)),
        row(
            WORDS,
            Measure(None, text="较好"),
            "words",
            weight=Decimal(10),
            tier=TierChoice("reached", Decimal("92.5"), "见总结"),
        ),
        row(
            number(">=", "5", "次"),
            Measure(None, unmeasured="停办"),
            "decided",
            weight=Decimal(10),
            zero_reason="未开展",
        ),
        row(
            number(">=", "5", "次"),
            "4",
            "override",
            weight=Decimal(10),
            override=Override(Decimal("9.5"), "不可抗力"),
        ),
    ]
    return inputs(*rows, execution_input=execution("700000.50", "730500.00", payments=3))


def frozen(rules: Ruleset) -> tuple[str, str]:
    """Snapshot and result of the full inputs, as an evaluation keeps them."""
    given = full_inputs()
    snapshot = Snapshot(METHOD, rules.key, rules.version, rules.digest, given)
    return canonical(snapshot), canonical(score(given, rules))


def test_a_snapshot_reads_back_as_it_was() -> None:
    text, _ = frozen(NATIONAL)
    assert read_snapshot(text).inputs == full_inputs()
    assert canonical(read_snapshot(text)) == text


def test_a_replay_gives_the_same_score() -> None:
    text, result = frozen(NATIONAL)
    assert canonical(read_result(result)) == result
    again = replay(snapshot=text, snapshot_digest=digest(text), result=result)
    assert (again.same, again.differences) == (True, ())
    assert again.result is not None and again.result.total == score(full_inputs(), NATIONAL).total


def test_a_replay_notices_what_was_altered() -> None:
    text, result = frozen(NATIONAL)
    altered = text.replace('"value":"8"', '"value":"6"')
    assert altered != text
    again = replay(snapshot=altered, snapshot_digest=digest(text), result=result)
    assert again.differences == ("评分依据的快照被改动过（SM3 摘要不符）。", "重新计算的得分与定稿时不同。")
    rules = text.replace(NATIONAL.digest, "0" * 64)
    assert (
        "评分规则文件被改动过（SM3 摘要不符）。"
        in replay(snapshot=rules, snapshot_digest=digest(rules), result=result).differences
    )
    gone = text.replace("national-2020", "national-1999")
    assert replay(snapshot=gone, snapshot_digest=digest(gone), result=result).same is False


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"method":1}', "不是"])
def test_a_damaged_snapshot_is_a_clear_error(text: str) -> None:
    again = replay(snapshot=text, snapshot_digest=digest(text), result="")
    assert again.same is False
    assert again.result is None


def test_released_rulesets_and_scores_stay_as_they_were() -> None:
    """What was frozen with a released version must come out the same for ever: add a new version instead."""
    released = json.loads((GOLDEN / "released.json").read_text(encoding="utf-8"))
    for kept in released:
        rules = ruleset(kept["key"], kept["version"])
        assert rules.digest == kept["digest"], f"{rules.id} was edited"
        text, result = frozen(rules)
        assert digest(text) == kept["snapshot"], rules.id
        assert json.loads(result) == kept["result"], rules.id
    assert {f"{kept['key']}@{kept['version']}" for kept in released} == set(RULESETS.keys())


def test_the_weights_of_the_rows_are_what_the_maximum_is() -> None:
    everything = [
        replace(
            r,
            measure=Measure(Decimal(5), "次"),
            target=number("=", "5", "次"),
            tier=None,
            override=None,
            zero_reason="",
        )
        for r in full_inputs().indicators
    ]
    assert score(inputs(*everything), NATIONAL).total == Decimal(100)
