"""How a finding stands today: its deadline, its requests, the notices about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from plumbline.office.accounts.models import User
from plumbline.office.findings.models import Escalation, Extension, Finding, RiskAcceptance
from plumbline.office.findings.rules import step_of, step_title
from plumbline.office.findings.services.table import WITH_UNIT
from plumbline.office.lib.workdays import workdays_between


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the chain as the page shows it."""

    row: Escalation
    title: str
    text: str
    who: str
    notice: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page says beside the facts.

    Attributes:
        is_late: with the unit, and the deadline has passed.
        days_left: working days to the deadline, negative when late; None without one or when it is settled.
    """

    is_late: bool
    days_left: int | None
    extensions: list[Extension]
    acceptances: list[RiskAcceptance]
    steps: list[StepRow]
    notices: list[Any]

    @property
    def days_late(self) -> int:
        return -(self.days_left or 0)


def is_late(finding: Finding, *, today: date) -> bool:
    """With the unit, and the deadline has passed."""
    return finding.state in WITH_UNIT and finding.due_on is not None and finding.due_on < today


def standing_of(finding: Finding, *, user: User, today: date) -> Standing:
    """How the finding stands; steps of the chain are the office's own affair, and so not shown to a unit."""
    days = None
    if finding.due_on and finding.state in WITH_UNIT:
        days = workdays_between(today, finding.due_on)
    rows = finding.escalations.select_related("done_by", "file") if user.may("findings.handle") else []
    return Standing(
        is_late=is_late(finding, today=today),
        days_left=days,
        extensions=list(finding.extensions.select_related("asked_by", "decided_by")),
        acceptances=list(finding.acceptances.select_related("asked_by", "decided_by")),
        steps=[_step(row) for row in rows],
        notices=_notices(finding, user),
    )


def _step(row: Escalation) -> StepRow:
    step = step_of(row.step)
    return StepRow(
        row,
        step_title(row.step),
        step.text if step else "",
        step.who if step else "",
        step.notice if step else "",
    )


def _notices(finding: Finding, user: User) -> list[Any]:
    """Notices that name the finding; a unit sees those that were sent to it."""
    if not user.may("notices.view"):
        return []
    items = finding.notice_items.select_related("notice").order_by("-notice__drafted_at")
    if not user.may("notices.edit") and not user.may("notices.approve"):
        items = items.filter(notice__state__in=("sent", "received"))
    return [item.notice for item in items]
