"""A level-2 name under another level 1 than its own."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, indicators
from plumbline.kernel.plans.wording import level1, level2, quoted, standard_level2, vocabulary


def _line(indicator: Indicator) -> int | None:
    return field_line(indicator, "level2") or min(indicator.lines, default=None)


def _misplaced(indicator: Indicator) -> bool:
    """Standard, but not under this level 1; 成本 may stand under 产出 or by itself."""
    name, system = level2(indicator.level2), vocabulary()["level2"]
    owner = level1(indicator.level1)
    return name in standard_level2() and owner in system and name not in system[owner]


@rule(
    id="level2-level1",
    severity="error",
    title="二级指标归错一级指标",
    why="数量、质量、时效属于产出；经济、社会、生态效益和可持续影响属于效益。归错会使分值错位。",
    mend="把该指标移到正确的一级指标下。",
)
def misplaced(document: PlanDocument) -> Iterator[Finding]:
    """All such indicators of the document together."""
    found = [i for _, i in indicators(document) if _misplaced(i)]
    if found:
        said = quoted(f"{i.level1}-{i.level2}" for i in found)
        yield Finding("level2-level1", "error", at(*map(_line, found)), f"{said}归类有误")
