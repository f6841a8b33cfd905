"""The form of one project's notes at a checkpoint: one row for the project, one for each indicator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.office.targets.models import MonitoringNote
from plumbline.office.targets.queries.monitoring import ProjectState
from plumbline.office.targets.services.monitoring import NoteEntry


class NoteForm(forms.Form):
    """One row."""

    likelihood = forms.ChoiceField(
        label=_("完成目标可能性"), required=False, choices=[("", "—"), *MonitoringNote.Likelihood.choices]
    )
    cause = forms.CharField(
        label=_("偏差原因"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    measure = forms.CharField(
        label=_("整改措施"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0)


def note_forms(state: ProjectState, data: Any = None) -> list[tuple[Any, NoteForm]]:
    """(indicator state or None for the project, form) in the order of the page."""
    rows: list[tuple[Any, NoteForm]] = [(None, _form("project", state.note, "", data))]
    for item in state.indicators:
        rows.append((item, _form(f"i{item.indicator.line_id}", item.note, item.suggested, data)))
    return rows


def entry_of(item: Any, form: NoteForm) -> NoteEntry:
    """What a valid row says."""
    return NoteEntry(indicator_line=item.indicator.line if item else None, **form.cleaned_data)


def _form(prefix: str, note: MonitoringNote | None, suggested: str, data: Any) -> NoteForm:
    initial = {"likelihood": note.likelihood if note else suggested, "seen": note.revision if note else 0}
    if note:
        initial |= {"cause": note.cause, "measure": note.measure}
    return NoteForm(data, prefix=prefix, initial=initial)
