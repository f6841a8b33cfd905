"""Register sheets on their way in: checked first, then written as a whole or not at all.

A small sheet is worked on at once, a large one by the worker; the way is the same. Cells are read before the
transaction begins, so that progress shows and the database is not held; what a person confirmed is read
anew against the register as it is then, and written only if it still comes to the same.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError, UnreadableFile
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import keep_unchecked, open_file
from plumbline.office.lib.sealing import seal, unseal
from plumbline.office.lib.sheet_columns import SHEET_BYTES, SHEET_ROWS, columns_in, sheet_rows
from plumbline.office.lib.workbooks import Cell
from plumbline.office.units.models import SheetImport
from plumbline.office.units.sheets import SHEETS, Book

log = logging.getLogger("plumbline.units")

#: rows that are worked on while the person waits; about a second
AT_ONCE = 500
#: rows and errors that are kept for the page and the workbook of errors
SAMPLE, MOST_ERRORS = 200, 5_000
#: no sign of life for so long: the worker was stopped. The longest silent step is the writing.
SILENCE = timedelta(minutes=3)
State, Stage = SheetImport.State, SheetImport.Stage
Rows = list[tuple[int, list[Cell]]]


class SheetError(PlumblineError):
    """A sheet cannot be taken in that way, or in that state."""


def interrupted(job: SheetImport, *, now: datetime) -> bool:
    """The worker was stopped in the middle; nothing was written."""
    return job.state == State.RUNNING and (job.seen_at is None or now - job.seen_at > SILENCE)


def start(*, upload: File, kind: str, actor: User, now: datetime) -> SheetImport:
    """Keep a sheet and check it; nothing of it is written yet.

    Raises:
        SheetError: the person may not import this list.
        ContentRefused: the file is empty or too large.
    """
    _demand_importer(actor, kind)
    with transaction.atomic():
        stored = _keep(upload, kind=kind, actor=actor)
        job = SheetImport.objects.create(kind=kind, file=stored, made_by=actor, step=_("排队中"))
        record(
            actor=actor,
            action="units.sheet_check",
            target=job,
            detail={"sheet": job.get_kind_display(), "file": stored.name, "sm3": stored.digest},
        )
    return _go(job, now=now)


def confirm(*, job: SheetImport, actor: User, now: datetime) -> SheetImport:
    """Write what was checked.

    Raises:
        SheetError: it is not ready, or somebody else's.
    """
    with transaction.atomic():
        locked = _locked(job, actor)
        _demand_importer(actor, locked.kind)
        if locked.state != State.READY:
            raise SheetError(
                _("这次导入“%(state)s”，不能确认。") % {"state": locked.get_state_display()},
                advice=_("请刷新页面查看现在的状态。"),
            )
        _requeue(locked, stage=Stage.APPLY)
    return _go(locked, now=now)


def again(*, job: SheetImport, actor: User, now: datetime) -> SheetImport:
    """Check a sheet anew after a failure, an interruption, or after the register was mended.

    Raises:
        SheetError: it is under way or done.
    """
    with transaction.atomic():
        locked = _locked(job, actor)
        _demand_importer(actor, locked.kind)
        if locked.state not in (State.FAILED, State.REFUSED, State.READY) and not interrupted(
            locked, now=now
        ):
            raise SheetError(
                _("这次导入“%(state)s”，不能重新核对。") % {"state": locked.get_state_display()},
                advice=_("请刷新页面查看现在的状态。"),
            )
        _requeue(locked, stage=Stage.CHECK)
    return _go(locked, now=now)


def cancel(*, job: SheetImport, actor: User) -> SheetImport:
    """Give up a sheet that was not written; the upload stays.

    Raises:
        SheetError: it is under way or over.
    """
    with transaction.atomic():
        locked = _locked(job, actor)
        if locked.state not in (State.READY, State.REFUSED, State.FAILED, State.QUEUED):
            raise SheetError(
                _("这次导入“%(state)s”，不能放弃。") % {"state": locked.get_state_display()},
                advice=_("请刷新页面查看现在的状态。"),
            )
        locked.state, locked.step = State.CANCELLED, ""
        locked.attempt += 1
        locked.save(update_fields=["state", "step", "attempt"])
        record(actor=actor, action="units.sheet_cancel", target=locked)
    return locked


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


def _demand_importer(actor: User, kind: str) -> None:
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


def _keep(upload: File, *, kind: str, actor: User) -> StoredFile:
    """Keep the upload; one with people's numbers sealed, as the register keeps them."""
    if kind != SheetImport.Kind.CONTACTS:
        return keep_unchecked(upload, user=actor, limit=SHEET_BYTES)
    if (upload.size or 0) > SHEET_BYTES:
        raise SheetError(_("文件超过 %(limit)d MB。") % {"limit": SHEET_BYTES // 1024 // 1024})
    upload.seek(0)
    sealed = seal(base64.b64encode(upload.read()).decode()).encode()
    return keep_unchecked(ContentFile(sealed, upload.name), user=actor, limit=3 * SHEET_BYTES)


def _locked(job: SheetImport, actor: User) -> SheetImport:
    locked = SheetImport.objects.select_for_update(of=("self",)).select_related("file").get(pk=job.pk)
    if locked.made_by_id != actor.pk:
        raise SheetError(_("这是他人上传的表格。"), advice=_("请由上传人处理，或自己重新上传。"))
    return locked


def _requeue(job: SheetImport, *, stage: str) -> None:
    job.state, job.stage, job.step, job.percent = State.QUEUED, stage, _("排队中"), 0
    job.error_what = job.error_advice = ""
    job.finished_at = None
    # Whoever still works on the earlier attempt finds that it is no longer his.
    job.attempt += 1
    job.save()


def _go(job: SheetImport, *, now: datetime) -> SheetImport:
    """Work on a small sheet now, on a large one in the background."""
    if _is_small(job):
        run(job_id=job.pk, attempt=job.attempt, clock=lambda: now)
    else:
        from plumbline.office.units.tasks import import_sheet

        transaction.on_commit(lambda: import_sheet.enqueue(job.pk, job.attempt))
    job.refresh_from_db()
    return job


def _is_small(job: SheetImport) -> bool:
    try:
        return sum(1 for _row in islice(sheet_rows(content_of(job)), AT_ONCE + 2)) <= AT_ONCE + 1
    except PlumblineError:
        return True  # the check says what is wrong with it


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
        if _locked(job, job.made_by).attempt != job.attempt:
            return
        _demand_importer(job.made_by, job.kind)
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
