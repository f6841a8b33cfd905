"""A plan without weights."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, statements

_FORMS = ("目标表", "申报表")


@rule(
    id="no-weights",
    severity="note",
    title="全文没有分值",
    why="自评要按分值计分；目标里没有分值，自评前须先赋分。",
    mend="在自评前为每个指标赋分，合计100分（含预算执行率10分）。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """A plan of which no indicator has a weight; shown at the first row of its last table, else paragraph."""
    every = [s for s in statements(document) if s.indicators]
    if not every or not any(form in document.form for form in _FORMS):
        return
    if any(i.weight is not None for s in every for i in s.indicators) or any(s.levels for s in every):
        return
    last = next((s for s in reversed(every) if s.origin == "table"), every[-1])
    first = last.indicators[0]
    line = field_line(first, "level1") or min(first.lines, default=None)
    yield Finding("no-weights", "note", at(line), "全文没有分值（权重），自评前须赋分")
