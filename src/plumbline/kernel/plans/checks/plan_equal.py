"""The spend plan is the same in prose and table."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, Project, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at
from plumbline.kernel.plans.spend_plans import plan_lines, plan_said, sound


def _both(document: PlanDocument) -> Iterator[tuple[Project, ProjectStatement, ProjectStatement]]:
    for project in document.projects:
        text, table = project.text, project.table
        if text and table and text.spend_points and table.spend_points:
            yield project, text, table


def _is_cut(text: ProjectStatement, table: ProjectStatement) -> bool:
    """Whether one is the beginning of the other and breaks off there."""
    told, listed = ([p.percent for p in s.spend_points] for s in (text, table))
    shorter, longer = (table, told) if len(listed) < len(told) else (text, listed)
    return (
        not shorter.complete
        and [p.percent for p in shorter.spend_points] == longer[: len(shorter.spend_points)]
    )


def _same(text: ProjectStatement, table: ProjectStatement) -> bool:
    return [(p.day, p.percent) for p in text.spend_points] == [(p.day, p.percent) for p in table.spend_points]


@rule(
    id="plan-equal",
    severity="confirmed",
    title="资金支出计划文字与表一致",
    why="支出计划逐期递增、末期为100%，并在文字和表里相同。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """Equal, rising plans that end at 100, all together."""
    right = [(a, b) for _, a, b in _both(document) if _same(a, b) and sound(a.spend_points)]
    if right:
        lines = at(*(n for pair in right for n in plan_lines(*pair)))
        plans = "；".join(dict.fromkeys(plan_said(text) for text, _ in right))
        message = f"{len(right)}个项目的支出计划文字与表一致，逐期递增，末期100%（{plans}）"
        yield Finding("plan-equal", "confirmed", lines, message)


@rule(
    id="plan-equal",
    severity="error",
    title="资金支出计划文字与表不一致",
    why="支出进度是监控的依据，两处不同就无法判断是否滞后。",
    mend="确定一份支出计划，文字与表都按它填写。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """Different plans in prose and table."""
    for project, text, table in _both(document):
        if not _same(text, table) and not _is_cut(text, table):
            told, listed = plan_said(text, days=True), plan_said(table, days=True)
            message = f"项目“{project.name}”支出计划：文字{told}，表{listed}"
            yield Finding("plan-equal", "error", plan_lines(text, table), message)
