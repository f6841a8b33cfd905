"""The one way in which a finding changes its state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record, snapshot
from plumbline.office.files.models import StoredFile
from plumbline.office.findings.models import (
    Escalation,
    Extension,
    Finding,
    FindingEvent,
    FindingFile,
    RiskAcceptance,
)
from plumbline.office.findings.services.table import TRANSITIONS, Transition
from plumbline.office.lib.revisions import demand_current

__all__ = ["ActRefused", "locked", "move", "refusal", "settle"]

#: states in which nothing that waits for a decision or a reminder makes sense any more
_AT_REST = frozenset({Finding.State.CLOSED, Finding.State.DISMISSED, Finding.State.ACCEPTED})
_KEEP: Any = object()


class ActRefused(PlumblineError):
    """The act does not fit the finding's state, or the person may not do it."""


def refusal(finding: Finding, act: Transition, *, actor: User | None) -> str:
    """Why an act is refused now; "" where it is not. The page shows it beside the button."""
    if actor is not None and not act.is_automatic and not actor.may(act.capability):
        return _("您的角色不能办理这一步。")
    if finding.state not in act.sources:
        words = str(act.must_be) or _("当前状态不能办理这一步。")
        return _("这个问题现在是“%(state)s”。") % {"state": finding.get_state_display()} + words
    return ""


def locked(finding: Finding) -> Finding:
    """The finding as it is now, locked until the transaction ends."""
    return Finding.objects.select_for_update().get(pk=finding.pk)


@transaction.atomic
def move(
    *,
    finding: Finding,
    act: str,
    actor: User | None,
    now: datetime,
    note: str = "",
    files: Sequence[StoredFile] = (),
    round: int | None = None,
    revision: int | None = None,
    to: Finding.State | None = None,
    fields: Mapping[str, Any] | None = None,
    due_on: date | None = _KEEP,
    detail: Mapping[str, Any] | None = None,
    follows: bool = False,
) -> FindingEvent:
    """Do one act: lock, check, write the event, its files and the audit record, raise the revision.

    Args:
        finding: brought up to date when it succeeds.
        act: a key of `table.TRANSITIONS`.
        actor: None for the system itself.
        files: kept already, in the caller's transaction.
        round: the re-check round the step belongs to; the finding's current one where None.
        revision: the one that the form was opened on.
        to: which of the act's targets, where it has several.
        fields: other columns that change with it.
        due_on: the new deadline; the first one is remembered. Not given: it stays.
        detail: more for the audit record.
        follows: it comes of a decision elsewhere, which asked for a capability of its own.

    Raises:
        ActRefused: not from this state, not by this person, or without the reason that it needs.
        Outdated: somebody else changed the finding since `revision`.
    """
    step = TRANSITIONS[act]
    row = locked(finding)
    demand_current(row, revision=revision)
    why_not = refusal(row, step, actor=None if follows else actor)
    if why_not:
        raise ActRefused(why_not, where=row.number, advice=_("请刷新页面，查看最新进展。"))
    note = note.strip()
    if step.needs_note and not note:
        raise ActRefused(_("没有填写说明或理由。"), where=row.number, advice=_("请写明依据后再提交。"))
    before = snapshot(row, "state", "due_on")
    was = row.state
    _apply(row, step, to=to, now=now, fields=fields or {})
    moved_on = due_on is not _KEEP and row.due_on != due_on
    if due_on is not _KEEP:
        row.due_on = due_on
        row.first_due_on = row.first_due_on or due_on
    row.revision += 1
    row.save()
    event = FindingEvent.objects.create(
        finding=row, at=now, actor=actor, act=act, before=was, after=row.state, note=note,
        round=row.rounds if round is None else round, due_on=row.due_on,
    )  # fmt: skip
    attach(row, files, role=step.role, event=event)
    settle([row.pk], state=row.state, now=now)
    if moved_on:
        _waive([row.pk], now, "整改期限已调整，按新期限重新计算。")
    after = snapshot(row, "state", "due_on")
    said: dict[str, Any] = {k: {"old": before[k], "new": after[k]} for k in after if before[k] != after[k]}
    if note:
        said["reason"] = note
    if files:
        said["file"] = [file.name for file in files]
    record(actor=actor, action=f"findings.{act}", target=row, detail={**said, **(detail or {})})
    for column in row._meta.concrete_fields:
        setattr(finding, column.attname, getattr(row, column.attname))
    return event


def attach(
    finding: Finding, files: Iterable[StoredFile], *, role: FindingFile.Role, event: FindingEvent | None
) -> None:
    """Tie kept files to a finding and to the step that they came with."""
    FindingFile.objects.bulk_create(
        FindingFile(finding=finding, event=event, role=role, file=file, title=file.name[:200])
        for file in files
    )


def settle(ids: Sequence[int], *, state: str, now: datetime) -> None:
    """End what waits on findings that came to rest: open requests and reminders."""
    if state == Finding.State.REPLIED:
        _end_extensions(ids, now, "单位已报送整改情况，申请自动撤回。")
        _waive(ids, now, "单位已报送整改情况，不再催办。")
    if state not in _AT_REST:
        return
    with translation.override(settings.LANGUAGE_CODE):
        word = str(Finding.State(state).label)
    _end_extensions(ids, now, f"问题已转为“{word}”，申请自动撤回。")
    _waive(ids, now, f"问题已转为“{word}”，不再催办。")
    if state != Finding.State.ACCEPTED:
        RiskAcceptance.objects.filter(finding__in=ids, state=RiskAcceptance.State.ASKED).update(
            state=RiskAcceptance.State.REVOKED, decided_at=now, decision=f"问题已转为“{word}”，申请自动撤回。"
        )


def _waive(ids: Sequence[int], now: datetime, words: str) -> None:
    Escalation.objects.filter(finding__in=ids, state=Escalation.State.DUE).update(
        state=Escalation.State.WAIVED, done_at=now, note=words
    )


def _end_extensions(ids: Sequence[int], now: datetime, words: str) -> None:
    Extension.objects.filter(finding__in=ids, state=Extension.State.ASKED).update(
        state=Extension.State.WITHDRAWN, decided_at=now, decision=words
    )


def _apply(
    row: Finding, step: Transition, *, to: Finding.State | None, now: datetime, fields: Mapping[str, Any]
) -> None:
    """Set the state and the columns that follow from it, then those that the service names."""
    targets = step.targets
    target = row.state if not targets else to or targets[0]
    if targets and (target not in targets or (len(targets) > 1 and to is None)):
        raise ActRefused(_("“%(act)s”不能转为这个状态。") % {"act": step.title}, where=row.number)
    row.state = target
    if target == Finding.State.CLOSED and not row.closed_at:
        row.closed_at = now
        row.closing = Finding.Closing.GONE if step.key == "gone" else Finding.Closing.VERIFIED
    elif target != Finding.State.CLOSED:
        row.closed_at, row.closing = None, ""
    for name, value in fields.items():
        setattr(row, name, value)
