"""What follows when a deadline passes: the chain of steps, each done or waived by a person."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.findings.models import Escalation, Finding
from plumbline.office.findings.rules import step_of, steps
from plumbline.office.findings.services.evidence import keep
from plumbline.office.findings.services.table import WITH_UNIT
from plumbline.office.findings.services.transitions import ActRefused, locked, move
from plumbline.office.lib.workdays import add_workdays

_E = Escalation.State
_BLOCK = 500


def escalate(now: datetime) -> int:
    """Put down the steps that are due today for findings whose deadline has passed.

    Returns:
        How many steps were put down, or wait again. A second run finds none.
    """
    today = timezone.localdate(now)
    late = Finding.objects.filter(state__in=WITH_UNIT, due_on__lt=today)
    by_day: dict[date, list[int]] = defaultdict(list)
    for pk, due_on in late.order_by("pk").values_list("pk", "due_on"):
        by_day[due_on].append(pk)
    return sum(_escalate(ids, deadline=day, today=today) for day, ids in sorted(by_day.items()))


@transaction.atomic
def _escalate(ids: list[int], *, deadline: date, today: date) -> int:
    due = {step.key: add_workdays(deadline, step.workdays) for step in steps()}
    due = {key: day for key, day in due.items() if day <= today}
    wanted, again = [], 0
    for start in range(0, len(ids), _BLOCK):
        block = ids[start : start + _BLOCK]
        # who replies or is put off meanwhile is waited for, and then left alone
        still = Finding.objects.filter(pk__in=block, state__in=WITH_UNIT, due_on=deadline)
        live = set(still.select_for_update().order_by("pk").values_list("pk", flat=True))
        # a step that ended by itself, because the unit reported or the finding came to rest, waits again
        # where that was taken back: a report that is withdrawn must not wipe out a reminder
        overtaken = Escalation.objects.filter(
            finding__in=live, deadline=deadline, state=_E.WAIVED, done_by=None
        )
        again += overtaken.update(state=_E.DUE, done_at=None, note="")
        there = set(
            Escalation.objects.filter(finding__in=block, deadline=deadline).values_list("finding_id", "step")
        )
        wanted += [
            Escalation(finding_id=pk, step=key, due_on=day, deadline=deadline)
            for pk in sorted(live)
            for key, day in due.items()
            if (pk, key) not in there
        ]
    return again + len(Escalation.objects.bulk_create(wanted, batch_size=_BLOCK))


@transaction.atomic
def finish_escalation(
    *, escalation: Escalation, note: str, actor: User, now: datetime, upload: File | None = None
) -> Escalation:
    """The step was done; with what came of it, or with a file.

    Raises:
        ActRefused: it was done or waived already, neither note nor file, or not by this person.
        ContentRefused: the file is not fit to be kept.
    """
    finding, row = _due(escalation, actor=actor)
    if not note.strip() and upload is None:
        raise ActRefused(
            _("没有写办理情况，也没有附文件。"),
            where=finding.number,
            advice=_("请写明何时、向谁、以何种方式办理，或上传记录。"),
        )
    files = keep([upload] if upload else [], user=actor)
    text = f"{_title(row)}：{note.strip() or files[0].name}"
    move(finding=finding, act="escalate", actor=actor, now=now, note=text, files=files)
    row.state, row.done_by, row.done_at, row.note = _E.DONE, actor, now, note.strip()
    row.file = files[0] if files else None
    row.save()
    return row


@transaction.atomic
def waive_escalation(*, escalation: Escalation, reason: str, actor: User, now: datetime) -> Escalation:
    """The step is not needed; with the reason.

    Raises:
        ActRefused: it was done or waived already, no reason, or not by this person.
    """
    finding, row = _due(escalation, actor=actor)
    if not reason.strip():
        raise ActRefused(_("没有写明理由。"), where=finding.number, advice=_("请写明为什么不再办理。"))
    text = f"{_title(row)}，不再办理：{reason.strip()}"
    move(finding=finding, act="escalate", actor=actor, now=now, note=text)
    row.state, row.done_by, row.done_at, row.note = _E.WAIVED, actor, now, reason.strip()
    row.save()
    return row


def _title(row: Escalation) -> str:
    step = step_of(row.step)
    return step.title if step else row.step


def _due(escalation: Escalation, *, actor: User) -> tuple[Finding, Escalation]:
    finding = locked(escalation.finding)
    row = Escalation.objects.select_for_update().get(pk=escalation.pk)
    if row.state != _E.DUE:
        raise ActRefused(
            _("这一步已处理：%(state)s。") % {"state": row.get_state_display()},
            where=finding.number,
            advice=_("请刷新页面，查看最新进展。"),
        )
    step = step_of(row.step)
    if step and not actor.may(step.capability):
        raise ActRefused(_("您的角色不能办理这一步。"), where=finding.number)
    return finding, row
