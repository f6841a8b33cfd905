"""Notes at the end of a form that prescribe other weights than the form has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, number, statements
from plumbline.kernel.plans.weighing import execution_weight
from plumbline.kernel.plans.wording import level1

_GAP = r"(?:指标)?(?:\d级指标)?[为是:：\s]*"
_NOTE = re.compile(
    rf"产出{_GAP}(?P<output>\d{{1,3}})分?[、,，;；\s和]*效[益果]{_GAP}(?P<benefit>\d{{1,3}})分?[、,，;；\s和]*"
    rf"(?:服务对象)?满意度{_GAP}(?P<satisfaction>\d{{1,3}})分?(?:[、,，;；\s和]*预算(?:资金)?执行(?:率)?{_GAP}(?P<execution>\d{{1,3}}))?"
)


def _prescribed(document: PlanDocument) -> tuple[int, dict[str, Decimal], str] | None:
    """(line, weights by level 1 and "预算执行", words) of the last such note."""
    for line in reversed(document.source.lines):
        match = _NOTE.search(line.text)
        if match and re.search(r"注|说明|统一|原则", line.text):
            weights = {
                "产出指标": Decimal(match["output"]),
                "效益指标": Decimal(match["benefit"]),
                "满意度指标": Decimal(match["satisfaction"]),
            }
            if match["execution"]:
                weights["预算执行"] = Decimal(match["execution"])
            return line.number, weights, match.group()
    return None


@rule(
    id="notes-levels",
    severity="error",
    title="一级指标分值与表后说明不符",
    why="说明规定了一级指标分值，表中却是另一套，评分没有统一标准。",
    mend="按说明重新分配分值；本地另有规定的改正说明。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement whose declared weights differ from the note's."""
    note = _prescribed(document)
    if note is None:
        return
    line, prescribed, words = note
    for statement in statements(document):
        declared = {level1(name): weight for name, weight in statement.levels.items()}
        execution = execution_weight(statement)
        if execution and "预算执行" in prescribed:
            declared["预算执行"] = execution
        differing = [n for n, weight in prescribed.items() if n in declared and declared[n] != weight]
        if differing:
            said = "、".join(f"{name}{number(declared[name])}" for name in prescribed if name in declared)
            lines = at(line, *(i.spans.get("level1") for i in statement.indicators))
            yield Finding("notes-levels", "error", lines, f"表中{said}，说明规定“{words}”")
