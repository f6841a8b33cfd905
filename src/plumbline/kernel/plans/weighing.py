"""Weights of a statement: declared by level, summed over indicators, and the execution of the budget."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.places import number, statements

#: the block on money among the declared levels (预算执行情况(10分))
EXECUTION = "预算执行"
_HUNDRED, _EXECUTION = Decimal(100), Decimal(10)
Sum = tuple[ProjectStatement, Decimal, Decimal]


def execution_weight(statement: ProjectStatement) -> Decimal:
    """The weight of the budget's execution, 0 where the form gives none."""
    stated = (e.weight for e in statement.execution if e.weight is not None)
    return next(stated, statement.levels.get(EXECUTION, Decimal(0)))


def declared_sums(document: PlanDocument) -> Iterator[Sum]:
    """Statements with declared weights of the levels: (statement, their sum, execution)."""
    for statement in statements(document):
        levels = [points for name, points in statement.levels.items() if name != EXECUTION]
        if len(levels) > 1:
            yield statement, sum(levels, Decimal(0)), execution_weight(statement)


def adds_up(weights: Decimal, execution: Decimal) -> bool:
    """100 in all; 90 (or 100) where the execution's 10 stand in no row of the form."""
    return weights + execution == _HUNDRED or (execution == 0 and weights + _EXECUTION == _HUNDRED)


def weights_said(weights: Decimal, execution: Decimal) -> str:
    """The sum in words."""
    if execution:
        return f"指标{number(weights)}分 + 预算执行{number(execution)}分 = {number(weights + execution)}分"
    if weights + _EXECUTION == _HUNDRED:
        return f"指标{number(weights)}分，另加预算执行10分 = 100分"
    return f"指标{number(weights)}分"
