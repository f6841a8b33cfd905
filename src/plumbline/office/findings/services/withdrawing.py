"""Taking back by the thousand what a source did to findings: a scan that was imported by mistake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from plumbline.office.accounts.models import User
from plumbline.office.findings.models import Finding, FindingEvent
from plumbline.office.findings.services.table import TRANSITIONS
from plumbline.office.findings.services.transitions import settle

_BLOCK = 500
#: rows of one statement that gives every row its own values
_EACH = 100
State = Finding.State


@transaction.atomic
def dismiss_raised(found: QuerySet[Finding], *, actor: User, now: datetime, reason: str) -> int:
    """Dismiss those of the findings that nobody has confirmed yet. The caller writes the audit record.

    Returns:
        How many were dismissed.
    """
    rows = list(found.filter(state=State.NEW).select_for_update(of=("self",)).order_by("pk"))
    for finding in rows:
        finding.state = State.DISMISSED
    _save(rows, "dismiss", [State.NEW] * len(rows), actor=actor, now=now, reason=reason)
    for start in range(0, len(rows), _BLOCK):
        settle([one.pk for one in rows[start : start + _BLOCK]], state=State.DISMISSED, now=now)
    return len(rows)


@transaction.atomic
def restore_gone(found: QuerySet[Finding], *, actor: User, now: datetime, reason: str) -> int:
    """Open those of the findings again that a source closed as gone, where they stood before.

    The caller writes the audit record.

    Returns:
        How many are open again.
    """
    gone = found.filter(state=State.CLOSED, closing=Finding.Closing.GONE)
    rows = list(gone.select_for_update(of=("self",)).order_by("pk"))
    before: dict[int, FindingEvent] = {}
    for start in range(0, len(rows), _BLOCK):
        block = [one.pk for one in rows[start : start + _BLOCK]]
        for event in FindingEvent.objects.filter(finding__in=block, act="gone").order_by("at", "pk"):
            before[event.finding_id] = event
    for finding in rows:
        event = before.get(finding.pk)
        finding.state = event.before if event and event.before else State.NEW
        finding.due_on = event.due_on if event else finding.due_on
        finding.closed_at, finding.closing = None, ""
    _save(rows, "undo", [State.CLOSED] * len(rows), actor=actor, now=now, reason=reason)
    return len(rows)


def _save(
    rows: Sequence[Finding], act: str, before: Sequence[str], *, actor: User, now: datetime, reason: str
) -> None:
    """Write the new states, each with its event, by an act that the table of transitions knows."""
    step = TRANSITIONS[act]
    for finding in rows:
        finding.revision += 1
    Finding.objects.bulk_update(
        rows, ["state", "due_on", "closed_at", "closing", "revision"], batch_size=_EACH
    )
    FindingEvent.objects.bulk_create(
        (
            FindingEvent(
                finding=finding, at=now, actor=actor, act=step.key, before=was, after=finding.state,
                note=reason, round=finding.rounds, due_on=finding.due_on,
            )
            for finding, was in zip(rows, before, strict=True)
        ),
        batch_size=_BLOCK,
    )  # fmt: skip
