"""Cost as a level 2 of output, where newer guidance has it as a level 1."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import Placed, at, field_line, indicators
from plumbline.kernel.plans.wording import level1, level2

#: 财预〔2021〕101号 came in August 2021: plans from 2022 on could follow it
_FIRST_YEAR = 2022


def _costs(document: PlanDocument) -> list[Placed]:
    return [
        (s, i)
        for s, i in indicators(document)
        if level2(i.level2) == "成本" and level1(i.level1) == "产出指标"
    ]


@rule(
    id="cost-as-level2",
    severity="note",
    title="成本列为产出下的二级指标",
    why="财预〔2021〕101号把成本指标列为一级指标；仍按旧体系填写的，各地口径不同。",
    mend="按本地财政部门的要求，需要时把成本指标列为一级指标。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All cost rows of the tables together; of the prose where there are no tables."""
    if document.year is not None and document.year < _FIRST_YEAR:
        return
    costs = _costs(document)
    shown = [i for s, i in costs if s.origin == "table"] or [i for _, i in costs]
    if shown:
        lines = at(*(field_line(i, "level2") or min(i.lines, default=None) for i in shown))
        yield Finding("cost-as-level2", "note", lines, f"{len(shown)}个成本指标列为产出指标下的二级指标")
