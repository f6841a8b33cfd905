"""Imports that run in the background: started, answered, tried again, given up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.plans.document import PlanDocument
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import open_file
from plumbline.office.targets.models import ImportJob
from plumbline.office.targets.services.errors import PlanError, Undecided
from plumbline.office.targets.services.imports import Decisions, prepare, write
from plumbline.office.units.models import Unit

log = logging.getLogger("plumbline.targets")

#: no sign of life for so long: the worker was stopped. The longest silent step is LibreOffice (90 s).
SILENCE = timedelta(minutes=4)
State = ImportJob.State
#: states that a person may leave by starting the job again
RESTARTABLE = (State.FAILED, State.WAITING)


def interrupted(job: ImportJob, *, now: datetime) -> bool:
    """The worker was stopped in the middle; nothing of the plan was saved."""
    return job.state == State.RUNNING and (job.seen_at is None or now - job.seen_at > SILENCE)


def start(*, file: StoredFile, unit: Unit | None, actor: User) -> ImportJob:
    """Queue the import of a kept upload."""
    with transaction.atomic():
        job = ImportJob.objects.create(file=file, unit=unit, made_by=actor, step=_("排队中"))
        record(
            actor=actor,
            action="plans.import_start",
            target=job,
            detail={"file": file.name, "size": file.size, "sm3": file.digest},
        )
        _enqueue(job)
    return job


def again(*, job: ImportJob, actor: User, now: datetime, answers: dict[str, Any] | None = None) -> ImportJob:
    """Start a failed, interrupted or waiting job again, with what a person decided.

    Args:
        answers: "unit_id" or "new_unit", "year", "replace", "reason"; added to earlier ones.

    Raises:
        PlanError: it is under way or done.
    """
    with transaction.atomic():
        locked = ImportJob.objects.select_for_update().get(pk=job.pk)
        if locked.state not in RESTARTABLE and not interrupted(locked, now=now):
            raise PlanError(_("这次导入“%(state)s”，不能重新开始") % {"state": locked.get_state_display()})
        locked.answers = {**locked.answers, **(answers or {})}
        if (answers or {}).get("replace"):
            locked.answers["draft"] = locked.found.get("draft", "")
        locked.state, locked.step, locked.percent = State.QUEUED, _("排队中"), 0
        locked.error_what = locked.error_where = locked.error_advice = ""
        locked.questions, locked.finished_at = [], None
        # Whoever still works on the earlier attempt finds that it is no longer his.
        locked.attempt += 1
        locked.save()
        record(actor=actor, action="plans.import_again", target=locked, detail={"answers": answers or {}})
        _enqueue(locked)
    return locked


def cancel(*, job: ImportJob, actor: User) -> ImportJob:
    """Give up a job that waits for a decision; the upload stays.

    Raises:
        PlanError: it does not wait.
    """
    with transaction.atomic():
        locked = ImportJob.objects.select_for_update().get(pk=job.pk)
        if locked.state != State.WAITING:
            raise PlanError(_("只有待确认的导入可以取消"))
        locked.state, locked.step = State.CANCELLED, ""
        locked.save(update_fields=["state", "step"])
        record(actor=actor, action="plans.import_cancel", target=locked)
    return locked


def run(*, job_id: int, attempt: int, clock: Callable[[], datetime] = timezone.now) -> None:
    """Do a queued job: what a worker calls. A job that was started again meanwhile is left alone."""
    claimed = ImportJob.objects.filter(pk=job_id, attempt=attempt, state=State.QUEUED).update(
        state=State.RUNNING, seen_at=clock(), percent=1
    )
    if not claimed:
        return
    job = ImportJob.objects.select_related("file", "unit", "made_by").get(pk=job_id)

    def progress(step: str, percent: int) -> None:
        _mine(job).update(step=step, percent=percent, seen_at=clock())

    try:
        with open_file(job.file) as stream:
            data = stream.read()
        prepared = prepare(name=job.file.name, data=data, progress=progress)
        found = _found(prepared.document)
        _mine(job).update(found=found)
        # In one transaction: a worker that is stopped in between leaves no plan that nobody knows of.
        with transaction.atomic():
            version = write(
                prepared=prepared,
                decisions=_decisions(job),
                actor=job.made_by,
                now=clock(),
                stored=job.file,
                job=job,
            )
            _mine(job).update(
                state=State.DONE,
                step=_("已完成"),
                percent=100,
                version=version,
                finished_at=clock(),
                questions=[],
            )
    except Undecided as question:
        _mine(job).update(found=found | {"draft": question.draft})
        _finish(job, clock(), State.WAITING, question, questions=[question.question])
    except PlumblineError as error:
        _finish(job, clock(), State.FAILED, error)
    except Exception:
        # The person must learn that it failed; the traceback goes to the log and to the task's record.
        log.exception("import %s of %s failed", job.pk, job.file.name)
        unexpected = PlumblineError(
            _("程序在处理这个文件时出错，没有保存任何内容"), advice=_("请把原文件和运行日志交给管理员。")
        )
        _finish(job, clock(), State.FAILED, unexpected)
        raise


def _enqueue(job: ImportJob) -> None:
    from plumbline.office.targets.tasks import import_document

    transaction.on_commit(lambda: import_document.enqueue(job.pk, job.attempt))


def _mine(job: ImportJob) -> Any:
    return ImportJob.objects.filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING)


def _finish(
    job: ImportJob, now: datetime, state: str, error: PlumblineError, *, questions: list[str] | None = None
) -> None:
    _mine(job).update(
        state=state,
        error_what=error.what,
        error_where=error.where,
        error_advice=error.advice,
        finished_at=now,
        questions=questions or [],
    )


def _found(document: PlanDocument) -> dict[str, Any]:
    """What a person needs to see in order to decide."""
    return {
        "organisation": document.organisation.name,
        "code": document.organisation.code or "",
        "year": document.year,
        "form": document.form,
        "projects": len(document.projects),
        "indicators": sum(len(project.indicators) for project in document.projects),
    }


def _decisions(job: ImportJob) -> Decisions:
    answers = job.answers
    chosen = Unit.objects.filter(pk=answers["unit_id"]).first() if answers.get("unit_id") else None
    return Decisions(
        unit=chosen or job.unit,
        new_unit=bool(answers.get("new_unit")),
        year=answers.get("year"),
        replace=bool(answers.get("replace")),
        reason=str(answers.get("reason", "")),
        draft=str(answers.get("draft", "")),
    )
