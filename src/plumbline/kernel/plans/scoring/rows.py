"""Shares of the points for numbers and days: one function a kind of target.

Each returns an `Outcome`: the share of the points (0 … 1, exact), the arithmetic with the numbers
in it, and which row of the ruleset applied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plumbline.kernel.plans.rulesets.model import Quantitative, Step
from plumbline.kernel.plans.scoring.numbers import HUNDRED, ZERO, divided, plain, with_unit

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Share of the points (0 … 1).

    Attributes:
        expression: left side of the formula, without the points ("97% ÷ 98%"); "" where the points
            are simply full or nothing.
        why: the sentence beside it ("达到指标值，记满分").
        rule: key of the ruleset's row.
        deduction: what to say about missing points.
    """

    share: Decimal
    expression: str
    why: str
    rule: str
    reached: bool
    deduction: str = ""
    notes: tuple[str, ...] = ()


def _clipped(share: Decimal) -> Decimal:
    return min(max(share, ZERO), ONE)


def up_to(steps: tuple[Step, ...], value: Decimal) -> Decimal:
    """Share (0 … 1) of the first step whose bound is not passed; nothing past the last."""
    for step in steps:
        if value <= step.bound:
            return divided(step.share, HUNDRED)
    return ZERO


def from_on(steps: tuple[Step, ...], value: Decimal) -> Decimal | None:
    """Share (0 … 1) of the last step whose bound is reached; None before the first."""
    found = None
    for step in steps:
        if value >= step.bound:
            found = divided(step.share, HUNDRED)
    return found


@dataclass(frozen=True, slots=True)
class Numbers:
    """A target (`bound`, of a range the lower one, and `high`) and an actual value, in one unit.

    `strict`: > or <; `cost`: more is never better; `sign`: the comparator as the target has it.
    """

    bound: Decimal
    high: Decimal | None
    actual: Decimal
    unit: str | None
    strict: bool = False
    cost: bool = False
    sign: str = ""

    def show(self, value: Decimal) -> str:
        return with_unit(value, self.unit)


def _ratio(top: Decimal, bottom: Decimal, n: Numbers) -> tuple[Decimal, str]:
    return _clipped(divided(top, bottom)), f"{n.show(top)} ÷ {n.show(bottom)}"


def _full(n: Numbers, why: str, notes: tuple[str, ...] = ()) -> Outcome:
    return Outcome(ONE, "", why, "reached", True, notes=notes)


def at_least(n: Numbers, rules: Quantitative) -> Outcome:
    """≥ and >: full when reached, else actual ÷ target."""
    if n.actual > n.bound or (n.actual == n.bound and not n.strict):
        return _over(n, rules, f"完成值 {n.show(n.actual)} 达到 {n.show(n.bound)}，记满分")
    gap = f"完成值 {n.show(n.actual)}，未达到指标值 {n.sign}{n.show(n.bound)}"
    if n.bound <= ZERO:
        return Outcome(ZERO, "", f"{gap}；指标值不大于 0，不能按比例计分，不得分", "at_least", False, gap)
    share, expression = _ratio(n.actual, n.bound, n)
    why = gap + "，按比例计分"
    if n.actual <= ZERO:
        return Outcome(ZERO, "", f"{gap}，不得分", "at_least", False, gap)
    cap = divided(rules.strict_cap, HUNDRED)
    if n.strict and share > cap:
        return Outcome(
            cap, f"{plain(rules.strict_cap)}%", f"{gap}，恰在界限上最多按此比例计分", "at_least", False, gap
        )
    return Outcome(share, expression, why, "at_least", False, gap)


def _over(n: Numbers, rules: Quantitative, why: str) -> Outcome:
    if n.bound <= ZERO:
        return _full(n, why)
    percent = divided(n.actual, n.bound) * HUNDRED
    if percent < rules.over_from:
        return _full(n, why)
    excess = plain((percent - HUNDRED).quantize(Decimal("0.01")))
    note = f"完成值比指标值高出 {excess}%，指标值设定可能偏低，请分析原因"
    share = from_on(rules.over_steps, percent)
    if share is None or share >= ONE:
        return _full(n, why, (note,))
    return Outcome(
        share,
        f"{plain(share * HUNDRED)}%",
        f"完成值为指标值的 {plain(percent.quantize(Decimal('0.01')))}%，按偏离度调减",
        "over",
        True,
        f"完成值比指标值高出 {excess}%，年初指标值设定偏低",
        (note,),
    )


