"""One indicator name, two units."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, indicators, name_line, target_line
from plumbline.kernel.plans.wording import bare, level2, quoted


def conflicts(document: PlanDocument) -> list[list[Indicator]]:
    """Groups of indicators of one name and one level 2 whose values have different units."""
    groups: dict[tuple[str, str], list[Indicator]] = {}
    for _, indicator in indicators(document):
        name = bare(indicator.level3)
        if name and indicator.target.kind == "quantitative" and indicator.target.unit:
            groups.setdefault((name, level2(indicator.level2)), []).append(indicator)
    return [found for found in groups.values() if len({i.target.unit for i in found}) > 1]


def in_conflict(document: PlanDocument) -> set[int]:
    """The identities (`id`) of all indicators in a conflict."""
    return {id(i) for found in conflicts(document) for i in found}


@rule(
    id="unit-conflict",
    severity="error",
    title="同名指标的单位不同",
    why="同一指标一处按次数、一处按比率，无法汇总，也无法比较。",
    mend="统一单位：次数用“次”，比率用“%”并写明分母。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding a name."""
    for found in conflicts(document):
        lines = at(*(n for i in found for n in (name_line(i), target_line(i))))
        said = quoted(i.target.raw for i in found)
        yield Finding("unit-conflict", "error", lines, f"同名指标“{found[0].level3}”的值单位不同：{said}")
