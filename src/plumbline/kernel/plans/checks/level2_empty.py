"""A level-2 row with nothing in it."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.checks.truncated import breaks_off
from plumbline.kernel.plans.document import Indicator, PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import (
    at,
    field_line,
    statements,
)
from plumbline.kernel.plans.wording import plain, quoted


def is_blank(indicator: Indicator) -> bool:
    """A row with its levels and nothing else."""
    return (
        not plain(indicator.level3) and not plain(indicator.description) and indicator.target.kind == "empty"
    )


def _last(statement: ProjectStatement, indicator: Indicator) -> bool:
    """Whether the statement breaks off at this row."""
    return breaks_off(statement) and indicator is statement.indicators[-1]


@rule(
    id="level2-empty",
    severity="warning",
    title="二级指标下没有三级指标",
    why="列了二级指标而没有内容，这一方面就没有考核。",
    mend="补填三级指标；确不适用的删去该行或写明“不适用”。",
)
def empty(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement."""
    for statement in statements(document):
        found = [i for i in statement.indicators if is_blank(i) and not _last(statement, i)]
        if found:
            lines = at(*(field_line(i, "level2") or min(i.lines, default=None) for i in found))
            yield Finding("level2-empty", "warning", lines, f"{quoted(i.level2 for i in found)}一行空白")
