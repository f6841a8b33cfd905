"""The total score is the sum of all scores."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.achieving import actual_line, named_rows
from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, number, statements
from plumbline.kernel.plans.weighing import adds_up, declared_sums


def _totals(document: PlanDocument) -> Iterator[tuple[ProjectStatement, Decimal, Decimal]]:
    """(statement, sum of all scores, stated total) where every score and the total are given."""
    for statement in statements(document):
        scores = [i.score for i in named_rows(statement)]
        execution = [e.score for e in statement.execution if e.score is not None]
        if statement.total_score is None or not scores:
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
            lines = at(*map(actual_line, statement.indicators), statement.spans.get("total_score"))
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
    """One finding a statement, where the weights are not wrong already."""
    shown = {id(s) for s, total, execution in declared_sums(document) if not adds_up(total, execution)}
    for statement, total, stated in _totals(document):
        if total != stated and id(statement) not in shown:
            lines = at(*map(actual_line, statement.indicators), statement.spans.get("total_score"))
            message = f"项目“{statement.name}”总分写{number(stated)}，各项得分相加为{number(total)}"
            yield Finding("score-sum", "error", lines, message)
