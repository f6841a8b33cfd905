"""What a person filled into an exported workbook and sent back.

The hidden sheet of `xlsx_writer` names every fillable cell and what stood in it, so that a copy is
read by cell and only what was changed counts. A form that was rebuilt by hand has no such sheet and
is refused: guessing which figure belongs to which indicator is how wrong numbers get in.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from plumbline.kernel.errors import FormError, UnreadableFile
from plumbline.kernel.plans.forms.figures import plain
from plumbline.kernel.plans.forms.xlsx_writer import ANSWER_SHEET
from plumbline.kernel.plans.limits import DEFAULT_LIMITS, Limits
from plumbline.kernel.plans.readers.archive import open_archive

COLUMNS = 7
CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
#: answers that each kind of form asks for
FIELDS = {
    "monitoring": frozenset({"actual", "likelihood", "cause", "measure"}),
    "evaluation": frozenset({"actual", "cause", "goal_actual"}),
}
#: what openpyxl and the parsers below it raise for a damaged part; a ParseError is a SyntaxError
_BROKEN = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError,
    SyntaxError, EOFError, OSError, NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One fillable cell.

    Attributes:
        sheet, cell: where ("1 网络安全检查", "E14").
        kind: "monitoring" or "evaluation".
        project: key of the project.
        subject: key of the indicator, or of the project for answers about all of it.
        field: "actual", "likelihood", "cause", "measure", "goal_actual".
        old: what stood there when the form was exported.
        new: what stands there now.
        problem: why the cell cannot be read, "" if it can.
    """

    sheet: str
    cell: str
    kind: str
    project: str
    subject: str
    field: str
    old: str
    new: str
    problem: str = ""

    @property
    def where(self) -> str:
        return f"{self.sheet}!{self.cell}"

    @property
    def changed(self) -> bool:
        return bool(self.problem) or self.new != self.old


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled workbook: the stamp it was exported with, and its cells."""

    stamp: dict[str, str]
    answers: tuple[Answer, ...]


def read_answers(name: str, data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Filled:
    """Read a filled copy.

    Raises:
        UnreadableFile: not a workbook, damaged, or over a limit.
        FormError: no form of ours, or its hidden sheet was damaged.
    """
    if len(data) > limits.bytes:
        raise UnreadableFile(
            f"文件超过 {limits.bytes // 1048576} MB", where=name, advice="请上传从本系统导出的填报表。"
        )
    open_archive(name, data, limits=limits)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
    except _BROKEN as error:
        raise UnreadableFile(
            "这不是能打开的 Excel 工作簿", where=name, advice="请用 Excel 另存为 .xlsx 后再上传。"
        ) from error
    if ANSWER_SHEET not in book.sheetnames:
        raise FormError(
            "这份表不是从本系统导出的填报表",
            where=name,
            advice="请先导出 .xlsx 填报表，在其中填写后再上传；不要另建表格。",
        )
    rows = list(book[ANSWER_SHEET].iter_rows(values_only=True))
    return Filled(_stamp(rows, name), tuple(_answer(book, row, name) for row in rows[1:] if any(row)))


def _stamp(rows: list[Any], name: str) -> dict[str, str]:
    try:
        stamp = json.loads(str(rows[0][0]))
    except (IndexError, ValueError):
        stamp = None
    if not isinstance(stamp, dict):
        raise _altered(name)
    return {str(key): str(value) for key, value in stamp.items()}


def _altered(name: str) -> FormError:
    return FormError("填报表的隐藏信息已被改动", where=name, advice="请重新导出填报表。")


def _answer(book: Any, row: tuple[Any, ...], name: str) -> Answer:
    sheet, cell, kind, project, subject, field, old = (
        "" if value is None else str(value) for value in (*row, *(None,) * COLUMNS)[:COLUMNS]
    )
    if field not in FIELDS.get(kind, ()) or not CELL.fullmatch(cell):
        raise _altered(name)
    if sheet not in book.sheetnames:
        return Answer(sheet, cell, kind, project, subject, field, old, "", f"工作表“{sheet}”被删除或改名")
    try:
        found = book[sheet][cell]
    except ValueError as error:  # beyond the last row or column
        raise _altered(name) from error
    new, problem = _content(found)
    return Answer(sheet, cell, kind, project, subject, field, old, new, problem)


def _content(cell: Any) -> tuple[str, str]:
    value = cell.value
    if value is None:
        return "", ""
    if cell.data_type == "f":
        return "", "单元格里是公式，请改为填写结果"
    if cell.data_type == "e":
        return "", f"单元格是错误值 {value}"
    if isinstance(value, bool):
        return "", "单元格是逻辑值，请填写文字或数字"
    if isinstance(value, int | float):
        number = plain(Decimal(repr(value)))
        if "%" in (cell.number_format or ""):
            return f"{plain(Decimal(repr(value)) * 100)}%", ""
        return number, ""
    if hasattr(value, "year"):
        return f"{value.year}年{value.month}月{value.day}日", ""
    return str(value).strip(), ""
