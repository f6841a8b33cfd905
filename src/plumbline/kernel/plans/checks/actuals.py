"""What a self-evaluation or a monitoring form says was reached: filled in, a number, earned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.checks.execution import rate_of, total_row
from plumbline.kernel.plans.document import Indicator, PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, name_line, number, statements, unfinished
from plumbline.kernel.plans.wording import plain, quoted

_COMPARATOR = re.compile(r"^(?:[≥≤＞＜><≧≦]|不低于|不少于|不超过|大于|小于)")
_SHARE = re.compile(
    r"(?:已?(?:使用|支出|支付|执行|用)(?:了|率|进度)?(?:为|达到?)?)\s*(?P<about>约|大约|近)?\s*(?P<share>\d+(?:\.\d+)?)\s*[%％]"
)


def _line(indicator: Indicator) -> int | None:
    return (min(indicator.actual.lines, default=None) if indicator.actual else None) or name_line(indicator)


def _named(statement: ProjectStatement) -> list[Indicator]:
    return [i for i in statement.indicators if plain(i.level3) or i.target.kind != "empty"]


@rule(
    id="not-filled",
    severity="warning",
    title="完成值或得分未填",
    why="自评表、监控表没有实际完成值就没有自评结果。",
    mend="按佐证材料填写实际完成值和得分。",
)
def unfilled(document: PlanDocument) -> Iterator[Finding]:
    """Indicators without what was reached or without a score; one finding a statement."""
    evaluation = "自评" in document.form
    if not evaluation and "监控" not in document.form:
        return
    for statement in statements(document):
        named = [i for i in _named(statement) if not unfinished(statement, i)]
        blank = [i for i in named if i.actual is None or not plain(i.actual.raw)]
        unscored = [i for i in named if evaluation and i.score is None]
        if blank or unscored:
            parts = [f"{len(blank)}个指标没有完成值"] * bool(blank) + [
                f"{len(unscored)}个指标没有得分"
            ] * bool(unscored)
            lines = at(*map(_line, [*blank, *unscored]))
            yield Finding(
                "not-filled", "warning", lines, f"项目“{statement.name}”：{'，'.join(parts)}（未填）"
            )


@rule(
    id="actual-comparator",
    severity="warning",
    title="实际完成值带比较符",
    why="完成值是已经发生的数，写“≥266米”等于没有统计，只是照抄目标。",
    mend="填写实际统计的数值。",
)
def compared(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement."""
    for statement in statements(document):
        found = [i for i in statement.indicators if i.actual and _COMPARATOR.search(plain(i.actual.raw))]
        if found:
            said = quoted(f"{called(i)} {i.actual.raw}" for i in found if i.actual)
            yield Finding("actual-comparator", "warning", at(*map(_line, found)), f"完成值带比较符：{said}")


