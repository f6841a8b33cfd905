"""A workbook that somebody filled in: opened within limits, its cells read as plain values."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from plumbline.kernel.errors import UnreadableFile
from plumbline.kernel.plans.limits import DEFAULT_LIMITS, Limits
from plumbline.kernel.plans.readers.archive import open_archive

#: Rows of the sheet that are looked at, filled in or not.
MOST_ROWS = 100_000
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: where it is ("D7"), its value, and whether a formula stands in it."""

    place: str
    value: Any
    formula: bool

    @property
    def text(self) -> str:
        """As a person reads it; whole numbers without ".0"."""
        if self.value is None:
            return ""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return str(self.value).strip()


def rows_of(
    data: bytes, *, columns: int, limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[int, list[Cell]]]:
    """The filled rows of the first sheet as (row number, cells), at least `columns` cells each.

    Raises:
        UnreadableFile: it is no .xlsx, encrypted, carries macros, is damaged or too large.
    """
    _guard(data, limits)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS, max_col=columns), start=1):
            cells = [_cell(cell, number, column) for column, cell in enumerate(row, start=1)]
            cells += [
                Cell(f"{get_column_letter(c)}{number}", None, False)
                for c in range(len(cells) + 1, columns + 1)
            ]
            if any(cell.text for cell in cells):
                yield number, cells
    except UnreadableFile:
        raise
    except Exception as error:
        # openpyxl raises whatever its XML and zip parsers do (KeyError, ParseError, EntitiesForbidden …)
        raise UnreadableFile(
            _("表格已损坏，无法读取。"), advice=_("请用办公软件打开后另存为 .xlsx 再上传。")
        ) from error


def day_in(cell: Cell) -> date | None:
    """A day: a date cell, or a text such as 2023-03-05, 2023/3/5, 2023.3.5, 2023年3月5日, 20230305."""
    if isinstance(cell.value, datetime):
        return cell.value.date()
    if isinstance(cell.value, date):
        return cell.value
    text = (
        cell.text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    )
    if len(text) == 8 and text.isdecimal():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    try:
        return parse_date("-".join(part.zfill(2) for part in text.split("-")))
    except ValueError:
        return None


def amount_in(cell: Cell) -> Decimal | None:
    """An amount to the cent; None where the cell holds none, or more than two places."""
    if isinstance(cell.value, bool) or cell.value is None:
        return None
    text = cell.text.replace(",", "").replace("，", "").removeprefix("￥").removeprefix("¥").strip()
    try:
        amount = Decimal(text.removesuffix("元"))
    except InvalidOperation:
        return None
    if not amount.is_finite() or abs(amount) >= Decimal("1e16"):
        return None
    cents = amount.quantize(Decimal("0.01"))
    # a computed cell such as 0.1+0.2 carries a rounding error of binary numbers, nobody typed it
    return cents if abs(cents - amount) < Decimal("0.000001") else None


def _cell(cell: Any, row: int, column: int) -> Cell:
    return Cell(f"{get_column_letter(column)}{row}", cell.value, cell.data_type == "f")


def _guard(data: bytes, limits: Limits) -> None:
    if data.startswith(OLE):
        raise UnreadableFile(
            _("文件已加密，或是旧版 .xls 表格。"), advice=_("请取消密码，并另存为 .xlsx 再上传。")
        )
    names = open_archive("", data, limits=limits).namelist()
    if any(name.endswith("vbaProject.bin") for name in names):
        raise UnreadableFile(_("表格带有宏。"), advice=_("请另存为不带宏的 .xlsx 再上传。"))
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(_("文件不是 .xlsx 表格。"), advice=_("请下载模板，填好后上传。"))
