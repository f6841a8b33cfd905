"""Handing in, reviewing and concluding an inspection; raising findings from its items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.inspections.models import Answer, ChecklistItem, Inspection, InspectionEvent
from plumbline.office.inspections.services.answering import Lack, demand_open, lacks, values_of
from plumbline.office.inspections.services.closing import demand_no_open_tie, demand_other, demand_raised
from plumbline.office.inspections.services.progress import InspectionRefused, move
from plumbline.office.inspections.services.scoring import Score, asked, is_scored, score
from plumbline.office.lib.revisions import demand_current

State = Answer.State


class Incomplete(InspectionRefused):
    """Something is missing before an inspection can be handed in or concluded.

    Attributes:
        lacks: item by item.
    """

    def __init__(self, found: list[Lack], *, where: str) -> None:
        self.lacks = found
        first = "；".join(f"{lack.item.key} {lack.what}" for lack in found[:3])
        super().__init__(
            _("还有 %(n)d 项没有填完：%(first)s。") % {"n": len(found), "first": first},
            where=where,
            advice=_("请补全后再提交；不适用的项目请选“不适用”并写明理由。"),
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What the reviewer says of one item.

    Attributes:
        state: `Answer.State.ACCEPTED` or `RETURNED`; "" leaves it open.
        points: given by the reviewer; None takes what the answer brings.
    """

    state: str
    reason: str = ""
    points: Decimal | None = None


def answers_of(inspection: Inspection) -> dict[str, Answer]:
    """{key of the item: answer}."""
    found = inspection.answers.select_related("item", "answered_by", "finding").prefetch_related(
        "files__file"
    )
    return {answer.item.key: answer for answer in found}


def items_of(inspection: Inspection) -> list[ChecklistItem]:
    """The checklist's items in order; none for a technical test without a checklist."""
    return list(inspection.checklist.items.order_by("ordinal")) if inspection.checklist else []


def score_of(inspection: Inspection) -> Score:
    """Points as far as it is answered."""
    answers = answers_of(inspection)
    given = {key: answer.points for key, answer in answers.items() if answer.points is not None}
    return score(items_of(inspection), values_of(answers), given=given)


@transaction.atomic
def submit(
    inspection: Inspection, *, actor: User, now: datetime, revision: int | None = None
) -> InspectionEvent:
    """Hand in a self-check.

    Raises:
        Incomplete: with every item that is missing.
        InspectionRefused: not from this state.
    """
    Inspection.objects.select_for_update().get(pk=inspection.pk)
    answers = answers_of(inspection)
    found = lacks(items_of(inspection), answers)
    untouched = [
        Lack(answer.item, _("已退回，尚未修改"))
        for answer in answers.values()
        if answer.state == Answer.State.RETURNED and not _changed_since_return(inspection, answer)
    ]
    if found or untouched:
        raise Incomplete([*found, *untouched], where=inspection.number)
    event = move(inspection=inspection, act="submit", actor=actor, now=now, revision=revision)
    inspection.answers.filter(state__in=(Answer.State.DRAFT, Answer.State.RETURNED)).update(
        state=Answer.State.SUBMITTED
    )
    return event


@transaction.atomic
def save_review(
    inspection: Inspection,
    decisions: Mapping[str, Decision],
    *,
    actor: User,
    now: datetime,
    revision: int | None = None,
) -> Inspection:
    """Keep what the reviewer says of the items so far.

    Args:
        decisions: {key of the item: decision}.

    Raises:
        InspectionRefused: it does not wait for review; an item is returned without a reason; points beyond
            what the item brings at most.
        Outdated: another reviewer saved since.
    """
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    demand_current(locked, revision=revision)
    if locked.state != Inspection.State.SUBMITTED or not actor.may("inspections.review"):
        raise InspectionRefused(
            _("检查现在是“%(state)s”，不能审核。") % {"state": locked.get_state_display()},
            where=locked.number,
            advice=_("只有单位已提交的自查可以审核。"),
        )
    answers = answers_of(locked)
    decided: list[str] = []
    for key, decision in decisions.items():
        answer = answers.get(key)
        if answer is not None and _decide(answer, decision):
            words = (key, State(answer.state).label, decision.reason)
            decided.append(" ".join(str(part) for part in words if part))
    if decided:
        locked.revision += 1
        locked.save(update_fields=["revision"])
        inspection.revision = locked.revision
        record(actor=actor, action="inspections.review", target=locked, detail={"检查项": decided})
    return inspection


@transaction.atomic
def give_back(
    inspection: Inspection, *, note: str, actor: User, now: datetime, revision: int | None = None
) -> InspectionEvent:
    """Give a self-check back: only what was returned is to be changed.

    Raises:
        InspectionRefused: nothing was returned, or no reason was given.
    """
    if not inspection.answers.filter(state=Answer.State.RETURNED).exists():
        raise InspectionRefused(
            _("没有标明要退回的项目。"),
            where=inspection.number,
            advice=_("请先在需要补正的项目上选“退回”并写明理由。"),
        )
    event = move(inspection=inspection, act="return", actor=actor, now=now, note=note, revision=revision)
    inspection.answers.filter(state=Answer.State.SUBMITTED).update(state=Answer.State.ACCEPTED)
    return event