@rule(
    id="score-limits",
    severity="error",
    title="得分超过分值或为负",
    why="得分不能超过该指标的分值。",
    mend="改正得分。",
)
def limits(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement."""
    for statement in statements(document):
        rows = [(called(i), i.weight, i.score, _line(i)) for i in statement.indicators]
        rows += [(e.name, e.weight, e.score, min(e.lines, default=None)) for e in statement.execution]
        wrong = [r for r in rows if r[1] is not None and r[2] is not None and not 0 <= r[2] <= r[1]]
        if wrong:
            said = "；".join(
                f"“{name}”分值{number(w or Decimal(0))}，得分{number(s or Decimal(0))}"
                for name, w, s, _ in wrong
            )
            yield Finding("score-limits", "error", at(*(line for *_, line in wrong)), said)


def _totals(document: PlanDocument) -> Iterator[tuple[ProjectStatement, Decimal, Decimal]]:
    """(statement, sum of all scores, stated total) where every score and the total are given."""
    for statement in statements(document):
        scores = [i.score for i in _named(statement)]
        execution = [e.score for e in statement.execution if e.score is not None]
        if statement.total_score is None or not scores or not statement.complete:
            continue
        known = [s for s in scores if s is not None]
        if len(known) == len(scores):
            yield statement, sum(known, Decimal(0)) + sum(execution[:1], Decimal(0)), statement.total_score


@rule(
    id="score-sum",
    severity="confirmed",
    title="总分等于各项得分之和",
    why="总分由预算执行得分和各指标得分加总而来。",
    mend="无需整改。",
)
def sum_right(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement."""
    for statement, total, stated in _totals(document):
        if total == stated:
            lines = at(*map(_line, statement.indicators), statement.spans.get("total_score"))
            yield Finding(
                "score-sum", "confirmed", lines, f"项目“{statement.name}”总分{number(stated)} = 各项得分之和"
            )


@rule(
    id="score-sum",
    severity="error",
    title="总分不等于各项得分之和",
    why="总分与明细不符，自评结果无效。",
    mend="重新加总得分。",
)
def sum_wrong(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement."""
    for statement, total, stated in _totals(document):
        if total != stated:
            lines = at(*map(_line, statement.indicators), statement.spans.get("total_score"))
            message = f"项目“{statement.name}”总分写{number(stated)}，各项得分相加为{number(total)}"
            yield Finding("score-sum", "error", lines, message)


def reached(indicator: Indicator) -> bool | None:
    """Whether the actual value reaches the target; None where it cannot be compared."""
    target, actual = indicator.target, indicator.actual
    if target.kind != "quantitative" or target.value is None or actual is None or actual.value is None:
        return None
    if target.unit and actual.unit and target.unit != actual.unit:
        return None
    value = actual.value
    return {
        ">=": value >= target.value,
        ">": value > target.value,
        "<=": value <= target.value,
        "<": value < target.value,
        "=": value == target.value,
        "range": target.value <= value <= (target.high or value),
    }.get(target.comparator or "")


@rule(
    id="score-unearned",
    severity="error",
    title="未完成却得满分",
    why="实际值没有达到目标却给了满分，自评失实。",
    mend="按完成比例扣分，并写明原因。",
)
def unearned(document: PlanDocument) -> Iterator[Finding]:
    """Full marks for a target that was missed; one finding a statement."""
    for statement in statements(document):
        wrong = [i for i in statement.indicators if reached(i) is False and i.score and i.score == i.weight]
        if wrong:
            said = quoted(
                f"{called(i)} 目标{i.target.raw} 完成{i.actual.raw if i.actual else ''}" for i in wrong
            )
            yield Finding("score-unearned", "error", at(*map(_line, wrong)), f"{said}得了满分")


@rule(
    id="cause-missing",
    severity="warning",
    title="未完成而没有写原因",
    why="偏差要有原因和改进措施，否则次年会重复。",
    mend="填写偏差原因和改进措施。",
)
def unexplained(document: PlanDocument) -> Iterator[Finding]:
    """A missed target (or a deduction) without a cause; one finding a statement."""
    for statement in statements(document):
        found = [i for i in statement.indicators if _fell_short(i) and not plain(i.cause)]
        if found:
            said = quoted(f"{called(i)} {i.actual.raw if i.actual else ''}" for i in found)
            yield Finding("cause-missing", "warning", at(*map(_line, found)), f"{said}没有写原因")


def _fell_short(indicator: Indicator) -> bool:
    """Missed, or scored below its weight without being reached beyond doubt."""
    deducted = (
        indicator.score is not None and indicator.weight is not None and indicator.score < indicator.weight
    )
    return deducted or (reached(indicator) is False and indicator.score != indicator.weight)


def _shares(
    document: PlanDocument,
) -> Iterator[tuple[Indicator, str, bool, Decimal, Decimal, tuple[int, ...]]]:
    """Shares of the budget that a text states: (indicator, words, whether about, stated, computed, lines)."""
    for statement in statements(document):
        row = total_row(statement) or next(iter(statement.execution), None)
        computed = rate_of(row) if row else None
        for indicator in statement.indicators if row and computed is not None else ():
            text = plain(indicator.actual.raw if indicator.actual else "")
            match = _SHARE.search(text)
            if match and row and computed is not None:
                lines = at(_line(indicator), *row.lines)
                yield indicator, text, bool(match["about"]), Decimal(match["share"]), computed, lines


def _share_agrees(about: bool, stated: Decimal, computed: Decimal) -> bool:
    return abs(stated - computed) <= (Decimal(1) if about else Decimal("0.5"))


@rule(
    id="stated-share",
    severity="confirmed",
    title="文中的支出比例与金额相符",
    why="文字说的比例可以由执行数和预算数算出。",
    mend="无需整改。",
)
def share_right(document: PlanDocument) -> Iterator[Finding]:
    """One finding a text."""
    for _, text, about, stated, computed, lines in _shares(document):
        if _share_agrees(about, stated, computed):
            yield Finding("stated-share", "confirmed", lines, f"“{text}”：按金额计算为{computed:.2f}%")


@rule(
    id="stated-share",
    severity="error",
    title="文中的支出比例与金额不符",
    why="文字与金额互相矛盾，执行情况不可信。",
    mend="按执行数 ÷ 预算数改正文字。",
)
def share_wrong(document: PlanDocument) -> Iterator[Finding]:
    """One finding a text."""
    for _, text, about, stated, computed, lines in _shares(document):
        if not _share_agrees(about, stated, computed):
            yield Finding("stated-share", "error", lines, f"“{text}”：按金额计算为{computed:.2f}%")
