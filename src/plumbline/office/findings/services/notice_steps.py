"""The one way in which a notice changes its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record, snapshot
from plumbline.office.findings.models import Notice, NoticeEvent
from plumbline.office.lib.revisions import Outdated, demand_current

_S = Notice.State
#: it bears a number and is not void
IN_FORCE = (_S.APPROVED, _S.SEALED, _S.SENT, _S.RECEIVED)
#: not yet with the unit, and not void
PENDING = (_S.DRAFT, _S.SUBMITTED, _S.APPROVED, _S.SEALED)
#: who did one of these wrote it, and may not approve it
AUTHORSHIP = ("draft", "edit", "submit")


class StepRefused(PlumblineError):
    """The step does not fit the notice's state, or the person may not do it."""


class UnseenChange(Outdated):
    """The document is not the one that the approver looked at."""

    def __init__(self, changed: str, *, where: str) -> None:
        what = (
            _("您打开页面之后，%(changed)s有改动，没有批准。") % {"changed": changed}
            if changed
            else _("没有指明您核对的是哪一版文书，没有批准。")
        )
        PlumblineError.__init__(
            self, what, where=where, advice=_("页面已显示现在的内容，请重新核对后再批准。")
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        key: kept in `NoticeEvent.act`; "notices.<key>" in the audit.
        title: what the history and the buttons call it.
        sources: states that it starts from.
        target: the state it leads to; None where the state stays.
        capability: what a person must hold.
        must_be: why it is refused from other states.
        needs_note: it is refused without a reason.
    """

    key: str
    title: str | Promise
    sources: tuple[Notice.State, ...]
    target: Notice.State | None
    capability: str
    must_be: str | Promise
    needs_note: bool = False


STEPS: dict[str, Step] = {
    step.key: step
    for step in (
        Step("edit", lazy("修改"), (_S.DRAFT,), None, "notices.edit",
             lazy("只有起草中的通知书可以修改；已送审的请先撤回，已批准的只能作废后重新起草。")),
        Step("submit", lazy("送审"), (_S.DRAFT,), _S.SUBMITTED, "notices.edit",
             lazy("只有起草中的通知书可以送审。")),
        Step("recall", lazy("撤回送审"), (_S.SUBMITTED,), _S.DRAFT, "notices.edit",
             lazy("只有待审批的通知书可以撤回。")),
        Step("return", lazy("退回修改"), (_S.SUBMITTED,), _S.DRAFT, "notices.approve",
             lazy("只有待审批的通知书可以退回。"), needs_note=True),
        Step("approve", lazy("批准"), (_S.SUBMITTED,), _S.APPROVED, "notices.approve",
             lazy("只有待审批的通知书可以批准。")),
        Step("seal", lazy("登记用印"), (_S.APPROVED,), _S.SEALED, "notices.edit",
             lazy("只有已批准的通知书可以用印。")),
        Step("send", lazy("送达"), (_S.SEALED,), _S.SENT, "notices.edit",
             lazy("通知书用印之后才能送达。")),
        Step("remind", lazy("催签"), (_S.SENT,), None, "notices.edit",
             lazy("只有已送达、尚未签收的通知书可以催签。")),
        Step("receive", lazy("签收"), (_S.SENT,), _S.RECEIVED, "notices.receive",
             lazy("只有已送达、尚未签收的通知书可以签收。")),
        Step("withdraw", lazy("作废"), (*PENDING, _S.SENT, _S.RECEIVED), _S.WITHDRAWN, "notices.edit",
             lazy("通知书已经作废。"), needs_note=True),
    )
}  # fmt: skip
#: what the history calls steps
TITLES: dict[str, str | Promise] = {
    "draft": lazy("起草"), **{step.key: step.title for step in STEPS.values()}
}  # fmt: skip


def refusal(notice: Notice, step: Step, *, actor: User) -> str:
    """Why a step is refused now; "" where it is not. The page shows it beside the button."""
    if notice.state not in step.sources:
        return _("通知书现在是“%(state)s”。") % {"state": notice.get_state_display()} + str(step.must_be)
    if not actor.may(capability_of(notice, step)):
        if step.key == "withdraw" and notice.state in IN_FORCE:
            return _("通知书已经批准，只能由有批准权限的人作废。")
        return _("您的角色不能办理这一步。")
    if step.key == "approve" and actor.pk in authors(notice):
        return _("您参与了起草，须由另一人批准。")
    return ""


def capability_of(notice: Notice, step: Step) -> str:
    """What the step asks of a person now: who may approve undoes what was approved."""
    if step.key == "withdraw" and notice.state in IN_FORCE:
        return STEPS["approve"].capability
    return step.capability


def authors(notice: Notice) -> set[int]:
    """Everybody who wrote on it."""
    wrote = notice.events.filter(act__in=AUTHORSHIP, actor__isnull=False)
    return {notice.drafted_by_id, *wrote.values_list("actor_id", flat=True)}


@transaction.atomic
def step_on(
    *,
    notice: Notice,
    step: str,
    actor: User,
    now: datetime,
    note: str = "",
    revision: int | None = None,
    fields: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> NoticeEvent:
    """Do one step: lock, check, write the event and the audit record, raise the revision.

    Args:
        notice: brought up to date when it succeeds.
        step: a key of `STEPS`.
        revision: the one that the page was opened on.
        fields: columns that change with it.
        detail: more for the audit record.

    Raises:
        StepRefused: not from this state, not by this person, or without the reason that it needs.
        Outdated: somebody else changed the notice since `revision`.
    """
    which = STEPS[step]
    row = Notice.objects.select_for_update().get(pk=notice.pk)
    demand_current(row, revision=revision)
    why_not = refusal(row, which, actor=actor)
    if why_not:
        raise StepRefused(why_not, where=str(row), advice=_("请刷新页面，查看最新进展。"))
    note = note.strip()
    if which.needs_note and not note:
        raise StepRefused(_("没有填写理由。"), where=str(row), advice=_("请写明依据后再提交。"))
    was, before = row.state, snapshot(row, "state")
    for name, value in (fields or {}).items():
        setattr(row, name, value)
    row.state = which.target or row.state
    row.revision += 1
    row.save()
    event = NoticeEvent.objects.create(
        notice=row, at=now, actor=actor, act=step, before=was, after=row.state, note=note
    )
    after = snapshot(row, "state")
    said: dict[str, Any] = {"state": {"old": before["state"], "new": after["state"]}} if which.target else {}
    if row.number:
        said["notice_number"] = row.number
    if note:
        said["reason"] = note
    record(actor=actor, action=f"notices.{step}", target=row, detail={**said, **(detail or {})})
    for column in row._meta.concrete_fields:
        setattr(notice, column.attname, getattr(row, column.attname))
    return event
