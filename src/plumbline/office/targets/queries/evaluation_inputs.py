"""What evaluations are computed from: rows, plan, payments and measured values, read in bulk.

Every function needs a constant number of queries, however many evaluations it is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Prefetch, Q, Sum

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.scoring import (
    EvaluationInputs,
    ExecutionInput,
    FundExecution,
    IndicatorInput,
    Override,
    TierChoice,
)
from plumbline.office.targets.models import (
    Evaluation,
    EvaluationRow,
    Fund,
    Indicator,
    IndicatorLine,
    IndicatorValue,
    Payment,
    PlanVersion,
    Project,
)
from plumbline.office.targets.queries.values import measure_of
from plumbline.office.targets.services.readings import effective_target

ZERO = Decimal(0)
EXECUTION = EvaluationRow.Kind.EXECUTION
#: what scoring reads of an indicator; the texts around it stay in the database
INDICATOR_FIELDS = (
    *("project", "line", "ordinal", "level1", "level2", "level3", "description", "direction"),
    *("target_raw", "reading_raw", "reading_approved_at"),
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """One evaluation with what it rests on, as it is now.

    Attributes:
        rows: execution first, then the indicators in the order of the plan.
        keys: the stable key of each indicator line, as in the inputs.
        indicators: by indicator line; an evaluation of an older version may name lines that it still had.
    """

    evaluation: Evaluation
    project: Project
    rows: tuple[EvaluationRow, ...]
    indicators: dict[int, Indicator]
    keys: dict[int, str]
    inputs: EvaluationInputs


def gather(evaluations: Sequence[Evaluation]) -> dict[int, Gathered]:
    """The evaluations by id. They should come with `checkpoint` and `version` selected."""
    rows = _rows(evaluations)
    keys = _keys(evaluations)
    projects = _projects(evaluations)
    budgets = _first_budgets(evaluations, projects)
    paid = _payments(evaluations)
    measures = _measures(evaluations)
    found = {}
    for evaluation in evaluations:
        project = projects[evaluation.version_id, evaluation.project_line_id]
        own = tuple(rows[evaluation.pk])
        indicators = {i.line_id: i for i in project.indicators.all()}
        inputs = EvaluationInputs(
            execution=_execution(own, project, budgets.get(evaluation.project_line_id), paid[evaluation.pk]),
            indicators=tuple(
                _indicator(
                    row,
                    indicators[row.indicator_line_id],
                    key=keys[row.indicator_line_id],
                    measure=measures.get(_at(evaluation, row)),
                )
                for row in own
                if row.indicator_line_id in indicators
            ),
        )
        found[evaluation.pk] = Gathered(evaluation, project, own, indicators, keys, inputs)
    return found


def _rows(evaluations: Sequence[Evaluation]) -> dict[int, list[EvaluationRow]]:
    found: dict[int, list[EvaluationRow]] = defaultdict(list)
    for row in EvaluationRow.objects.filter(evaluation__in=[e.pk for e in evaluations]).order_by("ordinal"):
        found[row.evaluation_id].append(row)
    return found


def _keys(evaluations: Sequence[Evaluation]) -> dict[int, str]:
    lines = IndicatorLine.objects.filter(project_line__in={e.project_line_id for e in evaluations})
    return {pk: str(key) for pk, key in lines.values_list("pk", "key")}


def _projects(evaluations: Sequence[Evaluation]) -> dict[tuple[int, int], Project]:
    wanted = Project.objects.filter(
        version__in={e.version_id for e in evaluations}, line__in={e.project_line_id for e in evaluations}
    )
    indicators = Prefetch("indicators", Indicator.objects.only(*INDICATOR_FIELDS))
    return {(p.version_id, p.line_id): p for p in wanted.prefetch_related(indicators, "funds")}


def _first_budgets(
    evaluations: Sequence[Evaluation], projects: dict[tuple[int, int], Project]
) -> dict[int, Project]:
    """The project as the plan's first approved version has it (年初), by line."""
    plan_ids = {e.version.plan_id for e in evaluations}
    effective = [PlanVersion.State.APPROVED, PlanVersion.State.SUPERSEDED]
    first: dict[int, PlanVersion] = {}
    for version in PlanVersion.objects.filter(plan__in=plan_ids, state__in=effective).order_by("number"):
        first.setdefault(version.plan_id, version)
    begun = {version.pk for version in first.values()}
    if begun == {e.version_id for e in evaluations}:
        return {project.line_id: project for project in projects.values()}
    lines = {e.project_line_id for e in evaluations}
    initial = Project.objects.filter(version__in=begun, line__in=lines).prefetch_related("funds")
    return {project.line_id: project for project in initial}


