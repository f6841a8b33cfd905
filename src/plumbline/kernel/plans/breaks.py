"""Where a plan breaks off: what a reader sees in one table only its sister tables can tell.

A text that is cut between two rows ends like any other. But when it ends inside its last table, and
that table's last row lacks cells, or it lacks a level 1, that all its sisters have, it was cut.
"""

from __future__ import annotations

from dataclasses import replace

from plumbline.kernel.plans.document import Indicator, PlanDocument, Project, ProjectStatement
from plumbline.kernel.plans.places import start, statements
from plumbline.kernel.plans.wording import level1, plain


def marked(document: PlanDocument) -> PlanDocument:
    """The document, with its last table marked as incomplete where its sisters show that it is."""
    tables = statements(document, "table")
    if (
        len(tables) < 2
        or not _ends_in(document, tables[-1])
        or not _is_cut(document, tables[-1], tables[:-1])
    ):
        return document
    last = tables[-1]
    projects = tuple(
        Project(tuple(replace(s, complete=False) if s is last else s for s in project.statements))
        for project in document.projects
    )
    return replace(document, projects=projects)


def _ends_in(document: PlanDocument, table: ProjectStatement) -> bool:
    """Whether nothing follows the table in the document."""
    last = next((line.number for line in reversed(document.source.lines) if plain(line.text)), 0)
    return bool(table.lines) and (start(table) or 0) <= last <= table.lines[-1]


def _is_cut(document: PlanDocument, table: ProjectStatement, sisters: list[ProjectStatement]) -> bool:
    if not table.complete or not table.indicators or not all(s.indicators for s in sisters):
        return False
    usual = set.intersection(*(_filled(s.indicators[-1]) for s in sisters))
    lacking = usual - _filled(table.indicators[-1])
    if len(lacking) > 1 or (lacking and (document.layout == "county_text" or "target" in lacking)):
        return True
    shared = set.intersection(*(_levels(s) for s in sisters))
    return len(sisters) > 1 and bool(shared - _levels(table))


def _filled(indicator: Indicator) -> set[str]:
    """The cells of a row that have something in them."""
    cells = {
        "description": plain(indicator.description),
        "target": plain(indicator.target.raw),
        "basis": plain(indicator.basis),
        "weight": indicator.weight,
    }
    return {name for name, value in cells.items() if value not in (None, "")}


def _levels(statement: ProjectStatement) -> set[str]:
    return {level1(i.level1) for i in statement.indicators}
