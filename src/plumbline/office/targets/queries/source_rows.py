"""The lines of a document as it has them: text line by line, the cells of a table's row side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby

from plumbline.office.targets.models import SourceLine

#: “表2第5行第3列” of Word and PDF, “申报表!C7” of a workbook
_CELL = re.compile(
    r"(?P<table>.*表\d+)第(?P<row>\d+)行第(?P<column>\d+)列|(?P<sheet>.+)!(?P<letters>[A-Z]+)(?P<number>\d+)"
)
#: a wider cell than this is drawn no wider: the classes of the style sheet end here
WIDEST = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """The findings on a line: the worst severity, and their ids in order of severity.

    Attributes:
        issues: those of the ids that ask for something, so not the confirmations.
    """

    severity: str
    ids: tuple[int, ...]
    issues: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        return len(self.ids)

    @property
    def joined(self) -> str:
        return " ".join(map(str, self.ids))


@dataclass(frozen=True, slots=True)
class SourceCell:
    """One line of the document; in a table `span` is how many columns it takes, and `gap` how many before it
    belong to a cell that began above."""

    line: SourceLine
    mark: Mark | None
    span: int = 1
    gap: int = 0


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A line of text, or one row of a table."""

    cells: tuple[SourceCell, ...]
    is_table: bool = False


def row_of(where: str) -> tuple[str, int] | None:
    """Table and row that a place names; None for a place in running text."""
    found = _CELL.fullmatch(where)
    if found is None:
        return None
    return (found["table"], int(found["row"])) if found["table"] else (found["sheet"], int(found["number"]))


def column_of(where: str) -> int:
    """1-based column that a place names; 1 for a place in running text."""
    found = _CELL.fullmatch(where)
    if found is None:
        return 1
    if found["column"]:
        return int(found["column"])
    return reduce(lambda number, letter: number * 26 + ord(letter) - 64, found["letters"], 0)


def source_rows(lines: Sequence[tuple[SourceLine, Mark | None]]) -> list[SourceRow]:
    """Lines with their marks, put together by the rows that they stand in."""
    widths: dict[str, int] = {}
    for line, _mark in lines:
        if row := row_of(line.where):
            widths[row[0]] = max(widths.get(row[0], 1), column_of(line.where))
    rows: list[SourceRow] = []
    for place, group in groupby(lines, key=lambda pair: row_of(pair[0].where)):
        if place is None:
            rows += [SourceRow((SourceCell(line, mark),)) for line, mark in group]
        else:
            rows.append(_table_row(list(group), width=widths[place[0]]))
    return rows


def _table_row(pairs: Sequence[tuple[SourceLine, Mark | None]], *, width: int) -> SourceRow:
    """A cell reaches to the next one; the last to the end of the table, as far as its columns are known."""
    columns = [column_of(line.where) for line, _mark in pairs]
    ends = [*columns[1:], width + 1]
    gaps = [min(columns[0] - 1, WIDEST), *(0 for _ in columns[1:])]
    cells = tuple(
        SourceCell(line, mark, span=min(max(end - column, 1), WIDEST), gap=gap)
        for (line, mark), column, end, gap in zip(pairs, columns, ends, gaps, strict=True)
    )
    return SourceRow(cells, is_table=True)
