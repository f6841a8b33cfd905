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
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from plumbline.kernel.errors import PlumblineError, UnreadableFile
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.readers.lines import LineBook
from plumbline.kernel.plans.source import Cell, Source, Table

#: edges closer than this (points) are one edge
_SAME = 3.0
_BEGINS = re.compile(
    r"^\s*(?:[（(]?\d{1,2}[)）]|\d{1,2}[.、．](?!\d)|[（(]?[一二三四五六七八九十]{1,3}[)）、]|第[一二三四五六七八九十]{1,3}[部章条]|[□☑√注])"
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
            tables: list[Table] = []
            for page in document.pages:
                _page(page, book, tables)
                page.close()
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
    return Source(name=name, format="pdf", lines=tuple(book.lines), tables=tuple(tables))


def _broken(name: str, error: object) -> UnreadableFile:
    if isinstance(error, PDFPasswordIncorrect):
        return UnreadableFile("PDF 已加密，需要密码才能打开。", where=name, advice="请去掉打开密码后再导入。")
    return UnreadableFile(
        "PDF 不完整或已损坏，无法读取。", where=name, advice="请重新导出 PDF，或使用原始的 Word、Excel 文件。"
    )


def _page(page: Any, book: LineBook, tables: list[Table]) -> None:
    """Write one page: paragraphs and tables from top to bottom."""
    found = [table for table in page.find_tables() if len(table.cells) > 1]
    boxes = [table.bbox for table in found]
    outside = page.filter(lambda item: not _inside(item, boxes)) if boxes else page
    lines = outside.extract_text_lines(return_chars=False, strip=True) if outside.chars else []
    paragraphs = _paragraphs(lines)
    number = page.page_number
    items: list[tuple[float, Any]] = [(top, text) for top, text in paragraphs]
    items += [(table.bbox[1], table) for table in found]
    row = 0
    for _, item in sorted(items, key=lambda pair: pair[0]):
        if isinstance(item, str):
            row += 1
            book.add(item, f"第{number}页第{row}行")
        else:
            tables.append(_table(item, page, book, len(tables) + 1))


def _inside(item: dict[str, Any], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
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


def _table(found: Any, page: Any, book: LineBook, number: int) -> Table:
    """One ruled table. Cells that span several rows or columns are boxes over several grid lines."""
    boxes = sorted(set(found.cells), key=lambda box: (round(box[1]), round(box[0])))
    xs = _edges([x for box in boxes for x in (box[0], box[2])])
    ys = _edges([y for box in boxes for y in (box[1], box[3])])
    book.check_rows(len(ys))
    chars = _by_box(page, found.bbox, boxes)
    cells = []
    for index, (x0, top, x1, bottom) in enumerate(boxes):
        row, column = _at(ys, top), _at(xs, x0)
        text = _cell_text(chars[index])
        line = book.add_cell(text, f"第{page.page_number}页表{number}第{row + 1}行第{column + 1}列")
        height, width = max(1, _at(ys, bottom) - row), max(1, _at(xs, x1) - column)
        cells.append(Cell(row, column, text, line, height, width))
    return Table(tuple(cells))


def _edges(values: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SAME:
            edges.append(value)
    return edges


def _at(edges: Sequence[float], value: float) -> int:
    return max(0, bisect_right(edges, value + _SAME / 2) - 1)


def _by_box(
    page: Any, bbox: tuple[float, float, float, float], boxes: Sequence[tuple[float, float, float, float]]
) -> list[list[dict[str, Any]]]:
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
    text: str = pdfplumber.utils.extract_text(chars)
    return [line.strip() for line in text.split("\n") if line.strip()]
