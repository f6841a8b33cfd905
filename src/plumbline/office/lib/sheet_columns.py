"""Columns of a sheet that people fill in: known by their heads however written, cells read as plain values.

A room says what its columns are (`Column`); this module finds them in a workbook and reads them, and each
reader refuses with what is wrong and what to write (`CellWrong`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError, UnreadableFile
from plumbline.kernel.plans.limits import Limits
from plumbline.office.lib.workbooks import Cell, day_in, rows_of

#: what a sheet of a register may be: bytes, rows, columns that are looked at
SHEET_BYTES = 20 * 1024 * 1024
SHEET_ROWS = 20_000
SHEET_COLUMNS = 40
SHEET_LIMITS = Limits(bytes=SHEET_BYTES, zip_bytes=200 * 1024 * 1024, zip_entries=500)
#: rows at the top in which the heads are looked for
_HEAD_ROWS = 10
#: what empties a cell on purpose; an empty cell changes nothing
CLEAR = ("清空", "（清空）", "(清空)")

Reader = Callable[[Cell], Any]


class CellWrong(PlumblineError):
    """A cell does not hold what its column is for."""


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one cell.

    Attributes:
        row: number of the row in the sheet.
        cell: place of the cell ("C7"), or of the row where no single cell is to blame.
        what: what is wrong.
        advice: what to write.
    """

    row: int
    cell: str
    what: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: names it in the program; for most the field of the model.
        title: its head in the template.
        read: makes a value of a filled cell, or raises `CellWrong`.
        required: the sheet must have the column, and every row a value.
        names: other heads by which it is known.
        choices: what the template offers in a list.
        hint: how it is filled in, for the sheet of instructions.
        width: of the column in the template.
        is_day: the template formats it as a day.
    """

    key: str
    title: str | Promise
    read: Reader
    required: bool = False
    names: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    hint: str | Promise = ""
    width: int = 16
    is_day: bool = False


def text_of(field: models.Field) -> Reader:
    """Reads a text as long as the field takes."""
    most = field.max_length

    def read(cell: Cell) -> str:
        if most is not None and len(cell.text) > most:
            raise CellWrong(_("超过 %(most)d 个字。") % {"most": most}, advice=_("请缩短后再上传。"))
        return cell.text

    return read


def day_of(cell: Cell) -> date:
    """Reads a day of the years 1900 to 2199."""
    found = day_in(cell)
    if found is None or not 1900 <= found.year < 2200:
        raise CellWrong(_("不是日期。"), advice=_("请写成 2026-03-05 或 2026年3月5日。"))
    return found


def count_of(cell: Cell) -> int:
    """Reads a number of things: whole, from 0 to 10,000,000."""
    text = cell.text.replace(",", "").replace("，", "")
    if not text.isascii() or not text.isdecimal() or int(text) > 10_000_000:
        raise CellWrong(_("不是人数或个数。"), advice=_("请填不带单位的整数，例如 35。"))
    return int(text)


def choice_of(labels: Mapping[str, Any], *, shown: Sequence[str]) -> Reader:
    """Reads one of some words.

    Args:
        labels: {word as `plain_head` leaves it: value}.
        shown: the words that a refusal names.
    """

    def read(cell: Cell) -> Any:
        word = plain_head(cell.text)
        if word not in labels:
            raise CellWrong(
                _("没有“%(text)s”这一项。") % {"text": cell.text[:40]},
                advice=_("请从下列中选：%(words)s。") % {"words": "、".join(shown)},
            )
        return labels[word]

    return read


def plain_head(text: str) -> str:
    """Letters and digits alone, lower case: "下次测评期限（年-月-日）*" is 下次测评期限年月日."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def sheet_rows(data: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """The filled rows of the first sheet, heads included.

    Raises:
        UnreadableFile: no workbook that can be read, or more rows than `SHEET_ROWS`.
    """
    for count, row in enumerate(rows_of(data, columns=SHEET_COLUMNS, limits=SHEET_LIMITS)):
        if count > SHEET_ROWS + _HEAD_ROWS:
            raise UnreadableFile(
                _("表格超过 %(most)d 行。") % {"most": SHEET_ROWS}, advice=_("请分成几个文件导入。")
            )
        yield row


def columns_in(
    rows: Iterable[tuple[int, list[Cell]]], columns: Sequence[Column]
) -> tuple[dict[str, int], list[str]]:
    """{key: index} of the columns, from the first row with all required heads; and the heads nobody knows.

    `rows` stands behind that row afterwards.

    Raises:
        UnreadableFile: no row has the heads; it names those that are missing.
    """
    best: list[str] | None = None
    for _count, (_number, cells) in zip(range(_HEAD_ROWS), rows, strict=False):
        heads = {plain_head(cell.text): index for index, cell in reversed(list(enumerate(cells)))}
        found: dict[str, int] = {}
        for column in columns:
            for name in (str(column.title), column.key, *column.names):
                if (place := heads.get(plain_head(name))) is not None:
                    found[column.key] = place
                    break
        missing = [str(column.title) for column in columns if column.required and column.key not in found]
        if not missing:
            known = set(found.values())
            unknown = [cell.text for index, cell in enumerate(cells) if cell.text and index not in known]
            return found, unknown
        if best is None or len(missing) < len(best):
            best = missing
    raise UnreadableFile(
        _("没有找到表头，缺少：%(heads)s。") % {"heads": "、".join(best or [])},
        advice=_("请在第一行写表头，或下载模板填写；列的先后不限。"),
    )


def read_cells(
    number: int, cells: Sequence[Cell], *, found: Mapping[str, int], columns: Sequence[Column]
) -> tuple[dict[str, Any], list[RowError]]:
    """The values of one row by column, and what is wrong with it.

    A column that is empty in the row is not among the values; one that says 清空 has the value None.
    """
    values: dict[str, Any] = {}
    errors: list[RowError] = []
    for column in columns:
        if column.key not in found:
            continue
        cell = cells[found[column.key]]
        try:
            if cell.formula:
                raise CellWrong(_("单元格是公式。"), advice=_("请复制后“选择性粘贴”为数值，再上传。"))
            if not cell.text:
                if column.required:
                    raise CellWrong(
                        _("没有填写%(title)s。") % {"title": column.title}, advice=_("这一列每行都要填。")
                    )
            elif cell.text in CLEAR:
                if column.required:
                    raise CellWrong(_("%(title)s不能清空。") % {"title": column.title})
                values[column.key] = None
            else:
                values[column.key] = column.read(cell)
        except PlumblineError as problem:
            errors.append(RowError(number, cell.place, problem.what, problem.advice))
    return values, errors
