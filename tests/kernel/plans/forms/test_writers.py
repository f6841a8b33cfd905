from __future__ import annotations

import dataclasses
import io
import zipfile
from datetime import datetime
from pathlib import Path

import docx
import openpyxl
import pdfplumber
import pytest

from plumbline.kernel.errors import FormError
from plumbline.kernel.plans.forms import Form, evaluation_form, monitoring_form, target_form
from plumbline.kernel.plans.forms.docx_writer import write_docx
from plumbline.kernel.plans.forms.pdf_writer import write_pdf
from plumbline.kernel.plans.forms.xlsx_writer import write_xlsx
from tests.kernel.plans.forms.project import indicators, project

NOW = datetime(2026, 11, 24)
FONTS = Path(__file__).parents[4] / "src/plumbline/office/fonts"
HOSTILE = "=cmd|' /C calc'!A0 <b>{{x}}</b> #set text(red) \\ $x$ \x0b"


def forms() -> list[Form]:
    return [target_form(project()), monitoring_form(project()), evaluation_form(project())]


def hostile() -> list[Form]:
    items = tuple(dataclasses.replace(i, level3=HOSTILE) for i in indicators())
    return [target_form(project(name=HOSTILE, goal=HOSTILE, indicators=items))]


def words(form: Form) -> set[str]:
    return {p.cell.text for p in form.placed() if p.cell.text}


def test_word_holds_every_cell_and_names_the_official_font() -> None:
    document = docx.Document(io.BytesIO(write_docx(forms(), created=NOW)))
    for form, table in zip(forms(), document.tables, strict=True):
        found = {cell.text for row in table.rows for cell in row.cells}
        assert words(form) <= found
    assert document.styles["Normal"].element.rPr.rFonts.get(docx.oxml.ns.qn("w:eastAsia")) == "仿宋"


def test_word_merges_level_names_downwards() -> None:
    table = docx.Document(io.BytesIO(write_docx(forms()[:1], created=NOW))).tables[0]
    column = [row.cells[0]._tc for row in table.rows if row.cells[0].text == "产出指标"]
    assert len(column) == 4 and len(set(column)) == 1


def test_excel_holds_every_cell_and_numbers_stay_numbers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(forms(), created=NOW)))
    for form, sheet in zip(forms(), book.worksheets, strict=False):
        found = {cell.value for row in sheet.iter_rows() for cell in row}
        assert {p.cell.text for p in form.placed() if p.cell.text and p.cell.number is None} <= found
    values = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert 210000.5 in values


def test_excel_never_writes_a_formula() -> None:
    data = write_xlsx(hostile(), created=NOW, front=["=1+1"])
    archive = zipfile.ZipFile(io.BytesIO(data))
    sheets = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
    assert sheets and not any("<f>" in sheet for sheet in sheets)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_excel_gives_equal_names_sheets_of_their_own() -> None:
    long = "很长很长很长很长很长很长很长很长很长很长很长很长的项目名称[1]"
    data = write_xlsx([target_form(project(name=long, key=str(n))) for n in range(3)], created=NOW)
    names = openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    assert len(set(names)) == 3 and all(len(name) <= 31 for name in names)


def test_word_takes_markup_and_control_characters_as_text() -> None:
    document = docx.Document(io.BytesIO(write_docx(hostile(), created=NOW)))
    texts = {cell.text for row in document.tables[0].rows for cell in row.cells}
    assert HOSTILE.replace("\x0b", "") in texts


def test_pdf_shows_chinese_and_takes_markup_as_text() -> None:
    data = write_pdf([*forms(), *hostile()], fonts=[FONTS])
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages).replace("\n", "")
        assert len(pdf.pages) >= 4
    assert "网络安全检查服务绩效目标表" in text
    assert "#set" in text.replace(" ", "") and "{{x}}" in text


def test_pdf_says_what_to_do_without_fonts(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="中文字体"):
        write_pdf(forms(), fonts=[tmp_path])


@pytest.mark.parametrize("write", [write_docx, write_xlsx])
def test_progress_counts_the_forms(write) -> None:
    seen: list[int] = []
    write(forms(), created=NOW, progress=seen.append)
    assert seen == [1, 2, 3]


def test_pdf_carries_the_prose_before_the_forms() -> None:
    with pdfplumber.open(io.BytesIO(write_pdf(forms(), fonts=[FONTS], front=["一、总体绩效目标"]))) as pdf:
        assert "总体绩效目标" in pdf.pages[0].extract_text()
        assert "绩效目标表" in pdf.pages[1].extract_text()
