"""Weights: per level as declared, over all 100 together with the execution of the budget."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, head_line, name_line, number, statements, unfinished
from plumbline.kernel.plans.wording import level1, quoted

_HUNDRED, _EXECUTION = Decimal(100), Decimal(10)
_Sum = tuple[ProjectStatement, Decimal, Decimal]


def execution_weight(statement: ProjectStatement) -> Decimal:
    """The weight of the budget's execution, 0 where the form gives none."""
    return next((e.weight for e in statement.execution if e.weight is not None), Decimal(0))


def _lines(statement: ProjectStatement) -> tuple[int, ...]:
    lines = at(*(i.spans.get("weight") for i in statement.indicators))
    rows = at(*(n for e in statement.execution if e.weight is not None for n in e.lines[-1:]))
    return at(*lines, *rows) or at(head_line(statement))


def _declared(document: PlanDocument) -> Iterator[_Sum]:
    """Statements with declared weights of the levels: (statement, their sum, execution)."""
    for statement in statements(document):
        if len(statement.levels) > 1:
            yield statement, sum(statement.levels.values(), Decimal(0)), execution_weight(statement)


def _summed(document: PlanDocument) -> Iterator[_Sum]:
    """Whole statements with a weight on every indicator: (statement, their sum, execution)."""
    for statement in statements(document):
        named = [i for i in statement.indicators if i.level3 or i.description or i.weight is not None]
        weights = [i.weight for i in named if i.weight is not None]
        if weights and len(weights) == len(named) and statement.complete:
            yield statement, sum(weights, Decimal(0)), execution_weight(statement)


def adds_up(weights: Decimal, execution: Decimal) -> bool:
    """100 in all; 90 (or 100) where the execution's 10 stand in no row of the form."""
    return weights + execution == _HUNDRED or (execution == 0 and weights + _EXECUTION == _HUNDRED)


def _said(weights: Decimal, execution: Decimal) -> str:
    if execution:
        return f"指标{number(weights)}分 + 预算执行{number(execution)}分 = {number(weights + execution)}分"
    if weights + _EXECUTION == _HUNDRED:
        return f"指标{number(weights)}分，另加预算执行10分 = 100分"
    return f"指标{number(weights)}分"


@rule(
    id="level-weights",
    severity="error",
    title="一级指标分值之和不是100分",
    why="一级指标分值加预算执行分值应为100分，否则总分无效。",
    mend="按规定重新分配一级指标分值（如产出50、效益30、满意度10，预算执行10）。",
)
def levels(document: PlanDocument) -> Iterator[Finding]:
    """Declared weights of the levels with the execution ≠ 100."""
    for statement, total, execution in _declared(document):
        if not adds_up(total, execution) and statement.complete | (total + execution > _HUNDRED):
            parts = "、".join(f"{name}{number(weight)}" for name, weight in statement.levels.items())
            stated = statement.total_weight
            told = f"，合计却写{number(stated)}分" if stated and stated != total + execution else ""
            yield Finding(
                "level-weights",
                "error",
                _level_lines(statement),
                f"项目“{statement.name}”一级指标{parts}，{_said(total, execution)}{told}",
            )


def _level_lines(statement: ProjectStatement) -> tuple[int, ...]:
    first: dict[str, int | None] = {}
    for indicator in statement.indicators:
        line = field_line(indicator, "level1") or min(indicator.lines, default=None)
        first.setdefault(level1(indicator.level1), line)
    return at(*first.values(), statement.spans.get("total_weight")) or at(head_line(statement))


@rule(
    id="weights-sum",
    severity="confirmed",
    title="指标分值之和正确",
    why="指标分值加预算执行分值为100分。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """All statements with one and the same right sum together."""
    groups: dict[str, list[ProjectStatement]] = {}
    for statement, weights, execution in _summed(document):
        if adds_up(weights, execution):
            groups.setdefault(_said(weights, execution), []).append(statement)
    for said, found in groups.items():
        lines = at(*(n for s in found for n in _lines(s)))
        yield Finding("weights-sum", "confirmed", lines, f"{len(found)}个项目：{said}")


@rule(
    id="weights-sum",
    severity="error",
    title="指标分值之和不是100分",
    why="分值之和不是100分，得分之间不能比较。",
    mend="调整各指标分值，使合计（含预算执行10分）为100分。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """A wrong sum, where the declared weights of the levels do not show it already."""
    shown = {id(s) for s, total, execution in _declared(document) if not adds_up(total, execution)}
    for statement, weights, execution in _summed(document):
        if not adds_up(weights, execution) and id(statement) not in shown:
            message = f"项目“{statement.name}”{_said(weights, execution)}，应为100分"
            yield Finding("weights-sum", "error", _lines(statement), message)


def _by_level(statement: ProjectStatement) -> Iterator[tuple[str, Decimal, Decimal, tuple[int, ...]]]:
    """(level 1, declared, sum of its indicators, lines) where every indicator of it has a weight."""
    for name, declared in statement.levels.items():
        rows = [i for i in statement.indicators if level1(i.level1) == level1(name)]
        named = [i for i in rows if i.level3 or i.weight is not None]
        weights = [i.weight for i in named if i.weight is not None]
        cut = any(unfinished(statement, i) for i in rows) or (
            rows and not statement.complete and rows[-1] is statement.indicators[-1]
        )
        if weights and len(weights) == len(named) and not cut:
            lines = at(*(i.spans.get("weight") or name_line(i) for i in named))
            yield name, declared, sum(weights, Decimal(0)), lines


@rule(
    id="level-sum",
    severity="confirmed",
    title="各一级指标的分值等于所含指标之和",
    why="一级指标写明的分值由所含指标加总而来。",
    mend="无需整改。",
)
def level_confirm(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement with all levels that add up."""
    for statement in statements(document):
        right = [row for row in _by_level(statement) if row[1] == row[2]]
        if right:
            said = "、".join(f"{name}{number(declared)}" for name, declared, _, _ in right)
            lines = at(*(n for *_, numbers in right for n in numbers))
            yield Finding(
                "level-sum", "confirmed", lines, f"项目“{statement.name}”：{said}与所含指标之和一致"
            )


@rule(
    id="level-sum",
    severity="error",
    title="一级指标的分值不等于所含指标之和",
    why="写明的分值与明细不符，得分上限不确定。",
    mend="改正一级指标分值或所含指标的分值。",
)
def level_contradict(document: PlanDocument) -> Iterator[Finding]:
    """One finding a level."""
    for statement in statements(document):
        for name, declared, total, lines in _by_level(statement):
            if declared != total:
                message = (
                    f"项目“{statement.name}”{name}写{number(declared)}分，所含指标相加为{number(total)}分"
                )
                yield Finding("level-sum", "error", lines, message)


@rule(
    id="weight-missing",
    severity="warning",
    title="部分指标没有分值",
    why="有的指标有分值、有的没有，没有分值的指标不会被计分。",
    mend="为每个指标填写分值。",
)
def missing(document: PlanDocument) -> Iterator[Finding]:
    """Named indicators without a weight among others with one; one finding a statement."""
    for statement in statements(document):
        if not any(i.weight is not None for i in statement.indicators):
            continue
        found = [
            i for i in statement.indicators if i.level3 and i.weight is None and not unfinished(statement, i)
        ]
        if found and statement.complete:
            lines = at(*map(name_line, found))
            yield Finding(
                "weight-missing", "warning", lines, f"{quoted(i.level3 or '' for i in found)}没有分值"
            )
