"""A form as a grid of cells, before anyone decides whether it becomes Word, Excel or PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from plumbline.kernel.errors import FormError

#: label: printed by the form; head: heading of a column; value: text; number: right-aligned figure;
#: total: a figure or label of a total row
Role = Literal["label", "head", "value", "number", "total"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        text: what stands in it.
        columns, rows: how many columns and rows it covers.
        role: how it is drawn.
        number: the exact figure behind `text`, where it is one; written to .xlsx as a number.
        answer: key of what a person may fill in here ("actual", "cause" …); "" for printed cells.
        subject: key of the indicator or project that the answer is about.
    """

    text: str
    columns: int = 1
    rows: int = 1
    role: Role = "value"
    number: Decimal | None = None
    answer: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell with its 0-based place in the grid."""

    row: int
    column: int
    cell: Cell


@dataclass(frozen=True)
class Form:
    """One form of one project.

    Attributes:
        kind: "target", "monitoring" or "evaluation".
        project: key of the project.
        title: heading above the grid.
        left, right: the line between heading and grid (unit to the left, currency to the right).
        widths: relative widths of the columns; their number is the number of columns.
        rows: cells row by row; a place covered by an earlier cell's `rows` is left out, as in HTML.
        notes: lines below the grid.
        landscape: paper turned.
    """

    kind: str
    project: str
    title: str
    left: str
    right: str
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = field(default=())
    landscape: bool = False

    def placed(self) -> Iterator[Placed]:
        """Every cell with its place, in reading order.

        Raises:
            FormError: the cells of a row do not fill it exactly.
        """
        width = len(self.widths)
        taken: set[tuple[int, int]] = set()
        for row, cells in enumerate(self.rows):
            column = 0
            for cell in cells:
                while (row, column) in taken:
                    column += 1
                if column + cell.columns > width:
                    raise FormError(f"表“{self.title}”第{row + 1}行超出{width}列")
                yield Placed(row, column, cell)
                taken.update(
                    (row + down, column + right) for down in range(cell.rows) for right in range(cell.columns)
                )
                column += cell.columns
            while (row, column) in taken:
                column += 1
            if column != width:
                raise FormError(f"表“{self.title}”第{row + 1}行只有{column}列，应为{width}列")
