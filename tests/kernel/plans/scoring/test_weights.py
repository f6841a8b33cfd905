"""Proposals of points: exact sums, the document first, absent levels as the ruleset says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.kernel.errors import ScoringError
from plumbline.kernel.plans.rulesets import RULESETS, Ruleset, ruleset
from plumbline.kernel.plans.scoring import Proposal, WeightRow, fitting, propose_weights, weights_problem
from plumbline.kernel.plans.scoring.weights import largest_remainder

from .build import NATIONAL

COST = ruleset("cost-2021", 1)


def rows(*names: str, weights: list[str | None] | None = None) -> list[WeightRow]:
    """ "产出/数量" → a row of that level 1 and level 2."""
    found = []
    for index, name in enumerate(names):
        level1, _, level2 = name.partition("/")
        weight = weights[index] if weights else None
        found.append(
            WeightRow(f"k{index}", name, None if weight is None else Decimal(weight), level1, level2)
        )
    return found


def by_level(proposal: Proposal) -> list[Decimal]:
    return [proposal.weights[key] for key in sorted(proposal.weights)]


def total(proposal: Proposal) -> Decimal:
    return proposal.execution + sum(proposal.weights.values(), Decimal(0))


def test_the_national_points_are_spread_evenly() -> None:
    proposal = propose_weights(
        rows("产出指标/数量", "产出指标/质量", "产出指标/时效", "效益指标/社会", "满意度指标/服务对象"),
        NATIONAL,
    )
    assert by_level(proposal) == [Decimal(x) for x in ("16.67", "16.67", "16.66", "30", "10")]
    assert (proposal.origin, proposal.notes, total(proposal)) == ("ruleset", (), Decimal(100))


@pytest.mark.parametrize("name", ["效果指标", "效益指标（30分）", "效 益 指 标", "效益"])
def test_spellings_of_a_level_are_recognised(name: str) -> None:
    proposal = propose_weights(rows("产出指标", name, "满意度指标"), NATIONAL)
    assert by_level(proposal) == [Decimal(50), Decimal(30), Decimal(10)]


def test_an_unknown_level1_is_placed_by_level2_or_said() -> None:
    by_level2 = propose_weights(
        rows("绩效/数量指标", "绩效/社会效益指标", "绩效/服务对象满意度指标"), NATIONAL
    )
    assert (by_level(by_level2), by_level2.notes) == ([Decimal(50), Decimal(30), Decimal(10)], ())
    unknown = propose_weights(rows("其他", "效益指标", "满意度指标"), NATIONAL)
    assert "不在评分规则中" in unknown.notes[0]


def test_the_points_of_an_absent_level_move_as_the_ruleset_says() -> None:
    without = propose_weights(rows("产出指标", "效益指标"), NATIONAL)
    assert by_level(without) == [Decimal(50), Decimal(40)]
    assert without.notes == ("没有满意度指标，其 10 分并入效益指标。",)
    no_cost = propose_weights(rows("产出指标", "效益指标", "满意度指标"), COST)
    assert by_level(no_cost) == [Decimal(50), Decimal(30), Decimal(10)]
    cost = propose_weights(rows("成本指标", "产出指标", "效益指标", "满意度指标"), COST)
    assert by_level(cost) == [Decimal(20), Decimal(40), Decimal(20), Decimal(10)]


def test_the_documents_own_points_are_kept() -> None:
    given_points = ["20", "10", "10", "10", "10", "10", "10", "10"]
    names = ["产出指标"] * 3 + ["效益指标"] * 4 + ["满意度指标"]
    proposal = propose_weights(rows(*names, weights=list(given_points)), NATIONAL)
    assert (by_level(proposal), proposal.origin) == ([Decimal(p) for p in given_points], "document")


def test_points_of_100_without_execution_are_scaled_exactly() -> None:
    proposal = propose_weights(
        rows("产出指标", "效益指标", "满意度指标", weights=["50", "33.33", "16.67"]), NATIONAL
    )
    assert (proposal.origin, total(proposal)) == ("scaled", Decimal(100))
    assert by_level(proposal) == [Decimal("45.00"), Decimal("30.00"), Decimal("15.00")]


@pytest.mark.parametrize(
    ("weights", "part"),
    [(["50", "30", "20"], None), (["70", "20", "20"], "合计 110"), (["50", None, "10"], "另有 1 项")],
)
def test_other_sums_are_not_honoured_and_the_difference_is_named(
    weights: list[str | None], part: str | None
) -> None:
    proposal = propose_weights(rows("产出指标", "效益指标", "满意度指标", weights=weights), NATIONAL)
    assert total(proposal) == Decimal(100)
    if part:
        assert proposal.origin == "ruleset"
        assert part in proposal.notes[0]


def test_level2_groups_share_evenly_where_the_ruleset_wants_it() -> None:
    strict = ruleset("local-strict", 1)
    proposal = propose_weights(
        rows(
            "产出指标/数量指标", "产出指标/数量指标", "产出指标/质量指标", "效益指标/社会", "满意度指标/公众"
        ),
        strict,
    )
    assert by_level(proposal)[:3] == [Decimal("12.50"), Decimal("12.50"), Decimal("25.00")]


@pytest.mark.parametrize(
    ("names", "suits"),
    [
        (["产出指标", "效益指标", "满意度指标"], "national-2020"),
        (["产出指标", "效果指标"], "national-2020"),
        (["成本指标", "产出指标", "效益指标", "满意度指标"], "cost-2021"),
        (["成本指标", "产出指标", "效益指标"], "cost-2021"),
        ([], "national-2020"),
    ],
)
def test_the_ruleset_with_the_documents_levels_is_suggested(names: list[str], suits: str) -> None:
    assert fitting(rows(*names), [NATIONAL, COST]).key == suits


def test_a_plan_without_indicators_is_refused() -> None:
    with pytest.raises(ScoringError, match="没有可以评分的指标"):
        propose_weights([], NATIONAL)


@given(
    st.lists(
        st.sampled_from(["产出指标", "效益指标", "满意度指标", "成本指标", "其他", ""]),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(list(RULESETS)),
)
def test_every_proposal_is_exactly_100(names: list[str], rules: Ruleset) -> None:
    proposal = propose_weights(rows(*names), rules)
    assert total(proposal) == Decimal(100)
    assert all(
        weight >= 0 and weight == weight.quantize(Decimal("0.01")) for weight in proposal.weights.values()
    )
    assert (
        weights_problem(proposal.execution, [WeightRow(k, k, w) for k, w in proposal.weights.items()]) == ""
    )


@given(st.decimals(0, 1000, places=2), st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=30))
def test_the_largest_remainder_loses_nothing(whole: Decimal, basis: list[Decimal]) -> None:
    parts = largest_remainder(whole, basis)
    assert sum(parts) == whole
    assert all(part >= 0 for part in parts)


def test_negative_points_are_refused() -> None:
    assert weights_problem(Decimal(10), rows("甲", weights=["-1"])) == "分值不能为负：甲"
