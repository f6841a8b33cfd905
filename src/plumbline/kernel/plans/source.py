"""What a reader hands on: the lines of a document in reading order, and its tables.

Every format is brought into this one shape. Nothing is interpreted here: the text of a line or a
cell is what the file says, so that a value can always be shown at the place that it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, one paragraph, or one table cell.

    Attributes:
        number: 1-based position in reading order. For .txt it is the line number of the file.
        text: the text as it stands, without the line end.
        where: the place in the user's words (“第203行”, “第12段”, “表2 第5行第3列”, “Sheet1!C7”, “第3页 …”).
    """

    number: int
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; a merged cell stands once, with its spans.

    Attributes:
        row, column: 0-based position of the cell's upper left corner.
        text: the text as it stands (several paragraphs joined by a newline).
        line: number of the (first) Line that holds this text; every non-empty cell has one.
        row_span, column_span: how many rows and columns it covers.
    """

    row: int
    column: int
    text: str
    line: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True)
class Table:
    """A table: its cells in row order, and the lines that it covers (first_line..last_line)."""

    cells: tuple[Cell, ...]
    title: str = ""

    @cached_property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) counted over the spans."""
        rows = max((c.row + c.row_span for c in self.cells), default=0)
        columns = max((c.column + c.column_span for c in self.cells), default=0)
        return rows, columns

    @cached_property
    def first_line(self) -> int:
        return min((c.line for c in self.cells if c.line), default=0)

    @cached_property
    def last_line(self) -> int:
        return max((c.line for c in self.cells if c.line), default=0)


@dataclass(frozen=True)
class Source:
    """A document as lines and tables.

    Attributes:
        name: the file's name, for messages.
        format: key of the reader ("txt", "docx", "xlsx", "pdf", "office").
        lines: every line in reading order. A table's cells are lines too, one line a cell, at the
            place where the table stands; `Line.number` runs on without gaps.
        tables: real tables (.docx, .xlsx, .pdf). Empty for .txt.
        encoding: of a text file ("utf-8", "gb18030", …), else "".
        notes: what the reader had to do or leave out, for the user.
    """

    name: str
    format: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    encoding: str = ""
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def where(self, number: int) -> str:
        """The place of a line in the user's words; "" for a number that is not a line."""
        return self.lines[number - 1].where if 1 <= number <= len(self.lines) else ""
