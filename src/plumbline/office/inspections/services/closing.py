"""What stands in the way of closing an inspection beside its answers: who, ties, failures let go."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.inspections.models import Answer, ChecklistItem, Inspection
from plumbline.office.inspections.queries.conflicts import conflicts
from plumbline.office.inspections.services.answering import values_of
from plumbline.office.inspections.services.progress import InspectionRefused
from plumbline.office.inspections.services.scoring import asked
from plumbline.office.inspections.services.visits import failing

#: conflicts that tie a person to the unit; to be busy elsewhere takes nothing from what was seen
TIES = ("member", "interest")


class Unraised(InspectionRefused):
    """Items failed, no finding was raised from them, and nobody wrote why."""


def unraised(items: list[ChecklistItem], answers: Mapping[str, Answer]) -> list[ChecklistItem]:
    """Items that are asked and speak for a finding, and from which none was raised."""
    asks = asked(items, values_of(answers))
    return [
        item
        for item in items
        if item.key in asks
        and (answer := answers.get(item.key)) is not None
        and answer.finding_id is None
        and answer.value in failing(item)
    ]


def demand_raised(
    inspection: Inspection,
    items: list[ChecklistItem],
    answers: Mapping[str, Answer],
    *,
    reason: str,
    actor: User,
) -> None:
    """Refuse to pass a self-check whose failures nobody follows up; a reason why not is kept in the audit.

    Raises:
        Unraised: with the items.
    """
    keys = [item.key for item in unraised(items, answers)]
    if not keys:
        return
    if not reason.strip():
        raise Unraised(
            _("有 %(n)d 项不完全符合而没有登记问题：%(keys)s。")
            % {"n": len(keys), "keys": "、".join(keys[:10])},
            where=inspection.number,
            advice=_("请逐项登记问题，或在“不登记问题的理由”中写明为何不登记。"),
        )
    detail = {"检查项": keys, "reason": reason.strip()[:1000]}
    record(actor=actor, action="inspections.unraised", target=inspection, detail=detail)


def demand_other(inspection: Inspection, *, actor: User) -> None:
    """Refuse that somebody passes a self-check that he handed in himself.

    Raises:
        InspectionRefused: it is the same person.
    """
    handed_in = inspection.events.filter(act="submit").order_by("-at", "-pk").first()
    if handed_in is not None and handed_in.actor_id == actor.pk:
        raise InspectionRefused(
            _("这项自查由您代为提交，须由另一人审核通过。"),
            where=inspection.number,
            advice=_("请交由其他有审核权限的人员办理。"),
        )


def demand_no_open_tie(inspection: Inspection) -> None:
    """Refuse to conclude a visit of people with a tie to the unit that nobody justified: one declared since.

    Raises:
        InspectionRefused: with the first of them.
    """
    for conflict in conflicts([inspection]).get(inspection.pk, []):
        if conflict.kind in TIES and not conflict.is_justified:
            raise InspectionRefused(
                conflict.text,
                where=inspection.number,
                advice=_("请更换检查人员，或在其名下写明为何仍可参加，再作出结论。"),
            )
