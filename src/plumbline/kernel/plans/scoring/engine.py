"""`score`: inputs and ruleset in, every row's points with its formula out."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from plumbline.kernel.errors import ScoringError
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.document import Comparator
from plumbline.kernel.plans.rulesets.model import Ruleset, Tier
from plumbline.kernel.plans.scoring.inputs import (
    EvaluationInputs,
    EvaluationResult,
    ExecutionInput,
    IndicatorInput,
    Override,
    RowResult,
    RowState,
)
from plumbline.kernel.plans.scoring.numbers import (
    HUNDRED,
    ZERO,
    bound_of,
    divided,
    in_unit,
    multiplied,
    plain,
    points,
    rounded,
    with_unit,
)
from plumbline.kernel.plans.scoring.rows import BY_COMPARATOR, Numbers, Outcome, by_day, from_on, shown_day
from plumbline.kernel.plans.scoring.weights import WeightRow, weights_problem

EXECUTION = "execution"
_SIGNS = {">=": "≥", "<=": "≤", "=": "=", ">": ">", "<": "<", "range": ""}
_NEGATIVE = ("反向", "逆向", "负向")


def score(inputs: EvaluationInputs, ruleset: Ruleset) -> EvaluationResult:
    """Score an evaluation.

    A row without a measured value gets no score until a person decided about it; while there is
    such a row there is no total and no grade. The order of the indicators does not matter.

    Raises:
        ScoringError: the points are not 100, two rows have one key, or a tier or an override does
            not fit the ruleset.
    """
    _refuse_bad(inputs)
    execution, rate = _execution(inputs.execution, ruleset)
    rows = tuple(_indicator(row, ruleset) for row in inputs.indicators)
    every = (execution, *rows)
    subtotal = sum((row.score for row in every if row.score is not None), ZERO)
    total = subtotal if all(row.score is not None for row in every) else None
    return EvaluationResult(
        ruleset=ruleset.id,
        execution=execution,
        rate=rate,
        rows=rows,
        subtotal=subtotal,
        total=total,
        grade="" if total is None else ruleset.grade(total),
    )


def _refuse_bad(inputs: EvaluationInputs) -> None:
    keys = [row.key for row in inputs.indicators]
    if len(keys) != len(set(keys)):
        raise ScoringError("同一指标出现了两次", advice="请重新生成分值。")
    problem = weights_problem(
        inputs.execution.weight, [WeightRow(row.key, row.level3, row.weight) for row in inputs.indicators]
    )
    if problem:
        raise ScoringError(problem, advice="请调整分值，使合计正好为 100 分。")


def _execution(given: ExecutionInput, ruleset: Ruleset) -> tuple[RowResult, Decimal | None]:
    """The execution row, and the rate in percent."""
    shown = (
        ("年初预算数", _money(given.initial)),
        ("全年预算数", _money(given.adjusted)),
        ("全年执行数", f"{_money(given.executed)}（{given.payments} 笔支付）"),
    )
    base = RowResult(EXECUTION, given.weight, None, None, "unmeasured", "", EXECUTION, inputs=shown)
    if given.adjusted is None or given.adjusted <= ZERO:
        why = "全年预算数为 0 或未填，执行率无从计算"
        row = _without_value(base, why, given.zero_reason, given.override, ruleset)
        return row, None
    rate = divided(multiplied(given.executed, HUNDRED), given.adjusted)
    shown_rate = f"{points(rate)}%"
    notes: tuple[str, ...] = ()
    if rate > HUNDRED:
        notes = (f"执行率 {shown_rate} 超过 100%，按 100% 计分",)
    if given.executed < ZERO:
        notes = ("退款大于支付，执行数为负，不得分",)
    capped = min(max(rate, ZERO), HUNDRED)
    if ruleset.execution.method == "steps":
        share = from_on(ruleset.execution.steps, capped) or ZERO
        expression = f"执行率 {shown_rate}，按档记 {plain(share * HUNDRED)}%"
    else:
        share = divided(capped, HUNDRED)
        expression = f"{_money(given.executed)} ÷ {_money(given.adjusted)}"
    gap = f"执行率 {shown_rate}，未达到 100%" if rate < HUNDRED else ""
    outcome = Outcome(share, expression, "", EXECUTION, rate >= HUNDRED, gap, notes)
    return _scored(base, outcome, given.override, ruleset), rate


def _indicator(row: IndicatorInput, ruleset: Ruleset) -> RowResult:
    target, measure = row.target, row.measure
    base = RowResult(row.key, row.weight, None, None, "unmeasured", "", "", inputs=_shown(row))
    if not target.scorable:
        why = "没有指标值" if target.kind == "empty" else f"指标值“{row.target_raw}”没有可衡量的解释"
        return _without_value(base, f"{why}，不能评分", "", row.override, ruleset, state="unscorable")
    if measure is None or not measure.measured:
        why = "没有填报实际完成值"
        if measure is not None and measure.unmeasured:
            why = f"未能测量：{measure.unmeasured}"
        return _without_value(base, why, row.zero_reason, row.override, ruleset)
    if target.kind == "qualitative" or (target.kind == "date" and target.day is None):
        return _by_tier(base, row, ruleset)
    if target.kind == "date" and target.day is not None:
        if measure.day is None:
            return _without_value(base, "没有填报完成日期", row.zero_reason, row.override, ruleset)
        return _scored(base, by_day(target.day, measure.day, ruleset.quantitative), row.override, ruleset)
    return _by_number(base, row, measure, ruleset)


def _by_number(base: RowResult, row: IndicatorInput, measure: Measure, ruleset: Ruleset) -> RowResult:
    target = row.target
    if target.value is None:
        return _without_value(base, "指标值里没有数", "", row.override, ruleset, state="unscorable")
    if measure.value is None:
        return _without_value(base, "只填报了文字或日期，没有数值", row.zero_reason, row.override, ruleset)
    bound, wanted = bound_of(target)
    actual = in_unit(measure.value, measure.unit or wanted, wanted)
    if actual is None:
        why = f"实际值的单位“{measure.unit}”与指标值的单位“{wanted}”不同，无法比较"
        return _without_value(base, why, row.zero_reason, row.override, ruleset)
    comparator, assumed = _comparator(row, ruleset)
    sign = "" if assumed else _SIGNS[comparator]
    numbers = Numbers(
        bound, target.high, actual, wanted, comparator in ("<", ">"), _is_cost(row, ruleset), sign
    )
    outcome = BY_COMPARATOR[comparator](numbers, ruleset.quantitative)
    if assumed:
        outcome = dataclasses.replace(outcome, notes=(*outcome.notes, assumed))
    return _scored(base, outcome, row.override, ruleset)


def _comparator(row: IndicatorInput, ruleset: Ruleset) -> tuple[Comparator, str]:
    """The comparator to score by, and a note where the target does not state it."""
    if row.target.comparator is not None:
        return row.target.comparator, ""
    if any(word in row.direction for word in _NEGATIVE):
        return "<=", f"指标值没有写明比较符，按“{row.direction}”以“≤”计分"
    if "正向" in row.direction:
        return ">=", f"指标值没有写明比较符，按“{row.direction}”以“≥”计分"
    if _is_cost(row, ruleset):
        return "<=", "指标值没有写明比较符，成本类指标按“≤”计分"
    return ">=", "指标值没有写明比较符，按“≥”计分"


def _is_cost(row: IndicatorInput, ruleset: Ruleset) -> bool:
    return any(word in row.level1 + row.level2 for word in ruleset.quantitative.cost_words)


def _by_tier(base: RowResult, row: IndicatorInput, ruleset: Ruleset) -> RowResult:
    choice = row.tier
    if choice is None:
        return _without_value(
            base, "定性指标须选择完成档次", "", row.override, ruleset, state="tier", rule="tier"
        )
    tier = ruleset.tier(choice.tier)
    if tier is None or not tier_takes(ruleset, tier, choice.share):
        raise ScoringError(
            f"给分比例 {plain(choice.share)}% 不在所选档次之内",
            where=row.level3,
            advice="请重新选择档次和比例。",
        )
    share = divided(choice.share, HUNDRED)
    gap = "" if choice.share == HUNDRED else f"{tier.title}：{choice.reason}"
    reached = tier is ruleset.tiers[0]
    outcome = Outcome(
        share, f"{plain(choice.share)}%", f"{tier.title}（{choice.reason}）", "tier", reached, gap
    )
    return _scored(base, outcome, row.override, ruleset)


def tier_takes(ruleset: Ruleset, tier: Tier, share: Decimal) -> bool:
    """Whether a share lies in a tier: the upper end belongs to the tier above, if there is one."""
    best = tier is ruleset.tiers[0]
    return tier.low <= share and (share < tier.high or (best and share == tier.high))


def _scored(base: RowResult, outcome: Outcome, override: Override | None, ruleset: Ruleset) -> RowResult:
    places = ruleset.rounding.places
    computed = rounded(multiplied(base.weight, outcome.share), places)
    shown = f"{outcome.expression} × {plain(base.weight)} = {points(computed, places)}"
    if not outcome.expression:
        shown = f"{points(computed, places)} 分"
    formula = f"{outcome.why}：{shown}" if outcome.why else shown
    lost = base.weight - computed
    deduction = f"{outcome.deduction}，扣 {points(lost, places)} 分。" if outcome.deduction and lost else ""
    row = dataclasses.replace(
        base,
        score=computed,
        computed=computed,
        state="scored",
        formula=formula,
        rule=outcome.rule,
        reached=outcome.reached,
        deduction=deduction,
        notes=outcome.notes,
    )
    return _overridden(row, override, ruleset)


def _without_value(
    base: RowResult,
    why: str,
    zero_reason: str,
    override: Override | None,
    ruleset: Ruleset,
    state: RowState = "unmeasured",
    rule: str = "",
) -> RowResult:
    if zero_reason:
        base = dataclasses.replace(
            base,
            score=rounded(ZERO, ruleset.rounding.places),
            state="decided",
            formula=f"{why}；经决定按 0 分计：{zero_reason}",
            rule="decided",
            reached=False,
            deduction=f"{why}，{zero_reason}，扣 {points(base.weight)} 分。",
        )
    else:
        base = dataclasses.replace(base, state=state, formula=why, rule=rule)
    return _overridden(base, override, ruleset)


def _overridden(row: RowResult, override: Override | None, ruleset: Ruleset) -> RowResult:
    if override is None:
        return row
    places = ruleset.rounding.places
    given = rounded(override.score, places)
    if not ZERO <= given <= row.weight:
        raise ScoringError(f"调整后的得分 {plain(override.score)} 应在 0 到 {plain(row.weight)} 之间")
    computed = "未算出得分" if row.computed is None else f"按公式为 {points(row.computed, places)} 分"
    lost = row.weight - given
    return dataclasses.replace(
        row,
        score=given,
        state="overridden",
        formula=f"{row.formula}；{computed}，经审定调整为 {points(given, places)} 分：{override.reason}",
        deduction=f"{override.reason}，扣 {points(lost, places)} 分。" if lost else "",
    )


def _money(value: Decimal | None) -> str:
    return "未填" if value is None else f"{value:,.2f} 元"


def _shown(row: IndicatorInput) -> tuple[tuple[str, str], ...]:
    shown = [("指标值", row.target_raw or "未填")]
    if row.target.raw and row.target.raw != row.target_raw:
        shown.append(("经批准的解释", row.target.raw))
    measure = row.measure
    if measure is None:
        return (*shown, ("实际完成值", "未填报"))
    shown.append(("实际完成值", actual_text(measure)))
    if measure.numerator is not None and measure.denominator is not None:
        shown.append(("分子／分母", f"{plain(measure.numerator)} ÷ {plain(measure.denominator)}"))
    shown.append(("佐证", f"{len(measure.evidence)} 份"))
    return tuple(shown)


def actual_text(measure: Measure) -> str:
    """What was reached, as a form prints it; "未能测量" with the reason where there is no value."""
    if measure.unmeasured:
        return f"未能测量：{measure.unmeasured}"
    if measure.value is not None:
        return with_unit(measure.value, measure.unit)
    if measure.day is not None:
        return f"{shown_day(measure.day)}完成"
    return measure.text
