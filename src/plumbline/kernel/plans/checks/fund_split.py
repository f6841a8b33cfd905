"""The budget of a table is the sum of its funds; an empty fund counts as 0."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.executing import fund_rows, mismatch
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import amount_line, at, money, statements, yuan
from plumbline.kernel.plans.wording import plain


def _split(document: PlanDocument) -> Iterator[tuple[ProjectStatement, Decimal, list[Decimal]]]:
    """Statements with a budget and at least one fund in numbers: (statement, budget, funds)."""
    for statement in statements(document, "table"):
        names = [plain(f.name) for f in fund_rows(statement.funds)]
        values = [f.yuan for f in fund_rows(statement.funds) if f.yuan is not None]
        if len(set(names)) < len(names):
            continue  # mid-term and yearly funds side by side: which belong to the budget is not said
        if statement.budget and statement.budget.yuan is not None and values:
            yield statement, statement.budget.yuan, values


def _lines(statement: ProjectStatement) -> tuple[int, ...]:
    return at(amount_line(statement.budget), *map(amount_line, fund_rows(statement.funds)))


@rule(
    id="fund-split",
    severity="confirmed",
    title="预算数等于各项资金之和",
    why="预算数由财政资金和其他资金构成。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """Budget = sum of funds, all such tables together."""
    right = [s for s, budget, funds in _split(document) if budget == sum(funds, Decimal(0))]
    if right:
        lines = at(*(n for s in right for n in _lines(s)))
        message = f"{len(right)}张表的预算数 = 财政资金 + 其他资金（空白按0计）"
        yield Finding("fund-split", "confirmed", lines, message)


@rule(
    id="fund-split",
    severity="error",
    title="预算数不等于各项资金之和",
    why="资金来源与预算数不符，执行时无法分清用的是哪笔钱。",
    mend="核对财政资金、其他资金和预算数，改正错误的一处。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """Budget ≠ sum of funds."""
    for statement, budget, funds in _split(document):
        if mismatch(budget, funds, statement.funds):
            total = sum(funds, Decimal(0))
            parts = " + ".join(f"{f.name}{yuan(f) or '空白'}" for f in fund_rows(statement.funds))
            message = f"项目“{statement.name}”：预算数{money(budget)}，{parts} = {money(total)}"
            yield Finding("fund-split", "error", _lines(statement), message)
