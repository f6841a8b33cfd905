"""The description says all, the value says nearly all; or the two give different numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, by_project, called, field_line, name_line, target_line
from plumbline.kernel.plans.wording import bare, has, level2

_COUNTED = re.compile(
    r"(?<![\d.年第])(?P<number>\d+(?:\.\d+)?)(?P<unit>次|个|人次|人|家|场次|场|件|份|篇|台|套|期|户|条|%)"
)

#: the end of a formula for a rate says nothing of how high it is to be
_FORMULA = re.compile(r"[*×xX✕]100%")


def _conflict(indicator: Indicator) -> str:
    """What is at odds; "" where nothing is."""
    target = indicator.target
    if target.kind != "quantitative" or target.value is None:
        return ""
    texts = [_FORMULA.sub("", bare(text)) for text in (indicator.level3, indicator.description)]
    floor = target.comparator in (">=", ">", "=")
    partial = target.unit == "%" and floor and target.value < 100 and level2(indicator.level2) != "成本"
    if partial and any(has("universal", text) for text in texts):
        return "意为100%"
    for text in texts:
        for match in _COUNTED.finditer(text):
            if match["unit"] == target.unit and Decimal(match["number"]) != target.value:
                return f"写的是{match.group()}"
    return ""


@rule(
    id="value-desc-conflict",
    severity="warning",
    title="指标值与描述不一致",
    why="描述说全部，指标值却允许例外，或两处数字不同，考核时无所适从。",
    mend="以实际目标为准，改描述或改指标值。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding a project."""
    for every in by_project(document):
        found = [(i, said) for i in every if (said := _conflict(i))]
        if found:
            fields = ((name_line(i), field_line(i, "description"), target_line(i)) for i, _ in found)
            text = "；".join(
                dict.fromkeys(
                    f"“{i.description or called(i)}”{said}，指标值为{i.target.raw}" for i, said in found
                )
            )
            yield Finding("value-desc-conflict", "warning", at(*(n for f in fields for n in f)), text)
