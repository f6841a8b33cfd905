"""Freezing an evaluation, and computing a frozen one again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel.plans.scoring import score
from plumbline.kernel.plans.scoring.inputs import RowState
from plumbline.kernel.plans.scoring.snapshot import METHOD, Replay, RowText, Snapshot, canonical, digest
from plumbline.kernel.plans.scoring.snapshot import replay as compute_again
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.targets.models import Evaluation, PlanVersion
from plumbline.office.targets.queries.evaluation_inputs import gather
from plumbline.office.targets.queries.evaluation_sheets import Sheet, sheet_of
from plumbline.office.targets.services.evaluation_errors import EvaluationError, NotReady
from plumbline.office.targets.services.evaluation_rows import execution_title, locked, rules_of, touch

WAITING: dict[RowState, str | Promise] = {
    "unmeasured": gettext_lazy("没有实际完成值，须补填或决定按 0 分计"),
    "tier": gettext_lazy("须选择完成档次并写明理由"),
    "unscorable": gettext_lazy("指标值无法衡量，须先批准可衡量的解释"),
}


def obstacles(sheet: Sheet) -> list[str]:
    """Why a draft cannot be frozen yet, one sentence each; empty when nothing stands in the way."""
    found = [sheet.problem] if sheet.problem else []
    if sheet.evaluation.version.state != PlanVersion.State.APPROVED:
        found.append(_("绩效目标已有新的版本，请先改用现行版本。"))
    if sheet.execution_result is not None and not sheet.execution_result.scored:
        found.append(
            _("%(row)s：%(what)s。") % {"row": execution_title(), "what": sheet.execution_result.formula}
        )
    for row in sheet.rows:
        if row.result is not None and not row.result.scored:
            found.append(_("%(row)s：%(what)s。") % {"row": row.level3, "what": WAITING[row.result.state]})
    found += [_("%(row)s：调整得分尚待审定。") % {"row": title} for title in _pending(sheet)]
    found += [_("%(row)s：有扣分，须写明偏差原因。") % {"row": title} for title in _unexplained(sheet)]
    if not sheet.goal_result.strip():
        found.append(_("还没有填写年度总体目标完成情况。"))
    return found


def _pending(sheet: Sheet) -> list[str]:
    waiting = {row.pk for row in sheet.pending}
    named = [(sheet.execution_row, execution_title()), *((row.row, row.level3) for row in sheet.rows)]
    return [title for row, title in named if row is not None and row.pk in waiting]


def _unexplained(sheet: Sheet) -> list[str]:
    """Rows that lost points and say nothing of why."""
    named = [(sheet.execution_result, sheet.execution_reason, execution_title())]
    named += [(row.result, row.reason, row.level3) for row in sheet.rows]
    return [
        title
        for result, reason, title in named
        if result is not None
        and result.score is not None
        and result.score < result.weight
        and not reason.strip()
    ]


def inputs_digest(sheet: Sheet) -> str:
    """SM3 of what the sheet was computed from: what a person saw when deciding to freeze."""
    return digest(canonical(sheet.inputs)) if sheet.inputs else ""


def freeze(*, evaluation: Evaluation, revision: int, seen: str, actor: User, now: datetime) -> Evaluation:
    """Freeze a draft: keep its inputs, result, total and grade for ever.

    Args:
        seen: `inputs_digest` of the sheet that the actor looked at.

    Raises:
        EvaluationError: the actor may not, or payments or values changed since the page was opened.
        EvaluationConflict: somebody else saved it meanwhile.
        NotReady: a row has no score, a reason is missing, an override waits …
    """
    if not actor.may("evaluate.approve"):
        raise EvaluationError(_("您无权将自评定稿"), advice=_("请由领导或管理员定稿。"))
    with transaction.atomic():
        evaluation = locked(evaluation, revision=revision)
        sheet = sheet_of(gather([evaluation])[evaluation.pk])
        reasons = obstacles(sheet)
        if reasons or sheet.inputs is None:
            raise NotReady(reasons)
        if inputs_digest(sheet) != seen:
            raise EvaluationError(
                _("打开页面后，支付记录或实际完成值有变化，现在的总分为 %(total)s") % {"total": sheet.total},
                advice=_("请核对最新得分后再次定稿。"),
            )
        _keep(evaluation, sheet, actor, now)
        if evaluation.supersedes_id:
            old = Evaluation.objects.get(pk=evaluation.supersedes_id)
            old.state = Evaluation.State.SUPERSEDED
            old.save(update_fields=["state"])
        detail = {"total": sheet.total, "grade": sheet.grade, "snapshot": evaluation.snapshot_digest}
        return touch(evaluation, "evaluation.freeze", actor, now, detail)


def _keep(evaluation: Evaluation, sheet: Sheet, actor: User, now: datetime) -> None:
    rules, inputs = rules_of(evaluation), sheet.inputs
    if inputs is None:
        raise NotReady([_("没有可以评分的内容。")])
    result = score(inputs, rules)
    texts = [RowText("execution", sheet.execution_reason, sheet.execution_improvement)]
    texts += [RowText(row.given.key, row.reason, row.improvement) for row in sheet.rows]
    kept = Snapshot(
        METHOD, rules.key, rules.version, rules.digest, inputs, evaluation.goal_result, tuple(texts)
    )
    evaluation.ruleset_digest = rules.digest
    evaluation.snapshot = canonical(kept)
    evaluation.snapshot_digest = digest(evaluation.snapshot)
    evaluation.result = canonical(result)
    evaluation.total, evaluation.grade = result.total, result.grade
    evaluation.frozen_by, evaluation.frozen_at = actor, now
    evaluation.state = Evaluation.State.FROZEN


def replay(evaluation: Evaluation) -> Replay:
    """Compute a frozen evaluation again from its snapshot and compare; nothing is changed.

    Raises:
        EvaluationError: it was never frozen.
    """
    if not evaluation.snapshot:
        raise EvaluationError(_("这份自评没有定稿，无从复算"))
    return compute_again(
        snapshot=evaluation.snapshot, snapshot_digest=evaluation.snapshot_digest, result=evaluation.result
    )


def record_replay(*, evaluation: Evaluation, actor: User) -> Replay:
    """`replay`, written into the audit record with what it found."""
    found = replay(evaluation)
    with transaction.atomic():
        detail = {"same": found.same, "differences": list(found.differences)}
        record(actor=actor, action="evaluation.replay", target=evaluation, detail=detail)
    return found
