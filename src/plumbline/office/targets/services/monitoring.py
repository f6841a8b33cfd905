"""What the office says at a checkpoint: likelihood, cause, measure; and that a checkpoint is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.targets.models import Checkpoint, IndicatorLine, MonitoringNote, ProjectLine

FIELDS = ("likelihood", "cause", "measure")


class NotesChanged(PlumblineError):
    """Somebody else wrote notes since the form was opened; nothing was saved.

    Attributes:
        current: the notes as they are now, by indicator line id (None: the project's own).
    """

    def __init__(self, current: Mapping[int | None, MonitoringNote]) -> None:
        self.current = current
        names = "、".join(dict.fromkeys(str(note.written_by) for note in current.values()))
        super().__init__(
            _("您打开此页后，%(names)s 已修改了监控说明，您填写的内容尚未保存。") % {"names": names},
            advice=_("请对照各栏下方的现行内容，确认后再次保存。"),
        )


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """What was typed for the project (no indicator) or one indicator; `seen`: revision it was opened on."""

    indicator_line: IndicatorLine | None
    likelihood: str
    cause: str
    measure: str
    seen: int

    @property
    def is_empty(self) -> bool:
        return not (self.likelihood or self.cause or self.measure)


def save_notes(
    *, actor: User, checkpoint: Checkpoint, line: ProjectLine, entries: Sequence[NoteEntry]
) -> list[MonitoringNote]:
    """Save what changed of one project's notes, all or nothing; returns the notes that were written.

    Raises:
        NotesChanged: a note that is to be changed was changed by somebody else.
    """
    with transaction.atomic():
        ProjectLine.objects.select_for_update().get(pk=line.pk)
        rows = MonitoringNote.objects.filter(checkpoint=checkpoint, project_line=line).select_related(
            "written_by"
        )
        notes = {note.indicator_line_id: note for note in rows}
        wanted = [e for e in entries if _differs(e, notes.get(_key(e)))]
        stale = {_key(e): n for e in wanted if (n := notes.get(_key(e))) and n.revision != e.seen}
        if stale:
            raise NotesChanged(stale)
        return [_save(actor, checkpoint, line, entry, notes.get(_key(entry))) for entry in wanted]


def declare_complete(*, actor: User, checkpoint: Checkpoint, filled: int, total: int) -> None:
    """Put on record that the monitoring of a checkpoint is done; nothing is locked by it."""
    with transaction.atomic():
        record(
            actor=actor,
            action="monitoring.complete",
            target=checkpoint,
            detail={"plan": str(checkpoint.plan), "filled": filled, "total": total},
        )


def _key(entry: NoteEntry) -> int | None:
    return entry.indicator_line.pk if entry.indicator_line else None


def _differs(entry: NoteEntry, note: MonitoringNote | None) -> bool:
    if note is None:
        return not entry.is_empty
    return any(getattr(entry, name) != getattr(note, name) for name in FIELDS)


def _save(
    actor: User, checkpoint: Checkpoint, line: ProjectLine, entry: NoteEntry, note: MonitoringNote | None
) -> MonitoringNote:
    before = snapshot(note, *FIELDS) if note else {}
    if note is None:
        note = MonitoringNote(
            checkpoint=checkpoint, project_line=line, indicator_line=entry.indicator_line, revision=0
        )
    note.likelihood, note.cause, note.measure = entry.likelihood, entry.cause, entry.measure
    note.revision, note.written_by = note.revision + 1, actor
    note.save()
    record(
        actor=actor, action="monitoring.note", target=note, detail=changes(before, snapshot(note, *FIELDS))
    )
    return note
