"""Telling the unit: by a notice, or by assigning the work with a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.findings.models import Escalation, Finding, FindingEvent, Notice
from plumbline.office.findings.rules import deadlines, steps
from plumbline.office.findings.services.table import WITH_UNIT
from plumbline.office.findings.services.transitions import ActRefused, locked, move

_S = Finding.State
#: how the note of a step names the notice
_NUMBER = "文号："


@dataclass(frozen=True, slots=True)
class Marked:
    """Which findings the act reached, and which it left as they were, because they had moved on."""

    moved: tuple[Finding, ...]
    skipped: tuple[Finding, ...]


@transaction.atomic
def mark_notified(
    findings: Iterable[Finding], notice_number: str, due_on: date | None, actor: User | None, now: datetime
) -> Marked:
    """Say that a notice about these findings was sent.

    Confirmed ones are now the unit's to put right; those that it works on already are told again, with the
    new day. Ones that were answered or decided meanwhile are skipped. One that nobody confirmed is refused.

    Args:
        due_on: the notice's deadline; the usual one by severity where None.

    Raises:
        ActRefused: a finding is still to be confirmed, or the day lies before today.
    """
    moved, skipped = [], []
    for finding in sorted(findings, key=lambda finding: finding.pk):
        row = locked(finding)
        if row.state in (_S.NEW, _S.CONFIRMED):
            act = "notify"
        elif row.state in WITH_UNIT:
            act = "renotify"
        else:
            skipped.append(row)
            continue
        day = _day(row, due_on, now=now)
        note = f"{_NUMBER}{notice_number}" if notice_number else ""
        if act == "renotify":
            _step_done(row, note=note, actor=actor, now=now)
        move(finding=row, act=act, actor=actor, now=now, note=note, due_on=day)
        moved.append(row)
    return Marked(tuple(moved), tuple(skipped))


@transaction.atomic
def unmark_notified(
    findings: Iterable[Finding], notice_number: str, reason: str, actor: User, now: datetime
) -> Marked:
    """A notice was withdrawn: what the unit has not answered goes back to "confirmed".

    A finding that another notice told of, or that was assigned with a day, stays with the unit: under that
    notice's deadline, which changes only where the withdrawn notice was the last to set it.
    """
    moved, skipped = [], []
    for finding in sorted(findings, key=lambda finding: finding.pk):
        row = locked(finding)
        told = _tellings(row)
        own = next((one for one in reversed(told) if _number_of(one) == notice_number), None)
        standing = _standing([one for one in told if one is not own])
        is_overtaken = own is not None and any(one.pk > own.pk for one in standing)
        if row.state != _S.NOTIFIED or own is None or is_overtaken:
            skipped.append(row)
            continue
        note = f"{_NUMBER}{notice_number}。{reason}" if notice_number else reason
        if standing:
            is_next = told.index(own) == told.index(standing[-1]) + 1
            # what was agreed between the two, such as an extension, counts too
            due_on = _due_before(own) if is_next else standing[-1].due_on
            move(finding=row, act="redate", actor=actor, now=now, note=note, due_on=due_on, follows=True)
        else:
            move(
                finding=row, act="recall", actor=actor, now=now, note=note, due_on=None,
                fields={"first_due_on": None}, follows=True,
            )  # fmt: skip
        moved.append(row)
    return Marked(tuple(moved), tuple(skipped))


def assign(
    *,
    finding: Finding,
    due_on: date | None,
    actor: User,
    now: datetime,
    note: str = "",
    revision: int | None = None,
) -> FindingEvent:
    """Give the unit a day without a notice; the usual day by severity where None.

    Raises:
        ActRefused: not confirmed, or the day lies before today.
    """
    day = _day(finding, due_on, now=now)
    return move(finding=finding, act="assign", actor=actor, now=now, note=note, due_on=day, revision=revision)


def redate(
    *,
    finding: Finding,
    due_on: date,
    reason: str,
    actor: User,
    now: datetime,
    revision: int | None = None,
) -> FindingEvent:
    """The office moves the deadline of its own accord.

    Raises:
        ActRefused: the unit is not working on it, no reason, or the day lies before today.
    """
    day = _day(finding, due_on, now=now)
    return move(
        finding=finding, act="redate", actor=actor, now=now, note=reason, due_on=day, revision=revision
    )


def _day(finding: Finding, due_on: date | None, *, now: datetime) -> date:
    today = timezone.localdate(now)
    if due_on is None:
        return deadlines().due_on(finding.severity, since=today)
    if due_on < today:
        raise ActRefused(_("整改期限早于今天。"), where=finding.number, advice=_("请选择今天或以后的日期。"))
    return due_on


def _step_done(finding: Finding, *, note: str, actor: User | None, now: datetime) -> None:
    """The notice is what a step of the chain asked for; without it the step would be waived as overtaken."""
    asked = [step.key for step in steps() if step.notice]
    due = finding.escalations.filter(state=Escalation.State.DUE, step__in=asked)
    due.update(state=Escalation.State.DONE, done_by=actor, done_at=now, note=note)


def _tellings(finding: Finding) -> list[FindingEvent]:
    """The steps that brought it to the unit since it was confirmed last, the earliest first."""
    confirmed = finding.events.filter(after=_S.CONFIRMED).order_by("-pk").values_list("pk", flat=True).first()
    acts = ("notify", "assign", "renotify")
    return list(finding.events.filter(act__in=acts, pk__gt=confirmed or 0).order_by("pk"))


def _number_of(telling: FindingEvent) -> str:
    """The number of the notice that a step told of; "" where there was none."""
    return telling.note.removeprefix(_NUMBER) if telling.note.startswith(_NUMBER) else ""


def _standing(tellings: list[FindingEvent]) -> list[FindingEvent]:
    """Those whose notice is not void."""
    numbers = [_number_of(one) for one in tellings]
    void = Notice.objects.filter(number__in=filter(None, numbers), state=Notice.State.WITHDRAWN)
    gone = set(void.values_list("number", flat=True))
    return [one for one, number in zip(tellings, numbers, strict=True) if number not in gone]


def _due_before(event: FindingEvent) -> date | None:
    earlier = event.finding.events.filter(pk__lt=event.pk).order_by("-at", "-pk").first()
    return earlier.due_on if earlier else None
