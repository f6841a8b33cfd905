"""How an inspection moves: one table of transitions, one function that makes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.inspections.models import Inspection, InspectionEvent
from plumbline.office.inspections.services.plan_changes import demand_changeable, locked_plan, note_change
from plumbline.office.inspections.services.readiness import demand_ready
from plumbline.office.lib.revisions import demand_current

State, Method = Inspection.State, Inspection.Method
VISITS = frozenset({Method.ON_SITE, Method.EXPERT})
ALL = frozenset(Method)


class InspectionRefused(PlumblineError):
    """An inspection cannot be moved or changed that way now."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from states to a state.

    Attributes:
        key: as events and the audit name it.
        title: what the button says.
        sources: states that it starts from.
        target: state that it leads to; per method where they differ.
        capability: what the actor must hold.
        methods: for which methods it exists.
        needs_reason: whether a note is demanded.
    """

    key: str
    title: str | Promise
    sources: frozenset[str]
    target: dict[str, str]
    capability: str
    methods: frozenset[str] = ALL
    needs_reason: bool = False


def _to(state: str, methods: frozenset[str] = ALL) -> dict[str, str]:
    return dict.fromkeys(methods, state)


_SELF = frozenset({Method.SELF_CHECK})
_LIVE = frozenset({State.PLANNED, State.RUNNING, State.SUBMITTED, State.RETURNED})

TRANSITIONS: dict[str, Transition] = {
    entry.key: entry
    for entry in (
        Transition(
            "start", gettext_lazy("发起自查"), frozenset({State.PLANNED}), _to(State.RUNNING, _SELF),
            "inspections.plan", _SELF,
        ),
        Transition(
            "visit", gettext_lazy("开始检查"), frozenset({State.PLANNED}), _to(State.RUNNING, VISITS),
            "inspections.conduct", VISITS,
        ),
        Transition(
            "submit", gettext_lazy("提交自查结果"), frozenset({State.RUNNING, State.RETURNED}),
            _to(State.SUBMITTED, _SELF), "inspections.answer", _SELF,
        ),
        Transition(
            "withdraw", gettext_lazy("撤回提交"), frozenset({State.SUBMITTED}), _to(State.RUNNING, _SELF),
            "inspections.answer", _SELF,
        ),
        Transition(
            "return", gettext_lazy("退回补正"), frozenset({State.SUBMITTED}), _to(State.RETURNED, _SELF),
            "inspections.review", _SELF, needs_reason=True,
        ),
        Transition(
            "accept", gettext_lazy("审核通过"), frozenset({State.SUBMITTED}), _to(State.DONE, _SELF),
            "inspections.review", _SELF,
        ),
        Transition(
            "conclude", gettext_lazy("作出结论"), frozenset({State.RUNNING}), _to(State.DONE, VISITS),
            "inspections.review", VISITS,
        ),
        Transition(
            "reopen", gettext_lazy("重新打开"), frozenset({State.DONE}),
            {**_to(State.RUNNING, VISITS), **_to(State.SUBMITTED, _SELF)},
            "inspections.review", needs_reason=True,
        ),
        Transition(
            "cancel", gettext_lazy("取消检查"), _LIVE, _to(State.CANCELLED), "inspections.plan",
            needs_reason=True,
        ),
        Transition(
            "restore", gettext_lazy("恢复检查"), frozenset({State.CANCELLED}), _to(State.PLANNED),
            "inspections.plan", needs_reason=True,
        ),
    )
}  # fmt: skip


def possible(inspection: Inspection, actor: User) -> list[Transition]:
    """The transitions that the person can make from where the inspection is now."""
    return [
        entry
        for entry in TRANSITIONS.values()
        if inspection.state in entry.sources
        and inspection.method in entry.methods
        and actor.may(entry.capability)
    ]


@transaction.atomic
def move(
    *,
    inspection: Inspection,
    act: str,
    actor: User,
    now: datetime,
    note: str = "",
    revision: int | None = None,
    fields: dict[str, Any] | None = None,
) -> InspectionEvent:
    """Move an inspection: state, event, audit and revision in one transaction.

    Args:
        act: key of `TRANSITIONS`.
        note: why; demanded where the transition says so.
        revision: the one that was looked at; None where there was no form.
        fields: what is set beside the state, e.g. score and conclusion.

    Raises:
        InspectionRefused: not from this state, not for this method, not by this person, or without reason.
        NotReady: it is not prepared (plan, checklist, inspectors, conflicts).
        PlanRefused: it is taken out of or put back into a plan that waits for approval.
        Outdated: somebody else changed it since.
    """
    entry = TRANSITIONS[act]
    # Of a nullable join PostgreSQL would lock nothing, so the row itself is named.
    locked = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("plan", "unit")
        .get(pk=inspection.pk)
    )
    demand_current(locked, revision=revision)
    _demand_possible(locked, entry, actor)
    note = note.strip()
    if entry.needs_reason and not note:
        raise InspectionRefused(
            _("“%(act)s”需要写明理由。") % {"act": entry.title},
            where=locked.number,
            advice=_("请填写理由后再提交。"),
        )
    if act in ("start", "visit"):
        demand_ready(locked)
    if act in ("cancel", "restore") and locked.plan is not None:
        demand_changeable(locked_plan(locked.plan), reason=note)
    before, locked.state = locked.state, entry.target[locked.method]
    for name, value in {**_days(locked, act, now), **(fields or {})}.items():
        setattr(locked, name, value)
    if act in ("cancel", "return"):
        locked.cancelled_reason = note
    elif act in ("restore", "submit", "accept"):
        locked.cancelled_reason = ""
    locked.revision += 1
    locked.save()
    event = InspectionEvent.objects.create(
        inspection=locked, at=now, actor=actor, act=act, before=before, after=locked.state, note=note
    )
    detail: dict[str, Any] = {
        "state": {"old": State(before).label, "new": State(locked.state).label},
        **({"reason": note} if note else {}),
    }
    record(actor=actor, action=f"inspections.{act}", target=locked, detail=detail)
    if act in ("cancel", "restore"):
        note_change(
            locked.plan, subject=locked.number, before=State(before).label, after=State(locked.state).label,
            reason=note, actor=actor, now=now,
        )  # fmt: skip
    for name in ("state", "revision", *_days(locked, act, now), *(fields or {}), "cancelled_reason"):
        setattr(inspection, name, getattr(locked, name))
    return event


def _days(inspection: Inspection, act: str, now: datetime) -> dict[str, Any]:
    today = timezone.localdate(now)
    match act:
        case "start" | "visit":
            return {"started_on": inspection.started_on or today}
        case "submit":
            return {"submitted_at": now}
        case "withdraw":
            return {"submitted_at": None}
        case "accept" | "conclude":
            return {"finished_on": today}
        case "reopen":
            return {"finished_on": None, "score": None, "full_score": None}
        case _:
            return {}


def _demand_possible(inspection: Inspection, entry: Transition, actor: User) -> None:
    where = inspection.number
    if inspection.method not in entry.methods:
        raise InspectionRefused(
            _("“%(method)s”没有“%(act)s”这一步。")
            % {"method": inspection.get_method_display(), "act": entry.title},
            where=where,
            advice=_("请返回检查页面，按页面上的按钮办理。"),
        )
    if inspection.state not in entry.sources:
        states = "、".join(str(State(state).label) for state in State.values if state in entry.sources)
        raise InspectionRefused(
            _("检查现在是“%(state)s”，不能“%(act)s”。")
            % {"state": inspection.get_state_display(), "act": entry.title},
            where=where,
            advice=_("只有状态为%(states)s时可以办理；请刷新页面看最新状态。") % {"states": states},
        )
    if not actor.may(entry.capability):
        raise InspectionRefused(
            _("您的角色不能“%(act)s”。") % {"act": entry.title},
            where=where,
            advice=_("请由有权限的人员办理，或联系管理员。"),
        )
