"""Places in a sheet: letters of columns, and wide gaps taken out."""

from __future__ import annotations

from plumbline.kernel.plans.source import Cell

#: empty rows or columns beyond this many are taken out
_GAP = 1_000


def closed_up(cells: list[Cell]) -> list[Cell]:
    """Cells with wide empty gaps taken out, so that a stray cell does not make a huge table."""
    rows = _positions({cell.row for cell in cells})
    columns = _positions({cell.column for cell in cells})
    if not rows and not columns:
        return cells
    closed = []
    for cell in cells:
        row, column = rows.get(cell.row, cell.row), columns.get(cell.column, cell.column)
        height, width = min(cell.row_span, _GAP), min(cell.column_span, _GAP)
        closed.append(Cell(row, column, cell.text, cell.line, height, width))
    return closed


def _positions(used: set[int]) -> dict[int, int]:
    """New positions of used rows or columns; empty when there is no wide gap."""
    positions: dict[int, int] = {}
    shift, last, wide = 0, -1, False
    for position in sorted(used):
        if position - last > _GAP:
            shift, wide = shift + position - last - _GAP, True
        positions[position] = position - shift
        last = position
    return positions if wide else {}


def column_number(letters: str) -> int:
    """0-based number of a column ("A" is 0)."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(column: int) -> str:
    """The letters of a 0-based column."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
