"""Self-evaluations as pages and official forms show them.

For the forms: `evaluation_for(project_line)` gives one `Sheet`, `evaluations_for(version)` all of a
plan in a constant number of queries. A frozen sheet comes from its snapshot alone and never changes;
a draft is computed from what the ledger and the measured values say now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import QuerySet
from django.http import Http404

from plumbline.kernel.plans.scoring.numbers import rounded
from plumbline.office.accounts.models import User
from plumbline.office.targets.models import Evaluation, Plan, PlanVersion, Project, ProjectLine
from plumbline.office.targets.queries.evaluation_inputs import gather
from plumbline.office.targets.queries.evaluation_sheets import ExecutionRow, Sheet, SheetRow, sheet_of
from plumbline.office.units.access import visible_units

__all__ = [
    "ExecutionRow", "Overview", "OverviewRow", "Sheet", "SheetRow", "evaluation_for", "evaluation_or_404",
    "evaluations_for", "history_of", "overview_of", "sheets", "visible_evaluations", "with_sheets",
]  # fmt: skip

HUNDRED = Decimal(100)
ZERO = Decimal(0)
LIVE = (Evaluation.State.DRAFT, Evaluation.State.FROZEN)


def visible_evaluations(user: User) -> QuerySet[Evaluation]:
    """Evaluations of the units that the person may see."""
    return Evaluation.objects.filter(project_line__plan__unit__in=visible_units(user)).select_related(
        "checkpoint",
        "version__plan__unit",
        "project_line",
        "frozen_by",
        "changed_by",
        "started_by",
        "supersedes",
    )


def evaluation_or_404(user: User, evaluation_id: int) -> Evaluation:
    """One evaluation that the person may see.

    Raises:
        Http404: there is none, or it is not theirs to see.
    """
    try:
        return visible_evaluations(user).get(pk=evaluation_id)
    except Evaluation.DoesNotExist:
        raise Http404 from None


def evaluation_for(project_line: ProjectLine, *, prefer_frozen: bool = True) -> Sheet | None:
    """The sheet of a project: the frozen evaluation, else the draft; None where there is neither."""
    order = (
        (Evaluation.State.FROZEN, Evaluation.State.DRAFT)
        if prefer_frozen
        else (Evaluation.State.DRAFT, Evaluation.State.FROZEN)
    )
    found = {e.state: e for e in _live(project_line.plan).filter(project_line=project_line)}
    chosen = next((found[state] for state in order if state in found), None)
    return sheets([chosen])[chosen.pk] if chosen else None


def evaluations_for(version: PlanVersion) -> dict[int, Sheet]:
    """The sheets of a plan by project line id: frozen ones first, else drafts."""
    chosen: dict[int, Evaluation] = {}
    for evaluation in _live(version.plan):
        if evaluation.project_line_id not in chosen or evaluation.state == Evaluation.State.FROZEN:
            chosen[evaluation.project_line_id] = evaluation
    by_id = sheets(list(chosen.values()))
    return {line_id: by_id[evaluation.pk] for line_id, evaluation in chosen.items()}


def _live(plan: Plan) -> QuerySet[Evaluation]:
    return Evaluation.objects.filter(project_line__plan=plan, state__in=LIVE).select_related(
        "checkpoint", "version__plan__unit", "project_line", "frozen_by", "changed_by", "started_by"
    )


def history_of(project_line: ProjectLine) -> list[Evaluation]:
    """All evaluations of a project, newest first."""
    return list(
        project_line.evaluations.select_related("started_by", "frozen_by", "checkpoint").order_by("-number")
    )


def sheets(evaluations: Sequence[Evaluation]) -> dict[int, Sheet]:
    """Sheets by evaluation id, in a constant number of queries."""
    return {pk: sheet_of(found) for pk, found in gather(evaluations).items()}


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One project of the approved version on the plan's evaluation page.

    Attributes:
        evaluation: the one that counts: the frozen one, else the draft.
        draft: the one being filled in, beside a frozen one or alone.
        sheet: None until `with_sheets` computed it.
    """

    project: Project
    evaluation: Evaluation | None
    draft: Evaluation | None
    sheet: Sheet | None = None

    @property
    def rate(self) -> Decimal | None:
        """Execution rate as a ratio."""
        rate = self.sheet.execution[0].rate if self.sheet else None
        return None if rate is None else rate / HUNDRED

    @property
    def score(self) -> Decimal | None:
        """The total, or what is scored so far."""
        if self.sheet is None:
            return None
        return self.sheet.total if self.sheet.total is not None else self.sheet.subtotal

    @property
    def state(self) -> str:
        """One of "frozen" (also while another is being written), "draft", "none"."""
        return self.evaluation.state if self.evaluation else "none"


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole plan: projects, and how far the evaluation is.

    Attributes:
        average: mean total of the frozen evaluations weighted by budget, to two places; None while
            none is frozen.
        grades: how many frozen evaluations have which grade, best first.
    """

    rows: tuple[OverviewRow, ...]
    frozen: int
    drafts: int
    average: Decimal | None
    grades: tuple[tuple[str, int], ...]

    @property
    def waiting(self) -> int:
        """Projects that nobody began to evaluate."""
        return sum(row.evaluation is None for row in self.rows)


def overview_of(version: PlanVersion) -> Overview:
    """The evaluation of a whole plan, without the sheets."""
    live = list(_live(version.plan))
    drafts = {e.project_line_id: e for e in live if e.state == Evaluation.State.DRAFT}
    frozen = {e.project_line_id: e for e in live if e.state == Evaluation.State.FROZEN}
    rows = tuple(
        OverviewRow(
            project, frozen.get(project.line_id) or drafts.get(project.line_id), drafts.get(project.line_id)
        )
        for project in version.projects.order_by("ordinal")
    )
    done = [row for row in rows if row.state == Evaluation.State.FROZEN]
    best = {row.evaluation.grade: row.evaluation.total for row in done if row.evaluation}
    counted = Counter(row.evaluation.grade for row in done if row.evaluation)
    grades = sorted(counted.items(), key=lambda pair: best[pair[0]] or HUNDRED, reverse=True)
    return Overview(rows, len(done), len(drafts), _average(done), tuple(grades))


def with_sheets(rows: Sequence[OverviewRow]) -> list[OverviewRow]:
    """The rows with their sheets, in a constant number of queries."""
    found = sheets([row.evaluation for row in rows if row.evaluation])
    return [replace(row, sheet=found[row.evaluation.pk]) if row.evaluation else row for row in rows]


def _average(rows: Iterable[OverviewRow]) -> Decimal | None:
    pairs = [
        (row.evaluation.total, row.project.budget_yuan or ZERO)
        for row in rows
        if row.evaluation and row.evaluation.total is not None
    ]
    if not pairs:
        return None
    weight = sum((budget for _, budget in pairs), ZERO)
    if not weight:
        return rounded(sum((total for total, _ in pairs), ZERO) / len(pairs), 2)
    return rounded(sum((total * budget for total, budget in pairs), ZERO) / weight, 2)
