"""The weights of all indicators are 100 together with the execution of the budget."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, head_line, statements
from plumbline.kernel.plans.weighing import adds_up, declared_sums, execution_weight, weights_said

Sum = tuple[ProjectStatement, Decimal, Decimal]


def _lines(statement: ProjectStatement) -> tuple[int, ...]:
    lines = at(*(i.spans.get("weight") for i in statement.indicators))
    rows = at(*(n for e in statement.execution if e.weight is not None for n in e.lines[-1:]))
    return at(*lines, *rows) or at(head_line(statement))


def _summed(document: PlanDocument) -> Iterator[Sum]:
    """Whole statements with a weight on every indicator: (statement, their sum, execution)."""
    for statement in statements(document):
        named = [i for i in statement.indicators if i.level3 or i.description or i.weight is not None]
        weights = [i.weight for i in named if i.weight is not None]
        if weights and len(weights) == len(named) and statement.complete:
            yield statement, sum(weights, Decimal(0)), execution_weight(statement)


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
            groups.setdefault(weights_said(weights, execution), []).append(statement)
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
    shown = {id(s) for s, total, execution in declared_sums(document) if not adds_up(total, execution)}
    for statement, weights, execution in _summed(document):
        if not adds_up(weights, execution) and id(statement) not in shown:
            message = f"项目“{statement.name}”{weights_said(weights, execution)}，应为100分"
            yield Finding("weights-sum", "error", _lines(statement), message)
