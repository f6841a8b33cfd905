"""What the rows of a plan's year say, in the shape that the official forms are drawn from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings
from django.db.models import Prefetch, Sum
from django.utils import translation

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.forms.data import IndicatorRow, Money, ProjectForm, SpendRow
from plumbline.kernel.plans.forms.prose import Whole, part_one
from plumbline.kernel.plans.scoring.beside import text_beside
from plumbline.office.reports.services.measured import Measured, measured_at
from plumbline.office.targets.models import (
    CategoryTotal,
    Checkpoint,
    Goal,
    Indicator,
    Payment,
    PlanVersion,
    Project,
    ProjectLine,
    SpendPoint,
    Statement,
)
from plumbline.office.targets.queries.evaluation import ExecutionRow, Sheet, SheetRow, evaluations_for
from plumbline.office.targets.queries.sources import cited, sources_of
from plumbline.office.targets.services.readings import effective_target

TOTAL = "年度资金总额"


@dataclass(frozen=True, slots=True)
class Contents:
    """The projects of a version as forms need them, and the prose of part one."""

    projects: tuple[ProjectForm, ...]
    prose: tuple[str, ...] = ()


def contents(
    version: PlanVersion,
    *,
    line: ProjectLine | None = None,
    checkpoint: Checkpoint | None = None,
    scored: bool = False,
) -> Contents:
    """Everything that the forms of a version show, in a constant number of queries.

    Args:
        line: only this project; None for all.
        checkpoint: the day up to which payments and values count; None leaves them out.
        scored: take weights, scores and actual values from the projects' evaluations. A frozen one
            speaks from its snapshot, whatever was entered since.
    """
    with translation.override(settings.LANGUAGE_CODE):  # an official form, whoever asks for it
        return _contents(version, line=line, checkpoint=checkpoint, scored=scored)


def _contents(
    version: PlanVersion, *, line: ProjectLine | None, checkpoint: Checkpoint | None, scored: bool
) -> Contents:
    projects = list(_projects(version, line))
    spent = _spent(projects, checkpoint) if checkpoint else {}
    measured = measured_at(checkpoint, [p.line_id for p in projects]) if checkpoint else Measured()
    sheets = evaluations_for(version) if scored else {}
    forms = tuple(
        _scored(form, sheets[project.line_id]) if project.line_id in sheets else form
        for project in projects
        for form in [
            _project_form(project, version=version, checkpoint=checkpoint, spent=spent, measured=measured)
        ]
    )
    forms = _sourced(forms, projects, sheets, measured)
    return Contents(forms, tuple(_prose(version, projects, forms)) if line is None else ())


def _sourced(
    forms: Sequence[ProjectForm], projects: Sequence[Project], sheets: dict[int, Sheet], measured: Measured
) -> tuple[ProjectForm, ...]:
    """The forms with a note on the metrics that filled in actual values, and on how many records."""
    measures: dict[str, Measure | None] = {}
    for project in projects:
        sheet = sheets.get(project.line_id)
        if sheet is not None:
            measures |= {row.given.key: row.given.measure for row in sheet.rows}
        else:
            lines = {i.line_id: str(i.line.key) for i in project.indicators.all()}
            measures |= {key: measured.measures.get(line) for line, key in lines.items()}
    found = sources_of(measures)
    return tuple(
        replace(form, sources=cited([(i.key, i.level3 or i.level2) for i in form.indicators], found))
        for form in forms
    )


def _projects(version: PlanVersion, line: ProjectLine | None) -> Iterable[Project]:
    rows = version.projects.prefetch_related(
        "funds",
        "spend_points",
        "statements",
        Prefetch("indicators", Indicator.objects.select_related("line").order_by("ordinal")),
    )
    rows = rows.select_related("line").order_by("ordinal")
    return rows.filter(line=line) if line else rows


def _spent(projects: Sequence[Project], checkpoint: Checkpoint) -> dict[tuple[int, str], Decimal]:
    """Yuan posted up to the checkpoint, by project line and fund; under "" for the whole project."""
    rows = (
        Payment.objects.filter(
            project_line__in=[p.line_id for p in projects],
            state=Payment.State.POSTED,
            paid_on__lte=checkpoint.day,
        )
        .values("project_line", "fund")
        .annotate(total=Sum("amount_yuan"))
        .order_by()
    )
    spent: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        spent[(row["project_line"], row["fund"])] += row["total"]
        spent[(row["project_line"], "")] += row["total"]
    return spent


def _project_form(
    project: Project,
    *,
    version: PlanVersion,
    checkpoint: Checkpoint | None,
    spent: dict[tuple[int, str], Decimal],
    measured: Measured,
) -> ProjectForm:
    tracked = [i for i in project.indicators.all() if i.use == Indicator.Use.TRACKED]
    note = measured.project_notes.get(project.line_id)
    return ProjectForm(
        key=str(project.line.key),
        number=project.ordinal,
        name=project.name,
        organisation=version.organisation_name,
        organisation_code=version.organisation_code,
        year=version.plan.year,
        code=project.code,
        department=project.department or version.organisation_name,
        implementer=project.implementer or version.organisation_name,
        total=_money(project, TOTAL, project.budget_yuan, spent=spent, fund="", known=checkpoint is not None),
        funds=tuple(
            _money(project, f.name, f.amount_yuan, spent=spent, fund=f.name, known=checkpoint is not None)
            for f in project.funds.all()
        ),
        use=project.use,
        goal=project.goal,
        basis=project.basis,
        spend=_spend(project.spend_points.all()),
        indicators=tuple(_indicator(i, measured) for i in tracked),
        cause=note.cause if note else "",
        measure=note.measure if note else "",
        until=checkpoint.day if checkpoint else None,
    )


def _scored(form: ProjectForm, sheet: Sheet) -> ProjectForm:
    """The form with what the evaluation says in place of what was entered."""
    whole, *funds = (_executed(row) for row in sheet.execution)
    return replace(
        form,
        total=whole,
        funds=tuple(funds) or form.funds,
        goal=sheet.goal,
        goal_actual=sheet.goal_result,
        indicators=tuple(_scored_row(row) for row in sheet.rows),
        execution_weight=sheet.execution[0].weight,
        execution_score=sheet.execution[0].score,
        total_score=sheet.total,
        grade=sheet.grade,
        cause=sheet.execution_reason,
        measure=sheet.execution_improvement,
    )


def _executed(row: ExecutionRow) -> Money:
    """One line of funds; nothing paid from a fund without budget is left blank, not 0."""
    idle = row.initial is None and row.adjusted is None and not row.executed
    return Money(
        row.name, initial=row.initial, adjusted=row.adjusted, executed=None if idle else row.executed
    )


def _scored_row(row: SheetRow) -> IndicatorRow:
    return IndicatorRow(
        key=row.given.key,
        level1=row.level1,
        level2=row.level2,
        level3=row.level3,
        target=row.target_raw,
        weight=row.weight,
        actual=row.actual,
        score=row.score,
        cause=row.reason,
        measure=row.improvement,
    )


def _money(
    project: Project,
    name: str,
    amount: Decimal | None,
    *,
    spent: dict[tuple[int, str], Decimal],
    fund: str,
    known: bool,
) -> Money:
    """One line of funds; nothing paid from a fund without budget is left blank, not 0."""
    executed = spent.get((project.line_id, fund), Decimal(0)) if known else None
    if amount is None and not executed:
        executed = None
    return Money(name, initial=amount, adjusted=amount, executed=executed)


def _spend(points: Iterable[SpendPoint]) -> tuple[SpendRow, ...]:
    """The table's spend points; the prose's where the table has none."""
    by_origin: dict[str, list[SpendPoint]] = defaultdict(list)
    for point in points:
        by_origin[point.origin].append(point)
    chosen = by_origin[Statement.Origin.TABLE] or by_origin[Statement.Origin.TEXT]
    return tuple(SpendRow(p.day, p.percent) for p in sorted(chosen, key=lambda p: p.day))


def _indicator(indicator: Indicator, measured: Measured) -> IndicatorRow:
    measure = measured.measures.get(indicator.line_id)
    row = IndicatorRow(
        key=str(indicator.line.key),
        level1=indicator.level1,
        level2=indicator.level2,
        level3=indicator.level3,
        description=indicator.description,
        target=indicator.target_raw,
        basis=indicator.basis,
        weight=indicator.weight,
        actual=text_beside(measure, effective_target(indicator)) if measure else "",
    )
    note = measured.indicator_notes.get(indicator.line_id)
    if note:
        row = replace(row, likelihood=note.get_likelihood_display(), cause=note.cause, measure=note.measure)
    return row


def _prose(version: PlanVersion, projects: Sequence[Project], forms: Sequence[ProjectForm]) -> list[str]:
    """Part one. A project's paragraph states what its own prose stated, else what is tracked."""
    goals = list(version.goals.all())
    whole = Whole(
        organisation=version.organisation_name,
        short_name=next(iter(version.organisation_aliases), ""),
        year=version.plan.year,
        totals=tuple((t.name, t.amount_yuan) for t in CategoryTotal.objects.filter(version=version)),
        goals=tuple(g.text for g in goals if g.kind == Goal.Kind.GOAL),
        safeguards=tuple(g.text for g in goals if g.kind == Goal.Kind.SAFEGUARD),
    )
    return part_one(whole, [_as_prose(p, f) for p, f in zip(projects, forms, strict=True)])


def _as_prose(project: Project, form: ProjectForm) -> ProjectForm:
    stated = [i for i in project.indicators.all() if i.origin == Statement.Origin.TEXT]
    text = next((s for s in project.statements.all() if s.origin == Statement.Origin.TEXT), None)
    points = [p for p in project.spend_points.all() if p.origin == Statement.Origin.TEXT]
    return replace(
        form,
        name=(text.name if text else "") or form.name,
        goal=(text.goal if text else "") or form.goal,
        basis=(text.basis if text else "") or form.basis,
        spend=tuple(SpendRow(p.day, p.percent) for p in points) or form.spend,
        indicators=tuple(_indicator(i, Measured()) for i in stated) or form.indicators,
    )
