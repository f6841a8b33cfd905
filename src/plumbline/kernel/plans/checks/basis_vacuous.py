"""A basis that says nothing (“depends on the facts”)."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, indicators, statements
from plumbline.kernel.plans.wording import bare, patterns, quoted


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
