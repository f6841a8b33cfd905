"""A level-3 name that only repeats its level."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, indicators, name_line
from plumbline.kernel.plans.wording import level2, plain, standard_level2


@rule(
    id="name-equals-level",
    severity="error",
    title="三级指标照抄了二级或一级指标名称",
    why="名称只重复级别，等于没有指标。",
    mend="写出具体衡量什么，如“节约委托费用”。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding an indicator: name = a standard level name, with 指标 at its end."""
    for _, indicator in indicators(document):
        name = plain(indicator.level3)
        levels = [f for f in ("level1", "level2") if name and name == plain(getattr(indicator, f))]
        if not levels or (level2(name) not in standard_level2() and levels == ["level2"]):
            continue
        if "level1" not in levels and not name.endswith("指标"):
            continue
        same = ["description"] if plain(indicator.description) == name else []
        lines = at(name_line(indicator), *(field_line(indicator, f) for f in levels + same))
        yield Finding("name-equals-level", "error", lines, f"三级指标照抄级别名称“{name}”")
