"""A spend plan that lags behind the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import PlanDocument, SpendPoint
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, number, statements


def _due(point: SpendPoint) -> Decimal:
    """The share of the year that has passed at the end of the point's month, in percent."""
    return Decimal(point.day.month * 100) / 12


@rule(
    id="progress",
    severity="note",
    title="支出计划慢于序时进度",
    why="计划本身慢于时间进度，年底容易突击花钱；财政考核按序时进度看执行率。",
    mend="确认是否与项目实际进度一致，必要时前移支出。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All points that lag, once for equal ones of several projects; tables before prose."""
    seen: set[tuple[int, Decimal]] = set()
    said: list[str] = []
    lines: list[int | None] = []
    ordered = sorted(statements(document), key=lambda s: s.origin == "text")
    for statement in ordered:
        for point in statement.spend_points:
            key = (point.day.month, point.percent)
            ended = point.day.month == 12  # that the year ends at 100 is a matter of the plan's shape
            if ended or key in seen or point.percent >= _due(point) - Decimal("0.5"):
                continue
            seen.add(key)
            said.append(f"{point.raw_day}计划{number(point.percent)}%，低于序时进度{_due(point):.1f}%")
            lines += (*point.lines, statement.spans.get(f"plan{point.day.month}"))
    if said:
        yield Finding("progress", "note", at(*lines), "；".join(said))
