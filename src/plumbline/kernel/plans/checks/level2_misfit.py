"""An indicator filed under a level 2 that measures something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from plumbline.kernel.plans.document import Indicator, Origin, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, indicators, name_line
from plumbline.kernel.plans.polarity import polarity
from plumbline.kernel.plans.wording import bare, level2, quoted, vocabulary

_PLACES: tuple[tuple[Origin, str], ...] = (("text", "文字"), ("table", "表"))


@cache
def _foreign(name: str) -> re.Pattern[str] | None:
    """Words and endings that do not belong to a level 2."""
    listed = vocabulary()["level2_misfit"].get(name)
    return re.compile("|".join(listed)) if listed else None


def _is_misfiled(indicator: Indicator) -> bool:
    pattern = _foreign(level2(indicator.level2))
    name = bare(indicator.level3) or bare(indicator.description)
    if pattern is None or polarity(name) == "lower":
        return False  # 故障次数 is a matter of quality
    return pattern.search(name) is not None


@rule(
    id="level2-misfit",
    severity="warning",
    title="指标归错二级指标",
    why="比率归入数量、完成率归入质量、及时性归入经济效益，会使各类分值失真。",
    mend="按指标衡量的内容移到对应的二级指标。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such indicators of the prose together, and all of the tables."""
    for origin, where in _PLACES:
        found = [i for _, i in indicators(document, origin) if _is_misfiled(i)]
        if found:
            said = quoted((f"{called(i)}（{i.level2}）" for i in found), most=8)
            yield Finding(
                "level2-misfit", "warning", at(*map(name_line, found)), f"{where}中归类不当：{said}"
            )
