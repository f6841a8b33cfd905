"""Every project of the prose has a table, and every table a paragraph."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, head_line, start, statements
from plumbline.kernel.plans.wording import plain, quoted


def _head_of_tables(document: PlanDocument) -> int | None:
    """The heading of the part with the tables: the last line with text above the first table."""
    tables = statements(document, "table")
    first = head_line(tables[0]) if tables else None
    above = document.source.lines[: (first or 1) - 1]
    return next((line.number for line in reversed(above) if plain(line.text)), None)


@rule(
    id="coverage",
    severity="error",
    title="项目缺少绩效目标表或缺少文字",
    why="每个项目都要有绩效目标表，缺表的项目没有正式的指标可考核。",
    mend="为缺表的项目补填绩效目标表；为缺文字的项目补写分项目标。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """Only for a document that has both prose and tables: projects without a table, then without prose."""
    texts, tables = statements(document, "text"), statements(document, "table")
    if not texts or not tables:
        return
    bare = [p.text for p in document.projects if p.text and not p.table]
    if bare:
        lines = at(*map(start, bare), _head_of_tables(document))
        names = quoted(s.name for s in bare)
        message = f"{len(document.projects)}个项目只有{len(tables)}张表，缺{names}的绩效目标表"
        yield Finding("coverage", "error", lines, message)
    untold = [p.table for p in document.projects if p.table and not p.text]
    if untold:
        lines = at(*map(head_line, untold))
        yield Finding("coverage", "error", lines, f"文字部分没有写项目{quoted(s.name for s in untold)}")
