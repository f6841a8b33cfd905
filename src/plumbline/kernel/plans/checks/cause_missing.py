"""A target that was missed without a cause."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.achieving import actual_line, reached
from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, statements
from plumbline.kernel.plans.wording import plain, quoted


@rule(
    id="cause-missing",
    severity="warning",
    title="未完成而没有写原因",
    why="偏差要有原因和改进措施，否则次年会重复。",
    mend="填写偏差原因和改进措施。",
)
def unexplained(document: PlanDocument) -> Iterator[Finding]:
    """A missed target (or a deduction) without a cause; one finding a statement."""
    for statement in statements(document):
        if any("原因" in label and plain(text.value) for label, text in statement.attributes.items()):
            continue  # the form asks for the causes of all indicators in one place
        found = [i for i in statement.indicators if _fell_short(i) and not plain(i.cause)]
        if found:
            said = quoted(f"{called(i)} {i.actual.raw if i.actual else ''}" for i in found)
            yield Finding("cause-missing", "warning", at(*map(actual_line, found)), f"{said}没有写原因")


def _fell_short(indicator: Indicator) -> bool:
    """Missed, or scored below its weight without being reached beyond doubt."""
    deducted = (
        indicator.score is not None and indicator.weight is not None and indicator.score < indicator.weight
    )
    return deducted or (reached(indicator) is False and indicator.score != indicator.weight)
