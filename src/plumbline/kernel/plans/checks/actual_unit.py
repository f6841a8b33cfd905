"""An actual value in another unit than its target's."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.achieving import actual_line
from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, statements
from plumbline.kernel.plans.wording import quoted, words


def _differs(indicator: Indicator) -> bool:
    """Both have a unit, one of them is a share and the other is not."""
    target, actual = indicator.target, indicator.actual
    if target.kind != "quantitative" or not target.unit or actual is None or not actual.unit:
        return False
    return (target.unit in words("ratio_unit")) != (actual.unit in words("ratio_unit"))


@rule(
    id="actual-unit",
    severity="warning",
    title="完成值与指标值的单位不同",
    why="目标按数量、完成按百分比（或相反），无法判断是否完成。",
    mend="完成值与指标值用同一单位。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement."""
    for statement in statements(document):
        found = [i for i in statement.indicators if _differs(i)]
        if found:
            said = quoted(f"{called(i)} 目标{i.target.raw} 完成{i.actual.raw}" for i in found if i.actual)
            lines = at(*map(actual_line, found))
            yield Finding("actual-unit", "warning", lines, f"完成值与指标值的单位不同：{said}")
