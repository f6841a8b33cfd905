"""Word documents: cells once, in reading order, with their spans."""

from __future__ import annotations

import io
import zipfile

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from plumbline.kernel.plans.reading import read_source
from plumbline.kernel.plans.source import Source


def saved(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def read(document: docx.document.Document) -> Source:
    return read_source("plan.docx", saved(document))


def test_paragraphs_and_tables_come_in_reading_order() -> None:
    document = docx.Document()
    document.add_paragraph("前")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "左", "右"
    document.add_paragraph("后")
    source = read(document)
    assert [(line.text, line.where) for line in source.lines] == [
        ("前", "第1段"),
        ("左", "表1第1行第1列"),
        ("右", "表1第1行第2列"),
        ("后", "第2段"),
    ]
    assert (source.tables[0].first_line, source.tables[0].last_line) == (2, 3)


def test_merged_cells_stand_once_with_their_spans() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "高"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "宽"
    table.cell(2, 2).text = "末"
    cells = {cell.text: cell for cell in read(document).tables[0].cells if cell.text}
    assert (cells["高"].row_span, cells["高"].column_span) == (2, 1)
    assert (cells["宽"].row, cells["宽"].column, cells["宽"].column_span) == (0, 1, 2)
    assert (cells["末"].row, cells["末"].column) == (2, 2)


def test_a_table_inside_a_cell_is_a_table_of_its_own() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "外"
    cell.add_table(1, 1).cell(0, 0).text = "内"
    source = read(document)
    assert [[cell.text for cell in table.cells] for table in source.tables] == [["外"], ["内"]]
    assert [line.text for line in source.lines if line.text] == ["外", "内"]


def test_automatic_numbers_are_read() -> None:
    document = docx.Document()
    document.add_paragraph("甲", style="List Number")
    document.add_paragraph("乙", style="List Number")
    assert [line.text for line in read(document).lines] == ["1.甲", "2.乙"]


def test_line_breaks_and_tabs_inside_a_paragraph() -> None:
    document = docx.Document()
    run = document.add_paragraph("一").add_run()
    run.add_tab()
    run.add_text("二")
    run.add_break()
    run.add_text("三")
    assert [(line.text, line.where) for line in read(document).lines] == [
        ("一\t二", "第1段"),
        ("三", "第1段"),
    ]


def test_deleted_text_is_left_out_and_inserted_text_read() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("留")._p
    for tag, text in (("ins", "增"), ("del", "删")):
        name = "delText" if tag == "del" else "t"
        paragraph.append(
            parse_xml(f"<w:{tag} {nsdecls('w')} w:id='1'><w:r><w:{name}>{text}</w:{name}></w:r></w:{tag}>")
        )
    source = read(document)
    assert source.lines[0].text == "留增"
    assert any("修订" in note for note in source.notes)


def test_text_boxes_are_left_out_with_a_note() -> None:
    document = docx.Document()
    run = document.add_paragraph("正文").add_run()._r
    picture, box = OxmlElement("w:pict"), OxmlElement("w:txbxContent")
    inner = docx.Document().add_paragraph("框中文字")._p
    box.append(inner)
    picture.append(box)
    run.append(picture)
    source = read(document)
    assert source.text == "正文"
    assert any("1 个文本框" in note for note in source.notes)


def test_boxes_drawn_with_symbols_are_read() -> None:
    document = docx.Document()
    run = document.add_paragraph("持续性项目").add_run()._r
    run.append(parse_xml(f"<w:sym {nsdecls('w')} w:font='Wingdings' w:char='F0FE'/>"))
    assert read(document).text == "持续性项目☑"


def test_footnotes_come_after_the_body() -> None:
    document = docx.Document()
    document.add_paragraph("正文")
    note = (
        "<w:footnotes xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        "<w:footnote w:type='separator' w:id='0'><w:p><w:r><w:t>——</w:t></w:r></w:p></w:footnote>"
        "<w:footnote w:id='2'><w:p><w:r><w:t>依据县委文件</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    source = read_source("plan.docx", with_part(saved(document), "word/footnotes.xml", note.encode()))
    assert [(line.text, line.where) for line in source.lines] == [
        ("正文", "第1段"),
        ("依据县委文件", "脚注1"),
    ]


def test_macros_do_not_run_and_are_noted() -> None:
    document = docx.Document()
    document.add_paragraph("正文")
    source = read_source("plan.docm", with_part(saved(document), "word/vbaProject.bin", b"\x00macro"))
    assert source.text == "正文"
    assert any("宏没有运行" in note for note in source.notes)


def test_strict_documents_are_read() -> None:
    document = docx.Document()
    document.add_paragraph("严格格式")
    data = saved(document)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "word/document.xml":
                content = content.replace(
                    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
                )
            new.writestr(part, content)
    assert read_source("plan.docx", stream.getvalue()).text == "严格格式"


def test_a_table_of_ten_thousand_rows_is_read() -> None:
    row = "<w:tr><w:tc><w:p><w:r><w:t>项目{0}</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>"
    body = "".join(row.format(number) for number in range(10_000))
    document = (f"<w:document {nsdecls('w')}><w:body><w:tbl>{body}</w:tbl></w:body></w:document>").encode()
    source = read_source("plan.docx", with_part(saved(docx.Document()), "word/document.xml", document))
    assert source.tables[0].shape == (10_000, 2)
    assert source.lines[19_998].text == "项目9999"


def with_part(data: bytes, part: str, content: bytes) -> bytes:
    """The archive with one part added or replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return stream.getvalue()
