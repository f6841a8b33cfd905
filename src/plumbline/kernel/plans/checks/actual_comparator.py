"""An actual value with a comparator: the target copied, nothing counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.achieving import actual_line
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, statements
from plumbline.kernel.plans.wording import plain, quoted

_COMPARATOR = re.compile(r"^(?:[≥≤＞＜><≧≦]|不低于|不少于|不超过|大于|小于)")


@rule(
    id="actual-comparator",
    severity="warning",
    title="实际完成值带比较符",
    why="完成值是已经发生的数，写“≥266米”等于没有统计，只是照抄目标。",
    mend="填写实际统计的数值。",
)
def compared(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement."""
    for statement in statements(document):
        found = [i for i in statement.indicators if i.actual and _COMPARATOR.search(plain(i.actual.raw))]
        if found:
            said = quoted(f"{called(i)} {i.actual.raw}" for i in found if i.actual)
            yield Finding(
                "actual-comparator", "warning", at(*map(actual_line, found)), f"完成值带比较符：{said}"
            )