@transaction.atomic
def conclude(
    inspection: Inspection,
    *,
    conclusion: str,
    actor: User,
    now: datetime,
    revision: int | None = None,
    unraised_reason: str = "",
) -> InspectionEvent:
    """End an inspection: a self-check that was reviewed, or a visit. Its points are kept as they are now.

    Args:
        unraised_reason: why no findings are raised from failed items of a self-check; kept in the audit.

    Raises:
        Unraised: without it, where there are such items.
        Incomplete: a visit has items without an answer.
        InspectionRefused: see `closing`; items are returned; points or the conclusion are missing.
    """
    Inspection.objects.select_for_update().get(pk=inspection.pk)
    where = inspection.number
    is_self_check = inspection.method == Inspection.Method.SELF_CHECK
    if not conclusion.strip():
        raise InspectionRefused(_("没有写检查结论。"), where=where, advice=_("请写明结论后再办结。"))
    if is_self_check:
        demand_other(inspection, actor=actor)
    else:
        demand_no_open_tie(inspection)
    answers = answers_of(inspection)
    items = items_of(inspection)
    if any(answer.state == Answer.State.RETURNED for answer in answers.values()) and is_self_check:
        raise InspectionRefused(
            _("还有退回的项目，不能通过。"), where=where, advice=_("请退回单位补正，或把这些项目改为认可。")
        )
    found = lacks(items, answers)
    if found:
        raise Incomplete(found, where=where)
    unscored = open_points(items, answers)
    if unscored:
        raise InspectionRefused(
            _("还有 %(n)d 项需要人工评分：%(keys)s。")
            % {"n": len(unscored), "keys": "、".join(item.key for item in unscored[:5])},
            where=where,
            advice=_("请给这些项目评分后再办结。"),
        )
    if is_self_check:
        demand_raised(inspection, items, answers, reason=unraised_reason, actor=actor)
    points = score_of(inspection)
    fields: dict[str, Any] = {"conclusion": conclusion.strip()}
    if points.reachable:
        fields |= {"score": points.reached, "full_score": points.reachable}
    act = "accept" if is_self_check else "conclude"
    event = move(
        inspection=inspection,
        act=act,
        actor=actor,
        now=now,
        revision=revision,
        fields=fields,
        note=conclusion,
    )
    inspection.answers.exclude(state=Answer.State.ACCEPTED).update(state=Answer.State.ACCEPTED)
    return event


def open_points(items: list[ChecklistItem], answers: Mapping[str, Answer]) -> list[ChecklistItem]:
    """Items that are asked, count, are answered, and bring no points until a person gives some."""
    asks = asked(items, values_of(answers))
    return [
        item
        for item in items
        if item.key in asks
        and item.answer != ChecklistItem.Answer.NONE
        and (answer := answers.get(item.key)) is not None
        and answer.value
        and is_scored(item, answer.value)
        and answer.points is None
    ]


@transaction.atomic
def give_points(inspection: Inspection, points: Mapping[str, Decimal], *, actor: User, now: datetime) -> None:
    """Points for items of a visit that bring none by themselves.

    Raises:
        InspectionRefused: the visit takes no changes now; more points than the item brings at most.
    """
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    demand_open(locked, actor=actor)
    answers = answers_of(locked)
    for key, given in points.items():
        answer = answers.get(key)
        if answer is not None:
            _demand_points(answer.item, given)
            answer.points = given
            answer.save(update_fields=["points"])
    if points:
        detail = {"检查项": [f"{key} {given}" for key, given in points.items()]}
        record(actor=actor, action="inspections.review", target=locked, detail=detail)


def _decide(answer: Answer, decision: Decision) -> bool:
    """Set what was decided; whether it changed anything."""
    before = (answer.state, answer.returned_reason, answer.points)
    if decision.state == Answer.State.RETURNED and not decision.reason.strip():
        raise InspectionRefused(
            _("退回的项目须写明理由。"), where=answer.item.key, advice=_("请写明要补正什么。")
        )
    if decision.points is not None:
        _demand_points(answer.item, decision.points)
        answer.points = decision.points
    if decision.state in (Answer.State.ACCEPTED, Answer.State.RETURNED):
        answer.state = decision.state
        answer.returned_reason = decision.reason.strip() if decision.state == Answer.State.RETURNED else ""
    if before == (answer.state, answer.returned_reason, answer.points):
        return False
    answer.save(update_fields=["state", "returned_reason", "points"])
    return True


def _demand_points(item: ChecklistItem, points: Decimal) -> None:
    if item.points is None or not 0 <= points <= item.points:
        raise InspectionRefused(
            _("得分须在 0 至 %(most)s 之间。") % {"most": item.points or 0},
            where=item.key,
            advice=_("请改正得分。"),
        )


def _changed_since_return(inspection: Inspection, answer: Answer) -> bool:
    returned = inspection.events.filter(act="return").order_by("-at", "-pk").first()
    if returned is None or answer.answered_at > returned.at:
        return True
    return any(kept.file.uploaded_at > returned.at for kept in answer.files.all())
