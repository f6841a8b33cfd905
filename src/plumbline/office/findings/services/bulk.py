"""One act on several findings: each succeeds or is refused by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.findings.models import Finding
from plumbline.office.findings.services.correcting import confirm, dismiss
from plumbline.office.findings.services.notifying import assign
from plumbline.office.findings.services.transitions import ActRefused


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done to all of them: "confirm", "dismiss" with a reason, or "assign" with a day."""

    act: str
    reason: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one finding; `words` says why not."""

    finding: Finding
    is_done: bool
    words: str = ""


def carry_out(findings: Sequence[Finding], *, order: Order, actor: User, now: datetime) -> list[Result]:
    """Do it to each, in a transaction of its own.

    Raises:
        ActRefused: no such act.
    """
    acts: dict[str, Callable[[Finding], object]] = {
        "confirm": lambda one: confirm(finding=one, actor=actor, now=now),
        "dismiss": lambda one: dismiss(finding=one, actor=actor, now=now, reason=order.reason),
        "assign": lambda one: assign(
            finding=one, due_on=order.due_on, actor=actor, now=now, note=order.reason
        ),
    }
    act = acts.get(order.act)
    if act is None:
        raise ActRefused(_("没有选择要做的事。"), advice=_("请返回清单，勾选问题后再点按钮。"))
    return [_one(finding, act) for finding in findings]


def day_of(text: str) -> date | None:
    """A day as the browser sends it; None where it is empty or none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _one(finding: Finding, act: Callable[[Finding], object]) -> Result:
    try:
        act(finding)
    except PlumblineError as error:
        return Result(finding, is_done=False, words=error.sentence)
    return Result(finding, is_done=True)
