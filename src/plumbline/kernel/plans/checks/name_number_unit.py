"""A number in the name whose unit is not the value's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, indicators, name_line, target_line
from plumbline.kernel.plans.wording import bare

_COUNTED = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>人次|场次|万元|元|人|个|次|家|件|场|台|套|份|篇|户|条|名|项|期|米|公里|亩|吨)"
)


def _other_unit(indicator: Indicator) -> str:
    """The number with its unit as the name has it, where the value has another unit."""
    target = indicator.target
    if target.kind != "quantitative" or not target.unit:
        return ""
    for match in _COUNTED.finditer(bare(indicator.level3)):
        same = target.value == Decimal(match["number"])
        if same and match["unit"] != target.unit and match["unit"] not in target.unit:
            return match.group()
    return ""


@rule(
    id="name-number-unit",
    severity="warning",
    title="名称中的数量与指标值的单位不同",
    why="名称写“230人”，单位却是“个”，两处说法不一；数量应只写在指标值里。",
    mend="从名称中去掉数量，指标值用同一单位。",
)
def name_unit(document: PlanDocument) -> Iterator[Finding]:
    """All such indicators of the document together."""
    found = [(i, text) for _, i in indicators(document) if (text := _other_unit(i))]
    if found:
        lines = at(*(n for i, _ in found for n in (name_line(i), i.spans.get("unit") or target_line(i))))
        said = "；".join(f"“{i.level3}”写{text}，单位为“{i.target.unit}”" for i, text in found)
        yield Finding("name-number-unit", "warning", lines, said)
