"""Which column does each cell belong to, where empty cells have been lost on the way?

The cells of a table whose columns are known from its headings arrive as a plain sequence, with or
without the ends of rows. The best reading is the one in which the texts fit their columns best
(`fitness.POINTS`), few columns are left out and records begin where rows do: a shortest-path search
over (cell, column).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plumbline.kernel.plans.layouts import fitness

#: what it costs to leave a column out inside a record
_SKIP = {
    "level3": 3.0, "target": 3.0, "comparator": 2.0, "weight": 2.5, "actual": 2.0, "score": 1.2,
    "level2": 2.0, "unit": 0.8, "project": 1.0, "executed": 2.0, "adjusted": 2.0, "initial": 2.0,
    "rate": 1.5, "cause": 0.3, "measure": 0.3, "note": 0.2, "likelihood": 1.0, "forecast": 1.0,
    "description": 1.5, "direction": 1.0,
}  # fmt: skip
#: columns that a merged cell above may fill, so that a record may begin behind them
_CARRIED = frozenset(
    [
        "ordinal",
        "unit_code",
        "unit_name",
        "code",
        "project",
        "budget",
        "fund_fiscal",
        "fund_other",
        "goal",
        "level1",
        "level2",
    ]
)
_JOINABLE = frozenset(
    [
        "project",
        "goal",
        "level3",
        "description",
        "target",
        "actual",
        "forecast",
        "basis",
        "cause",
        "measure",
        "note",
        "scoring",
    ]
)
_NEW_RECORD = 1.0
_FAR = -1e9


@dataclass(frozen=True, slots=True)
class Cost:
    """How the sequence came about.

    Attributes:
        inside_row: extra cost of a record that begins inside a row.
        join: cost of a cell that goes on in the next token (None: never).
        skip: factor on the cost of columns left out (dear where empty cells were kept).
    """

    inside_row: float = 0.0
    join: float | None = None
    skip: float = 1.0


def align(
    kinds: Sequence[str],
    roles: Sequence[str],
    *,
    cost: Cost,
    starts: Sequence[bool] = (),
    hints: Sequence[int] = (),
    pull: float = 2.0,
    single: bool = False,
) -> list[tuple[int, int]]:
    """Record number and column of each cell.

    Args:
        kinds: classes of the cells' texts.
        roles: the columns.
        starts: whether a cell is the first of its row (default: all may be).
        hints: the column that the cell's position suggests, -1 for none.
        pull: points for a cell in its suggested column.
        single: all cells are one record.
    """
    width, skip = len(roles), [_SKIP.get(r, 0.5) * cost.skip for r in roles]
    lead = _leading(roles)
    after = [sum(skip[j + 1 :]) * 0.5 for j in range(width)]
    gaps = [0.0]
    for value in skip:
        gaps.append(gaps[-1] + value)
    score = [_FAR] * width
    trail: list[list[int]] = []
    for index, kind in enumerate(kinds):
        fit = [fitness.points(role, kind) for role in roles]
        if index < len(hints) and 0 <= hints[index] < width:
            fit[hints[index]] += pull
        if index == 0:
            score = [fit[j] - lead[j] for j in range(width)]
            trail.append([-1] * width)
            continue
        score, back = _step(score, fit, lead=lead, after=after, gaps=gaps, kind=kind, roles=roles,
                            new=_new_cost(index, starts, cost, single), join=cost.join)  # fmt: skip
        trail.append(back)
    return _walk(score, trail, after)


def _new_cost(index: int, starts: Sequence[bool], cost: Cost, single: bool) -> float:
    if single:
        return 1e6
    return _NEW_RECORD + (0.0 if index >= len(starts) or starts[index] else cost.inside_row)


def _leading(roles: Sequence[str]) -> list[float]:
    costs, total = [], 0.0
    for role in roles:
        costs.append(total)
        if role not in _CARRIED:
            total += 2.0 * _SKIP.get(role, 0.5)
    return costs


def _step(
    score: list[float],
    fit: list[float],
    *,
    lead: list[float],
    after: list[float],
    gaps: list[float],
    kind: str,
    roles: Sequence[str],
    new: float,
    join: float | None,
) -> tuple[list[float], list[int]]:
    """One cell further: best score per column, and where it came from (negative: a new record)."""
    width = len(fit)
    ended = max(range(width), key=lambda j: score[j] - after[j])
    fresh = score[ended] - after[ended] - new
    result, back = [_FAR] * width, [0] * width
    best, best_at = _FAR, -1
    for j in range(width):
        value, origin = fresh - lead[j], -ended - 2
        if best - gaps[j] > value:
            value, origin = best - gaps[j], best_at
        if (
            join is not None
            and roles[j] in _JOINABLE
            and kind in ("short", "text", "long", "coded", "quantity")
        ):
            joined = score[j] - join - fit[j]
            if joined > value:
                value, origin = joined, j
        result[j], back[j] = value + fit[j], origin
        if score[j] + gaps[j + 1] > best:
            best, best_at = score[j] + gaps[j + 1], j
    return result, back


def _walk(score: list[float], trail: list[list[int]], after: list[float]) -> list[tuple[int, int]]:
    if not trail:
        return []
    column = max(range(len(score)), key=lambda j: score[j] - after[j])
    path: list[tuple[int, bool]] = []
    for back in reversed(trail):
        origin = back[column]
        path.append((column, origin <= -2))
        column = -origin - 2 if origin <= -2 else origin
    path.reverse()
    record, out = 0, []
    for j, fresh in path:
        record += fresh
        out.append((record, j))
    return out
