"""A level-2 name that the indicator system does not have."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, indicators
from plumbline.kernel.plans.wording import level1, level2, plain, quoted, standard_level2, vocabulary


def _line(indicator: Indicator) -> int | None:
    return field_line(indicator, "level2") or min(indicator.lines, default=None)


def _is_known(indicator: Indicator) -> bool:
    """Whether the level 1 is one of the system; forms for whole departments have others (履职效能…)."""
    return not plain(indicator.level1) or level1(indicator.level1) in vocabulary()["level2"]


@rule(
    id="level2-nonstandard",
    severity="warning",
    title="二级指标名称不规范",
    why="二级指标是固定的分类，自造名称无法归类汇总。",
    mend="改为规定的二级指标，如“服务对象满意度指标”。",
)
def nonstandard(document: PlanDocument) -> Iterator[Finding]:
    """All such names of the document together."""
    found = [
        i
        for _, i in indicators(document)
        if plain(i.level2) and level2(i.level2) not in standard_level2() and _is_known(i)
    ]
    if found:
        message = f"二级指标{quoted(i.level2 for i in found)}不在规定的分类中"
        yield Finding("level2-nonstandard", "warning", at(*map(_line, found)), message)
