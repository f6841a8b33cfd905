"""Lists that leave as .xlsx or .csv, safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

Kind = Literal["xlsx", "csv"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: beginnings of formulas; Chinese spreadsheet programs take the full-width ones for the same
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: what the name of a sheet must not hold, and how long it may be
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_LONGEST_NAME = 31


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table.

    Attributes:
        name: of the sheet, and of the file without its ending.
        heads: titles of the columns.
        rows: values: text, int, Decimal, date, datetime or None.
    """

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[object]]


def harmless(text: str) -> str:
    """The text so that no spreadsheet program takes it for a formula: an apostrophe goes before it.

    A plain number with a sign stays a number.
    """
    if not text.startswith(_TRIGGERS) or text.lstrip("+-").replace(".", "", 1).isdecimal():
        return text
    return f"'{text}"


def write_xlsx(sheet: Sheet) -> bytes:
    """A workbook with one sheet: head row frozen and filtered, text never read as a formula or a link."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        page = book.add_worksheet(sheet.name.translate(_NOT_IN_NAMES)[:_LONGEST_NAME])
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
        money = book.add_format({"num_format": "#,##0.00"})
        page.write_row(0, 0, sheet.heads, head)
        last = 0
        for last, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, Decimal):
                    page.write_number(last, column, value, money)
                elif isinstance(value, int):
                    page.write_number(last, column, value)
                else:
                    page.write_string(last, column, _text(value)[:32767])
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, last, len(sheet.heads) - 1)
        page.set_column(0, len(sheet.heads) - 1, 18)
    return buffer.getvalue()


def write_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a byte order mark, because the office's spreadsheet programs guess GBK without one."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([harmless(head) for head in sheet.heads])
    writer.writerows([harmless(_text(value)) for value in row] for row in sheet.rows)
    return buffer.getvalue().encode("utf-8-sig")


def sheet_response(sheet: Sheet, *, kind: str) -> HttpResponse:
    """The table as a download."""
    content = write_xlsx(sheet) if kind == "xlsx" else write_csv(sheet)
    media_type = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{sheet.name}.{kind}')}"
    return response


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (
            f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
            if timezone.is_aware(value)
            else f"{value:%Y-%m-%d %H:%M:%S}"
        )
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
