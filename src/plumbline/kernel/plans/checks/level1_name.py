"""One level-1 indicator under two spellings (效果指标, 效益指标)."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, statements
from plumbline.kernel.plans.wording import level1, plain, quoted


def _spelling(indicator: Indicator) -> str:
    """The level-1 name with its ending 指标, without anything in brackets."""
    return plain(indicator.level1).split("（")[0].split("(")[0].removesuffix("指标") + "指标"


@rule(
    id="level1-name",
    severity="error",
    title="同一个一级指标有两种写法",
    why="一级指标名称是固定的，写法不一会被当成两类，分值无法汇总。",
    mend="统一用“产出指标、效益指标、满意度指标”（2021年后另有“成本指标”）。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding a level-1 indicator that is spelled in several ways; the first place a statement."""
    places: dict[str, dict[str, list[int | None]]] = {}
    for statement in statements(document):
        seen: set[str] = set()
        for indicator in statement.indicators:
            spelling = _spelling(indicator)
            if not plain(indicator.level1) or spelling in seen:
                continue
            seen.add(spelling)
            line = field_line(indicator, "level1") or min(indicator.lines, default=None)
            places.setdefault(level1(spelling), {}).setdefault(spelling, []).append(line)
    for spellings in places.values():
        if len(spellings) > 1:
            lines = at(*(n for numbers in spellings.values() for n in numbers))
            yield Finding("level1-name", "error", lines, f"同一个一级指标写成{quoted(spellings)}")
