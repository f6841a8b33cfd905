from __future__ import annotations

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest

from plumbline.kernel.errors import FormError, UnreadableFile
from plumbline.kernel.plans.forms import evaluation_form, monitoring_form, target_form
from plumbline.kernel.plans.forms.answers import Answer, read_answers
from plumbline.kernel.plans.forms.xlsx_writer import ANSWER_SHEET, write_xlsx
from tests.kernel.plans.forms.project import project

NOW = datetime(2026, 11, 24)
STAMP = {"plan": "7", "checkpoint": "3"}


def exported() -> bytes:
    return write_xlsx([monitoring_form(project()), evaluation_form(project())], created=NOW, stamp=STAMP)


def filled(change) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(exported()))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cell_of(field: str, subject: str, kind: str = "monitoring") -> Answer:
    answers = read_answers("表.xlsx", exported()).answers
    return next(a for a in answers if (a.field, a.subject, a.kind) == (field, subject, kind))


def answer_after(value: object, *, number_format: str = "General") -> Answer:
    place = cell_of("actual", "i0")

    def change(book) -> None:
        cell = book[place.sheet][place.cell]
        cell.value, cell.number_format = value, number_format

    answers = read_answers("表.xlsx", filled(change)).answers
    return next(a for a in answers if a.where == place.where)


def test_an_untouched_copy_changes_nothing() -> None:
    found = read_answers("表.xlsx", exported())
    assert found.stamp == STAMP
    assert found.answers and not any(a.changed for a in found.answers)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("61家", "@", "61家"),
        (61, "General", "61"),
        (0.1, "General", "0.1"),
        (0.986, "0.0%", "98.6%"),
        (datetime(2026, 9, 21), "yyyy-mm-dd", "2026年9月21日"),
        (None, "General", ""),
    ],
)
def test_what_a_person_types_is_read_as_it_is_shown(value, number_format: str, text: str) -> None:
    answer = answer_after(value, number_format=number_format)
    assert (answer.new, answer.problem, answer.changed) == (text, "", True)


def test_a_formula_is_a_problem_of_its_cell() -> None:
    answer = answer_after("=1+60")
    assert "公式" in answer.problem and answer.new == ""


def test_a_renamed_sheet_is_a_problem_of_its_cells() -> None:
    def rename(book) -> None:
        book.worksheets[0].title = "改名"

    problems = [a.problem for a in read_answers("表.xlsx", filled(rename)).answers if a.kind == "monitoring"]
    assert problems and all("改名" in problem for problem in problems)


def test_a_workbook_of_somebody_else_is_refused() -> None:
    def strip(book) -> None:
        del book[ANSWER_SHEET]

    with pytest.raises(FormError, match="不是从本系统导出"):
        read_answers("表.xlsx", filled(strip))


def test_a_damaged_hidden_sheet_is_refused() -> None:
    def damage(book) -> None:
        book[ANSWER_SHEET]["A1"] = "?"

    with pytest.raises(FormError, match="隐藏信息"):
        read_answers("表.xlsx", filled(damage))


@pytest.mark.parametrize("data", [b"", b"MZ\x90\x00 not a workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_answers("表.xlsx", data)


def test_a_form_without_cells_to_fill_has_no_hidden_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx([target_form(project())], created=NOW)))
    assert ANSWER_SHEET not in book.sheetnames


@pytest.mark.parametrize(
    ("column", "value"), [(2, "A1:C3"), (2, "A"), (2, "ZZZ9999999"), (3, "target"), (6, "budget")]
)
def test_an_altered_hidden_sheet_is_refused(column: int, value: str) -> None:
    def change(book) -> None:
        book[ANSWER_SHEET].cell(2, column).value = value

    with pytest.raises(FormError, match="隐藏信息"):
        read_answers("表.xlsx", filled(change))


def test_a_workbook_with_a_damaged_part_is_refused() -> None:
    source = zipfile.ZipFile(io.BytesIO(exported()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if name.endswith("sheet1.xml") else content)
    with pytest.raises(UnreadableFile):
        read_answers("表.xlsx", buffer.getvalue())
