"""A number without a unit."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, indicators, target_line
from plumbline.kernel.plans.wording import quoted


@rule(
    id="unit-missing",
    severity="warning",
    title="指标值缺单位",
    why="“≥98”是98%、98次还是98分，读者只能猜。",
    mend="补上单位。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All numbers without a unit in the document together."""
    found = [i for _, i in indicators(document) if i.target.kind == "quantitative" and not i.target.unit]
    if found:
        message = f"{len(found)}个指标值缺单位：{quoted(f'{called(i)} {i.target.raw}' for i in found)}"
        yield Finding("unit-missing", "warning", at(*map(target_line, found)), message)
