"""The row of the whole budget is the sum of the rows of its funds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import Amount, Execution, PlanDocument, ProjectStatement
from plumbline.kernel.plans.executing import fund_rows, mismatch, total_row
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, head_line, money, number, statements

_COLUMNS: tuple[tuple[str, Callable[[Execution], Amount | None]], ...] = (
    ("年初预算数", lambda row: row.initial),
    ("全年预算数", lambda row: row.adjusted),
    ("执行数", lambda row: row.executed),
)


def _columns(statement: ProjectStatement) -> Iterator[tuple[str, Decimal, list[Decimal]]]:
    """(column, total, parts) of the execution block."""
    whole = total_row(statement)
    parts = fund_rows(statement.execution)
    for name, pick in _COLUMNS:
        total = pick(whole) if whole else None
        values = [a.yuan for e in parts if (a := pick(e)) is not None and a.yuan is not None]
        if total is not None and total.yuan is not None and values:
            yield name, total.yuan, values


@rule(
    id="funds-total",
    severity="confirmed",
    title="资金总额等于各项资金之和",
    why="总额行由财政拨款、结转和其他资金加总而来。",
    mend="无需整改。",
)
def funds_right(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement whose columns all add up."""
    for statement in statements(document):
        columns = list(_columns(statement))
        if columns and all(total == sum(parts, Decimal(0)) for _, total, parts in columns):
            names = "、".join(name for name, *_ in columns)
            lines = at(*(n for e in statement.execution for n in e.lines))
            message = f"项目“{statement.name}”{names}的总额等于各项资金之和"
            yield Finding("funds-total", "confirmed", lines, message)


@rule(
    id="funds-total",
    severity="error",
    title="资金总额与各项资金之和不符",
    why="总额行填错或漏填，执行率和得分随之出错。",
    mend="按各项资金重新加总，改正总额行和执行率。",
)
def funds_wrong(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement with the columns that do not add up."""
    for statement in statements(document):
        rows = fund_rows(statement.execution)
        wrong = [(n, t, p) for n, t, p in _columns(statement) if mismatch(t, p, rows)]
        if wrong:
            said = "；".join(
                f"{name}总额{money(total)}，各项之和{money(sum(parts, Decimal(0)))}"
                for name, total, parts in wrong
            )
            whole = total_row(statement)
            if whole and whole.rate is not None:
                score = f"，得{number(whole.score)}分" if whole.score is not None else ""
                said += f"；总额行执行率写{number(whole.rate)}%{score}"
            lines = at(*(n for e in statement.execution for n in e.lines))
            yield Finding("funds-total", "error", lines or at(head_line(statement)), said)
