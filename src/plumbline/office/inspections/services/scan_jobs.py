"""What the worker does with an uploaded report: read it, import it, take the import back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.inspections.models import ScanImport
from plumbline.office.inspections.services import scan_importing, scan_preview
from plumbline.office.inspections.services.scan_gathering import ColumnsUnknown, gather

log = logging.getLogger("plumbline.inspections")

#: no sign of life for so long: the worker was stopped. The longest silent step is the transaction that
#: writes 50,000 findings, some two minutes on a small machine.
SILENCE = timedelta(minutes=5)
#: seconds between two writes of the bar: each is a row that others wait for
_BEAT = timedelta(seconds=1)
State, Stage = ScanImport.State, ScanImport.Stage


class Superseded(Exception):
    """The import was started anew meanwhile; whatever this attempt did is rolled back."""


def interrupted(scan: ScanImport, *, now: datetime) -> bool:
    """The worker was stopped in the middle; nothing of the step was saved."""
    return scan.state == State.RUNNING and (scan.heartbeat_at is None or now - scan.heartbeat_at > SILENCE)


def enqueue(scan: ScanImport) -> None:
    """Give it to the worker once the transaction is done."""
    from plumbline.office.inspections.tasks import work_on_scan

    transaction.on_commit(lambda: work_on_scan.enqueue(scan.pk, scan.attempt))


def run(*, scan_id: int, attempt: int, clock: Callable[[], datetime] = timezone.now) -> None:
    """Do what is queued. One that was started anew meanwhile is left alone."""
    claimed = ScanImport.objects.filter(pk=scan_id, attempt=attempt, state=State.QUEUED).update(
        state=State.RUNNING, heartbeat_at=clock(), percent=0, step=""
    )
    if not claimed:
        return
    scan = ScanImport.objects.select_related(
        "file", "unit", "inspection__unit", "mapping", "acting", "uploaded_by"
    ).get(pk=scan_id)
    work = {Stage.READ: _read, Stage.IMPORT: _import, Stage.WITHDRAW: _withdraw}[Stage(scan.stage)]
    try:
        # what is kept is in the office's language, whoever's browser asked for it
        with translation.override(settings.LANGUAGE_CODE):
            work(scan, clock)
    except Superseded:
        log.info("scan import %s: attempt %s was superseded", scan.pk, attempt)
    except PlumblineError as error:
        what = f"{error.where}：{error.what}" if error.where else error.what
        _fail(scan, what, error.advice, clock())
    except Exception:
        # The person must learn that it failed; the traceback goes to the log and to the task's record.
        log.exception("scan import %s of %s failed", scan.pk, scan.file.name)
        with translation.override(settings.LANGUAGE_CODE):
            what, advice = (
                _("程序在处理这个文件时出错，没有保存任何内容"),
                _("请把原文件和运行日志交给管理员。"),
            )
        _fail(scan, what, advice, clock())
        raise


def _read(scan: ScanImport, clock: Callable[[], datetime]) -> None:
    """Read the file for the preview."""
    try:
        gathered = gather(scan, with_info=False, alive=_alive(scan, clock, _("读取报告"), 0, 95))
    except ColumnsUnknown:
        _finish(scan, state=State.MAPPING, tool="csv", step="", percent=100)
        return
    with transaction.atomic():
        scan_preview.keep_unmatched(scan, gathered)
        _finish(
            scan,
            state=State.READY,
            tool=gathered.tool,
            mapping=scan.mapping,
            summary=scan_preview.summary(scan, gathered),
            notes=scan_preview.notes(scan, gathered),
            scope=sorted(gathered.scope.hosts),
            scanned_at=gathered.scope.scanned_at,
            read=gathered.total,
            skipped=gathered.skipped,
            unmatched=sum(gathered.unmatched.values()),
            step="",
            percent=100,
        )


def _import(scan: ScanImport, clock: Callable[[], datetime]) -> None:
    """Read it once more, then write everything in one transaction."""
    gathered = gather(
        scan, with_info=bool(scan.options.get("info")), alive=_alive(scan, clock, _("读取报告"), 0, 60)
    )
    _mine(scan).update(step=_("登记问题"), percent=60, heartbeat_at=clock())
    actor, now = scan.acting or scan.uploaded_by, clock()
    with transaction.atomic():
        scan_importing.write(scan=scan, gathered=gathered, actor=actor, now=now)
        counts = ("read", "raised", "seen_again", "reopened", "closed", "unmatched", "skipped")
        _finish(
            scan,
            state=State.DONE,
            finished_at=clock(),
            scope=scan.scope,
            scanned_at=scan.scanned_at,
            step="",
            percent=100,
            **{name: getattr(scan, name) for name in counts},
        )


def _withdraw(scan: ScanImport, clock: Callable[[], datetime]) -> None:
    actor = scan.acting or scan.uploaded_by
    with transaction.atomic():
        scan_importing.take_back(scan=scan, actor=actor, now=clock())
        _finish(scan, state=State.WITHDRAWN, finished_at=clock(), step="", percent=100)


def _alive(
    scan: ScanImport, clock: Callable[[], datetime], step: str, low: int, high: int
) -> Callable[[float], None]:
    last: list[datetime] = []

    def alive(share: float) -> None:
        now = clock()
        if last and now - last[0] < _BEAT:
            return
        last[:] = [now]
        percent = low + int((high - low) * share)
        if not _mine(scan).update(step=step, percent=percent, heartbeat_at=now):
            raise Superseded

    return alive


def _mine(scan: ScanImport) -> Any:
    return ScanImport.objects.filter(pk=scan.pk, attempt=scan.attempt, state=State.RUNNING)


def _finish(scan: ScanImport, **values: Any) -> None:
    """Leave the running state.

    Raises:
        Superseded: it is no longer this attempt's; the caller's transaction is rolled back.
    """
    if not _mine(scan).update(**values):
        raise Superseded


def _fail(scan: ScanImport, what: str, advice: str, now: datetime) -> None:
    _mine(scan).update(
        state=State.FAILED, problem=what, problem_advice=advice, finished_at=now, step="", percent=0
    )
