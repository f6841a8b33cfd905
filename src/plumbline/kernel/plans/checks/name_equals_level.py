"""A level-3 name that only repeats its level."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, by_project, field_line, name_line
from plumbline.kernel.plans.wording import level1, level2, plain, standard_level2, vocabulary


def _levels(indicator: Indicator) -> list[str]:
    """The levels that the name repeats, with or without 指标; 服务对象满意度 is a name in its own right."""
    name, second = plain(indicator.level3), level2(indicator.level2)
    if not name:
        return []
    short = name.removesuffix("指标")
    own_right = "满意度" in short and not name.endswith("指标")
    known = level1(indicator.level1) in vocabulary()["level1"]
    levels = ["level1"] if known and name == plain(indicator.level1) else []
    if short == second and second in standard_level2() and not own_right:
        levels.append("level2")
    return levels


@rule(
    id="name-equals-level",
    severity="error",
    title="三级指标照抄了二级或一级指标名称",
    why="名称只重复级别，等于没有指标。",
    mend="写出具体衡量什么，如“节约委托费用”。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding an indicator of a project: name = the name of its own level."""
    for found in by_project(document):
        named: dict[str, list[int | None]] = {}
        for indicator in found:
            name, levels = plain(indicator.level3), _levels(indicator)
            if not levels:
                continue
            same = ["description"] if plain(indicator.description) == name else []
            lines = (name_line(indicator), *(field_line(indicator, f) for f in levels + same))
            named.setdefault(name, []).extend(lines)
        for name, places in named.items():
            yield Finding("name-equals-level", "error", at(*places), f"三级指标照抄级别名称“{name}”")
