"""A basis left empty where other rows have one."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.bases import bases
from plumbline.kernel.plans.checks.truncated import breaks_off
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, at_break, field_line, name_line, start, statements
from plumbline.kernel.plans.wording import plain, quoted


@rule(
    id="basis-missing",
    severity="warning",
    title="指标值确定依据空白",
    why="有依据栏而不填，指标值是否合理无从审核。",
    mend="补填文件名称和文号、合同、计划或上年数据。",
)
def missing(document: PlanDocument) -> Iterator[Finding]:
    """Rows without a basis in a table that has bases in other rows; one finding a table.

    And paragraphs of the prose that state none where others do.
    """
    for statement in statements(document, "table"):
        if not any(plain(i.basis) for i in statement.indicators):
            continue
        empty = [i for i in statement.indicators if not plain(i.basis) and not at_break(statement, i)]
        if empty:
            lines = at(*(field_line(i, "basis") or name_line(i) for i in empty))
            names = quoted(i.level3 or i.level2 for i in empty)
            yield Finding("basis-missing", "warning", lines, f"{names}的指标值确定依据空白")
    yield from _untold(document)


def _untold(document: PlanDocument) -> Iterator[Finding]:
    """Paragraphs without a basis where most others state one; all together."""
    told = [s for s in statements(document, "text") if s.indicators and not breaks_off(s)]
    bare = [s for s in told if not any(plain(text) for text, _ in bases(s))]
    if bare and 2 * len(bare) < len(told):
        message = f"文字没有写指标依据：{quoted(s.name for s in bare)}"
        yield Finding("basis-missing", "warning", at(*map(start, bare)), message)
