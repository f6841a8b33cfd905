"""Workbooks: what a person sees, without float noise and without calculation."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest

from plumbline.kernel.errors import UnreadableFile
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.reading import read_source
from plumbline.kernel.plans.source import Source


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(book: openpyxl.Workbook) -> Source:
    return read_source("plan.xlsx", saved(book))


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (1043977.64, "#,##0.00", "1043977.64"),
        (210000.0, "0.00", "210000"),
        (0.25, "0%", "25%"),
        (0.985, "0.0%", "98.5%"),
        (1, "0.00%", "100%"),
        (5, '"≥"0"次"', "≥5次"),
        (98, "0.00_ ", "98"),
        (-12.5, "0.0;[Red]-0.0", "-12.5"),
        (1e-7, "General", "0.0000001"),
        (123456789012345, "General", "123456789012345"),
        (datetime.date(2023, 12, 31), "yyyy-mm-dd", "2023年12月31日"),
        (datetime.datetime(2023, 3, 5, 10, 30), 'yyyy"年"m"月"d"日"', "2023年3月5日"),
        (True, "General", "TRUE"),
        ("00123", "@", "00123"),
        ("=cmd|' /C calc'!A0", "@", None),
    ],
)
def test_values_are_what_a_person_sees(value: object, code: str, text: str | None) -> None:
    book = openpyxl.Workbook()
    cell = book.active["B2"]
    cell.value = value
    cell.number_format = code
    if text is None:
        cell.data_type = "s"
    source = read(book)
    assert source.lines[0].text == (text if text is not None else value)
    assert source.lines[0].where == "Sheet!B2"
    assert (source.tables[0].cells[0].row, source.tables[0].cells[0].column) == (1, 1)


def test_merged_cells_stand_once() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"], sheet["D2"] = "产出指标", "右"
    sheet.merge_cells("B2:C4")
    cells = {cell.text: cell for cell in read(book).tables[0].cells}
    assert (cells["产出指标"].row_span, cells["产出指标"].column_span) == (3, 2)
    assert cells["右"].column == 3


def test_formulas_are_not_evaluated() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = "标题", "=1+1"
    source = read(book)
    assert [line.text for line in source.lines] == ["标题"]
    assert any("1 个公式单元格" in note and "没有重新计算" in note for note in source.notes)
    assert any("没有保存结果" in note for note in source.notes)


def test_hidden_sheets_are_left_out_with_a_note() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "看得见"
    hidden = book.create_sheet("底稿")
    hidden["A1"] = "看不见"
    hidden.sheet_state = "hidden"
    source = read(book)
    assert source.text == "看得见"
    assert any("底稿" in note for note in source.notes)


def test_each_sheet_is_a_table_with_its_name() -> None:
    book = openpyxl.Workbook()
    book.active.title = "项目一"
    book.active["A1"] = "甲"
    book.create_sheet("空表")
    book.create_sheet("项目二")["C7"] = "乙"
    source = read(book)
    assert [table.title for table in source.tables] == ["项目一", "项目二"]
    assert source.lines[1].where == "项目二!C7"


def test_empty_formatted_cells_far_away_do_no_harm() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "甲"
    book.active["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    assert read(book).text == "甲"


def test_content_in_the_last_corner_is_one_clear_error() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "甲", "乙"
    with pytest.raises(UnreadableFile, match="XFD列、第1048576行"):
        read(book)


def test_wide_gaps_are_closed_but_places_stay() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A90000"] = "甲", "乙"
    source = read(book)
    assert source.tables[0].shape[0] < 3_000
    assert source.lines[1].where == "Sheet!A90000"


def test_too_many_rows_are_refused() -> None:
    book = openpyxl.Workbook()
    for number in range(1, 12):
        book.active.cell(number, 1, number)
    with pytest.raises(UnreadableFile, match="超过 10 行"):
        read_source("plan.xlsx", saved(book), limits=Limits(rows=10))
