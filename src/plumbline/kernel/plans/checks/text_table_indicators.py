"""Prose and table of one project list the same indicators."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, Project, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, name_line, start, unfinished
from plumbline.kernel.plans.wording import bare, quoted


def _names(statement: ProjectStatement) -> set[str]:
    return {name for i in statement.indicators if not unfinished(statement, i) and (name := bare(i.level3))}


def _pairs(document: PlanDocument) -> Iterator[tuple[Project, ProjectStatement, ProjectStatement]]:
    for project in document.projects:
        text, table = project.text, project.table
        if text and table and _names(text) and _names(table):
            yield project, text, table


def _first_row(statement: ProjectStatement) -> int | None:
    first = statement.indicators[0]
    return field_line(first, "level1") or min(first.lines, default=None)


@rule(
    id="text-table-indicators",
    severity="error",
    title="文字与表的三级指标不一致",
    why="同一项目有两套指标，考核时不知道以哪套为准。",
    mend="确定一套指标，文字与表都按它填写。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """Projects with nothing in common together; each project with a partial difference by itself."""
    apart: list[tuple[ProjectStatement, ProjectStatement]] = []
    for project, text, table in _pairs(document):
        told, listed = _names(text), _names(table)
        if not told & listed:
            apart.append((text, table))
        elif difference := _difference(project, text, table):
            yield difference
    if apart:
        lines = at(*(n for text, table in apart for n in (start(text), _first_row(table))))
        said = "、".join(f"“{b.name}”{len(a.indicators)}对{len(b.indicators)}" for a, b in apart)
        message = f"同一项目文字与表的三级指标没有一个相同：{said}"
        yield Finding("text-table-indicators", "error", lines, message)


def _difference(project: Project, text: ProjectStatement, table: ProjectStatement) -> Finding | None:
    """What one place has and the other lacks; what a broken-off place lacks may stand beyond the break."""
    told, listed = _names(text), _names(table)
    only_told = told - listed if table.complete else set()
    only_listed = listed - told if text.complete else set()
    if not only_told and not only_listed:
        return None
    rows = (name_line(i) for i in table.indicators if bare(i.level3) in only_listed)
    parts = [f"文字有而表没有{quoted(sorted(only_told))}"] * bool(only_told)
    parts += [f"表有而文字没有{quoted(sorted(only_listed))}"] * bool(only_listed)
    message = f"项目“{project.name}”：{'；'.join(parts)}"
    return Finding("text-table-indicators", "error", at(start(text), *rows), message)
