"""An indicator without a weight among others with one."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, name_line, statements, unfinished
from plumbline.kernel.plans.wording import quoted


@rule(
    id="weight-missing",
    severity="warning",
    title="部分指标没有分值",
    why="有的指标有分值、有的没有，没有分值的指标不会被计分。",
    mend="为每个指标填写分值。",
)
def missing(document: PlanDocument) -> Iterator[Finding]:
    """Named indicators without a weight among others with one; one finding a statement."""
    for statement in statements(document):
        if not any(i.weight is not None for i in statement.indicators):
            continue
        found = [
            i for i in statement.indicators if i.level3 and i.weight is None and not unfinished(statement, i)
        ]
        if found and statement.complete:
            lines = at(*map(name_line, found))
            yield Finding(
                "weight-missing", "warning", lines, f"{quoted(i.level3 or '' for i in found)}没有分值"
            )
