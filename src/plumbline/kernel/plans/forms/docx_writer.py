"""Forms as Word documents.

The cells are written as WordprocessingML directly: python-docx finds every cell of a merged table
anew, which takes seconds for a form and minutes for a hundred.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt

from plumbline.kernel.plans.forms.grid import Cell, Form, Placed

BODY_FONT = "仿宋"
TITLE_FONT = "宋体"
PAGE = (Mm(210), Mm(297))
MARGIN = Mm(18)
#: above and below on a page on its side: a form of nine indicators then keeps to one page
LOW_MARGIN = Mm(8)
#: left and right in a cell, in twentieths of a point: an amount of eight digits keeps to one line
CELL_MARGIN = 60
#: what a sentence ends with, and a heading does not; what a numbered heading begins with
ENDS = ("。", "；", "！", "？")
NUMERALS = tuple("一二三四五六七八九十")
ALIGN = {"label": "center", "head": "center", "number": "right", "total": "center", "value": "left"}


def write_docx(
    forms: Sequence[Form],
    *,
    created: datetime,
    front: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> bytes:
    """One document, one form a page or more.

    Args:
        created: document time (the kernel has no clock).
        front: paragraphs before the forms (the prose of part one), if any.
        progress: called with the number of forms done.
    """
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = created
    document.core_properties.author = ""
    document.core_properties.title = _clean(forms[0].title)[:255] if forms else ""
    _style(document)
    _turn(document.sections[0], landscape=not front and bool(forms and forms[0].landscape))
    for text in front:
        _paragraph(document, text)
    for position, form in enumerate(forms):
        if position or front:
            section = document.add_section()
            _turn(section, landscape=form.landscape)
        _form(document, form)
        if progress:
            progress(position + 1)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _style(document: docx.document.Document) -> None:
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    _font(normal.element.get_or_add_rPr(), BODY_FONT)
    normal.paragraph_format.space_after = Pt(0)


def _font(properties: BaseOxmlElement, name: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for part in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(part), name)


def _turn(section: docx.section.Section, *, landscape: bool) -> None:
    short, long = PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = LOW_MARGIN if landscape else MARGIN


def _paragraph(document: docx.document.Document, text: str) -> None:
    """A paragraph of part one: titles in the middle, headings in bold, sentences indented."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = 1.5
    run = paragraph.add_run(_clean(text))
    run.font.size = Pt(12)
    if text.endswith(ENDS):
        paragraph.paragraph_format.first_line_indent = Pt(24)
        return
    run.bold = True
    paragraph.paragraph_format.keep_with_next = True
    if not text.startswith(NUMERALS):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run.font.size = Pt(15)


def _form(document: docx.document.Document, form: Form) -> None:
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(8)
    title.paragraph_format.keep_with_next = True
    run = title.add_run(_clean(form.title))
    run.bold = True
    run.font.size = Pt(16)
    _font(run._element.get_or_add_rPr(), TITLE_FONT)
    _head_line(document, form.left)
    _head_line(document, form.right, right=True)
    document.element.body.insert(-1, _table(form))
    for note in form.notes:
        document.add_paragraph(_clean(note)).paragraph_format.space_before = Pt(3)


def _head_line(document: docx.document.Document, text: str, *, right: bool = False) -> None:
    paragraph = document.add_paragraph(_clean(text))
    paragraph.paragraph_format.keep_with_next = True
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _table(form: Form) -> BaseOxmlElement:
    paper = PAGE[1] if form.landscape else PAGE[0]
    usable = (paper - 2 * MARGIN) / 635  # EMU to twentieths of a point
    whole = sum(form.widths)
    widths = [round(usable * w / whole) for w in form.widths]
    table = OxmlElement("w:tbl")
    table.append(_properties(sum(widths)))
    grid = OxmlElement("w:tblGrid")
    for width in widths:
        grid.append(_element("w:gridCol", w=width))
    table.append(grid)
    covering: dict[tuple[int, int], Placed] = {}
    for placed in form.placed():
        for down in range(placed.cell.rows):
            covering[(placed.row + down, placed.column)] = placed
    for row in range(len(form.rows)):
        table.append(_row(row, widths, covering))
    return table


def _properties(width: int) -> BaseOxmlElement:
    properties = OxmlElement("w:tblPr")
    properties.append(_element("w:tblW", w=width, type="dxa"))
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(f"w:{side}", val="single", sz=4, space=0, color="auto"))
    properties.append(borders)
    properties.append(_element("w:tblLayout", type="fixed"))
    margins = OxmlElement("w:tblCellMar")
    margins.append(_element("w:left", w=CELL_MARGIN, type="dxa"))
    margins.append(_element("w:right", w=CELL_MARGIN, type="dxa"))
    properties.append(margins)
    return properties


def _row(row: int, widths: list[int], covering: dict[tuple[int, int], Placed]) -> BaseOxmlElement:
    line = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    properties.append(_element("w:trHeight", val=420, hRule="atLeast"))
    line.append(properties)
    column = 0
    while column < len(widths):
        placed = covering[(row, column)]
        span = placed.cell.columns
        line.append(_cell(placed, first=placed.row == row, width=sum(widths[column : column + span])))
        column += span
    return line


def _cell(placed: Placed, *, first: bool, width: int) -> BaseOxmlElement:
    cell = placed.cell
    box = OxmlElement("w:tc")
    properties = OxmlElement("w:tcPr")
    properties.append(_element("w:tcW", w=width, type="dxa"))
    if cell.columns > 1:
        properties.append(_element("w:gridSpan", val=cell.columns))
    if cell.rows > 1:
        properties.append(_element("w:vMerge", val="restart") if first else OxmlElement("w:vMerge"))
    properties.append(_element("w:vAlign", val="center"))
    box.append(properties)
    for text in _clean(cell.text).split("\n") if first else [""]:
        box.append(_cell_paragraph(text, cell))
    return box


def _cell_paragraph(text: str, cell: Cell) -> BaseOxmlElement:
    paragraph = OxmlElement("w:p")
    properties = OxmlElement("w:pPr")
    properties.append(_element("w:jc", val=ALIGN[cell.role]))
    paragraph.append(properties)
    if text:
        run = OxmlElement("w:r")
        if cell.role in ("head", "total"):
            style = OxmlElement("w:rPr")
            style.append(OxmlElement("w:b"))
            run.append(style)
        content = OxmlElement("w:t")
        content.text = text
        content.set(qn("xml:space"), "preserve")
        run.append(content)
        paragraph.append(run)
    return paragraph


def _element(name: str, **attributes: object) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    return element


def _clean(text: str) -> str:
    """Without the control characters that XML forbids."""
    return "".join(c for c in text if c in "\n\t" or c >= " ").replace("\ufffe", "").replace("\uffff", "")
