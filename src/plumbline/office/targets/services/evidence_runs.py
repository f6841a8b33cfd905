"""Taking values and verifying evidence in the background: asked for, done by the worker, shown as it goes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.targets.models import Checkpoint, EvidenceRun, Plan
from plumbline.office.targets.services import freezing, verifying

log = logging.getLogger("plumbline.targets")
State, Kind = EvidenceRun.State, EvidenceRun.Kind
#: no sign of life for so long: the worker was stopped
SILENCE = timedelta(minutes=10)


class RunRefused(PlumblineError):
    """The same is under way already."""


def ask_to_freeze(
    *, checkpoint: Checkpoint, actor: User, now: datetime, reason: str = "", lines: Sequence[int] = ()
) -> EvidenceRun:
    """Queue the taking of values at a checkpoint.

    Raises:
        RunRefused: it is under way.
        FreezeRefused: no version is approved.
    """
    freezing.approved(checkpoint.plan)
    return _ask(
        EvidenceRun(
            plan=checkpoint.plan, checkpoint=checkpoint, kind=Kind.FREEZE, reason=reason.strip(),
            lines=list(lines), asked_by=actor, asked_at=now,
        ),
        now=now,
    )  # fmt: skip


def ask_to_verify(*, plan: Plan, actor: User, now: datetime) -> EvidenceRun:
    """Queue the verification of everything that is frozen in a plan.

    Raises:
        RunRefused: it is under way.
    """
    return _ask(EvidenceRun(plan=plan, kind=Kind.VERIFY, asked_by=actor, asked_at=now), now=now)


def again(*, run: EvidenceRun, now: datetime) -> EvidenceRun:
    """Start a run again whose worker was stopped or that failed.

    Raises:
        RunRefused: it is under way or done.
    """
    with transaction.atomic():
        locked = EvidenceRun.objects.select_for_update().get(pk=run.pk)
        if locked.state != State.FAILED and not interrupted(locked, now=now):
            raise RunRefused(_("这次处理没有中断，不能重新开始"), advice=_("请刷新页面，查看最新进展。"))
        locked.state, locked.problem, locked.finished_at = State.QUEUED, "", None
        locked.finished, locked.attempt, locked.seen_at, locked.asked_at = 0, locked.attempt + 1, None, now
        locked.save()
        _enqueue(locked)
    return locked


def interrupted(run: EvidenceRun, *, now: datetime) -> bool:
    """Whether the worker was stopped in the middle; values taken so far stay."""
    return run.state == State.RUNNING and (run.seen_at is None or now - run.seen_at > SILENCE)


def _ask(run: EvidenceRun, *, now: datetime) -> EvidenceRun:
    with transaction.atomic():
        Plan.objects.select_for_update(of=("self",)).get(pk=run.plan_id)
        waiting = EvidenceRun.objects.filter(
            plan=run.plan_id, kind=run.kind, checkpoint=run.checkpoint_id,
            state__in=(State.QUEUED, State.RUNNING),
        )  # fmt: skip
        if any(not interrupted(other, now=now) for other in waiting):
            raise RunRefused(_("同样的处理正在进行"), advice=_("请等它完成后再试。"))
        run.save()
        _enqueue(run)
    return run


def _enqueue(run: EvidenceRun) -> None:
    from plumbline.office.targets.tasks import run_evidence

    transaction.on_commit(lambda: run_evidence.enqueue(run.pk, run.attempt))


def run(*, run_id: int, attempt: int, clock: Callable[[], datetime] = timezone.now) -> None:
    """Do a queued run: what the worker calls. One that was started again meanwhile is left alone."""
    claimed = EvidenceRun.objects.filter(pk=run_id, attempt=attempt, state=State.QUEUED).update(
        state=State.RUNNING, seen_at=clock()
    )
    if not claimed:
        return
    found = EvidenceRun.objects.select_related("plan__unit", "checkpoint__plan__unit", "asked_by").get(
        pk=run_id
    )
    try:
        result = _freeze(found, clock) if found.kind == Kind.FREEZE else _verify(found, clock)
    except PlumblineError as error:
        _mine(found).update(state=State.FAILED, problem=error.sentence, finished_at=clock())
        return
    except Exception:
        # The person must learn that it failed; the traceback goes to the log and to the task's record.
        log.exception("evidence run %s failed", run_id)
        problem = _("程序处理时出错，已取的值保留，其余没有处理。请把运行日志交给管理员。")
        _mine(found).update(state=State.FAILED, problem=problem, finished_at=clock())
        raise
    _mine(found).update(state=State.DONE, result=result, finished_at=clock())


def _freeze(run: EvidenceRun, clock: Callable[[], datetime]) -> dict[str, Any]:
    checkpoint = run.checkpoint
    version = freezing.approved(run.plan)
    bound = [b for b in freezing.confirmed_bindings(version).values() if b.kind in freezing.COMPUTED]
    total = len(run.lines) or len(bound)
    rows: list[dict[str, object]] = []
    _mine(run).update(total=total)
    outcomes = freezing.freeze(
        version=version, checkpoint=checkpoint, actor=run.asked_by, now=clock(), reason=run.reason,
        lines=run.lines,
    )  # fmt: skip
    for outcome in outcomes:
        rows.append(freezing.as_row(outcome))
        _mine(run).update(finished=len(rows), seen_at=clock())
    return {"rows": rows}


def _verify(run: EvidenceRun, clock: Callable[[], datetime]) -> dict[str, Any]:
    plan = run.plan
    parts = (verifying.frozen_values, verifying.unbacked_values, verifying.frozen_evaluations)
    total = sum(part(plan).count() for part in parts)
    _mine(run).update(total=total)
    report = verifying.Report(str(plan))
    for number, found in enumerate(verifying.verify(plan), 1):
        verifying.add(report, found)
        _mine(run).update(finished=number, seen_at=clock())
    with transaction.atomic():
        detail = {"plan": str(plan), "count": total, "problems": report.problems}
        record(actor=run.asked_by, action="evidence.verify", target=plan, detail=detail)
    return result_of(report)


def result_of(report: verifying.Report) -> dict[str, Any]:
    """A report as plain data."""
    return {
        "is_sound": report.is_sound,
        "problems": report.problems,
        "values": [asdict(value) | {"is_sound": value.is_sound} for value in report.values],
        "scores": [asdict(score) for score in report.scores],
    }


def _mine(run: EvidenceRun) -> Any:
    return EvidenceRun.objects.filter(pk=run.pk, attempt=run.attempt, state=State.RUNNING)
