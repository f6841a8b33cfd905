"""A score above its weight or below 0."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.achieving import actual_line
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, number, statements


@rule(
    id="score-limits",
    severity="error",
    title="得分超过分值或为负",
    why="得分不能超过该指标的分值。",
    mend="改正得分。",
)
def limits(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement."""
    for statement in statements(document):
        rows = [(called(i), i.weight, i.score, actual_line(i)) for i in statement.indicators]
        rows += [(e.name, e.weight, e.score, min(e.lines, default=None)) for e in statement.execution]
        wrong = [r for r in rows if r[1] is not None and r[2] is not None and not 0 <= r[2] <= r[1]]
        if wrong:
            said = "；".join(
                f"“{name}”分值{number(w or Decimal(0))}，得分{number(s or Decimal(0))}"
                for name, w, s, _ in wrong
            )
            yield Finding("score-limits", "error", at(*(line for *_, line in wrong)), said)
