"""A score that a person sets against the formula: proposed with a reason by one, decided by another."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.targets.models import EvaluationRow
from plumbline.office.targets.services.evaluation_errors import EvaluationError
from plumbline.office.targets.services.evaluation_rows import clear_override, demand, locked, touch

OVERRIDE = EvaluationRow.Override


def propose_override(
    *, row: EvaluationRow, points: Decimal, reason: str, actor: User, now: datetime
) -> EvaluationRow:
    """Propose a score; it counts once another person approved it. An earlier one is replaced.

    Raises:
        EvaluationError: no reason, the score is not between 0 and the row's points, or frozen.
    """
    with transaction.atomic():
        evaluation = locked(row.evaluation)
        row = evaluation.rows.select_related("indicator_line").get(pk=row.pk)
        demand(reason, _("请写明调整得分的理由"))
        if not 0 <= points <= row.weight:
            raise EvaluationError(_("调整后的得分应在 0 到 %(points)s 之间") % {"points": row.weight})
        if points != points.quantize(Decimal("0.01")):
            raise EvaluationError(_("得分最多两位小数"))
        before = row.override_score
        clear_override(row)
        row.override, row.override_score, row.override_reason = OVERRIDE.PROPOSED, points, reason.strip()
        row.override_by, row.override_at = actor, now
        row.save()
        detail = {"row": row.ordinal, "score": {"old": before, "new": points}, "reason": reason.strip()}
        touch(evaluation, "evaluation.override_propose", actor, now, detail)
        return row


def withdraw_override(*, row: EvaluationRow, actor: User, now: datetime) -> EvaluationRow:
    """Take an override back, proposed or approved; the formula's score counts again.

    Raises:
        EvaluationError: there is none, or frozen.
    """
    with transaction.atomic():
        evaluation = locked(row.evaluation)
        row = evaluation.rows.get(pk=row.pk)
        if row.override == OVERRIDE.NONE:
            raise EvaluationError(_("没有可撤回的调整"), advice=_("可能已由他人撤回，请刷新页面。"))
        detail = {"row": row.ordinal, "score": {"old": row.override_score, "new": None}}
        clear_override(row)
        row.save()
        touch(evaluation, "evaluation.override_withdraw", actor, now, detail)
        return row


def decide_override(
    *,
    row: EvaluationRow,
    approve: bool,
    answer: str,
    actor: User,
    now: datetime,
    seen: str | None = None,
) -> EvaluationRow:
    """Approve or reject a proposed override, as a second person.

    Args:
        seen: the proposed score that the actor looked at; None where there was no page.

    Raises:
        EvaluationError: the actor may not, proposed it himself, it is no longer waiting, another one
            was proposed since, or it is rejected without an answer.
    """
    if not actor.may("evaluate.approve"):
        raise EvaluationError(_("您无权审定得分调整"), advice=_("请由领导或管理员审定。"))
    with transaction.atomic():
        evaluation = locked(row.evaluation)
        row = evaluation.rows.get(pk=row.pk)
        if row.override != OVERRIDE.PROPOSED:
            raise EvaluationError(_("没有待审定的调整"), advice=_("可能已由他人处理，请刷新页面。"))
        if seen is not None and seen != str(row.override_score):
            raise EvaluationError(
                _("您打开此页后，提出的得分已改为 %(points)s，没有审定") % {"points": row.override_score},
                advice=_("请核对新的得分和理由后再审定。"),
            )
        if row.override_by_id == actor.pk:
            raise EvaluationError(_("提出调整的人不能自己审定"), advice=_("请由另一位有审定权限的人处理。"))
        if not approve:
            demand(answer, _("不采纳调整时须写明意见"))
        row.override = OVERRIDE.APPROVED if approve else OVERRIDE.REJECTED
        row.override_answer = answer.strip()
        row.override_decided_by, row.override_decided_at = actor, now
        row.save()
        action = "evaluation.override_approve" if approve else "evaluation.override_reject"
        detail = {"row": row.ordinal, "score": row.override_score, "answer": answer.strip()}
        touch(evaluation, action, actor, now, detail)
        return row
