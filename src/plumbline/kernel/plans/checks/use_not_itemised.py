"""A use text without a single amount."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.itemised import mentions_amount
from plumbline.kernel.plans.places import at, field_line, start, statements
from plumbline.kernel.plans.wording import plain, quoted


@rule(
    id="use-not-itemised",
    severity="warning",
    title="资金用途没有分项金额",
    why="用途只写口号，看不出钱花在哪里，预算数也无法核对。",
    mend="按支出事项逐项写明金额，合计等于预算数。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All tables with a use text without amounts together."""
    found = [
        s
        for s in statements(document, "table")
        if plain(s.use) and s.budget and s.budget.yuan and not mentions_amount(s.use or "")
    ]
    if found:
        lines = at(*(field_line(s, "use") or start(s) for s in found))
        yield Finding(
            "use-not-itemised", "warning", lines, f"用途没有金额：{quoted(s.use or '' for s in found)}"
        )
