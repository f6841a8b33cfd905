"""A project without any indicator."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, head_line


@rule(
    id="no-indicators",
    severity="error",
    title="项目没有绩效指标",
    why="没有指标的项目无法监控，也无法评价。",
    mend="为项目填写产出、效益、满意度指标。",
)
def none(document: PlanDocument) -> Iterator[Finding]:
    """Projects of which no statement has an indicator."""
    for project in document.projects:
        if not project.indicators and project.budget is not None:
            line = head_line(project.statements[0])
            yield Finding("no-indicators", "error", at(line), f"项目“{project.name}”没有绩效指标")
