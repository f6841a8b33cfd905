"""The spend plan: the same in prose and table, rising, ending at 100."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from plumbline.kernel.plans.document import PlanDocument, Project, ProjectStatement, SpendPoint
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, number, statements


def sound(points: tuple[SpendPoint, ...]) -> bool:
    """Days and percents rise, and the last percent is 100."""
    days = [p.day for p in points]
    percents = [p.percent for p in points]
    rising = all(a < b for a, b in pairwise(days)) and percents == sorted(percents)
    return bool(points) and rising and percents[-1] == Decimal(100)


def _lines(*plans: ProjectStatement) -> tuple[int, ...]:
    return at(*(max(point.lines) for s in plans for point in s.spend_points if point.lines))


def _said(statement: ProjectStatement) -> str:
    return "/".join(number(p.percent) for p in statement.spend_points)


def _both(document: PlanDocument) -> Iterator[tuple[Project, ProjectStatement, ProjectStatement]]:
    for project in document.projects:
        text, table = project.text, project.table
        if text and table and text.spend_points and table.spend_points:
            yield project, text, table


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
        lines = at(*(n for pair in right for n in _lines(*pair)))
        plans = "；".join(dict.fromkeys(_said(text) for text, _ in right))
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
        if not _same(text, table):
            message = f"项目“{project.name}”支出计划：文字{_said(text)}，表{_said(table)}"
            yield Finding("plan-equal", "error", _lines(text, table), message)


@rule(
    id="plan-shape",
    severity="error",
    title="资金支出计划不递增或末期不是100%",
    why="累计支出进度只能增加，年末应为100%。",
    mend="按累计数重填支出计划，末期填100%。",
)
def misshapen(document: PlanDocument) -> Iterator[Finding]:
    """A plan that falls, repeats a day, or ends elsewhere than at 100."""
    for statement in statements(document):
        if statement.spend_points and not sound(statement.spend_points) and statement.complete:
            message = f"项目“{statement.name}”支出计划为{_said(statement)}，应逐期递增、末期100%"
            yield Finding("plan-shape", "error", _lines(statement), message)
