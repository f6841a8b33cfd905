"""A category that holds one project: the category's total is that project's budget."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.categories import by_category
from plumbline.kernel.plans.document import Amount, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import amount_line, at, yuan


def _pairs(document: PlanDocument) -> Iterator[tuple[Amount, str, Amount]]:
    for total, projects in by_category(document):
        if len(projects) == 1 and projects[0].budget is not None:
            yield total, projects[0].name, projects[0].budget


@rule(
    id="amount-equal",
    severity="confirmed",
    title="类别合计与其唯一项目的预算一致",
    why="类别下只有一个项目时，两处金额必须相等。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """Category total = budget of its one project."""
    for total, name, budget in _pairs(document):
        if total.yuan == budget.yuan:
            lines = at(amount_line(total), amount_line(budget))
            yield Finding("amount-equal", "confirmed", lines, f"{total.name}{yuan(total)} = 项目“{name}”预算")


@rule(
    id="amount-equal",
    severity="error",
    title="类别合计与其唯一项目的预算不一致",
    why="类别下只有一个项目时，两处金额必须相等，否则无法确定批复数。",
    mend="对照预算批复，改正两处金额中错误的一处。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """Category total ≠ budget of its one project."""
    for total, name, budget in _pairs(document):
        if total.yuan != budget.yuan:
            lines = at(amount_line(total), amount_line(budget))
            message = f"{total.name}写{yuan(total)}，其唯一项目“{name}”写{yuan(budget)}"
            yield Finding("amount-equal", "error", lines, message)
