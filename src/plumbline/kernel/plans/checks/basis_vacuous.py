"""A basis that says nothing (“depends on the facts”), and a basis left empty."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, indicators, statements, unfinished
from plumbline.kernel.plans.wording import bare, patterns, plain, quoted


def is_vacuous(text: str | None) -> bool:
    """Whether a basis names no document, plan, standard or record."""
    basis = bare(text)
    return bool(basis) and any(p.search(basis) for p in patterns("vacuous_basis"))


@rule(
    id="basis-vacuous",
    severity="error",
    title="指标值确定依据没有内容",
    why="“依实际情况确定”没有文件、标准或历史数据可查，指标值是否合理无从审核。",
    mend="写出文件名称和文号、合同、计划或上年数据。",
)
def vacuous(document: PlanDocument) -> Iterator[Finding]:
    """All such bases of the document together, of indicators and of whole statements."""
    found = [(i.basis or "", field_line(i, "basis")) for _, i in indicators(document) if is_vacuous(i.basis)]
    found += [(s.basis or "", field_line(s, "basis")) for s in statements(document) if is_vacuous(s.basis)]
    if found:
        message = f"{len(found)}条依据没有内容：{quoted(text for text, _ in found)}"
        yield Finding("basis-vacuous", "error", at(*(line for _, line in found)), message)


@rule(
    id="basis-missing",
    severity="warning",
    title="指标值确定依据空白",
    why="有依据栏而不填，指标值是否合理无从审核。",
    mend="补填文件名称和文号、合同、计划或上年数据。",
)
def missing(document: PlanDocument) -> Iterator[Finding]:
    """Rows without a basis in a table that has bases in other rows; one finding a table."""
    for statement in statements(document, "table"):
        if not any(plain(i.basis) for i in statement.indicators):
            continue
        empty = [i for i in statement.indicators if not plain(i.basis) and not unfinished(statement, i)]
        if empty:
            lines = at(*(field_line(i, "basis") or min(i.lines, default=None) for i in empty))
            names = quoted(i.level3 or i.level2 for i in empty)
            yield Finding("basis-missing", "warning", lines, f"{names}的指标值确定依据空白")
