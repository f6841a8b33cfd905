"""A document as one stream of pieces, whatever separates its cells.

Real tables, pipes, tabs, commas, one cell a line, cells flattened to spaces: each becomes a list of
`Piece` in reading order that knows its line, its row and, where the source has one, its column.
Text in which nothing separates the cells is left to `runon`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from plumbline.kernel.plans.document import Text
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.html_cells import html_tables
from plumbline.kernel.plans.layouts.separators import (
    bordered,
    csv_delimiter,
    flattened,
    is_run_on,
    known,
    separated,
)
from plumbline.kernel.plans.layouts.wrapped import cells as wrapped_cells
from plumbline.kernel.plans.layouts.wrapped import wrapped_rows
from plumbline.kernel.plans.source import Source, Table

_RULE = re.compile(r"^[\s|:+\-=─━┄┼├┤┌┐└┘┬┴│_]+$")
_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]")
#: “……” stands for further rows that the form was not filled with
_ELLIPSIS = re.compile(r"^\s*[…⋯·.]{2,}\s*$")
_BRACKETED_YEAR = re.compile(r"^[(（]20\d\d年度?[)）]$")
#: the points of a level on their own, cut off its name
_POINTS_ALONE = re.compile(r"^\(\d{1,3}(?:\.\d+)?分\)$")
_PAGE = re.compile(r"^[-—\s]*(?:第?\s*\d{1,4}\s*页?(?:\s*共\s*\d+\s*页)?)[-—\s]*$")


@dataclass(slots=True)
class Piece:
    """One cell, or what is taken for one.

    Attributes:
        text: as it stands; "" for a cell that is there but empty.
        line: its line.
        row: running number of its row.
        column: 0-based, -1 where the source has no columns.
        width: columns that it covers.
        shape: "table", "row" (a separated line), "cell" (alone on its line), "space" (flattened),
            "run" (cut out of unseparated text).
        role: set where the cutting already knows which column it belongs to.
        starts: it begins a record (only with `role`).
    """

    text: str
    line: int
    row: int
    column: int = -1
    width: int = 1
    shape: str = "cell"
    role: str = ""
    starts: bool = False


@dataclass(slots=True)
class Grid:
    """The stream, and the lines that carry no content."""

    pieces: list[Piece]
    noise: list[Text]


def head_lines(source: Source) -> int:
    """How many lines at the top are a note on where the text comes from (address, # lines, ---)."""
    for line in source.lines[:20]:
        text = line.text.strip()
        if text == "---":
            return line.number
        if text and not text.startswith(("#", "http://", "https://")):
            return 0
    return 0


def _table_pieces(table: Table, first_row: int) -> Iterator[Piece]:
    for cell in table.cells:
        yield Piece(
            "" if _ELLIPSIS.match(cell.text) else cell.text,
            cell.line,
            first_row + cell.row,
            cell.column,
            cell.column_span,
            "table",
        )


def _blank_noise(text: str) -> bool:
    return bool(_RULE.match(text)) and len(re.findall(r"[-─━=┼_]", text)) >= 3


def build(source: Source) -> Grid:
    """The document's stream of pieces."""
    head = head_lines(source)
    pieces: list[Piece] = []
    noise: list[Text] = [Text(source.lines[i].text, (i + 1,)) for i in range(head)]
    starts = {table.first_line: table for table in source.tables if table.first_line}
    covered = {cell.line for table in source.tables for cell in table.cells if cell.line}
    for table, first, last in html_tables(source):
        starts[first] = table
        covered.update(range(first, last + 1))
    delimiter, edged = csv_delimiter(source), bordered(source)
    broken = {} if source.tables else wrapped_rows(source.lines[head:], known)
    inside = {line.number for group in broken.values() for line in group[1:]}
    row = 0
    for line in source.lines[head:]:
        if line.number in starts:
            table = starts[line.number]
            pieces.extend(_table_pieces(table, row))
            row += table.shape[0]
            continue
        if line.number in covered or line.number in inside:
            continue
        row += 1
        if line.number in broken:
            for at, (text, number) in enumerate(wrapped_cells(broken[line.number])):
                pieces.append(Piece(text, number, row, at, 1, "row"))
            continue
        text = _BOOKMARK.sub("", line.text)
        if text != line.text:
            noise.append(Text(line.text, (line.number,)))
        if not text.strip() or _ELLIPSIS.match(text):
            continue
        if _blank_noise(text) or _PAGE.match(text):
            if re.search(r"\d", text) and pieces and not _is_page_number(pieces, text):
                pieces.append(Piece(text.strip(), line.number, row))
            else:
                noise.append(Text(line.text, (line.number,)))
            continue
        pieces.extend(_line_pieces(text, line.number, row, delimiter, edged))
    return Grid(_joined(pieces), noise)


def _is_page_number(pieces: list[Piece], text: str) -> bool:
    """A number alone on its line is a page number only where lines hold whole rows."""
    return "页" in text or pieces[-1].shape in ("row", "space", "run", "table")


def _line_pieces(text: str, number: int, row: int, delimiter: str, edged: bool) -> Iterator[Piece]:
    cells = separated(text, edged)
    if cells is None and delimiter and text.count(delimiter) >= 2:
        cells = [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter), [])]
    if cells is not None:
        cells = ["" if _ELLIPSIS.match(cell) else cell for cell in cells]
        filled = [cell for cell in cells if cell]
        if not filled:
            if len(cells) <= 1:
                yield Piece("", number, row)
            return
        if len(filled) == 1 and (("\t" in text and len(cells) < 4) or len(cells) == 1):
            yield Piece(filled[0], number, row)
            return
        for index, cell in enumerate(cells):
            yield Piece(cell, number, row, index, 1, "row")
        return
    flat = None if is_run_on(text) else flattened(text)
    if flat:
        for part in flat:
            if not _ELLIPSIS.match(part):
                yield Piece(part, number, row, -1, 1, "space")
        return
    yield Piece(text.strip(), number, row, -1, 1, "run" if is_run_on(text) else "cell")


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Headings that spaces or line ends have split (“一级 指标”, “产/出/指/标”) put together again."""
    out: list[Piece] = []
    index = 0
    while index < len(pieces):
        count = _join_length(pieces, index)
        piece = pieces[index]
        if count > 1:
            gap = " " if piece.shape == "space" else ""
            piece = replace(piece, text=gap.join(p.text for p in pieces[index : index + count]))
        out.append(piece)
        index += count
    return out


def _join_length(pieces: list[Piece], index: int) -> int:
    first = pieces[index]
    if first.shape not in ("space", "cell") or not first.text or len(first.text) > 8:
        return 1
    if v.plain(first.text) in ("其中", "其中:") and index + 1 < len(pieces):
        return 2 if v.fund_row(pieces[index + 1].text) else 1
    if (
        _BRACKETED_YEAR.match(first.text)
        or first.text[0].isdigit()
        or first.text[-1] in "|:："
        or first.text in v.none_marks()
    ):
        return 1
    if _POINTS_ALONE.match(v.plain(first.text)):
        return 1
    texts = [first.text]
    best = 1
    for other in pieces[index + 1 : index + 8]:
        if other.shape != first.shape or not other.text or len(other.text) > 12:
            break
        if v.plain(other.text).startswith("其中"):
            break
        texts.append(other.text)
        whole = "".join(texts)
        if len(whole) > 16 or (len(texts) > 3 and len(whole) > len(texts)):
            break
        headings = known(other.text) and known(first.text) and len(first.text) > 2 and other.text != "指标"
        headings = headings or (v.is_level1(first.text) and v.is_level2(other.text))
        if _BRACKETED_YEAR.match(whole) or (known(whole) and not headings):
            best = len(texts)
    behind = pieces[index + best : index + best + 1]
    if behind and behind[0].shape == first.shape and _POINTS_ALONE.match(v.plain(behind[0].text)):
        whole = "".join(piece.text for piece in pieces[index : index + best])
        best += v.is_level1(whole) or v.is_group(whole) or v.is_corner(whole)
    return best