def _payments(evaluations: Sequence[Evaluation]) -> dict[int, dict[str, tuple[Decimal, int]]]:
    """Posted payments up to each evaluation's checkpoint: {evaluation: {fund: (yuan, count)}}."""
    found: dict[int, dict[str, tuple[Decimal, int]]] = defaultdict(dict)
    by_day: dict[date, set[int]] = defaultdict(set)
    for evaluation in evaluations:
        by_day[evaluation.checkpoint.day].add(evaluation.project_line_id)
    condition = Q(pk__in=[])
    for day, lines in by_day.items():
        condition |= Q(project_line__in=lines, paid_on__lte=day)
    sums = (
        Payment.objects.filter(condition, state=Payment.State.POSTED)
        .order_by()
        .values("project_line_id", "paid_on", "fund")
        .annotate(yuan=Sum("amount_yuan"), count=Count("pk"))
    )
    until: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for evaluation in evaluations:
        until[evaluation.project_line_id].append((evaluation.pk, evaluation.checkpoint.day))
    for line in sums:
        for pk, day in until[line["project_line_id"]]:
            if line["paid_on"] <= day:
                yuan, count = found[pk].get(line["fund"], (ZERO, 0))
                found[pk][line["fund"]] = (yuan + line["yuan"], count + line["count"])
    return found


def _measures(evaluations: Sequence[Evaluation]) -> dict[tuple[int, int], Measure]:
    """Current values by (indicator line, checkpoint)."""
    values = (
        IndicatorValue.objects.filter(
            state=IndicatorValue.State.CURRENT,
            checkpoint__in={e.checkpoint_id for e in evaluations},
            indicator_line__project_line__in={e.project_line_id for e in evaluations},
        )
        .select_related("evidence_set")
        .prefetch_related("evidence__file")
    )
    return {(value.indicator_line_id, value.checkpoint_id): measure_of(value) for value in values}


def _at(evaluation: Evaluation, row: EvaluationRow) -> tuple[int, int]:
    return (row.indicator_line_id or 0, evaluation.checkpoint_id)


def _execution(
    rows: Sequence[EvaluationRow],
    project: Project,
    first: Project | None,
    paid: dict[str, tuple[Decimal, int]],
) -> ExecutionInput:
    row = next(row for row in rows if row.kind == EXECUTION)
    return ExecutionInput(
        initial=first.budget_yuan if first else None,
        adjusted=project.budget_yuan,
        executed=sum((yuan for yuan, _ in paid.values()), ZERO),
        payments=sum(count for _, count in paid.values()),
        weight=row.weight,
        funds=_funds(project, first, paid),
        zero_reason=_zero_reason(row),
        override=_override(row),
    )


def _funds(
    project: Project, first: Project | None, paid: dict[str, tuple[Decimal, int]]
) -> tuple[FundExecution, ...]:
    """The plan's funds in its order, then any other that payments name."""
    initial = {f.name: f.amount_yuan for f in _named(first)} if first else {}
    adjusted = {f.name: f.amount_yuan for f in _named(project)}
    names = dict.fromkeys([*adjusted, *initial, *sorted(paid)])
    return tuple(
        FundExecution(name, initial.get(name), adjusted.get(name), paid.get(name, (ZERO, 0))[0])
        for name in names
    )


def _named(project: Project) -> list[Fund]:
    return [fund for fund in project.funds.all() if fund.name]


def _indicator(
    row: EvaluationRow, indicator: Indicator, *, key: str, measure: Measure | None
) -> IndicatorInput:
    tier = None
    if row.tier and row.tier_share is not None:
        tier = TierChoice(row.tier, row.tier_share, row.tier_reason)
    return IndicatorInput(
        key=key,
        level1=indicator.level1,
        level2=indicator.level2,
        level3=indicator.level3 or indicator.description or indicator.level2,
        target=effective_target(indicator),
        target_raw=indicator.target_raw,
        weight=row.weight,
        direction=indicator.direction,
        measure=measure,
        tier=tier,
        zero_reason=_zero_reason(row),
        override=_override(row),
    )


def _zero_reason(row: EvaluationRow) -> str:
    return row.decision_reason if row.decision == EvaluationRow.Decision.ZERO else ""


def _override(row: EvaluationRow) -> Override | None:
    if row.override != EvaluationRow.Override.APPROVED or row.override_score is None:
        return None
    return Override(row.override_score, row.override_reason)
