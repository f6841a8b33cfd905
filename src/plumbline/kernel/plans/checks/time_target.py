"""A time indicator whose value names no day, no span of time and no share."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.checks.unit_missing import named_unit
from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, indicators, name_line, target_line
from plumbline.kernel.plans.wording import bare, has, level2, quoted, words


def is_timeless(indicator: Indicator) -> bool:
    """Whether a time indicator has neither day nor time unit nor percentage."""
    target = indicator.target
    if level2(indicator.level2) != "时效" or target.kind in ("date", "empty"):
        return False
    unit = target.unit or named_unit(indicator) or ""
    measured = unit in words("time_unit") or unit in words("ratio_unit") or unit in words("count_unit")
    return target.kind != "quantitative" or not (measured or unit.split("/")[-1] in words("time_unit"))


def _lines(indicator: Indicator) -> tuple[int | None, ...]:
    """The name; the value too where name or description promise a deadline that it does not give."""
    texts = (bare(indicator.level3), bare(indicator.description))
    promised = any(has("deadline", text) for text in texts)
    return (name_line(indicator), target_line(indicator)) if promised else (name_line(indicator),)


@rule(
    id="time-target",
    severity="warning",
    title="时效指标没有日期或时限",
    why="时效要看什么时候完成；没有日期、时限或按时率就无法判断早晚。",
    mend="写明日期（如“2023年11月30日前”）、时限（如“≤2小时”）或按时率。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such indicators of the document together."""
    found = [i for _, i in indicators(document) if is_timeless(i)]
    if found:
        said = quoted(f"{called(i)} {i.target.raw}" for i in found)
        lines = at(*(n for i in found for n in _lines(i)))
        yield Finding("time-target", "warning", lines, f"时效指标没有日期或时限：{said}")
