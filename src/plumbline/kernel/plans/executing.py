"""The execution block of a self-evaluation or a monitoring form: its rows and their rates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from plumbline.kernel.plans.document import Amount, Execution, PlanDocument, ProjectStatement
from plumbline.kernel.plans.places import statements
from plumbline.kernel.plans.wording import plain

_TOTAL = re.compile(r"总额|合计|总计|小计|^总额|资金总")


def total_row(statement: ProjectStatement) -> Execution | None:
    """The row of the whole budget."""
    return next((e for e in statement.execution if _TOTAL.search(plain(e.name))), None)


def budget_of(row: Execution) -> Decimal | None:
    """The budget that the execution is measured against: the adjusted one, else the initial."""
    for amount in (row.adjusted, row.initial):
        if amount is not None and amount.yuan is not None:
            return amount.yuan
    return None


def rate_of(row: Execution) -> Decimal | None:
    """Executed / budget in percent; None where either is missing or the budget is 0."""
    budget = budget_of(row)
    executed = row.executed.yuan if row.executed else None
    return executed * 100 / budget if budget and executed is not None else None


def agrees(stated: Decimal, computed: Decimal) -> bool:
    """Whether the stated rate is the computed one, rounded to as many places as it has."""
    exponent = stated.as_tuple().exponent
    places = max(-exponent, 0) if isinstance(exponent, int) else 0
    rounded = computed.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return rounded == stated or abs(computed - stated) < Decimal("0.006")


def rated(document: PlanDocument) -> Iterator[tuple[ProjectStatement, Execution, Decimal, Decimal]]:
    for statement in statements(document):
        for row in statement.execution:
            computed = rate_of(row)
            if row.rate is not None and computed is not None:
                yield statement, row, row.rate, computed


def money(amount: Amount | None) -> str:
    return amount.raw or "空白" if amount else "空白"


def fraction(row: Execution) -> str:
    return f"{money(row.executed)}/{money(row.adjusted or row.initial)}"
