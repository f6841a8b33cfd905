"""The subtotal of a unit in a long form is the sum of the projects below it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import Amount, PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import amount_line, at, money, start, statements, yuan


def _below(document: PlanDocument) -> Iterator[tuple[Amount, list[ProjectStatement]]]:
    """Each subtotal with the projects between it and the next one; a subtotal over subtotals is left out."""
    tables = statements(document, "table")
    if statements(document, "text"):
        return
    totals = [(t, line) for t in document.totals if t.yuan is not None and (line := amount_line(t))]
    totals.sort(key=lambda pair: pair[1])
    ends = [*(line for _, line in totals[1:]), 10**9]
    for (total, line), end in zip(totals, ends, strict=False):
        found = [s for s in tables if line < (start(s) or 0) < end or amount_line(s.budget) == line]
        if found and all(s.budget and s.budget.yuan is not None for s in found):
            yield total, found


def _sum(found: list[ProjectStatement]) -> Decimal:
    return sum((s.budget.yuan for s in found if s.budget and s.budget.yuan is not None), Decimal(0))


def _lines(total: Amount, found: list[ProjectStatement]) -> tuple[int, ...]:
    return at(amount_line(total), *(amount_line(s.budget) for s in found))


@rule(
    id="subtotal",
    severity="confirmed",
    title="单位小计等于所列项目之和",
    why="小计由下面各项目的预算加总而来。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """One finding a subtotal."""
    for total, found in _below(document):
        if total.yuan == _sum(found):
            yield Finding(
                "subtotal",
                "confirmed",
                _lines(total, found),
                f"“{total.name}”{yuan(total)} = {len(found)}个项目之和",
            )


@rule(
    id="subtotal",
    severity="note",
    title="单位小计与所列项目之和不同",
    why="表可能只摘录了一部分项目；若是全表，则有项目漏列或金额写错。",
    mend="确认是否为全表；是则核对项目与小计。",
)
def differ(document: PlanDocument) -> Iterator[Finding]:
    """One finding a subtotal."""
    for total, found in _below(document):
        if total.yuan != _sum(found):
            message = f"“{total.name}”小计{yuan(total)}，所列{len(found)}个项目之和{money(_sum(found))}"
            yield Finding("subtotal", "note", _lines(total, found), message)