def at_most(n: Numbers, rules: Quantitative) -> Outcome:
    """≤ and <: full when kept, else by the ruleset's formula; 0 as the bound is a negative event."""
    if n.actual < n.bound or (n.actual == n.bound and not n.strict):
        return _full(n, f"完成值 {n.show(n.actual)} 未超过 {n.show(n.bound)}，记满分")
    if n.bound <= ZERO:
        return zero(n, rules)
    gap = f"完成值 {n.show(n.actual)}，超过指标值 {n.sign}{n.show(n.bound)}"
    if rules.at_most == "none":
        return Outcome(ZERO, "", f"{gap}，不得分", "at_most", False, gap)
    if rules.at_most == "ratio":
        share, expression = _ratio(n.bound, n.actual, n)
    else:
        share = _clipped(ONE - divided(n.actual - n.bound, n.bound))
        expression = f"（1 − （{n.show(n.actual)} − {n.show(n.bound)}） ÷ {n.show(n.bound)}）"
        if not share:
            return Outcome(ZERO, "", f"{gap}一倍及以上，不得分", "at_most", False, gap)
    cap = divided(rules.strict_cap, HUNDRED)
    if n.strict and share > cap:
        return Outcome(
            cap, f"{plain(rules.strict_cap)}%", f"{gap}，恰在界限上最多按此比例计分", "at_most", False, gap
        )
    return Outcome(share, expression, f"{gap}，按反向指标计分", "at_most", False, gap)


def zero(n: Numbers, rules: Quantitative) -> Outcome:
    """0 as the target: nothing may happen."""
    if n.actual <= ZERO:
        return _full(n, f"完成值 {n.show(n.actual)}，未发生，记满分")
    gap = f"指标值为 {n.show(n.bound)}，实际为 {n.show(n.actual)}"
    if rules.zero == "none":
        return Outcome(ZERO, "", f"{gap}，不得分", "zero", False, gap)
    share = up_to(rules.zero_steps, n.actual)
    if not share:
        return Outcome(ZERO, "", f"{gap}，超过各档，不得分", "zero", False, gap)
    return Outcome(share, f"{plain(share * HUNDRED)}%", f"{gap}，按档计分", "zero", False, gap)


def equal(n: Numbers, rules: Quantitative) -> Outcome:
    """=: full when equal, else by the ruleset's formula; costs beyond it are never an achievement."""
    if n.actual == n.bound:
        return _full(n, f"完成值等于指标值 {n.show(n.bound)}，记满分")
    if n.bound == ZERO:
        return zero(n, rules)
    if rules.equal == "at_least":
        if n.actual < n.bound or not n.cost:
            return at_least(n, rules)
        return at_most(n, rules)
    side = "低于" if n.actual < n.bound else "高于"
    gap = f"完成值 {n.show(n.actual)}，{side}指标值 ={n.show(n.bound)}"
    if rules.equal == "none" or n.bound < ZERO:
        return Outcome(ZERO, "", f"{gap}，不得分", "equal", False, gap)
    if rules.equal == "deviation":
        share = _clipped(ONE - divided(abs(n.actual - n.bound), n.bound))
        expression = f"（1 − |{n.show(n.actual)} − {n.show(n.bound)}| ÷ {n.show(n.bound)}）"
    elif n.actual < n.bound:
        share, expression = _ratio(n.actual, n.bound, n)
    else:
        share, expression = _ratio(n.bound, n.actual, n)
    if not share:
        return Outcome(ZERO, "", f"{gap}，不得分", "equal", False, gap)
    return Outcome(share, expression, f"{gap}，按比例计分", "equal", False, gap)


def within(n: Numbers, rules: Quantitative) -> Outcome:
    """A range: full inside, else the ratio to the nearer bound."""
    low, high = sorted((n.bound, n.high if n.high is not None else n.bound))
    span = f"{n.show(low)}—{n.show(high)}"
    if low <= n.actual <= high:
        return _full(n, f"完成值 {n.show(n.actual)} 在 {span} 之内，记满分")
    if n.actual < low:
        gap = f"完成值 {n.show(n.actual)}，低于区间 {span}"
        share, expression = (ZERO, "") if low <= ZERO or n.actual <= ZERO else _ratio(n.actual, low, n)
    else:
        gap = f"完成值 {n.show(n.actual)}，高于区间 {span}"
        share, expression = (ZERO, "") if high <= ZERO else _ratio(high, n.actual, n)
    return Outcome(share, expression, f"{gap}，{'按比例计分' if share else '不得分'}", "range", False, gap)


def by_day(deadline: date, done: date, rules: Quantitative) -> Outcome:
    """A deadline: full when met, else by days late."""
    late = (done - deadline).days
    if late <= 0:
        return Outcome(
            ONE, "", f"{shown_day(done)}完成，未超过期限{shown_day(deadline)}，记满分", "reached", True
        )
    gap = f"{shown_day(done)}完成，比期限{shown_day(deadline)}晚 {late} 天"
    share = up_to(rules.late_steps, Decimal(late))
    if not share:
        return Outcome(ZERO, "", f"{gap}，不得分", "late", False, gap)
    return Outcome(share, f"{plain(share * HUNDRED)}%", f"{gap}，按逾期天数计分", "late", False, gap)


def shown_day(day: date) -> str:
    """2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


BY_COMPARATOR: dict[str, Callable[[Numbers, Quantitative], Outcome]] = {
    ">=": at_least,
    ">": at_least,
    "<=": at_most,
    "<": at_most,
    "=": equal,
    "range": within,
}
