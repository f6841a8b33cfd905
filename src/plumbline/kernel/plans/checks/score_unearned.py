"""Full marks for a target that was missed."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.achieving import actual_line, reached
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, statements
from plumbline.kernel.plans.wording import quoted


@rule(
    id="score-unearned",
    severity="error",
    title="未完成却得满分",
    why="实际值没有达到目标却给了满分，自评失实。",
    mend="按完成比例扣分，并写明原因。",
)
def unearned(document: PlanDocument) -> Iterator[Finding]:
    """Full marks for a target that was missed; one finding a statement."""
    for statement in statements(document):
        wrong = [i for i in statement.indicators if reached(i) is False and i.score and i.score == i.weight]
        if wrong:
            said = quoted(
                f"{called(i)} 目标{i.target.raw} 完成{i.actual.raw if i.actual else ''}" for i in wrong
            )
            yield Finding("score-unearned", "error", at(*map(actual_line, wrong)), f"{said}得了满分")
