"""Self-evaluation: start, fill in, freeze, do again with a reason. A frozen one never changes.

Scores are never stored while an evaluation is a draft: they are computed from the ledger and the
measured values each time, and kept as a snapshot when it is frozen.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.errors import ScoringError
from plumbline.kernel.plans.rulesets import Ruleset
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.targets.models import (
    Checkpoint,
    Evaluation,
    EvaluationRow,
    Plan,
    PlanVersion,
    ProjectLine,
)
from plumbline.office.targets.services.evaluation_entries import ROW_FIELDS, RowEntry, check_entry
from plumbline.office.targets.services.evaluation_errors import EvaluationError
from plumbline.office.targets.services.evaluation_rows import (
    KIND,
    apply,
    approved_project,
    copy_rows,
    create,
    demand,
    demand_hundred,
    demand_same_plan,
    lock_line,
    locked,
    named,
    project_of,
    propose,
    rules_of,
    titles,
    touch,
)

APPROVED = PlanVersion.State.APPROVED
LIVE = (Evaluation.State.DRAFT, Evaluation.State.FROZEN)


def start(
    *, actor: User, project_line: ProjectLine, checkpoint: Checkpoint, rules: Ruleset, now: datetime
) -> Evaluation:
    """Begin the evaluation of a project, with points proposed from the document or the ruleset.

    Raises:
        EvaluationError: one is there already, the plan is not approved, the project has left it, or
            the checkpoint is another plan's.
        ScoringError: the project has no indicator to score.
    """
    with transaction.atomic():
        lock_line(project_line)
        if project_line.evaluations.filter(state__in=LIVE).exists():
            raise EvaluationError(
                _("该项目已经有自评"), advice=_("请在现有自评上继续；已定稿的请说明理由后重新自评。")
            )
        project = approved_project(project_line)
        evaluation = create(project, checkpoint, rules, actor, now)
        propose(evaluation, project, rules)
        record(actor=actor, action="evaluation.start", target=evaluation, detail=named(evaluation, project))
        return evaluation


def start_all(
    *, actor: User, plan: Plan, checkpoint: Checkpoint, rules: Ruleset, now: datetime
) -> tuple[list[Evaluation], list[str]]:
    """Begin the evaluation of every project of the approved version that has none.

    Returns:
        What was started, and a sentence for each project that could not be.
    """
    started, refused = [], []
    lines = (
        ProjectLine.objects.filter(versions__version__plan=plan, versions__version__state=APPROVED)
        .exclude(evaluations__state__in=LIVE)
        .order_by("versions__ordinal")
        .distinct()
    )
    with transaction.atomic():
        for line in lines:
            try:
                with transaction.atomic():
                    started.append(
                        start(actor=actor, project_line=line, checkpoint=checkpoint, rules=rules, now=now)
                    )
            except ScoringError as error:
                refused.append(f"{approved_project(line)}：{error}")
    return started, refused


def change_settings(
    *,
    evaluation: Evaluation,
    rules: Ruleset,
    checkpoint: Checkpoint,
    revision: int,
    actor: User,
    now: datetime,
) -> Evaluation:
    """Another ruleset (points are proposed anew, tiers kept where the ruleset has them) or checkpoint.

    Raises:
        EvaluationError: frozen, or the checkpoint is another plan's.
        EvaluationConflict: somebody else saved it meanwhile.
    """
    with transaction.atomic():
        evaluation = locked(evaluation, revision=revision)
        demand_same_plan(evaluation.project_line, checkpoint)
        before = {"ruleset": evaluation.ruleset_key, **snapshot(evaluation, "checkpoint")}
        evaluation.checkpoint = checkpoint
        if (rules.key, rules.version) != (evaluation.ruleset_key, evaluation.ruleset_version):
            evaluation.ruleset_key, evaluation.ruleset_version = rules.key, rules.version
            evaluation.ruleset_digest = rules.digest
            propose(evaluation, project_of(evaluation), rules)
        detail = changes(before, {"ruleset": rules.key, **snapshot(evaluation, "checkpoint")})
        return touch(evaluation, "evaluation.settings", actor, now, detail)


def propose_again(*, evaluation: Evaluation, revision: int, actor: User, now: datetime) -> Evaluation:
    """Throw away the points and propose them anew from the document or the ruleset."""
    with transaction.atomic():
        evaluation = locked(evaluation, revision=revision)
        propose(evaluation, project_of(evaluation), rules_of(evaluation))
        return touch(
            evaluation, "evaluation.settings", actor, now, {"weights": {"old": "", "new": "重新分配"}}
        )


def save(
    *,
    evaluation: Evaluation,
    rows: dict[int, RowEntry],
    goal_result: str,
    revision: int,
    actor: User,
    now: datetime,
) -> Evaluation:
    """Save what was filled in: all rows or none.

    Args:
        rows: by the id of the row; rows that are left out stay as they are.

    Raises:
        EvaluationConflict: somebody else saved it since the form was opened.
        EvaluationError: frozen; the points are not 100; a tier, share or decision lacks its reason.
    """
    with transaction.atomic():
        evaluation = locked(evaluation, revision=revision)
        rules = rules_of(evaluation)
        stored = list(evaluation.rows.select_related("indicator_line"))
        names = titles(evaluation)
        changed: dict[str, Any] = {}
        for row in stored:
            entry = rows.get(row.pk)
            if entry is None:
                continue
            check_entry(entry, title=names[row.pk], rules=rules, execution=row.kind == KIND.EXECUTION)
            changed |= apply(row, entry, names[row.pk])
        demand_hundred(stored, names)
        EvaluationRow.objects.bulk_update(stored, ROW_FIELDS)
        if evaluation.goal_result != goal_result:
            changed["goal_result"] = {"old": evaluation.goal_result, "new": goal_result}
            evaluation.goal_result = goal_result
        if not changed:
            return evaluation
        return touch(evaluation, "evaluation.save", actor, now, changed)


def discard(*, evaluation: Evaluation, reason: str, actor: User, now: datetime) -> Evaluation:
    """Give up a draft; it stays readable in the history.

    Raises:
        EvaluationError: no reason, or it is no longer a draft.
    """
    with transaction.atomic():
        demand(reason, _("请说明作废理由"))
        evaluation = locked(evaluation)
        evaluation.state = Evaluation.State.DISCARDED
        return touch(evaluation, "evaluation.discard", actor, now, {"reason": reason})


def supersede(*, evaluation: Evaluation, reason: str, actor: User, now: datetime) -> Evaluation:
    """Begin another evaluation in place of a frozen one, with the same points, tiers and texts.

    The frozen one counts until the new one is frozen.

    Raises:
        EvaluationError: no reason, it is not frozen, or another draft is there already.
    """
    with transaction.atomic():
        demand(reason, _("请说明重新自评的理由"))
        lock_line(evaluation.project_line)
        old = Evaluation.objects.get(pk=evaluation.pk)
        if old.state != Evaluation.State.FROZEN:
            raise EvaluationError(_("只有已定稿的自评才能重新自评"))
        if old.project_line.evaluations.filter(state=Evaluation.State.DRAFT).exists():
            raise EvaluationError(
                _("该项目已有一份正在填写的自评"), advice=_("请继续填写那一份，或先将其作废。")
            )
        project = approved_project(old.project_line)
        new = create(project, old.checkpoint, rules_of(old), actor, now, supersedes=old, reason=reason)
        new.goal_result = old.goal_result
        new.save(update_fields=["goal_result"])
        copy_rows(old, new, project)
        record(
            actor=actor,
            action="evaluation.supersede",
            target=new,
            detail={**named(new, project), "reason": reason, "supersedes": old.number},
        )
        return new


def rebase(*, evaluation: Evaluation, revision: int, actor: User, now: datetime) -> Evaluation:
    """Bring a draft to the plan's approved version: what its indicators keep is kept, the rest proposed anew.

    Raises:
        EvaluationError: it is not a draft, or is of that version already.
    """
    with transaction.atomic():
        evaluation = locked(evaluation, revision=revision)
        project = approved_project(evaluation.project_line)
        if project.version_id == evaluation.version_id:
            raise EvaluationError(_("这份自评已经是按现行目标版本填写的"))
        before, evaluation.version = evaluation.version.number, project.version
        propose(evaluation, project, rules_of(evaluation))
        detail = {"version": {"old": before, "new": project.version.number}}
        return touch(evaluation, "evaluation.rebase", actor, now, detail)
