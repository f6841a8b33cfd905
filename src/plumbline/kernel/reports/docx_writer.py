"""A report as a Word document in the faces of official documents (GB/T 9704-2012)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt

from plumbline.kernel.reports.content import Block, Chart, Paragraph, Report, Table, long_day, numeral
from plumbline.kernel.reports.drawing import chart_picture

#: Word takes another face where a machine lacks these; 方正小标宋简体 is not free and never comes along
TITLE_FONT = "方正小标宋简体"
BODY_FONT = "仿宋_GB2312"
HEADING_FONT = "黑体"
TABLE_FONT = "宋体"
_PAGE = (Mm(210), Mm(297))
_MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
_WIDTH = 210 - 28 - 26
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_BODY = Pt(16)
_LINE = Pt(28)


def write_docx(report: Report, *, created: datetime, fonts: Sequence[Path]) -> bytes:
    """Write the report; its charts are pictures of 300 dots an inch.

    Args:
        created: document time, without a zone (the kernel has no clock).
        fonts: folders with the Chinese fonts, for the charts.

    Raises:
        FormError: no font is there.
    """
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = created
    document.core_properties.author = ""
    document.core_properties.title = _clean(report.title)[:255]
    _set_up(document)
    _line(document, report.title, font=TITLE_FONT, size=Pt(22), align="center", after=Pt(18))
    if report.addressee:
        _line(document, report.addressee)
    for text in report.opening:
        _line(document, text, indent=True)
    for place, section in enumerate(report.sections, start=1):
        heading = f"{numeral(place)}、{section.heading}"
        _line(document, heading, font=HEADING_FONT, indent=True, keep=True)
        for block in section.blocks:
            _block(document, block, fonts)
    _line(document, report.issuer, align="right", before=Pt(32), keep=True)
    _line(document, long_day(report.day), align="right")
    if report.definitions:
        _line(document, "统计口径", font=HEADING_FONT, size=Pt(10.5), line=Pt(18), before=Pt(24), keep=True)
        for place, text in enumerate(report.definitions, start=1):
            _line(document, f"{place}．{text}", font=TABLE_FONT, size=Pt(9), line=Pt(15))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: docx.document.Document) -> None:
    normal = document.styles["Normal"]
    normal.font.size = _BODY
    _font(normal.element.get_or_add_rPr(), BODY_FONT)
    normal.paragraph_format.space_after = Pt(0)
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = _PAGE
    for name, value in _MARGINS.items():
        setattr(section, name, value)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("— ", ""), ("", "PAGE"), (" —", "")):
        run = footer.add_run(text)
        run.font.size = Pt(14)
        _font(run._element.get_or_add_rPr(), TABLE_FONT)
        if field:
            simple = OxmlElement("w:fldSimple")
            simple.set(qn("w:instr"), field)
            run._element.addnext(simple)
            shown = OxmlElement("w:r")
            size = OxmlElement("w:rPr")
            shown.append(size)
            _font(size, TABLE_FONT)
            text_element = OxmlElement("w:t")
            text_element.text = "1"
            shown.append(text_element)
            simple.append(shown)


def _block(document: docx.document.Document, block: Block, fonts: Sequence[Path]) -> None:
    if isinstance(block, Paragraph):
        _line(document, block.text, indent=True)
    elif isinstance(block, Chart):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(8)
        picture = paragraph.add_run().add_picture(
            io.BytesIO(chart_picture(block, fonts=fonts)), width=Mm(_WIDTH - 6)
        )
        # what a screen reader says in place of the picture
        picture._inline.docPr.set("descr", _clean(f"{block.caption}：{_spoken(block)}"))
        _line(
            document, block.caption, font=TABLE_FONT, size=Pt(10.5), line=Pt(20), align="center", after=Pt(8)
        )
    else:
        _table(document, block)


def _spoken(chart: Chart) -> str:
    return "；".join(
        f"{bar.label} "
        + "、".join(
            f"{name}{'无数据' if value is None else f'{value}{chart.unit}'}"
            for name, value in zip(chart.series, bar.values, strict=True)
        )
        for bar in chart.bars
    )


def _table(document: docx.document.Document, block: Table) -> None:
    _line(
        document, block.caption, font=HEADING_FONT, size=Pt(12), line=Pt(22), align="center", before=Pt(8),
        keep=True,
    )  # fmt: skip
    table = document.add_table(rows=0, cols=len(block.heads))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    whole = sum(block.widths)
    widths = [round(_WIDTH * 56.7 * width / whole) for width in block.widths]
    for place, column in enumerate(table._tbl.tblGrid.findall(qn("w:gridCol"))):
        column.set(qn("w:w"), str(widths[place]))
    table._tbl.append(_row(block.heads, widths, ["center"] * len(widths), is_head=True))
    for row in block.rows:
        table._tbl.append(_row(row, widths, list(block.align), is_head=False))
    spacer = document.add_paragraph()
    spacer.paragraph_format.line_spacing = Pt(8)


def _row(
    texts: Sequence[str], widths: Sequence[int], align: Sequence[str], *, is_head: bool
) -> BaseOxmlElement:
    """A row as WordprocessingML: python-docx finds every cell of a table anew, which takes minutes."""
    row = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))
    row.append(properties)
    for text, width, side in zip(texts, widths, align, strict=True):
        cell = OxmlElement("w:tc")
        cell_properties = OxmlElement("w:tcPr")
        cell_width = OxmlElement("w:tcW")
        cell_width.set(qn("w:w"), str(width))
        cell_width.set(qn("w:type"), "dxa")
        middle = OxmlElement("w:vAlign")
        middle.set(qn("w:val"), "center")
        cell_properties.append(cell_width)
        cell_properties.append(middle)
        cell.append(cell_properties)
        cell.append(_cell_paragraph(text, side, bold=is_head))
        row.append(cell)
    return row


def _cell_paragraph(text: str, side: str, *, bold: bool) -> BaseOxmlElement:
    paragraph = OxmlElement("w:p")
    properties = OxmlElement("w:pPr")
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:line"), "280")
    spacing.set(qn("w:lineRule"), "exact")
    alignment = OxmlElement("w:jc")
    alignment.set(qn("w:val"), side)
    properties.append(spacing)
    properties.append(alignment)
    paragraph.append(properties)
    run = OxmlElement("w:r")
    look = OxmlElement("w:rPr")
    _font(look, TABLE_FONT)
    if bold:
        look.append(OxmlElement("w:b"))
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), "19")
    look.append(size)
    run.append(look)
    content = OxmlElement("w:t")
    content.set(qn("xml:space"), "preserve")
    content.text = _clean(text)
    run.append(content)
    paragraph.append(run)
    return paragraph


def _line(
    document: docx.document.Document,
    text: str,
    *,
    font: str = BODY_FONT,
    size: Pt = _BODY,
    line: Pt = _LINE,
    align: str = "left",
    indent: bool = False,
    keep: bool = False,
    before: Pt | None = None,
    after: Pt | None = None,
) -> None:
    paragraph = document.add_paragraph()
    look = paragraph.paragraph_format
    look.line_spacing = line if size.pt <= 16 else Pt(size.pt * 1.6)
    paragraph.alignment = _ALIGN[align]
    look.keep_with_next = keep
    if indent:
        look.first_line_indent = Pt(size.pt * 2)
    if before is not None:
        look.space_before = before
    if after is not None:
        look.space_after = after
    run = paragraph.add_run(_clean(text))
    run.font.size = size
    _font(run._element.get_or_add_rPr(), font)


def _font(properties: BaseOxmlElement, name: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for part in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(part), name)


def _clean(text: str) -> str:
    """Without the control characters that XML forbids."""
    kept = "".join(c for c in text if c in "\n\t" or c >= " ")
    return kept.replace("\ufffe", "").replace("\uffff", "")
