"""The score of the execution follows from its rate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.executing import agrees, rated
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, number


@rule(
    id="execution-score",
    severity="warning",
    title="预算执行得分与执行率不符",
    why="预算执行得分 = 执行率 × 分值，不超过分值。",
    mend="按执行率重新计算得分；本地另有档次规定的写明依据。",
)
def score(document: PlanDocument) -> Iterator[Finding]:
    """A score that differs from rate × weight by more than 0.1."""
    for _, row, stated, computed in rated(document):
        if row.weight is None or row.score is None or not agrees(stated, computed):
            continue
        due = min(computed, Decimal(100)) * row.weight / 100
        if abs(due - row.score) > Decimal("0.1"):
            said = (
                f"执行率{number(stated)}%，分值{number(row.weight)}，应得{due:.2f}分，写{number(row.score)}分"
            )
            message = f"{row.name}：{said}"
            yield Finding("execution-score", "warning", at(*row.lines), message)
