"""What a finding is about: the rows of the plan that stand at its lines, so that they can be mended."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from plumbline.office.targets.models import Indicator, PlanFinding, Project, Statement

#: a finding about more lines than this (say a whole column) is shown by its lines alone
MOST_LINES = 60
MOST = 12


@dataclass(frozen=True, slots=True)
class Places:
    """Indicators and projects at a finding's lines; `more` says how many are not listed."""

    indicators: tuple[Indicator, ...]
    projects: tuple[Project, ...]
    more: int = 0


def places_of(finding: PlanFinding) -> Places:
    """The rows that stand at the finding's lines. Those whose names the message quotes come first."""
    wanted = set(finding.lines)
    if not wanted or len(wanted) > MOST_LINES:
        return Places((), ())
    indicators = [row for row in _indicators(finding) if wanted & {*row.lines, *row.spans.values()}]
    # A paragraph holds many; then only those that the finding speaks of.
    named = [row for row in indicators if str(row) and str(row) in finding.message]
    shown = named or [row for row in indicators if row.origin == "table"]
    projects = [row for row in _projects(finding) if any(wanted & _lines(s) for s in row.statements.all())]
    return Places(tuple(shown[:MOST]), tuple(projects[:MOST]), max(0, len(shown) - MOST))


def _indicators(finding: PlanFinding) -> QuerySet[Indicator]:
    return Indicator.objects.filter(project__version=finding.version_id).only(
        "level2", "level3", "description", "lines", "spans", "origin", "project"
    )


def _projects(finding: PlanFinding) -> QuerySet[Project]:
    return Project.objects.filter(version=finding.version_id).prefetch_related("statements")


def _lines(statement: Statement) -> set[int]:
    if statement.origin == "text":
        return set(statement.lines)
    return set(statement.spans.values())
