"""Spend plans as the checks compare and quote them."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from plumbline.kernel.plans.document import ProjectStatement, SpendPoint
from plumbline.kernel.plans.places import at, number


def sound(points: tuple[SpendPoint, ...]) -> bool:
    """Days and percents rise, and the last percent is 100."""
    days = [p.day for p in points]
    percents = [p.percent for p in points]
    rising = all(a < b for a, b in pairwise(days)) and percents == sorted(percents)
    return bool(points) and rising and percents[-1] == Decimal(100)


def plan_lines(*plans: ProjectStatement) -> tuple[int, ...]:
    """The lines of the percents."""
    return at(*(max(point.lines) for s in plans for point in s.spend_points if point.lines))


def plan_said(statement: ProjectStatement, *, days: bool = False) -> str:
    """“25/50/75/100”; with days “3月底25%、6月底50%…”."""
    if days:
        return "、".join(f"{p.raw_day}{number(p.percent)}%" for p in statement.spend_points)
    return "/".join(number(p.percent) for p in statement.spend_points)
