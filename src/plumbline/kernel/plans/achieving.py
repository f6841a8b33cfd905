"""What a self-evaluation or a monitoring form says was reached."""

from __future__ import annotations

from plumbline.kernel.plans.document import Indicator, ProjectStatement
from plumbline.kernel.plans.places import name_line
from plumbline.kernel.plans.wording import plain


def actual_line(indicator: Indicator) -> int | None:
    """Where the actual value stands, or else the name."""
    return (min(indicator.actual.lines, default=None) if indicator.actual else None) or name_line(indicator)


def named_rows(statement: ProjectStatement) -> list[Indicator]:
    """The indicators that have a name or a target."""
    return [i for i in statement.indicators if plain(i.level3) or i.target.kind != "empty"]


def reached(indicator: Indicator) -> bool | None:
    """Whether the actual value reaches the target; None where it cannot be compared."""
    target, actual = indicator.target, indicator.actual
    if target.kind != "quantitative" or target.value is None or actual is None or actual.value is None:
        return None
    if target.unit and actual.unit and target.unit != actual.unit:
        return None
    value = actual.value
    return {
        ">=": value >= target.value,
        ">": value > target.value,
        "<=": value <= target.value,
        "<": value < target.value,
        "=": value == target.value,
        "range": target.value <= value <= (target.high or value),
    }.get(target.comparator or "")
