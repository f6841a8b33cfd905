"""What is on record now for the cells of a returned form."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline.kernel.plans.forms.answers import Answer
from plumbline.office.reports.models import FormKind, FormReturn
from plumbline.office.reports.services.builders import BUILDERS
from plumbline.office.reports.services.content import contents
from plumbline.office.targets.models import (
    Evaluation,
    Indicator,
    IndicatorValue,
    MonitoringNote,
    Project,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Rows by the keys that the form carries (keys of project lines and of indicator lines).

    Attributes:
        texts: what the form would print now, by (subject, field).
        notes: monitoring notes by subject.
        drafts: evaluations being filled in, by project.
    """

    projects: dict[str, Project]
    indicators: dict[str, Indicator]
    values: dict[str, IndicatorValue]
    notes: dict[str, MonitoringNote]
    drafts: dict[str, Evaluation]
    texts: dict[tuple[str, str], str]

    def text(self, answer: Answer) -> str:
        """What the form would print in the answer's cell now."""
        return self.texts.get((answer.subject, answer.field), "")

    def draft(self, project: str) -> Evaluation | None:
        return self.drafts.get(project)


def standing_of(returned: FormReturn) -> Standing:
    """Everything that the cells of a returned form are compared with; a constant number of queries."""
    version, checkpoint = returned.version, returned.checkpoint
    projects = {str(p.line.key): p for p in version.projects.select_related("line")}
    indicators = {
        str(i.line.key): i
        for i in Indicator.objects.filter(project__version=version, use=Indicator.Use.TRACKED).select_related(
            "line"
        )
    }
    values = (
        IndicatorValue.objects.filter(checkpoint=checkpoint, state=IndicatorValue.State.CURRENT)
        .select_related("indicator_line")
        .prefetch_related("evidence")
    )
    notes = MonitoringNote.objects.filter(checkpoint=checkpoint).select_related(
        "indicator_line", "project_line"
    )
    drafts = (
        Evaluation.objects.filter(project_line__plan=version.plan_id, state=Evaluation.State.DRAFT)
        .select_related("project_line")
        .prefetch_related("rows__indicator_line")
    )
    return Standing(
        projects=projects,
        indicators=indicators,
        values={str(v.indicator_line.key): v for v in values},
        notes={str((n.indicator_line or n.project_line).key): n for n in notes},
        drafts={str(e.project_line.key): e for e in drafts},
        texts=_texts(returned),
    )


def _texts(returned: FormReturn) -> dict[tuple[str, str], str]:
    material = contents(
        returned.version, checkpoint=returned.checkpoint, scored=returned.kind == FormKind.EVALUATION
    )
    return {
        (cell.subject, cell.answer): cell.text
        for project in material.projects
        for row in BUILDERS[returned.kind](project).rows
        for cell in row
        if cell.answer
    }
