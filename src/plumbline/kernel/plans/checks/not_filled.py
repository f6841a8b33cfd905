"""A self-evaluation or a monitoring form that is not filled in."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.achieving import actual_line, named_rows
from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, statements, unfinished
from plumbline.kernel.plans.wording import plain


def _has_scores(statement: ProjectStatement) -> bool:
    """The form has a column for scores: some forms (区域绩效目标自评表) have neither weights nor scores."""
    return any(i.weight is not None or i.score is not None for i in statement.indicators)


@rule(
    id="not-filled",
    severity="warning",
    title="完成值或得分未填",
    why="自评表、监控表没有实际完成值就没有自评结果。",
    mend="按佐证材料填写实际完成值和得分。",
)
def unfilled(document: PlanDocument) -> Iterator[Finding]:
    """Indicators without what was reached or without a score; one finding a statement."""
    evaluation = "自评" in document.form
    if not evaluation and "监控" not in document.form:
        return
    for statement in statements(document):
        named = [i for i in named_rows(statement) if not unfinished(statement, i)]
        blank = [i for i in named if i.actual is None or not plain(i.actual.raw)]
        scored = evaluation and _has_scores(statement)
        unscored = [i for i in named if scored and i.score is None]
        if blank or unscored:
            parts = [f"{len(blank)}个指标没有完成值"] * bool(blank) + [
                f"{len(unscored)}个指标没有得分"
            ] * bool(unscored)
            lines = at(*map(actual_line, [*blank, *unscored]))
            yield Finding(
                "not-filled", "warning", lines, f"项目“{statement.name}”：{'，'.join(parts)}（未填）"
            )
