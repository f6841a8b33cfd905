"""A named indicator without a value."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.checks.truncated import breaks_off
from plumbline.kernel.plans.document import Indicator, PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import (
    at,
    target_line,
)
from plumbline.kernel.plans.wording import plain, quoted


def _last(statement: ProjectStatement, indicator: Indicator) -> bool:
    """Whether the statement breaks off at this row."""
    return breaks_off(statement) and indicator is statement.indicators[-1]


@rule(
    id="value-missing",
    severity="error",
    title="三级指标没有指标值",
    why="没有指标值就没有目标，无法评分。",
    mend="补填指标值。",
)
def valueless(document: PlanDocument) -> Iterator[Finding]:
    """Named indicators with an empty value, other than the one at which a statement breaks off."""
    for project in document.projects:
        found = [
            i
            for statement in project.statements
            for i in statement.indicators
            if plain(i.level3) and i.target.kind == "empty" and not _last(statement, i)
        ]
        if found:
            lines = at(*map(target_line, found))
            yield Finding(
                "value-missing", "error", lines, f"{quoted(i.level3 or '' for i in found)}没有指标值"
            )
