"""The register leaves as sheets: lists that come back as imports, templates, and errors beside their rows."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.lib.sheet_columns import CLEAR, SHEET_BYTES, SHEET_ROWS, Column
from plumbline.office.lib.spreadsheets import Sheet, sheet_response
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import SheetImport, Unit
from plumbline.office.units.sheets import SHEETS, SheetKind, assets, contacts, organisations, systems

_CELLS: dict[str, Callable[[Any], tuple[object, ...]]] = {
    "units": organisations.cells,
    "systems": systems.cells,
    "assets": assets.cells,
}
_WRONG = "#FDE2E1"


def export_sheet(kind: str, rows: Iterable[Any], *, user: User, today: date, in_full: bool = False) -> Sheet:
    """A list as a sheet whose columns are those of its import.

    Args:
        in_full: numbers of people unmasked; the caller has seen to it that the person may have them.
    """
    sheet = SHEETS[kind]
    cells = _CELLS.get(kind) or (lambda contact: contacts.cells(contact, in_full=in_full))
    name = _("%(list)s名录%(day)s") % {"list": sheet.title, "day": f"{today:%Y%m%d}"}
    return Sheet(name, [str(column.title) for column in sheet.columns(user)], [cells(row) for row in rows])


def export_response(
    kind: str, rows: QuerySet[Any], *, actor: User, today: date, in_full: bool = False
) -> HttpResponse:
    """The list as a download; that somebody took it is recorded."""
    found = list(rows)
    sheet = export_sheet(kind, found, user=actor, today=today, in_full=in_full)
    detail: dict[str, object] = {"sheet": SheetImport.Kind(kind).label, "count": len(found)}
    if kind == "contacts":
        detail["号码"] = "完整" if in_full else "遮盖"
    with transaction.atomic():
        record(actor=actor, action="units.sheet_export", detail=detail)
    return sheet_response(sheet, kind="xlsx")


def template_workbook(sheet: SheetKind, *, user: User) -> bytes:
    """The empty sheet with lists to choose from, how to fill it in, and the units that may be named."""
    columns = sheet.columns(user)
    units = list(visible_units(user).filter(state=Unit.State.ACTIVE).values_list("name", flat=True))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#DCE6F1", "text_wrap": True})
        page = book.add_worksheet(str(sheet.title))
        notes = book.add_worksheet(_("填写说明"))
        lists = book.add_worksheet(_("可选项"))
        formats = {
            True: book.add_format({"num_format": "yyyy-mm-dd"}),
            # text, so that codes keep their zeros and long numbers their digits
            False: book.add_format({"num_format": "@"}),
        }
        for index, column in enumerate(columns):
            page.write_string(0, index, str(column.title), head)
            page.set_column(index, index, column.width, formats[column.is_day])
            if column.required:
                page.write_comment(0, index, _("必填"))
            offered = units if column.key in ("unit", "parent") else list(column.choices)
            if offered:
                _offer(page, lists, index, str(column.title), offered, head)
        page.freeze_panes(1, 0)
        _write_notes(notes, sheet, columns, head, book.add_format({"text_wrap": True, "valign": "top"}))
    return buffer.getvalue()


def error_workbook(job: SheetImport, rows: Iterable[tuple[int, Sequence[str]]]) -> bytes:
    """The rows that have errors, the errors beside them and the cells to blame in red.

    Args:
        rows: (row number, texts of its cells) of the upload, heads included.
    """
    by_row: dict[int, list[dict[str, Any]]] = {}
    for error in job.errors:
        by_row.setdefault(error["row"], []).append(error)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        page = book.add_worksheet(_("错误清单"))
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#DCE6F1"})
        wrong = book.add_format({"bg_color": _WRONG, "num_format": "@"})
        words = book.add_format({"text_wrap": True, "font_color": "#9C1C1C"})
        page.write_row(0, 0, (_("行"), _("错误和改法")), head)
        page.set_column(0, 0, 6)
        page.set_column(1, 1, 60)
        page.set_column(2, 42, 18)
        line, is_head = 0, True
        for number, cells in rows:
            if is_head and number < min(by_row, default=1):
                for index, text in enumerate(cells):
                    page.write_string(0, index + 2, text, head)
            if number not in by_row:
                continue
            is_head, line = False, line + 1
            places = {error["cell"] for error in by_row[number]}
            page.write_number(line, 0, number)
            page.write_string(
                line, 1, "\n".join(f"{e['cell']} {e['what']}{e['advice']}" for e in by_row[number]), words
            )
            for index, text in enumerate(cells):
                blamed = f"{xlsxwriter.utility.xl_col_to_name(index)}{number}" in places
                page.write_string(line, index + 2, text, wrong if blamed else None)
        page.freeze_panes(1, 2)
    return buffer.getvalue()


_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def _offer(page: Any, lists: Any, index: int, title: str, offered: list[str], head: Any) -> None:
    """A list in the cells of a column; another word is warned about, not refused: the import says why."""
    lists.write_string(0, index, title, head)
    lists.write_column(1, index, offered)
    lists.set_column(index, index, 24)
    letter = xlsxwriter.utility.xl_col_to_name(index)
    source = f"='{lists.get_name()}'!${letter}$2:${letter}${len(offered) + 1}"
    page.data_validation(
        1, index, SHEET_ROWS, index, {"validate": "list", "source": source, "error_type": "warning"}
    )


def _write_notes(notes: Any, sheet: SheetKind, columns: Sequence[Column], head: Any, wrap: Any) -> None:
    lines = [
        *(str(note) for note in sheet.notes),
        _("空白单元格不改动已登记的内容；要清空请写“%(word)s”。") % {"word": CLEAR[0]},
        _("列的先后不限，不用的列可以删去；单元格不要用公式。"),
        _("上传后先显示核对结果；有一处错误，整个文件都不导入。"),
        _("一个文件最多 %(rows)d 行、%(size)d MB。")
        % {"rows": SHEET_ROWS, "size": SHEET_BYTES // 1024 // 1024},
    ]
    notes.set_column(0, 0, 22)
    notes.set_column(1, 1, 8)
    notes.set_column(2, 2, 90, wrap)
    for row, line in enumerate(lines):
        notes.merge_range(row, 0, row, 2, f"{row + 1}. {line}", wrap)
    start = len(lines) + 1
    notes.write_row(start, 0, (_("列"), _("必填"), _("怎么填")), head)
    for row, column in enumerate(columns, start=start + 1):
        how = str(column.hint)
        if column.choices:
            how += _("可选：%(words)s。") % {"words": "、".join(column.choices)}
        elif column.is_day:
            how += _("日期，例如 2026-03-05。")
        notes.write_string(row, 0, str(column.title))
        notes.write_string(row, 1, _("是") if column.required else "")
        notes.write_string(row, 2, how, wrap)
