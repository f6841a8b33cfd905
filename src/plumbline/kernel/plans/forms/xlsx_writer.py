"""Forms as Excel workbooks, one sheet a form, with a hidden sheet that knows the fillable cells.

Everything is written as text or as a number, never as a formula: a name that starts with "=" stays
a name.
"""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from plumbline.kernel.plans.forms.grid import Form, Placed

#: name of the hidden sheet that `answers.read_answers` looks for
ANSWER_SHEET = "_plumbline"
FONT = "仿宋"
#: Excel's limits
SHEET_NAME = 31
#: a form of at most so many rows is shrunk to one sheet of paper; a longer one stays readable on several
ROWS_PORTRAIT, ROWS_LANDSCAPE = 44, 24
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))


def write_xlsx(
    forms: Sequence[Form],
    *,
    created: datetime,
    front: Sequence[str] = (),
    stamp: dict[str, str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> bytes:
    """One workbook, one sheet a form.

    Args:
        created: document time.
        front: paragraphs of part one, written one a row on a sheet of their own.
        stamp: what the reader of a filled copy must recognise (plan, version, checkpoint …).
        progress: called with the number of forms done.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": created, "author": ""})
    styles = _styles(book)
    names: set[str] = set()
    if front:
        sheet = book.add_worksheet(_sheet_name("部门整体绩效目标", names))
        sheet.set_column(0, 0, 110)
        for row, text in enumerate(front):
            sheet.write_string(row, 0, _clean(text), styles["prose"])
    answers: list[tuple[str, ...]] = []
    for position, form in enumerate(forms):
        name = _sheet_name(f"{position + 1} {_short(form)}", names)
        sheet = book.add_worksheet(name)
        _sheet(sheet, form, styles)
        answers += _answers(name, form)
        if progress:
            progress(position + 1)
    if any(cell.answer for form in forms for row in form.rows for cell in row):
        _answer_sheet(book, stamp or {}, answers)
    book.close()
    return buffer.getvalue()


def _short(form: Form) -> str:
    """The project's name from the title: what tells the sheets apart."""
    name = next(
        (c.text for row in form.rows for n, c in enumerate(row) if n and row[n - 1].text == "项目名称"), ""
    )
    return name or form.title


def _sheet_name(wish: str, taken: set[str]) -> str:
    base = _clean(wish).translate(FORBIDDEN).strip()[:SHEET_NAME] or "表"
    name, n = base, 2
    while name.lower() in taken:
        tail = f"({n})"
        name, n = base[: SHEET_NAME - len(tail)] + tail, n + 1
    taken.add(name.lower())
    return name


def _styles(book: Any) -> dict[str, Any]:
    common = {"font_name": FONT, "font_size": 10.5, "valign": "vcenter", "text_wrap": True}
    framed = {**common, "border": 1}
    return {
        "title": book.add_format(
            {"font_name": "宋体", "font_size": 16, "bold": True, "align": "center", "valign": "vcenter"}
        ),
        "left": book.add_format({**common, "text_wrap": False}),
        "right": book.add_format({**common, "align": "right", "text_wrap": False}),
        "prose": book.add_format({**common, "valign": "top", "font_size": 12}),
        "note": book.add_format({**common, "text_wrap": True}),
        "label": book.add_format({**framed, "align": "center"}),
        "head": book.add_format({**framed, "align": "center", "bold": True}),
        "total": book.add_format({**framed, "align": "center", "bold": True}),
        "value": book.add_format({**framed, "align": "left", "num_format": "@"}),
        "number": book.add_format({**framed, "align": "right"}),
        "money": book.add_format({**framed, "align": "right", "num_format": "0.00"}),
        "answer": book.add_format({**framed, "align": "left", "num_format": "@", "bg_color": "#FFF9E5"}),
    }


def _sheet(sheet: Any, form: Form, styles: dict[str, Any]) -> None:
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    short = len(form.rows) <= (ROWS_LANDSCAPE if form.landscape else ROWS_PORTRAIT)
    sheet.fit_to_pages(1, 1 if short else 0)
    if form.landscape:
        sheet.set_landscape()
    last = len(form.widths) - 1
    unit = (118 if form.landscape else 92) / sum(form.widths)
    for column, width in enumerate(form.widths):
        sheet.set_column(column, column, width * unit)
    _span(sheet, 0, 0, 0, last, form.title, styles["title"])
    sheet.set_row(0, 30)
    half = max(last - 2, 1)
    _span(sheet, 1, 0, 1, half - 1, form.left, styles["left"])
    _span(sheet, 1, half, 1, last, form.right, styles["right"])
    heights = _heights(form, unit)
    for placed in form.placed():
        _cell(sheet, placed, styles)
    for row, height in enumerate(heights):
        sheet.set_row(row + 2, height)
    for offset, note in enumerate(form.notes):
        _span(sheet, len(form.rows) + 2 + offset, 0, len(form.rows) + 2 + offset, last, note, styles["note"])


def _span(sheet: Any, top: int, left: int, bottom: int, right: int, text: str, style: Any) -> None:
    if (top, left) == (bottom, right):
        sheet.write_string(top, left, _clean(text), style)
        return
    sheet.merge_range(top, left, bottom, right, "", style)
    sheet.write_string(top, left, _clean(text), style)


def _cell(sheet: Any, placed: Placed, styles: dict[str, Any]) -> None:
    cell, row, column = placed.cell, placed.row + 2, placed.column
    style = styles["answer" if cell.answer else cell.role]
    exact = _exact_float(cell.number)
    if exact is not None and cell.role == "number" and "." in cell.text and len(cell.text.split(".")[1]) == 2:
        style = styles["money"]
    if cell.rows > 1 or cell.columns > 1:
        sheet.merge_range(row, column, row + cell.rows - 1, column + cell.columns - 1, "", style)
    if exact is not None:
        sheet.write_number(row, column, exact, style)
    elif cell.text:
        sheet.write_string(row, column, _clean(cell.text), style)
    else:
        sheet.write_blank(row, column, None, style)


def _exact_float(number: Decimal | None) -> float | None:
    """The float that prints as this very decimal; None where there is none (it is then text)."""
    if number is None:
        return None
    value = float(number)
    return value if Decimal(repr(value)) == number else None


def _heights(form: Form, unit: float) -> list[float]:
    """Row heights that show all text: Excel does not grow rows for merged cells."""
    lines = [1.0] * len(form.rows)
    for placed in form.placed():
        width = sum(form.widths[placed.column : placed.column + placed.cell.columns]) * unit
        need = sum(max(1, -(-_columns(part) // max(width - 1, 1))) for part in placed.cell.text.split("\n"))
        share = need / placed.cell.rows
        for row in range(placed.row, placed.row + placed.cell.rows):
            lines[row] = max(lines[row], share)
    return [min(409.0, 6 + 14.5 * n) for n in lines]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _answers(sheet: str, form: Form) -> list[tuple[str, ...]]:
    return [
        (
            sheet,
            xl_rowcol_to_cell(p.row + 2, p.column),
            form.kind,
            form.project,
            p.cell.subject,
            p.cell.answer,
            p.cell.text,
        )
        for p in form.placed()
        if p.cell.answer
    ]


def _answer_sheet(book: Any, stamp: dict[str, str], answers: Sequence[tuple[str, ...]]) -> None:
    sheet = book.add_worksheet(ANSWER_SHEET)
    sheet.write_string(0, 0, json.dumps(stamp, ensure_ascii=False, sort_keys=True))
    for row, values in enumerate(answers, start=1):
        for column, value in enumerate(values):
            sheet.write_string(row, column, _clean(value))
    sheet.very_hidden()


def _clean(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or c >= " ")[:32767]
