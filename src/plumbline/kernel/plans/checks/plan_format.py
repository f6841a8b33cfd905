"""A percentage of the spend plan without its %."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, start, statements


def _unmarked(statement: ProjectStatement) -> list[int]:
    """Lines of the points without % among points with one; in prose also where none has it."""
    raws = [(p.raw_percent.strip(), p.lines) for p in statement.spend_points]
    without = [lines for raw, lines in raws if raw and not raw.endswith(("%", "％"))]
    if not without or (len(without) == len(raws) and statement.origin == "table"):
        return []
    return [max(lines) for lines in without if lines] or [n for n in [start(statement)] if n]


@rule(
    id="plan-format",
    severity="error",
    title="支出进度缺少百分号",
    why="“25、50%”中的25可能被当成25元、25万元或25次。",
    mend="每个进度都写百分号，如25%、50%、75%、100%。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such plans of the document together."""
    found = [(s, lines) for s in statements(document) if (lines := _unmarked(s))]
    if found:
        raws = "；".join(dict.fromkeys("、".join(p.raw_percent for p in s.spend_points) for s, _ in found))
        where = at(*(n for _, numbers in found for n in numbers))
        yield Finding("plan-format", "error", where, f"支出进度“{raws}”缺百分号")
