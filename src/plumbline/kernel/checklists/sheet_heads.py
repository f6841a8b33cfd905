"""Where the head row of a sheet is, and what its columns hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from plumbline.kernel.checklists.draft import Problem
from plumbline.kernel.checklists.sheet_words import field_of
from plumbline.kernel.checklists.trees import plain
from plumbline.kernel.plans.readers.sheet_places import column_letters
from plumbline.kernel.plans.source import Cell, Table

#: how many rows from the top may stand before the head
_HEAD_WITHIN = 60
#: columns whose merged cells hold for every row that they cover
SHARED = ("guidance", "basis", "evidence", "rule", "advice", "severity", "answer")


@dataclass
class Sheet:
    """A sheet with its head found.

    Attributes:
        top, head: first and last row of the head. columns: column by field.
        sections: columns of sections, outermost first. cells: by row and column.
        covered: cells that are merged downwards, by every place that they cover.
    """

    title: str
    table: Table
    top: int
    head: int
    columns: dict[str, int]
    sections: list[int]
    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    covered: dict[tuple[int, int], Cell] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def where(self, row: int, name: str = "") -> str:
        letters = column_letters(self.columns[name]) if name in self.columns else ""
        return f"{self.title}!{letters}{row + 1}" if letters else f"{self.title} 第{row + 1}行"

    def text(self, row: int, name: str) -> str:
        column = self.columns.get(name, -1)
        cell = self.cells.get(row, {}).get(column)
        if cell is None and name in SHARED:
            cell = self._covering(row, column)
        return plain(cell.text) if cell else ""

    @cached_property
    def numbered_share(self) -> float:
        """How many of the rows with more than a title have a number; 0 without a column of numbers."""
        rows = [row for row, cells in self.cells.items() if row > self.head and len(cells) > 1]
        numbered = [row for row in rows if self.text(row, "number")]
        return len(numbered) / len(rows) if rows else 0.0

    def is_covered(self, row: int, name: str) -> bool:
        """A cell that is merged downwards from above covers this place."""
        return self._covering(row, self.columns.get(name, -1)) is not None

    def _covering(self, row: int, column: int) -> Cell | None:
        cell = self._tall().get((row, column))
        return cell if cell is not None and cell.row < row else None

    def _tall(self) -> dict[tuple[int, int], Cell]:
        if not self.covered:
            self.covered = {
                (row, cell.column): cell
                for cells in self.cells.values()
                for cell in cells.values()
                if cell.row_span > 1
                for row in range(cell.row, cell.row + min(cell.row_span, 1_000))
            } or {(-1, -1): Cell(-1, -1, "", 0)}
        return self.covered


def find_sheet(table: Table) -> Sheet | None:
    cells: dict[int, dict[int, Cell]] = {}
    for cell in table.cells:
        cells.setdefault(cell.row, {})[cell.column] = cell
    for row in sorted(cells)[:_HEAD_WITHIN]:
        found = _head(cells, row)
        if found:
            head, columns, sections, unread = found
            sheet = Sheet(table.title, table, row, head, columns, sections, cells)
            if unread:
                sheet.notes.append(f"工作表“{table.title}”的这些栏没有导入：{'、'.join(unread)}。")
            return sheet
    return None


def _head(
    cells: Mapping[int, Mapping[int, Cell]], row: int
) -> tuple[int, dict[str, int], list[int], list[str]] | None:
    """(last row of the head, columns by field, columns of sections, heads not read)."""
    heads = {column: cell.text for column, cell in cells[row].items()}
    last = row
    spans = [cell for cell in cells[row].values() if cell.column_span > 1]
    tall = max((cell.row_span for cell in cells[row].values()), default=1)
    if spans and (tall > 1 or len(spans) < len(heads)):
        # a head of two rows: what stands below a wide cell says what each column is
        below = {c: cell.text for c, cell in cells.get(row + 1, {}).items()}
        inner = {
            c: t for c, t in below.items() if any(s.column <= c < s.column + s.column_span for s in spans)
        }
        if len(inner) > 1 and sum(bool(field_of(text)) for text in inner.values()) > 0 and tall > 1:
            heads = {c: t for c, t in heads.items() if cells[row][c].column_span == 1} | inner
            last = row + 1
    named = {column: field_of(text) for column, text in heads.items()}
    fields = Counter(filter(None, named.values()))
    if not fields["title"] and fields["section"] and len(fields) > 2:
        # the most detailed of the columns of sections is what is looked at
        column = max(c for c, f in named.items() if f == "section")
        named[column] = "title"
        fields["title"] = 1
    if not fields["title"] or len([f for f in fields if f != "ignored"]) < 2:
        return None
    columns: dict[str, int] = {}
    sections: list[int] = []
    unread: list[str] = []
    titles = sorted(column for column, name in named.items() if name == "title")
    columns["title"] = _title_column(cells, titles, last)
    for column in sorted(heads):
        name = named[column]
        if column == columns["title"]:
            continue
        if name == "title":
            if column < columns["title"]:
                sections.append(column)
            else:
                columns.setdefault("more", column)
        elif name == "section":
            sections.append(column)
        elif name and name != "ignored" and name not in columns:
            columns[name] = column
        elif heads[column].strip():
            unread.append(" ".join(heads[column].split())[:20])
    return last, columns, sections, unread


def _title_column(cells: Mapping[int, Mapping[int, Cell]], titles: list[int], head: int) -> int:
    """Of several columns that may be what is looked at: the first that is filled nearly every row."""
    rows = [row for row in cells if row > head]
    for column in titles[:-1]:
        filled = [cells[row][column] for row in rows if column in cells[row]]
        below = [row for row in rows if any(later in cells[row] for later in titles if later > column)]
        if below and len({c.text for c in filled if c.row_span == 1}) >= 0.9 * len(below):
            return column
    return titles[-1]
