"""Register sheets on their way in: checked first, then written as a whole or not at all.

A small sheet is worked on at once, a large one by the worker; the way is the same. Cells are read before the
transaction begins, so that progress shows and the database is not held; what a person confirmed is read
anew against the register as it is then, and written only if it still comes to the same.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import keep_unchecked
from plumbline.office.lib.sealing import seal
from plumbline.office.lib.sheet_columns import SHEET_BYTES, sheet_rows
from plumbline.office.units.models import SheetImport
from plumbline.office.units.services.sheet_work import (
    SheetError,
    content_of,
    demand_importer,
    locked_job,
    run,
)

#: rows that are worked on while the person waits; about a second
AT_ONCE = 500
#: no sign of life for so long: the worker was stopped. The longest silent step is the writing.
SILENCE = timedelta(minutes=3)
State, Stage = SheetImport.State, SheetImport.Stage


def interrupted(job: SheetImport, *, now: datetime) -> bool:
    """The worker was stopped in the middle; nothing was written."""
    return job.state == State.RUNNING and (job.seen_at is None or now - job.seen_at > SILENCE)


def start(*, upload: File, kind: str, actor: User, now: datetime) -> SheetImport:
    """Keep a sheet and check it; nothing of it is written yet.

    Raises:
        SheetError: the person may not import this list.
        ContentRefused: the file is empty or too large.
    """
    demand_importer(actor, kind)
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
        locked = locked_job(job, actor)
        demand_importer(actor, locked.kind)
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
        locked = locked_job(job, actor)
        demand_importer(actor, locked.kind)
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
        locked = locked_job(job, actor)
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


def _keep(upload: File, *, kind: str, actor: User) -> StoredFile:
    """Keep the upload; one with people's numbers sealed, as the register keeps them."""
    if kind != SheetImport.Kind.CONTACTS:
        return keep_unchecked(upload, user=actor, limit=SHEET_BYTES)
    if (upload.size or 0) > SHEET_BYTES:
        raise SheetError(_("文件超过 %(limit)d MB。") % {"limit": SHEET_BYTES // 1024 // 1024})
    upload.seek(0)
    sealed = seal(base64.b64encode(upload.read()).decode()).encode()
    return keep_unchecked(ContentFile(sealed, upload.name), user=actor, limit=3 * SHEET_BYTES)


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
