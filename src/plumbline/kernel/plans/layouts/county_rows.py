"""The tables of the county form as rows of cells, whether they stand on lines or in real tables.

In text that was extracted from a .docx every cell is a line that begins with a tab, a row ends with
an empty line, and a merged cell is a line with nothing but its tab. Where tabs or empty lines were
lost, the lines are a plain stream of cells and rows are not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plumbline.kernel.plans.source import Line, Source, Table

BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]", re.IGNORECASE)
#: a run of white space that no value holds, and over which patterns would go back and forth
_BLANKS = re.compile(r"\s{9,}")
#: a longer row is several rows whose ends were lost
_WIDEST = 20
_PIPE = re.compile(r"\s*[|｜]\s*")
_PAGE = re.compile(
    r"^\s*(?:第\s*\d{1,3}\s*页(?:\s*[共/／]\s*(?:共\s*)?\d{1,3}\s*页)?|[-—－–]\s*\d{1,3}\s*[-—－–])\s*$"
)
_BARE_NUMBER = re.compile(r"^ ?\d{1,3} ?$")


@dataclass(frozen=True, slots=True)
class RowCell:
    """A cell: its text without the marks around it, and its line (0 for an empty one without a line)."""

    text: str
    line: int


Row = tuple[RowCell, ...]


def clean(text: str) -> str:
    """A line without bookmark marks, the white space around it and long runs of it inside."""
    return _BLANKS.sub("        ", BOOKMARK.sub("", text)).strip()


def page_number(lines: Sequence[Line], index: int) -> bool:
    """The line is a page number: 第3页, - 3 -, or a bare number at the very top or between empty lines."""
    text = lines[index].text
    if _PAGE.match(text):
        return True
    if not _BARE_NUMBER.match(text) or "\t" in text:
        return False
    before = index == 0 or not lines[index - 1].text.strip()
    after = index + 1 >= len(lines) or not lines[index + 1].text.strip()
    return before and after


def rows_of_lines(lines: Sequence[Line]) -> tuple[list[Row], bool]:
    """(rows, rows are known) of a stretch of text; without tabs each cell is a row of its own."""
    tabbed = sum(line.text.startswith("\t") for line in lines)
    if tabbed * 3 >= sum(bool(line.text.strip()) for line in lines):
        rows = _rows_of_tabbed(lines)
        if all(len(row) <= _WIDEST for row in rows):
            return rows, True
    return [
        row
        for index, line in enumerate(lines)
        if not page_number(lines, index)
        for row in (tuple(_cells(line)),)
        if row and any(cell.text for cell in row)
    ], False


def _rows_of_tabbed(lines: Sequence[Line]) -> list[Row]:
    rows: list[Row] = []
    row: list[RowCell] = []

    def close() -> None:
        if row:
            rows.append(tuple(row))
            row.clear()

    for index, line in enumerate(lines):
        if page_number(lines, index):
            continue
        if "\t" not in line.text:
            text = clean(line.text)
            if text and row and row[-1].text and not _starts_something(text):
                # a further paragraph of the same cell
                row[-1] = RowCell(f"{row[-1].text}\n{text}", row[-1].line)
                continue
            close()
            if text:
                rows.append((RowCell(text, line.number),))
            continue
        cells = list(_cells(line))
        if len(cells) > 1:
            close()
            rows.append(tuple(cells))
        else:
            row.extend(cells)
    close()
    return rows


def _starts_something(text: str) -> bool:
    return bool(re.search(r"绩效目标(?:申报)?表|^第.{1,3}部分|^注[:：]", text))


def _cells(line: Line) -> Iterable[RowCell]:
    text = BOOKMARK.sub("", line.text)
    if "|" in text or "｜" in text:
        parts = _PIPE.split(text)
        if parts and not parts[-1].strip():
            parts.pop()
        if parts and not parts[0].strip():
            parts.pop(0)
    else:
        parts = text.strip(" \u3000").lstrip("\t").split("\t") if text.strip() else [""]
    for part in parts:
        yield RowCell(part.strip(), line.number)


def rows_of_table(table: Table) -> list[Row]:
    """The rows of a real table; where a cell from above reaches into a row stands an empty cell."""
    count, _ = table.shape
    grid: list[list[tuple[int, RowCell]]] = [[] for _ in range(count)]
    for cell in table.cells:
        grid[cell.row].append((cell.column, RowCell(cell.text.strip(), cell.line)))
        for below in range(cell.row + 1, cell.row + cell.row_span):
            grid[below].append((cell.column, RowCell("", 0)))
    return [tuple(cell for _, cell in sorted(row, key=lambda pair: pair[0])) for row in grid]


def outside_tables(source: Source) -> list[Line]:
    """The lines that stand in no real table: the prose and the titles."""
    ranges = [(table.first_line, table.last_line) for table in source.tables]
    if not ranges:
        return list(source.lines)
    covered = {number for first, last in ranges for number in range(first, last + 1)}
    return [line for line in source.lines if line.number not in covered]
