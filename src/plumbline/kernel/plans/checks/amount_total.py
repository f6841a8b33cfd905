"""All categories together are all projects together, and the grand total where one is stated."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.categories import by_category, categories, grand_total
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import amount_line, at, money


def _projects(document: PlanDocument) -> Decimal | None:
    """The sum of all budgets; None when a project has none."""
    budgets = [p.budget for p in document.projects]
    if not budgets or any(b is None or b.yuan is None for b in budgets):
        return None
    return sum((b.yuan for b in budgets if b and b.yuan is not None), Decimal(0))


def _categories(document: PlanDocument) -> Decimal | None:
    """The sum of all category totals; None when there are fewer than two."""
    totals = categories(document)
    return sum((t.yuan for t in totals if t.yuan is not None), Decimal(0)) if len(totals) > 1 else None


def _classes(document: PlanDocument) -> str:
    count = len(categories(document))
    return f"{count}类" if count else ""


@rule(
    id="amount-total",
    severity="confirmed",
    title="各类合计与全部项目合计一致",
    why="部门总预算等于各类之和，也等于各项目之和。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """Sum of categories = sum of projects = stated total."""
    parts, whole, stated = _categories(document), _projects(document), grand_total(document)
    sums = [v for v in (parts, whole, stated.yuan if stated else None) if v is not None]
    if len(sums) > 1 and len(set(sums)) == 1:
        lines = at(*(amount_line(t) for t in document.totals))
        told = "" if stated else "（文件未写合计）"
        message = f"{_classes(document)}合计{money(sums[0])} = {len(document.projects)}个项目合计{told}"
        yield Finding("amount-total", "confirmed", lines, message)


@rule(
    id="amount-total",
    severity="error",
    title="写明的总额与各类或各项目之和不符",
    why="总额、类别、项目三者应能互相推出，不符说明其中至少一处有误。",
    mend="以预算批复为准改正总额或明细。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """A stated grand total differs, or categories and projects differ where no category shows why."""
    parts, whole, stated = _categories(document), _projects(document), grand_total(document)
    lines = at(*(amount_line(t) for t in document.totals))
    if stated is not None and stated.yuan is not None:
        others = [("各类", parts), ("各项目", whole)]
        wrong = [f"{name}相加为{money(v)}" for name, v in others if v is not None and v != stated.yuan]
        if wrong:
            message = f"总额写{money(stated.yuan)}，{'，'.join(wrong)}"
            yield Finding("amount-total", "error", lines, message)
        return
    placed = all(projects for _, projects in by_category(document))
    if parts is not None and whole is not None and parts != whole and not placed:
        message = f"各类相加为{money(parts)}，各项目相加为{money(whole)}"
        yield Finding("amount-total", "error", lines, message)
