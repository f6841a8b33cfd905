"""A category that holds several projects: the total is the sum of their budgets."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.categories import by_category
from plumbline.kernel.plans.document import Amount, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import amount_line, at, money, number, yuan


def _sums(document: PlanDocument) -> Iterator[tuple[Amount, list[Amount]]]:
    for total, projects in by_category(document):
        budgets = [p.budget for p in projects if p.budget is not None]
        if len(projects) > 1 and len(budgets) == len(projects):
            yield total, budgets


def _said(budgets: list[Amount]) -> tuple[Decimal, str]:
    values = [b.yuan for b in budgets if b.yuan is not None]
    return sum(values, Decimal(0)), " + ".join(number(v) for v in values)


@rule(
    id="amount-sum",
    severity="confirmed",
    title="类别合计等于所含项目预算之和",
    why="类别合计由项目预算加总而来。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """Category total = sum of its projects."""
    for total, budgets in _sums(document):
        value, said = _said(budgets)
        if total.yuan == value:
            lines = at(amount_line(total), *map(amount_line, budgets))
            yield Finding("amount-sum", "confirmed", lines, f"{total.name}{yuan(total)} = {said}")


@rule(
    id="amount-sum",
    severity="error",
    title="类别合计不等于所含项目预算之和",
    why="合计与明细不符，说明有项目漏列、多列或金额写错。",
    mend="逐项核对项目预算与类别合计，改正后重新加总。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """Category total ≠ sum of its projects."""
    for total, budgets in _sums(document):
        value, said = _said(budgets)
        if total.yuan is not None and total.yuan != value:
            lines = at(amount_line(total), *map(amount_line, budgets))
            difference = money(abs(total.yuan - value))
            message = f"{total.name}写{yuan(total)}，项目相加为{said} = {money(value)}，相差{difference}"
            yield Finding("amount-sum", "error", lines, message)
