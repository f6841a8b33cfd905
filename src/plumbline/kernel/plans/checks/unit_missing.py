"""A number without a unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, indicators, target_line
from plumbline.kernel.plans.wording import plain, quoted

_UNIT = re.compile(r"[（(\[](?:单位[:：])?(?P<unit>[^（）()\[\]]{1,6})[）)\]]$")


def named_unit(indicator: Indicator) -> str | None:
    """The unit that the name ends with (覆盖单位数（个）)."""
    match = _UNIT.search(plain(indicator.level3))
    return match["unit"].replace("％", "%") if match else None


@rule(
    id="unit-missing",
    severity="warning",
    title="指标值缺单位",
    why="“≥98”是98%、98次还是98分，读者只能猜。",
    mend="补上单位。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All numbers without a unit in the document together."""
    found = [
        i
        for _, i in indicators(document)
        if i.target.kind == "quantitative" and not i.target.unit and not named_unit(i)
    ]
    if found:
        message = f"{len(found)}个指标值缺单位：{quoted(f'{called(i)} {i.target.raw}' for i in found)}"
        yield Finding("unit-missing", "warning", at(*map(target_line, found)), message)
