"""Reader of .pdf: text lines joined to paragraphs, and tables with their merged cells.

A table is what has ruled lines. Lines of a cell that only wrapped are joined again; paragraphs
outside tables are joined where a full line is followed by one without indent. A scanned document
has no text and is refused: reading pictures is not this program's job.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.text import extract_text

from plumbline.kernel.errors import PlumblineError, UnreadableFile
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.readers.lines import LineBook
from plumbline.kernel.plans.source import Cell, Source, Table

Box = tuple[float, float, float, float]

#: edges closer than this (points) are one edge
_SAME = 3.0
_BEGINS = re.compile(
    r"^\s*(?:[（(]?\d{1,2}[)）]|\d{1,2}[.、．](?!\d)|[（(]?[一二三四五六七八九十]{1,3}[)）、]|第[一二三四五六七八九十]{1,3}[部章条]|[□☑√注]|(?:金额)?单位\s*[:：])"
)
_PAGE_NUMBER = re.compile(
    r"^\s*[-—－]?\s*(?:第\s*)?\d{1,3}\s*(?:页)?(?:\s*[/／共]\s*\d{1,3}\s*页?)?\s*[-—－]?\s*$"
)


def read_pdf(name: str, data: bytes, *, limits: Limits) -> Source:
    """Lines and tables of a PDF.

    Raises:
        UnreadableFile: damaged, encrypted, scanned, or beyond the limits.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            count = len(document.pages)
            if count > limits.pages:
                raise UnreadableFile(
                    f"文件有 {count} 页，超过上限 {limits.pages} 页。", where=name, advice="请拆分后再导入。"
                )
            book = LineBook(name, limits)
            pages = _Pages(book)
            for page in document.pages:
                pages.add(page)
                page.close()
            tables = tuple(grid.table() for grid in pages.grids)
    except PlumblineError:
        raise
    except PdfminerException as error:
        raise _broken(name, error.args[0] if error.args else error) from None
    except Exception as error:
        # pdfminer raises whatever its parsers meet (KeyError, TypeError, struct.error, …) on damage
        raise _broken(name, error) from None
    if not any(line.text.strip() for line in book.lines):
        raise UnreadableFile(
            "PDF 中没有文字，可能是扫描件或图片。",
            where=name,
            advice="请使用原始的 Word 或 Excel 文件，或先用文字识别（OCR）软件转换。",
        )
    return Source(name=name, format="pdf", lines=tuple(book.lines), tables=tables)


def _broken(name: str, error: object) -> UnreadableFile:
    if isinstance(error, PDFPasswordIncorrect):
        return UnreadableFile("PDF 已加密，需要密码才能打开。", where=name, advice="请去掉打开密码后再导入。")
    return UnreadableFile(
        "PDF 不完整或已损坏，无法读取。", where=name, advice="请重新导出 PDF，或使用原始的 Word、Excel 文件。"
    )


class _Pages:
    """Writes pages one after the other; a table that goes on over a page break stays one table."""

    def __init__(self, book: LineBook) -> None:
        self.book = book
        self.grids: list[_Grid] = []
        self._open: _Grid | None = None

    def add(self, page: Any) -> None:
        """Write one page: paragraphs and tables from top to bottom."""
        found = [table for table in page.find_tables() if len(table.cells) > 1]
        boxes = [table.bbox for table in found]
        outside = page.filter(lambda item: not _inside(item, boxes)) if boxes else page
        lines = outside.extract_text_lines(return_chars=False, strip=True) if outside.chars else []
        items: list[tuple[float, Any]] = list(_paragraphs(lines))
        items += [(table.bbox[1], table) for table in found]
        row = 0
        content = False
        for _, item in sorted(items, key=lambda pair: pair[0]):
            if not isinstance(item, str):
                self._table(item, page, first=not content)
            elif not _PAGE_NUMBER.match(item):
                self._open = None
            if isinstance(item, str):
                row += 1
                self.book.add(item, f"第{page.page_number}页第{row}行")
            content = content or not isinstance(item, str) or not _PAGE_NUMBER.match(item)

    def _table(self, found: Any, page: Any, *, first: bool) -> None:
        boxes = sorted(set(found.cells), key=lambda box: (round(box[1]), round(box[0])))
        texts = [_cell_text(chars) for chars in _by_box(page, found.bbox, boxes)]
        x0, _, x1, _ = found.bbox
        grid = self._open
        if not (first and grid and abs(grid.x0 - x0) < _SAME and abs(grid.x1 - x1) < _SAME):
            grid = _Grid(x0, x1, len(self.grids) + 1)
            self.grids.append(grid)
        grid.extend(boxes, texts, page.page_number, self.book)
        self._open = grid


