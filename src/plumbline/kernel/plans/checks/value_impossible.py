"""A share of a whole above 100%."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import (
    at,
    called,
    indicators,
    name_line,
    target_line,
)
from plumbline.kernel.plans.wording import bare, ends, quoted


def _impossible(indicator: Indicator) -> bool:
    """A share of a whole above 100%."""
    target = indicator.target
    over = target.value is not None and target.value > Decimal(100)
    return over and target.unit == "%" and ends("bounded_ratio", bare(indicator.level3))


@rule(
    id="value-impossible",
    severity="error",
    title="比率超过100%",
    why="合格率、覆盖率、满意度等不可能超过100%。",
    mend="改正指标值或单位。",
)
def impossible(document: PlanDocument) -> Iterator[Finding]:
    """All such values of the document together."""
    found = [i for _, i in indicators(document) if i.target.kind == "quantitative" and _impossible(i)]
    if found:
        lines = at(*(n for i in found for n in (name_line(i), target_line(i))))
        said = quoted(f"{called(i)} {i.target.raw}" for i in found)
        yield Finding("value-impossible", "error", lines, f"{said}超过100%")
