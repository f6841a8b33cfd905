"""A whole checklist answered at once, as it comes from paper: one act, one record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.inspections.models import Answer, ChecklistItem, Inspection
from plumbline.office.inspections.services.answering import LONGEST_NOTE, demand_open, problem_of
from plumbline.office.inspections.services.progress import InspectionRefused
from plumbline.office.inspections.services.scoring import item_points


@transaction.atomic
def save_answers(
    inspection: Inspection, given: Mapping[ChecklistItem, tuple[str, str]], *, actor: User, now: datetime
) -> int:
    """Answer items that nobody answered yet.

    Args:
        given: value and note by item.

    Returns:
        how many were answered.

    Raises:
        InspectionRefused: see `demand_open`; a value is no answer to its item; an item is answered already.
            Nothing is saved then.
    """
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    demand_open(locked, actor=actor)
    taken = Answer.objects.filter(inspection=locked, item__in=list(given)).select_related("item").first()
    if taken is not None:
        raise InspectionRefused(
            _("这一项已有作答，没有保存任何内容。"),
            where=taken.item.key,
            advice=_("请逐项核对后在页面上修改。"),
        )
    rows = []
    for item, (raw, said) in given.items():
        value, note = raw.strip(), said.strip()
        problem = problem_of(item, value)
        if problem or len(note) > LONGEST_NOTE:
            raise InspectionRefused(
                problem or _("说明超过 %(n)d 字。") % {"n": LONGEST_NOTE},
                where=item.key,
                advice=_("请改正这一项。"),
            )
        rows.append(
            Answer(
                inspection=locked,
                item=item,
                value=value,
                note=note,
                points=item_points(item, value),
                answered_by=actor,
                answered_at=now,
            )
        )
    Answer.objects.bulk_create(rows)
    words = [f"{row.item.key} {row.value}" for row in rows]
    if words:
        record(actor=actor, action="inspections.answer", target=locked, detail={"检查项": words})
    return len(rows)
