"""The amounts inside the use text add up to the budget."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import Amount, PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.itemised import is_open_ended, items
from plumbline.kernel.plans.places import amount_line, at, field_line, money, statements


def _broken_down(document: PlanDocument) -> Iterator[tuple[ProjectStatement, Decimal, list[Amount]]]:
    for statement in statements(document):
        if not statement.use or statement.budget is None or statement.budget.yuan is None:
            continue
        found = [item for item in items(statement.use) if item.yuan is not None]
        if len(found) > 1:
            yield statement, statement.budget.yuan, found


def _total(found: list[Amount]) -> Decimal:
    return sum((item.yuan for item in found if item.yuan is not None), Decimal(0))


def _lines(statement: ProjectStatement) -> tuple[int, ...]:
    return at(amount_line(statement.budget), field_line(statement, "use"))


@rule(
    id="breakdown-sum",
    severity="confirmed",
    title="用途里的分项金额之和等于预算数",
    why="用途写明分项金额时，可以逐项核对。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """Sum of the items = budget."""
    for statement, budget, found in _broken_down(document):
        if _total(found) == budget:
            said = " + ".join(item.raw for item in found)
            message = f"项目“{statement.name}”：{said} = {money(budget)}"
            yield Finding("breakdown-sum", "confirmed", _lines(statement), message)


@rule(
    id="breakdown-sum",
    severity="error",
    title="用途里的分项金额之和不等于预算数",
    why="分项与预算数不符，说明漏列分项或金额写错。",
    mend="逐项核对分项金额，补齐或改正后重新加总。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """Sum of the items ≠ budget."""
    for statement, budget, found in _broken_down(document):
        total = _total(found)
        if total != budget and not is_open_ended(statement.use or ""):
            said = " + ".join(item.raw for item in found)
            message = (
                f"项目“{statement.name}”：{said} = {money(total)}，"
                f"预算数{money(budget)}，相差{money(abs(budget - total))}"
            )
            yield Finding("breakdown-sum", "error", _lines(statement), message)
