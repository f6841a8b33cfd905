"""The rate of execution is executed over budget."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import Execution, PlanDocument
from plumbline.kernel.plans.executing import agrees, fraction, rated
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, number


@rule(
    id="execution-rate",
    severity="confirmed",
    title="预算执行率计算正确",
    why="执行率 = 执行数 ÷ 全年（调整后）预算数。",
    mend="无需整改。",
)
def rate_right(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement with all rows whose rate is right."""
    right: dict[int, list[tuple[Execution, Decimal]]] = {}
    for statement, row, stated, computed in rated(document):
        if agrees(stated, computed):
            right.setdefault(id(statement), []).append((row, stated))
    for rows in right.values():
        said = "；".join(f"{fraction(row)} = {number(stated)}%" for row, stated in rows)
        lines = at(*(n for row, _ in rows for n in row.lines))
        yield Finding("execution-rate", "confirmed", lines, said)


@rule(
    id="execution-rate",
    severity="error",
    title="预算执行率计算有误",
    why="执行率直接决定预算执行得分。",
    mend="按“执行数 ÷ 全年预算数”重新计算。",
)
def rate_wrong(document: PlanDocument) -> Iterator[Finding]:
    """One finding a row."""
    for _, row, stated, computed in rated(document):
        if not agrees(stated, computed):
            message = f"{row.name}：写{number(stated)}%，{fraction(row)} = {computed:.2f}%"
            yield Finding("execution-rate", "error", at(*row.lines), message)
