"""Deciding on a finding, and taking a decision back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, snapshot
from plumbline.office.findings.models import Finding, FindingEvent
from plumbline.office.findings.rules import deadlines
from plumbline.office.findings.services.evidence import keep
from plumbline.office.findings.services.raising import Raised, raise_finding
from plumbline.office.findings.services.table import TRANSITIONS, UNDOABLE
from plumbline.office.findings.services.transitions import ActRefused, locked, move
from plumbline.office.lib.revisions import demand_current

FACTS = ("severity", "title", "detail", "place", "basis", "advice", "system", "asset")


@transaction.atomic
def raise_by_hand(
    raised: Raised, *, uploads: Sequence[File], actor: User, now: datetime, confirmed: bool
) -> Finding:
    """Enter a finding that a person saw, with its evidence.

    Raises:
        ContentRefused: a file is not fit to be kept.
    """
    files = keep(uploads, user=actor)
    values = {name: getattr(raised, name) for name in Raised.__slots__} | {"evidence_files": files}
    return raise_finding(Raised(**values), actor=actor, now=now, confirmed=confirmed)


def confirm(
    *, finding: Finding, actor: User, now: datetime, note: str = "", revision: int | None = None
) -> FindingEvent:
    """It is so. Raises `ActRefused` where it was decided already."""
    return move(finding=finding, act="confirm", actor=actor, now=now, note=note, revision=revision)


def dismiss(
    *, finding: Finding, actor: User, now: datetime, reason: str, revision: int | None = None
) -> FindingEvent:
    """It is not so, or not a problem; with the reason. Raises `ActRefused` where it is closed."""
    return move(finding=finding, act="dismiss", actor=actor, now=now, note=reason, revision=revision)


@transaction.atomic
def reopen(
    *, finding: Finding, actor: User, now: datetime, reason: str, revision: int | None = None
) -> FindingEvent:
    """A closed finding came back: it starts again as a confirmed one.

    Raises:
        ActRefused: it is not closed, or no reason.
    """
    _demand_reason(finding, reason)
    row = locked(finding)
    fields = {
        "reopened": row.reopened + 1, "first_due_on": None, "replied_at": None, "last_seen_at": now,
    }  # fmt: skip
    return move(
        finding=finding, act="reopen", actor=actor, now=now, note=reason, revision=revision,
        to=Finding.State.CONFIRMED, due_on=None, fields=fields,
    )  # fmt: skip


def last_decision(finding: Finding) -> FindingEvent | None:
    """The step that brought the finding to its state, where it can be taken back."""
    changed = finding.events.exclude(before=F("after")).order_by("-at", "-pk").first()
    return changed if changed and changed.act in UNDOABLE else None


@transaction.atomic
def undo(
    *, finding: Finding, actor: User, now: datetime, reason: str, revision: int | None = None
) -> FindingEvent:
    """Take the last decision back: it was wrong. The finding stands where it stood before.

    Raises:
        ActRefused: the last step cannot be taken back, or no reason.
    """
    row = locked(finding)
    decision = last_decision(row)
    if decision is None:
        raise ActRefused(
            _("最近一步不是可以更正的决定。"),
            where=row.number,
            advice=_("确认、认定不成立、复查结论可以更正；单位报送的内容由单位撤回。"),
        )
    fields: dict[str, Any] = {}
    if decision.act in ("pass", "return"):
        fields["rounds"] = max(row.rounds - 1, 0)
    note = f"更正“{_title(decision)}”：{reason.strip()}" if reason.strip() else ""
    return move(
        finding=finding, act="undo", actor=actor, now=now, note=note, revision=revision,
        to=Finding.State(decision.before), due_on=_due_before(row, decision), fields=fields,
    )  # fmt: skip


@transaction.atomic
def amend(
    *, finding: Finding, values: dict[str, Any], actor: User, now: datetime, revision: int | None = None
) -> FindingEvent | None:
    """Correct what is said of the problem. A save that changes nothing leaves no trace.

    Args:
        values: some of `FACTS`.

    Raises:
        ActRefused: it is closed or dismissed.
        Outdated: it was changed since the form was opened.
    """
    row = locked(finding)
    demand_current(row, revision=revision)
    before = snapshot(row, *FACTS)
    for name, value in values.items():
        setattr(row, name, value)
    changed = changes(before, snapshot(row, *FACTS))
    if not changed:
        return None
    return move(
        finding=finding, act="amend", actor=actor, now=now, revision=revision, fields=values,
        note=_words(changed), detail=changed,
    )  # fmt: skip


@transaction.atomic
def comment(
    *, finding: Finding, actor: User, now: datetime, note: str, uploads: Sequence[File] = ()
) -> FindingEvent:
    """Add a remark, with files, at any time. Raises `ActRefused` without text."""
    return move(
        finding=finding, act="comment", actor=actor, now=now, note=note, files=keep(uploads, user=actor)
    )


def usual_new_deadline(finding: Finding, *, now: datetime) -> date:
    """The day that a returned finding is given, where nobody says another."""
    return deadlines().due_on(finding.severity, since=timezone.localdate(now))


def _demand_reason(finding: Finding, reason: str) -> None:
    if not reason.strip():
        raise ActRefused(_("没有填写说明或理由。"), where=finding.number, advice=_("请写明依据后再提交。"))


def _title(event: FindingEvent) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(TRANSITIONS[event.act].title)


def _due_before(finding: Finding, decision: FindingEvent) -> date | None:
    earlier = finding.events.filter(pk__lt=decision.pk).order_by("-at", "-pk").first()
    return earlier.due_on if earlier else None


def _words(changed: dict[str, dict[str, Any]]) -> str:
    """What was changed, for the timeline."""
    with translation.override(settings.LANGUAGE_CODE):
        names = [str(Finding._meta.get_field(name).verbose_name) for name in changed]
    return "修改了：" + "、".join(names)
