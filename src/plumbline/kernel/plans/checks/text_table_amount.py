"""The prose and the table of one project give the same budget."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import Amount, PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import amount_line, at, yuan


def _is_there(table: ProjectStatement) -> bool:
    """Whether the table gets as far as its amount; a blank amount of a whole table is there, and wrong."""
    return table.complete or (table.budget is not None and table.budget.yuan is not None)


def _pairs(document: PlanDocument) -> Iterator[tuple[str, Amount, Amount]]:
    for project in document.projects:
        text, table = project.text, project.table
        if text and table and text.budget and table.budget and _is_there(table):
            yield project.name, text.budget, table.budget


@rule(
    id="text-table-amount",
    severity="confirmed",
    title="文字与表的预算数一致",
    why="同一项目在文字和绩效目标表里各写一次金额，应当相同。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """Equal amounts in prose and table."""
    for name, text, table in _pairs(document):
        if text.yuan is not None and text.yuan == table.yuan:
            lines = at(amount_line(text), amount_line(table))
            message = f"项目“{name}”：文字{yuan(text)} = 表{table.raw}"
            yield Finding("text-table-amount", "confirmed", lines, message)


@rule(
    id="text-table-amount",
    severity="error",
    title="文字与表的预算数不一致",
    why="同一项目出现两个预算数，执行率和成本指标无从计算。",
    mend="对照预算批复，把文字与表改为同一金额。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """Different amounts in prose and table, or one of them not a number."""
    for name, text, table in _pairs(document):
        if text.yuan != table.yuan:
            lines = at(amount_line(text), amount_line(table))
            message = f"项目“{name}”：文字写{yuan(text)}，表写{yuan(table) or '空白'}"
            yield Finding("text-table-amount", "error", lines, message)
