"""A description that only repeats the name."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, Origin, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, indicators, name_line
from plumbline.kernel.plans.wording import bare, first_clause, plain, quoted, unrepeated

_PLACES: tuple[tuple[Origin, str], ...] = (("text", "文字"), ("table", "表"))


def repeats_name(indicator: Indicator) -> bool:
    """The description, or its first clause, is the name; a stuttered word does not count."""
    name, description = bare(indicator.level3), bare(indicator.description)
    if not name or not description:
        return False
    return name in (description, unrepeated(description)) or bare(first_clause(description)) == name


@rule(
    id="desc-equals-name",
    severity="warning",
    title="指标描述照抄指标名称",
    why="描述应说明统计口径和计算方法，照抄名称等于没有描述。",
    mend="写明统计什么、怎么计算、数据从哪里来。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such indicators of the prose together, and all of the tables."""
    for origin, where in _PLACES:
        found = [i for _, i in indicators(document, origin) if plain(i.level3) and repeats_name(i)]
        if found:
            message = f"{where}中{len(found)}个指标的描述照抄名称：{quoted(i.level3 or '' for i in found)}"
            yield Finding("desc-equals-name", "warning", at(*map(name_line, found)), message)
