"""A spend plan that falls, repeats a day, or ends elsewhere than at 100."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.spend_plans import plan_lines, plan_said, sound


@rule(
    id="plan-shape",
    severity="error",
    title="资金支出计划不递增或末期不是100%",
    why="累计支出进度只能增加，年末应为100%。",
    mend="按累计数重填支出计划，末期填100%。",
)
def misshapen(document: PlanDocument) -> Iterator[Finding]:
    """A plan that falls, repeats a day, or ends elsewhere than at 100; equal ones of a project together."""
    for project in document.projects:
        wrong: dict[str, list[ProjectStatement]] = {}
        for statement in project.statements:
            if statement.spend_points and not sound(statement.spend_points) and statement.complete:
                wrong.setdefault(plan_said(statement), []).append(statement)
        for said, plans in wrong.items():
            message = f"项目“{project.name}”支出计划为{said}，应逐期递增、末期100%"
            yield Finding("plan-shape", "error", plan_lines(*plans), message)
