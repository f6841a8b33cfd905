"""The execution block of a self-evaluation or a monitoring form: its rows and their rates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from plumbline.kernel.plans.document import Amount, Execution, PlanDocument, ProjectStatement
from plumbline.kernel.plans.places import statements
from plumbline.kernel.plans.wording import plain

_TOTAL = re.compile(r"总额|合计|总计|小计|资金总")
_NESTED = re.compile(r"^(?:其中[:：])?(?:中央|地方|省级?|市级?|县级?|区级?|本级|上级)")
_WHOLE = re.compile(r"拨款|财政|预算")
_T = TypeVar("_T", Amount, Execution)


_OTHERS = re.compile(r"其他|其它|自有|单位资金|结转|自筹")


def mismatch(total: Decimal, parts: list[Decimal], rows: Iterable[Amount | Execution]) -> bool:
    """The parts exceed the total, or fall short of it where a row for other money closes them.

    A total that is divided twice (by kind of spending and by fund) has parts of twice its value.
    """
    value = sum(parts, Decimal(0))
    if total > 0 and (value == 2 * total or sum(_outer(parts), Decimal(0)) == total):
        return False
    return value > total or (value != total and any(_OTHERS.search(plain(row.name)) for row in rows))


def _outer(parts: list[Decimal]) -> list[Decimal]:
    """The parts without those that only divide the part before them (其中：中央资金, 省级资金)."""
    out: list[Decimal] = []
    index = 0
    while index < len(parts):
        out.append(parts[index])
        end, inner = index + 1, Decimal(0)
        while end < len(parts) and inner < parts[index]:
            inner += parts[end]
            end += 1
        index = end if parts[index] > 0 and inner == parts[index] else index + 1
    return out


def fund_rows(rows: Iterable[_T]) -> list[_T]:
    """The rows of single funds: without totals, and without the levels of government inside a fund.

    Where no row above them stands for the government's money as a whole, they are the funds.
    """
    single = [row for row in rows if not _TOTAL.search(plain(row.name))]
    whole = [row for row in single if not _NESTED.search(plain(row.name))]
    return whole if any(_WHOLE.search(plain(row.name)) for row in whole) else single


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
