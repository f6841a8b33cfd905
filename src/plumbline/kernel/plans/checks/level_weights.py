"""Declared weights of the levels are 100 together with the execution of the budget."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, head_line, number
from plumbline.kernel.plans.weighing import EXECUTION, adds_up, declared_sums, weights_said
from plumbline.kernel.plans.wording import level1

_HUNDRED, _EXECUTION = Decimal(100), Decimal(10)


@rule(
    id="level-weights",
    severity="error",
    title="一级指标分值之和不是100分",
    why="一级指标分值加预算执行分值应为100分，否则总分无效。",
    mend="按规定重新分配一级指标分值（如产出50、效益30、满意度10，预算执行10）。",
)
def levels(document: PlanDocument) -> Iterator[Finding]:
    """Declared weights of the levels with the execution ≠ 100."""
    for statement, total, execution in declared_sums(document):
        if not adds_up(total, execution) and statement.complete | (total + execution > _HUNDRED):
            parts = "、".join(
                f"{name}{number(weight)}" for name, weight in statement.levels.items() if name != EXECUTION
            )
            stated = statement.total_weight
            told = f"，合计却写{number(stated)}分" if stated and stated != total + execution else ""
            yield Finding(
                "level-weights",
                "error",
                _level_lines(statement),
                f"项目“{statement.name}”一级指标{parts}，{weights_said(total, execution)}{told}",
            )


def _level_lines(statement: ProjectStatement) -> tuple[int, ...]:
    first: dict[str, int | None] = {}
    for indicator in statement.indicators:
        line = field_line(indicator, "level1") or min(indicator.lines, default=None)
        first.setdefault(level1(indicator.level1), line)
    return at(*first.values(), statement.spans.get("total_weight")) or at(head_line(statement))
