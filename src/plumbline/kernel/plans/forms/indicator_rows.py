"""The indicator part that all forms share: level-1 and level-2 names merged downwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from plumbline.kernel.plans.forms.data import IndicatorRow
from plumbline.kernel.plans.forms.grid import Cell


def indicator_rows(
    indicators: Sequence[IndicatorRow],
    *,
    rest: Callable[[IndicatorRow], tuple[Cell, ...]],
    level1_columns: int = 1,
    level2_columns: int = 1,
    level3_columns: int = 1,
) -> list[tuple[Cell, ...]]:
    """Rows of indicators, in their given order; equal neighbours of level 1 and level 2 are merged.

    Args:
        rest: the cells to the right of the level-3 name.
    """
    rows: list[tuple[Cell, ...]] = []
    for level1, first in groupby(indicators, key=lambda i: i.level1):
        inside1 = list(first)
        for position1, (level2, second) in enumerate(_runs(inside1)):
            for position2, item in enumerate(second):
                head: list[Cell] = []
                if position1 == 0 and position2 == 0:
                    head.append(Cell(level1, columns=level1_columns, rows=len(inside1), role="label"))
                if position2 == 0:
                    head.append(Cell(level2, columns=level2_columns, rows=len(second), role="label"))
                head.append(Cell(item.level3, columns=level3_columns))
                rows.append((*head, *rest(item)))
    return rows


def _runs(indicators: Sequence[IndicatorRow]) -> list[tuple[str, list[IndicatorRow]]]:
    return [(level2, list(group)) for level2, group in groupby(indicators, key=lambda i: i.level2)]
