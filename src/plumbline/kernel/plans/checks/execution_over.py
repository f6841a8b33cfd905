"""More spent than there was."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.executing import fraction, rate_of
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, statements


@rule(
    id="execution-over",
    severity="error",
    title="执行数超过预算数",
    why="支出不能超过预算；超出说明预算调整没有填，或金额单位写错。",
    mend="核对执行数和单位；有调整预算的填写调整后预算数。",
)
def over(document: PlanDocument) -> Iterator[Finding]:
    """One finding a row that spent more than it had; rows of a budget of 0 are left to the totals."""
    for statement in statements(document):
        for row in statement.execution:
            rate = rate_of(row)
            if rate is not None and rate > 100:
                yield Finding(
                    "execution-over", "error", at(*row.lines), f"{row.name}：{fraction(row)} = {rate:.2f}%"
                )
