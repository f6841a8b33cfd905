"""The weights of a level's indicators are the level's declared weight."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, name_line, number, statements, unfinished
from plumbline.kernel.plans.wording import level1


def _by_level(statement: ProjectStatement) -> Iterator[tuple[str, Decimal, Decimal, tuple[int, ...]]]:
    """(level 1, declared, sum of its indicators, lines) where every indicator of it has a weight."""
    for name, declared in statement.levels.items():
        rows = [i for i in statement.indicators if level1(i.level1) == level1(name)]
        named = [i for i in rows if i.level3 or i.weight is not None]
        weights = [i.weight for i in named if i.weight is not None]
        cut = any(unfinished(statement, i) for i in rows) or (
            rows and not statement.complete and rows[-1] is statement.indicators[-1]
        )
        if weights and len(weights) == len(named) and not cut:
            lines = at(*(i.spans.get("weight") or name_line(i) for i in named))
            yield name, declared, sum(weights, Decimal(0)), lines


@rule(
    id="level-sum",
    severity="confirmed",
    title="各一级指标的分值等于所含指标之和",
    why="一级指标写明的分值由所含指标加总而来。",
    mend="无需整改。",
)
def level_confirm(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement with all levels that add up."""
    for statement in statements(document):
        right = [row for row in _by_level(statement) if row[1] == row[2]]
        if right:
            said = "、".join(f"{name}{number(declared)}" for name, declared, _, _ in right)
            lines = at(*(n for *_, numbers in right for n in numbers))
            yield Finding(
                "level-sum", "confirmed", lines, f"项目“{statement.name}”：{said}与所含指标之和一致"
            )


@rule(
    id="level-sum",
    severity="error",
    title="一级指标的分值不等于所含指标之和",
    why="写明的分值与明细不符，得分上限不确定。",
    mend="改正一级指标分值或所含指标的分值。",
)
def level_contradict(document: PlanDocument) -> Iterator[Finding]:
    """One finding a level."""
    for statement in statements(document):
        for name, declared, total, lines in _by_level(statement):
            if declared != total:
                message = (
                    f"项目“{statement.name}”{name}写{number(declared)}分，所含指标相加为{number(total)}分"
                )
                yield Finding("level-sum", "error", lines, message)
