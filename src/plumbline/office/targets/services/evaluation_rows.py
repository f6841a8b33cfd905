"""The rows of a draft evaluation: their points, entries, and the lock that every change takes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from plumbline.kernel.plans.rulesets import Ruleset, latest, ruleset
from plumbline.kernel.plans.scoring import WeightRow, fitting, propose_weights, weights_problem
from plumbline.kernel.plans.scoring.engine import tier_takes
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.targets.models import (
    Checkpoint,
    Evaluation,
    EvaluationRow,
    Indicator,
    PlanVersion,
    Project,
    ProjectLine,
)
from plumbline.office.targets.services.evaluation_entries import ROW_FIELDS, RowEntry
from plumbline.office.targets.services.evaluation_errors import EvaluationConflict, EvaluationError

KIND = EvaluationRow.Kind


def approved_project(project_line: ProjectLine) -> Project:
    """The project in the plan's approved version.

    Raises:
        EvaluationError: the plan has none, or the project is no longer in it.
    """
    project = (
        Project.objects.filter(line=project_line, version__state=PlanVersion.State.APPROVED)
        .select_related("version__plan__unit", "line")
        .first()
    )
    if project is None:
        raise EvaluationError(
            _("该项目不在已批准的绩效目标中，不能自评"),
            advice=_("请先批准绩效目标，或核对项目是否已被调整取消。"),
        )
    return project


def locked(evaluation: Evaluation, *, revision: int | None = None) -> Evaluation:
    """The draft as it is now, locked until the transaction ends.

    Raises:
        EvaluationError: it is no longer a draft.
        EvaluationConflict: `revision` is given and somebody else saved since.
    """
    fresh = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("project_line", "version__plan__unit", "checkpoint", "changed_by")
        .get(pk=evaluation.pk)
    )
    if not fresh.editable:
        raise EvaluationError(
            _("这份自评现为“%(state)s”，不能再修改") % {"state": fresh.get_state_display()},
            advice=_("如需更正，请说明理由后重新自评。"),
        )
    if revision is not None and fresh.revision != revision:
        raise EvaluationConflict(revision=fresh.revision, by=str(fresh.changed_by))
    return fresh


def touch(
    evaluation: Evaluation, action: str, actor: User, now: datetime, detail: dict[str, Any]
) -> Evaluation:
    """Save a changed evaluation with its next revision, and record the act."""
    evaluation.revision += 1
    evaluation.changed_by, evaluation.changed_at = actor, now
    evaluation.save()
    project = project_of(evaluation)
    record(actor=actor, action=action, target=evaluation, detail={**named(evaluation, project), **detail})
    return evaluation


def rules_of(evaluation: Evaluation) -> Ruleset:
    """The ruleset version that the evaluation was set to."""
    return ruleset(evaluation.ruleset_key, evaluation.ruleset_version)


def project_of(evaluation: Evaluation) -> Project:
    """The project in the version that is evaluated."""
    return Project.objects.get(version=evaluation.version_id, line=evaluation.project_line_id)


def execution_title() -> str:
    """What the row of the budget execution is called."""
    return _("预算执行率")


def demand(reason: str, what: str) -> None:
    """Refuse an empty reason."""
    if not reason.strip():
        raise EvaluationError(what)


def lock_line(line: ProjectLine) -> None:
    ProjectLine.objects.select_for_update().get(pk=line.pk)


def demand_same_plan(line: ProjectLine, checkpoint: Checkpoint) -> None:
    if checkpoint.plan_id != line.plan_id:
        raise EvaluationError(_("所选时点不属于本绩效目标"))


def create(
    project: Project,
    checkpoint: Checkpoint,
    rules: Ruleset,
    actor: User,
    now: datetime,
    *,
    supersedes: Evaluation | None = None,
    reason: str = "",
) -> Evaluation:
    demand_same_plan(project.line, checkpoint)
    last = project.line.evaluations.aggregate(last=Max("number"))["last"] or 0
    return Evaluation.objects.create(
        project_line=project.line,
        version=project.version,
        checkpoint=checkpoint,
        number=last + 1,
        ruleset_key=rules.key,
        ruleset_version=rules.version,
        ruleset_digest=rules.digest,
        supersedes=supersedes,
        reason=reason,
        started_by=actor,
        started_at=now,
        changed_by=actor,
        changed_at=now,
    )


def suggested_rules(level1: Iterable[str]) -> Ruleset:
    """The national ruleset that suits indicators of these level-1 names."""
    rows = [WeightRow(name, name, None, name) for name in level1]
    return fitting(rows, [rules for rules in latest() if rules.jurisdiction == "全国"])


def _tracked(project: Project) -> list[Indicator]:
    return list(
        project.indicators.filter(use=Indicator.Use.TRACKED).select_related("line").order_by("ordinal")
    )


def propose(evaluation: Evaluation, project: Project, rules: Ruleset) -> None:
    """Rows for every tracked indicator with proposed points; what rows already say is kept."""
    indicators = _tracked(project)
    proposal = propose_weights([_weight_row(indicator) for indicator in indicators], rules)
    old = {row.indicator_line_id: row for row in evaluation.rows.all()}
    keep = {None, *(indicator.line_id for indicator in indicators)}
    evaluation.rows.exclude(pk__in=[row.pk for line, row in old.items() if line in keep]).delete()
    _put(evaluation, old.get(None), None, 0, proposal.execution, rules)
    for ordinal, indicator in enumerate(indicators, 1):
        weight = proposal.weights[str(indicator.line.key)]
        _put(evaluation, old.get(indicator.line_id), indicator, ordinal, weight, rules)


def _weight_row(indicator: Indicator) -> WeightRow:
    return WeightRow(
        str(indicator.line.key), str(indicator), indicator.weight, indicator.level1, indicator.level2
    )


def _put(
    evaluation: Evaluation,
    row: EvaluationRow | None,
    indicator: Indicator | None,
    ordinal: int,
    weight: Decimal,
    rules: Ruleset,
) -> None:
    if row is None:
        kind = KIND.INDICATOR if indicator else KIND.EXECUTION
        row = EvaluationRow(
            evaluation=evaluation, kind=kind, indicator_line=indicator.line if indicator else None
        )
    tier = rules.tier(row.tier) if row.tier else None
    if tier is None or row.tier_share is None or not tier_takes(rules, tier, row.tier_share):
        row.tier, row.tier_share = "", None
    if row.override_score is not None and row.override_score > weight:
        clear_override(row)
    row.ordinal, row.weight = ordinal, weight
    row.save()


def clear_override(row: EvaluationRow) -> None:
    """Forget an override (not saved): it no longer fits the row."""
    row.override, row.override_score, row.override_reason, row.override_answer = "none", None, "", ""
    row.override_by = row.override_at = row.override_decided_by = row.override_decided_at = None


def copy_rows(old: Evaluation, new: Evaluation, project: Project) -> None:
    rules = rules_of(new)
    kept = {row.indicator_line_id: row for row in old.rows.all()}
    same = set(kept) == {None, *(indicator.line_id for indicator in _tracked(project))}
    propose(new, project, rules)
    rows = list(new.rows.all())
    for row in rows:
        before = kept.get(row.indicator_line_id)
        if before is None:
            continue
        for name in ROW_FIELDS:
            if name != "weight" or same:
                setattr(row, name, getattr(before, name))
    EvaluationRow.objects.bulk_update(rows, ROW_FIELDS)


def titles(evaluation: Evaluation) -> dict[int, str]:
    """What the rows are called, by id."""
    own = Indicator.objects.filter(
        project__version=evaluation.version_id, project__line=evaluation.project_line_id
    )
    lines = {indicator.line_id: str(indicator) for indicator in own}
    return {row.pk: lines.get(row.indicator_line_id) or execution_title() for row in evaluation.rows.all()}


def apply(row: EvaluationRow, entry: RowEntry, title: str) -> dict[str, Any]:
    """Put an entry into its row (not saved); returns what changed, for the record."""
    changed = {}
    with translation.override(settings.LANGUAGE_CODE):
        recorded = execution_title() if row.kind == KIND.EXECUTION else title
        labels = {name: str(EvaluationRow._meta.get_field(name).verbose_name) for name in ROW_FIELDS}
    for name in ROW_FIELDS:
        old, new = getattr(row, name), getattr(entry, name)
        if old != new:
            changed[f"{recorded} · {labels[name]}"] = {"old": old, "new": new}
            setattr(row, name, new)
    if row.override_score is not None and row.override_score > row.weight:
        raise EvaluationError(
            _("分值 %(points)s 小于已提出的调整后得分 %(score)s")
            % {"points": row.weight, "score": row.override_score},
            where=title,
            advice=_("请先撤回调整。"),
        )
    return changed


def demand_hundred(rows: Iterable[EvaluationRow], names: dict[int, str]) -> None:
    rows = list(rows)
    execution = next(row.weight for row in rows if row.kind == KIND.EXECUTION)
    others = [WeightRow(str(r.pk), names[r.pk], r.weight) for r in rows if r.kind != KIND.EXECUTION]
    problem = weights_problem(execution, others)
    if problem:
        raise EvaluationError(problem, advice=_("请调整分值，使合计正好为 100 分。"))


def named(evaluation: Evaluation, project: Project) -> dict[str, Any]:
    return {"project": project.name, "number": evaluation.number}