@dataclass
class _Grid:
    """A table while it is read: cells with their left and right edges, rows counted over pages."""

    x0: float
    x1: float
    number: int
    cells: list[tuple[float, float, Cell]] = field(default_factory=list)
    rows: int = 0

    def extend(self, boxes: Sequence[Box], texts: Sequence[str], page: int, book: LineBook) -> None:
        """Add the boxes of one page below what is there."""
        ys = _edges([y for box in boxes for y in (box[1], box[3])])
        tops = [_at(ys, box[1]) for box in boxes]
        tail = self._tail(
            [(box, text) for box, text, top in zip(boxes, texts, tops, strict=True) if top == 0]
        )
        base = self.rows - 1 if tail else self.rows
        book.check_rows(base + len(ys))
        for box, text, top in zip(boxes, texts, tops, strict=True):
            if top == 0 and tail:
                self._append(box, text, book)
                continue
            row = base + top
            column = 1 + sum(
                1 for other, above in zip(boxes, tops, strict=True) if above == top and other[0] < box[0]
            )
            line = book.add_cell(text, f"第{page}页表{self.number}第{row + 1}行第{column}格")
            height = max(1, _at(ys, box[3]) - top)
            self.cells.append((box[0], box[2], Cell(row, 0, text, line, height)))
        self.rows = base + max(len(ys) - 1, 1)

    def _tail(self, first_row: Sequence[tuple[Box, str]]) -> bool:
        """The first row of the page is the rest of a row that the page break cut in two."""
        above = [
            (x0, x1) for x0, x1, cell in self.cells if cell.row + cell.row_span == self.rows and cell.text
        ]
        filled = [box for box, text in first_row if text]
        if not self.cells or not filled or len(filled) * 2 > len(first_row) or len(first_row) < 3:
            return False
        in_front = sorted(box[0] for box, _ in first_row)[:2]
        return all(
            box[0] not in in_front
            and any(abs(x0 - box[0]) < _SAME and abs(x1 - box[2]) < _SAME for x0, x1 in above)
            for box in filled
        )

    def _append(self, box: Box, text: str, book: LineBook) -> None:
        """Join the rest of a cut cell to its first part."""
        for index in range(len(self.cells) - 1, -1, -1):
            x0, x1, cell = self.cells[index]
            if text and abs(x0 - box[0]) < _SAME and abs(x1 - box[2]) < _SAME:
                joined = _join(cell.text, text)
                book.replace(cell.line, joined)
                self.cells[index] = (x0, x1, replace(cell, text=joined))
                return

    def table(self) -> Table:
        """The finished table; columns are the edges of all its pages."""
        xs = _edges([x for x0, x1, _ in self.cells for x in (x0, x1)])
        done = []
        for x0, x1, cell in self.cells:
            column = _at(xs, x0)
            done.append(replace(cell, column=column, column_span=max(1, _at(xs, x1) - column)))
        return Table(tuple(sorted(done, key=lambda cell: (cell.row, cell.column))))


def _inside(item: dict[str, Any], boxes: Sequence[Box]) -> bool:
    if item.get("object_type") != "char":
        return False
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)


def _paragraphs(lines: Sequence[dict[str, Any]]) -> list[tuple[float, str]]:
    """(top, text) of paragraphs: lines that only wrapped are joined."""
    if not lines:
        return []
    left, right = min(line["x0"] for line in lines), max(line["x1"] for line in lines)
    done: list[tuple[float, str]] = []
    full = False
    for line in lines:
        size = max(line["bottom"] - line["top"], 4.0)
        text = line["text"]
        indented = line["x0"] > left + size
        if done and full and not indented and not _BEGINS.match(text) and not _PAGE_NUMBER.match(text):
            done[-1] = (done[-1][0], _join(done[-1][1], text))
        else:
            done.append((line["top"], text))
        full = line["x1"] > right - 1.6 * size
    return done


def _join(before: str, after: str) -> str:
    """Two pieces of a wrapped line: a space only between Latin words."""
    latin = before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha()
    return f"{before} {after}" if latin else before + after


def _edges(values: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SAME:
            edges.append(value)
    return edges


def _at(edges: Sequence[float], value: float) -> int:
    return max(0, bisect_right(edges, value + _SAME / 2) - 1)


def _by_box(page: Any, bbox: Box, boxes: Sequence[Box]) -> list[list[dict[str, Any]]]:
    """The characters of each cell box; a box is found by its rows, not by trying all."""
    found: list[list[dict[str, Any]]] = [[] for _ in boxes]
    for char in page.chars:
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        if not (bbox[0] <= x <= bbox[2] and bbox[1] <= y <= bbox[3]):
            continue
        for index, (x0, top, x1, bottom) in enumerate(boxes):
            if x0 <= x < x1 and top <= y < bottom:
                found[index].append(char)
                break
    return found


def _cell_text(chars: list[dict[str, Any]]) -> str:
    if not chars:
        return ""
    text = ""
    for line in _lines(chars):
        text = line if not text else f"{text}\n{line}" if _BEGINS.match(line) else _join(text, line)
    return text


def _lines(chars: list[dict[str, Any]]) -> list[str]:
    text: str = extract_text(chars)
    return [line.strip() for line in text.split("\n") if line.strip()]
