"""The prose and the tables list the projects in different orders."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, head_line, start


def _starts(statement: ProjectStatement) -> int:
    return start(statement) or 0


@rule(
    id="order-mismatch",
    severity="warning",
    title="项目在文字与表中的次序不同",
    why="编号和次序不同，按序号引用时容易找错项目。",
    mend="文字与表按同一次序排列、同一编号。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """Projects that have both, in the order of the prose against the order of the tables."""
    both = [(p.text, p.table) for p in document.projects if p.text and p.table]
    by_text = sorted(both, key=lambda pair: _starts(pair[0]))
    by_table = sorted(both, key=lambda pair: _starts(pair[1]))
    if [a.name for a, _ in by_text] != [a.name for a, _ in by_table]:
        lines = at(*(n for a, b in both for n in (start(a), head_line(b))))
        told, listed = "、".join(a.name for a, _ in by_text), "、".join(b.name for _, b in by_table)
        yield Finding("order-mismatch", "warning", lines, f"文字次序：{told}；表的次序：{listed}")
