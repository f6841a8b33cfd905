"""An indicator without its level-3 name."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, statements
from plumbline.kernel.plans.wording import plain, quoted


@rule(
    id="name-missing",
    severity="error",
    title="三级指标没有名称",
    why="没有名称的指标无法引用，也无法与上年比较。",
    mend="补写三级指标名称，描述只用来说明口径。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """Indicators with a description or a value but no name where others have one; one finding a project."""
    for statement in statements(document):
        if not any(plain(i.level3) for i in statement.indicators):
            continue
        nameless = [
            i
            for i in statement.indicators
            if not plain(i.level3) and (plain(i.description) or i.target.kind != "empty")
        ]
        if nameless:
            lines = at(*(field_line(i, "description") or min(i.lines, default=None) for i in nameless))
            said = quoted(i.description or f"{i.level2} {i.target.raw}" for i in nameless)
            yield Finding("name-missing", "error", lines, f"{said}缺三级指标名称")
