"""The letters that the product ships, drawn in the manner of GB/T 9704-2012 (党政机关公文格式).

A4; margins 37, 26, 35 and 28 mm, which leave a text of 156 × 225 mm; text 仿宋 size 3 (16 pt), 28 points a
line; head and line in red. The fonts are named and not embedded: a machine without them takes its own.
"""

from __future__ import annotations

import io
from functools import cache

from docx import Document
from docx.document import Document as Doc
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

RED = RGBColor(0xD0, 0x10, 0x10)
SONG, FANG, HEI = "方正小标宋简体", "仿宋_GB2312", "黑体"
SIZE_2, SIZE_3, SIZE_4 = Pt(22), Pt(16), Pt(14)
LINE = Pt(28)
#: column: title, what stands in it, width in millimetres; together 156
COLUMNS = (
    ("序号", "{{ 问题.序号 }}", 14),
    ("问题", "{{ 问题.名称 }}", 46),
    ("位置", "{{ 问题.位置 }}", 34),
    ("程度", "{{ 问题.严重程度 }}", 14),
    ("整改要求", "{{ 问题.建议 }}", 48),
)


@cache
def shipped_letter(kind: str) -> bytes:
    """The shipped template of a kind of notice, as .docx with placeholders."""
    document = Document()
    _page(document)
    _head(document)
    _text(document, "{{ 标题 }}", font=SONG, size=SIZE_2, centre=True, after=Pt(14))
    _text(document, "{{ 主送单位 }}：", indent=False)
    _text(document, "{%p for 段 in 正文段落 %}")
    _text(document, "{{ 段 }}")
    _text(document, "{%p endfor %}")
    _text(document, "问题清单" if kind == "circular" else "存在问题及整改要求", font=HEI, centre=True)
    _table(document)
    _text(document, "{%p if 前次文号 %}")
    _text(document, "本通知系对{{ 前次文号 }}所列未完成整改问题的再次通知。")
    _text(document, "{%p endif %}")
    _text(document, "{%p if 联系方式 %}")
    _text(document, "（{{ 联系方式 }}）")
    _text(document, "{%p endif %}")
    _sign(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page(document: Doc) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FANG, SIZE_3
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FANG)
    # without it a machine set to another language draws Chinese stops in the middle of the line
    language = OxmlElement("w:lang")
    for name, value in (("val", "zh-CN"), ("eastAsia", "zh-CN")):
        language.set(qn(f"w:{name}"), value)
    properties = style.element.get_or_add_rPr()
    properties.append(language)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.title = "{{ 标题 }}"
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in ("— ", "PAGE", " —"):
        run = foot.add_run("" if part == "PAGE" else part)
        _font(run, "宋体", SIZE_4)
        if part == "PAGE":
            _page_number(run)


def _page_number(run: object) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.set(qn("xml:space"), "preserve")
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)  # type: ignore[attr-defined]


def _head(document: Doc) -> None:
    """The issuer in red, the number, and the red line below them."""
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.paragraph_format.space_after = Pt(18)
    run = head.add_run("{{ 发文机关 }}")
    _font(run, SONG, Pt(30))
    run.font.color.rgb = RED
    # a long name stays on one line: letters of 70 % width
    scale = OxmlElement("w:w")
    scale.set(qn("w:val"), "70")
    properties = run._r.get_or_add_rPr()
    properties.find(qn("w:color")).addnext(scale)
    number = document.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number.paragraph_format.space_after = Pt(28)
    _font(number.add_run("{{ 文号 }}"), FANG, SIZE_3)
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", "D01010")):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    # the schema wants the border before the spacing
    number._p.get_or_add_pPr().find(qn("w:spacing")).addprevious(border)


def _text(
    document: Doc,
    words: str,
    *,
    font: str = FANG,
    size: Pt = SIZE_3,
    centre: bool = False,
    indent: bool = True,
    after: Pt | None = None,
) -> Paragraph:
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE if size != SIZE_2 else Pt(34)
    shape.space_before, shape.space_after = Pt(0), after or Pt(0)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif indent:
        shape.first_line_indent = 2 * size
    _font(paragraph.add_run(words), font, size)
    return paragraph


def _font(run: object, name: str, size: Pt) -> None:
    font = run.font  # type: ignore[attr-defined]
    font.name, font.size = name, size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)  # type: ignore[attr-defined]


def _table(document: Doc) -> None:
    """One row a finding; the head repeats on each page, a row does not break."""
    table = document.add_table(rows=4, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for number, (title, words, width) in enumerate(COLUMNS):
        for row in table.rows:
            row.cells[number].width = Mm(width)
        table.columns[number].width = Mm(width)
        _cell(table.rows[0].cells[number], title, font=HEI, centre=True)
        _cell(table.rows[2].cells[number], words, centre=number in (0, 3))
    _cell(table.rows[1].cells[0], "{%tr for 问题 in 问题清单 %}")
    _cell(table.rows[3].cells[0], "{%tr endfor %}")
    for number, flag in ((0, "w:tblHeader"), (2, "w:cantSplit")):
        table.rows[number]._tr.get_or_add_trPr().append(OxmlElement(flag))


def _cell(cell: _Cell, words: str, *, font: str = FANG, centre: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(2)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _font(paragraph.add_run(words), font, Pt(12))


def _sign(document: Doc) -> None:
    """Issuer and day, kept together so that the seal covers both."""
    for words, before in (("{{ 发文机关 }}", Pt(28)), ("{{ 成文日期 }}", Pt(0))):
        paragraph = _text(document, words, indent=False)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.space_before = before
        paragraph.paragraph_format.right_indent = Pt(32)
        paragraph.paragraph_format.keep_with_next = words != "{{ 成文日期 }}"
        paragraph.paragraph_format.keep_together = True
