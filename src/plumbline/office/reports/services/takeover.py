"""What a checked form says goes where it belongs: values, monitoring notes, draft evaluations.

Reasons and notes are written in Chinese whoever sends the form back: they are kept and recorded.

In the caller's transaction; the cells were checked before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

from plumbline.office.accounts.models import User
from plumbline.office.reports.models import FormReturn
from plumbline.office.reports.services.standing import Standing
from plumbline.office.targets.models import IndicatorLine, MonitoringNote, Project
from plumbline.office.targets.services import evaluation as evaluations
from plumbline.office.targets.services.evaluation_entries import RowEntry
from plumbline.office.targets.services.monitoring import NoteEntry, save_notes
from plumbline.office.targets.services.values import record_value

if TYPE_CHECKING:
    from plumbline.office.reports.services.returns import Checked


def likelihoods() -> dict[str, str]:
    """What the form offers, in the form's language, with what is kept for it."""
    with translation.override(settings.LANGUAGE_CODE):
        return {str(label): value for value, label in MonitoringNote.Likelihood.choices}


def take_values(
    cells: Iterable[Checked], returned: FormReturn, standing: Standing, *, actor: User, now: datetime
) -> None:
    """Actual values, with the evidence that backed the ones before."""
    for cell in cells:
        if cell.measure is None:
            continue
        indicator = standing.indicators[cell.answer.subject]
        before = standing.values.get(cell.answer.subject)
        record_value(
            actor=actor,
            line=indicator.line,
            checkpoint=returned.checkpoint,
            measure=cell.measure,
            now=now,
            seen=before.pk if before else None,
            reason=f"填报表“{returned.file.name}”回传",
            note=f"填报表“{returned.file.name}”{cell.answer.where}",
            keep=[e.pk for e in before.evidence.all()] if before else (),
        )


def take_notes(cells: Iterable[Checked], returned: FormReturn, standing: Standing, *, actor: User) -> None:
    """Likelihoods, causes and measures; of a note only the fields that were filled in change."""
    known = likelihoods()
    wanted: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for cell in cells:
        if cell.measure is None:
            new = known.get(cell.answer.new, "") if cell.answer.field == "likelihood" else cell.answer.new
            wanted[cell.answer.project][cell.answer.subject][cell.answer.field] = new
    for key, subjects in wanted.items():
        project: Project = standing.projects[key]
        entries = [
            _note_entry(standing.notes.get(subject), _line(subject, key, standing), fields)
            for subject, fields in subjects.items()
        ]
        save_notes(actor=actor, checkpoint=returned.checkpoint, line=project.line, entries=entries)


def _line(subject: str, project: str, standing: Standing) -> IndicatorLine | None:
    return None if subject == project else standing.indicators[subject].line


def _note_entry(note: MonitoringNote | None, line: IndicatorLine | None, fields: dict[str, str]) -> NoteEntry:
    texts = {name: getattr(note, name) if note else "" for name in ("likelihood", "cause", "measure")}
    return NoteEntry(indicator_line=line, seen=note.revision if note else 0, **{**texts, **fields})


def take_evaluations(cells: Iterable[Checked], standing: Standing, *, actor: User, now: datetime) -> None:
    """Causes and results of the goal go into the projects' draft evaluations."""
    by_project: dict[str, list[Checked]] = defaultdict(list)
    for cell in cells:
        if cell.measure is None:
            by_project[cell.answer.project].append(cell)
    for key, wanted in by_project.items():
        evaluation = standing.drafts[key]
        rows = {str(r.indicator_line.key): r for r in evaluation.rows.all() if r.indicator_line}
        goal = next((c.answer.new for c in wanted if c.answer.field == "goal_actual"), evaluation.goal_result)
        entries: dict[int, RowEntry] = {}
        for cell in wanted:
            row = rows.get(cell.answer.subject)
            if cell.answer.field == "cause" and row is not None:
                # the form prints cause and improvement in one cell: what comes back is both
                entries[row.pk] = RowEntry(
                    weight=row.weight,
                    tier=row.tier,
                    tier_share=row.tier_share,
                    tier_reason=row.tier_reason,
                    decision=row.decision,
                    decision_reason=row.decision_reason,
                    deduction_reason=cell.answer.new,
                )
        evaluations.save(
            evaluation=evaluation,
            rows=entries,
            goal_result=goal,
            revision=evaluation.revision,
            actor=actor,
            now=now,
        )
