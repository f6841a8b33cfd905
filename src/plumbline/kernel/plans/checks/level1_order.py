"""Level-1 indicators out of their order."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import (
    at,
    called,
    field_line,
    statements,
)
from plumbline.kernel.plans.wording import level1, quoted

_ORDER = {"产出指标": 0, "效益指标": 1, "满意度指标": 2}


@rule(
    id="level1-order",
    severity="warning",
    title="一级指标没有按产出、效益、满意度排列",
    why="次序混乱时容易漏看，也不便与上年比较。",
    mend="按产出、效益、满意度的次序重新排列。",
)
def order(document: PlanDocument) -> Iterator[Finding]:
    """Rows whose level 1 comes before that of a row above; one finding a statement."""
    for statement in statements(document, "table"):
        highest, found = 0, []
        for indicator in statement.indicators:
            place = _ORDER.get(level1(indicator.level1), highest)
            if place < highest:
                found.append(indicator)
            highest = max(highest, place)
        if found:
            lines = at(*(field_line(i, "level1") or min(i.lines, default=None) for i in found))
            said = quoted(f"{i.level1}-{called(i)}" for i in found)
            yield Finding(
                "level1-order", "warning", lines, f"项目“{statement.name}”：{said}排在后一级指标之后"
            )
