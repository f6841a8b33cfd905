"""The worker's half of a register sheet: reading it, holding it against the register, writing it."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError, UnreadableFile
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.services import open_file
from plumbline.office.lib.sealing import unseal
from plumbline.office.lib.sheet_columns import SHEET_ROWS, columns_in, sheet_rows
from plumbline.office.lib.workbooks import Cell
from plumbline.office.units.models import SheetImport
from plumbline.office.units.sheets import SHEETS, Book

log = logging.getLogger("plumbline.units")

#: rows and errors that are kept for the page and the workbook of errors
SAMPLE, MOST_ERRORS = 200, 5_000
State, Stage = SheetImport.State, SheetImport.Stage
Rows = list[tuple[int, list[Cell]]]


class SheetError(PlumblineError):
    """A sheet cannot be taken in that way, or in that state."""


def run(*, job_id: int, attempt: int, clock: Callable[[], datetime] = timezone.now) -> None:
    """Do a queued job: what a worker calls. A job that was started again meanwhile is left alone."""
    claimed = SheetImport.objects.filter(pk=job_id, attempt=attempt, state=State.QUEUED).update(
        state=State.RUNNING, seen_at=clock(), percent=1, step=_("读取表格")
    )
    if not claimed:
        return
    job = SheetImport.objects.select_related("file", "made_by").get(pk=job_id)
    try:
        rows, total = _read(job, clock)
        if job.stage == Stage.CHECK:
            _check(job, rows, total=total, clock=clock)
        else:
            _apply(job, rows, clock=clock)
    except PlumblineError as error:
        _fail(job, error, now=clock())
    except Exception:
        # The person must learn that it failed; the traceback goes to the log and to the task's record.
        log.exception("sheet import %s failed", job.pk)
        unexpected = SheetError(
            _("程序在处理这个表格时出错，没有写入任何内容。"), advice=_("请把原文件和运行日志交给管理员。")
        )
        _fail(job, unexpected, now=clock())
        raise


def may_import(user: User, kind: str) -> bool:
    """Whether the person may import a list: liaisons systems and assets of their own units only."""
    return kind in SHEETS and user.may(SHEETS[kind].capability)


def demand_importer(actor: User, kind: str) -> None:
    """Refuse a person who may not, or may no longer, import a list: roles change while sheets wait."""
    if not actor.is_active or not may_import(actor, kind):
        raise SheetError(_("您不能导入这个名录。"), advice=_("请把表格交给网信办工作人员导入。"))


def content_of(job: SheetImport) -> bytes:
    """The upload as it came.

    Raises:
        FileMissing: it is gone.
    """
    with open_file(job.file) as file:
        data = file.read()
    return base64.b64decode(unseal(data.decode())) if job.kind == SheetImport.Kind.CONTACTS else data


def locked_job(job: SheetImport, actor: User) -> SheetImport:
    locked = SheetImport.objects.select_for_update(of=("self",)).select_related("file").get(pk=job.pk)
    if locked.made_by_id != actor.pk:
        raise SheetError(_("这是他人上传的表格。"), advice=_("请由上传人处理，或自己重新上传。"))
    return locked


def _read(job: SheetImport, clock: Callable[[], datetime]) -> tuple[Rows, int]:
    """All rows, with signs of life."""
    rows: Rows = []
    for row in sheet_rows(content_of(job)):
        rows.append(row)
        if len(rows) % 1000 == 0:
            # how many there are is known at the end; a full sheet is the measure
            percent = 5 + len(rows) * 60 // (SHEET_ROWS + 1000)
            _mine(job).update(percent=percent, seen_at=clock(), step=_("读取表格"))
    return rows, len(rows)


def _planned(job: SheetImport, rows: Rows, *, now: datetime, lock: bool) -> tuple[Book, list[str]]:
    """The sheet held against the register."""
    kind = SHEETS[job.kind]
    columns = kind.columns(job.made_by)
    book = kind.book(job.made_by, timezone.localdate(now), columns, lock)
    walking = iter(rows)
    found, unknown = columns_in(walking, columns)
    for number, cells in walking:
        book.take(number, cells, found)
    book.finish()
    if not book.changes and not book.errors:
        raise UnreadableFile(_("表格里没有内容。"), advice=_("请在表头下逐行填写。"))
    return book, unknown


def _check(job: SheetImport, rows: Rows, *, total: int, clock: Callable[[], datetime]) -> None:
    _mine(job).update(percent=70, seen_at=clock(), step=_("核对内容"))
    book, unknown = _planned(job, rows, now=clock(), lock=False)
    _mine(job).update(
        **_result(book, unknown),
        state=State.REFUSED if book.errors else State.READY,
        step="",
        percent=100,
        seen_at=clock(),
        finished_at=clock(),
    )


def _apply(job: SheetImport, rows: Rows, *, clock: Callable[[], datetime]) -> None:
    _mine(job).update(percent=70, seen_at=clock(), step=_("写入名录"))
    # In one transaction: a worker that is stopped in between leaves nothing, and no half of it.
    with transaction.atomic():
        if locked_job(job, job.made_by).attempt != job.attempt:
            return
        demand_importer(job.made_by, job.kind)
        book, unknown = _planned(job, rows, now=clock(), lock=True)
        result = _result(book, unknown)
        if book.errors or book.outline() != job.outline:
            state = State.REFUSED if book.errors else State.READY
            _mine(job).update(
                **result,
                state=state,
                stage=Stage.CHECK,
                step="",
                percent=100,
                error_what=_("核对之后名录有变化，没有写入任何内容。"),
                error_advice=_("请再看一遍现在的核对结果，然后重新确认。"),
                finished_at=clock(),
            )
            return
        book.write()
        _mine(job).update(**result, state=State.DONE, step="", percent=100, finished_at=clock())
        detail = {
            "sheet": job.get_kind_display(),
            "file": job.file.name,
            "sm3": job.file.digest,
            "added": result["added"],
            "changed": result["changed"],
            "unchanged": result["unchanged"],
        }
        record(actor=job.made_by, action="units.sheet_import", target=job, detail=detail)


def _result(book: Book, unknown: list[str]) -> dict[str, Any]:
    touched = [change for change in book.changes if change.act != "same"]
    wrong_rows = {error.row for error in book.errors}
    return {
        "rows": len(book.changes) + len(wrong_rows - {change.row for change in book.changes}),
        "added": book.counted("add"),
        "changed": book.counted("change"),
        "unchanged": book.counted("same"),
        "wrong": len(book.errors),
        "outline": book.outline(),
        "ignored": unknown[:40],
        "sample": [
            {"row": c.row, "act": c.act, "unit": c.unit, "title": c.title, "fields": c.fields}
            for c in touched[:SAMPLE]
        ],
        "errors": [
            {"row": e.row, "cell": e.cell, "what": e.what, "advice": e.advice}
            for e in book.errors[:MOST_ERRORS]
        ],
    }


def _mine(job: SheetImport) -> Any:
    return SheetImport.objects.filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING)


def _fail(job: SheetImport, error: PlumblineError, *, now: datetime) -> None:
    _mine(job).update(
        state=State.FAILED, error_what=error.what, error_advice=error.advice, finished_at=now, step=""
    )
