"""Reader of .docx: paragraphs and tables in reading order, straight from the document's XML.

Every `w:tc` is walked once, so that merged cells (`gridSpan`, `vMerge`) stand once with their spans.
A table inside a cell becomes a table of its own behind the outer one. Text boxes are left out, with
a note. Deleted text (tracked changes) is left out, inserted text is read. Macros never run.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from plumbline.kernel.errors import UnreadableFile
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.readers.archive import has, open_archive, parse_part
from plumbline.kernel.plans.readers.docx_numbering import Numbering
from plumbline.kernel.plans.readers.lines import LineBook
from plumbline.kernel.plans.source import Cell, Source, Table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MAIN = "word/document.xml"
#: elements that only wrap others
_WRAPPERS = frozenset(
    W + tag
    for tag in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple")
)
#: Wingdings marks that forms use for boxes
_SYMBOLS = {
    "F0FE": "☑",
    "F0FD": "☒",
    "F052": "☑",
    "F054": "☒",
    "F0A8": "□",
    "F06F": "□",
    "F0A3": "□",
    "F0FC": "√",
}


@dataclass
class _Seen:
    """What was met and left out, for the notes."""

    text_boxes: int = 0
    changes: bool = False


def read_docx(name: str, data: bytes, *, limits: Limits) -> Source:
    """Lines and tables of a Word document.

    Raises:
        UnreadableFile: damaged, encrypted, not a Word document, or beyond the limits.
    """
    with open_archive(name, data, limits=limits) as archive:
        part = _main_part(archive)
        if part is None:
            raise UnreadableFile(
                "这不是 Word 文档。", where=name, advice="请在办公软件中打开原文件，另存为 .docx 后再导入。"
            )
        root = _plain_names(parse_part(name, archive, part))
        walker = _Walker(LineBook(name, limits), Numbering.of(name, archive))
        body = root.find(f"{W}body")
        walker.block(body if body is not None else root)
        for kind, title in (("footnotes", "脚注"), ("endnotes", "尾注")):
            if has(archive, f"word/{kind}.xml"):
                walker.notes(_plain_names(parse_part(name, archive, f"word/{kind}.xml")), title)
        return Source(
            name=name,
            format="docx",
            lines=tuple(walker.book.lines),
            tables=tuple(walker.tables),
            notes=_notes(archive, walker.seen),
        )


def _main_part(archive: zipfile.ZipFile) -> str | None:
    if has(archive, _MAIN):
        return _MAIN
    return next((n for n in archive.namelist() if n.startswith("word/document") and n.endswith(".xml")), None)


def _plain_names(root: etree._Element) -> etree._Element:
    """Strict OOXML has other namespaces for the same elements."""
    if root.tag.startswith(_STRICT):
        for element in root.iter(f"{_STRICT}*"):
            element.tag = W + element.tag[len(_STRICT) :]
            for key in list(element.attrib):
                if key.startswith(_STRICT):
                    element.set(W + key[len(_STRICT) :], element.attrib.pop(key))
    return root


def _notes(archive: zipfile.ZipFile, seen: _Seen) -> tuple[str, ...]:
    notes = []
    if any(part.endswith("vbaProject.bin") for part in archive.namelist()):
        notes.append("文件带有宏，宏没有运行，只读取了内容。")
    if any(part.startswith("word/embeddings/") for part in archive.namelist()):
        notes.append("文件带有嵌入的对象，没有读取。")
    if seen.text_boxes:
        notes.append(f"文件有 {seen.text_boxes} 个文本框，其中的文字没有读取。")
    if seen.changes:
        notes.append("文件带有修订痕迹，按接受全部修订后的内容读取。")
    return tuple(notes)


class _Walker:
    """Walks the body once and writes lines and tables."""

    def __init__(self, book: LineBook, numbering: Numbering) -> None:
        self.book = book
        self.tables: list[Table] = []
        self.seen = _Seen()
        self._numbering = numbering
        self._paragraphs = 0

    def block(self, container: etree._Element) -> None:
        """The paragraphs and tables of a body, in order."""
        for child in _children(container):
            if child.tag == f"{W}p":
                self._paragraphs += 1
                for piece in self._text(child).split("\n"):
                    self.book.add(piece, f"第{self._paragraphs}段")
            elif child.tag == f"{W}tbl":
                self._table(child)

    def notes(self, root: etree._Element, title: str) -> None:
        """Footnotes or endnotes, behind the body."""
        number = 0
        for note in root:
            if note.get(f"{W}type") in (None, "normal"):
                text = "\n".join(self._text(p) for p in note.iter(f"{W}p")).strip()
                if text:
                    number += 1
                    self.book.add(text, f"{title}{number}")

    def _text(self, paragraph: etree._Element) -> str:
        parts = [self._numbering.label(paragraph)]
        stack = [iter(paragraph)]
        while stack:
            element = next(stack[-1], None)
            if element is None:
                stack.pop()
                continue
            tag = element.tag
            if tag == f"{W}t":
                parts.append(element.text or "")
            elif tag in (f"{W}tab", f"{W}ptab"):
                parts.append("\t")
            elif tag in (f"{W}br", f"{W}cr"):
                parts.append("\n")
            elif tag == f"{W}noBreakHyphen":
                parts.append("-")
            elif tag == f"{W}sym":
                parts.append(_SYMBOLS.get((element.get(f"{W}char") or "").upper(), ""))
            elif tag in (f"{W}del", f"{W}moveFrom"):
                self.seen.changes = True
            elif not isinstance(tag, str) or tag in (f"{W}pPr", f"{W}rPr", f"{W}instrText"):
                continue
            elif self._is_box(element):
                self.seen.text_boxes += any(box.tag == f"{W}txbxContent" for box in element.iter())
            else:
                self.seen.changes = self.seen.changes or tag == f"{W}ins"
                stack.append(iter(element))
        return "".join(parts).rstrip("\n")

    @staticmethod
    def _is_box(element: etree._Element) -> bool:
        """Drawings hold text boxes (twice: once more for old programs)."""
        return etree.QName(element).localname in ("drawing", "pict", "AlternateContent", "object")

    def _table(self, table: etree._Element) -> None:
        """Write one table; tables inside its cells follow it."""
        number = len(self.tables) + 1
        self.tables.append(Table(()))
        cells: list[Cell] = []
        open_cells: dict[int, int] = {}
        inner: list[etree._Element] = []
        row_index = -1
        for row_index, row in enumerate(_rows(table)):
            self.book.check_rows(row_index + 1)
            column = _number(row.find(f"{W}trPr/{W}gridBefore"), 0)
            for tc in _cells(row):
                span = max(1, _number(tc.find(f"{W}tcPr/{W}gridSpan"), 1))
                if _merged_upwards(tc) and column in open_cells:
                    above = cells[open_cells[column]]
                    cells[open_cells[column]] = _taller(above, row_index)
                else:
                    for covered in range(column, column + span):
                        open_cells.pop(covered, None)
                    text = self._cell_text(tc, inner)
                    line = self.book.add_cell(text, f"表{number}第{row_index + 1}行第{column + 1}列")
                    open_cells[column] = len(cells)
                    cells.append(Cell(row_index, column, text, line, 1, span))
                column += span
        self.tables[number - 1] = Table(tuple(cells))
        for nested in inner:
            self._table(nested)

    def _cell_text(self, tc: etree._Element, inner: list[etree._Element]) -> str:
        texts = []
        for child in _children(tc):
            if child.tag == f"{W}p":
                texts.append(self._text(child))
            elif child.tag == f"{W}tbl":
                inner.append(child)
        return "\n".join(texts).strip("\n")


def _taller(cell: Cell, row: int) -> Cell:
    return Cell(cell.row, cell.column, cell.text, cell.line, row - cell.row + 1, cell.column_span)


def _children(container: etree._Element) -> Iterator[etree._Element]:
    """Child elements, with wrappers opened."""
    for child in container:
        if child.tag in _WRAPPERS:
            yield from _children(child)
        elif isinstance(child.tag, str):
            yield child


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    return (child for child in _children(table) if child.tag == f"{W}tr")


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    return (child for child in _children(row) if child.tag == f"{W}tc")


def _merged_upwards(tc: etree._Element) -> bool:
    merge = tc.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _number(element: etree._Element | None, default: int) -> int:
    text = element.get(f"{W}val", "") if element is not None else ""
    # a span beyond any real table is damage, not a table
    return min(int(text), 200) if text.isascii() and text.isdigit() and len(text) < 6 else default
