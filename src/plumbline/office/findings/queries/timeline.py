"""The life of a finding, step by step."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plumbline.office.findings.models import Finding, FindingEvent, FindingFile
from plumbline.office.findings.services.table import TRANSITIONS

RAISED = _("登记问题")


@dataclass(frozen=True, slots=True)
class Moment:
    """One step as the page shows it.

    Attributes:
        due_on: the new deadline, where the step set one.
        moved: whether the state changed.
    """

    event: FindingEvent
    title: str | Promise
    files: list[FindingFile]
    due_on: date | None
    moved: bool


def title_of(act: str) -> str | Promise:
    """What a step is called."""
    if act == "raise":
        return RAISED
    return TRANSITIONS[act].title if act in TRANSITIONS else act


def timeline(finding: Finding) -> list[Moment]:
    """Every step, the latest first; two queries."""
    by_event: dict[int | None, list[FindingFile]] = defaultdict(list)
    for file in finding.files.select_related("file").order_by("pk"):
        by_event[file.event_id].append(file)
    moments, due = [], None
    for event in finding.events.select_related("actor").order_by("at", "pk"):
        set_on = event.due_on if event.due_on != due else None
        due = event.due_on
        moments.append(
            Moment(event, title_of(event.act), by_event[event.pk], set_on, event.before != event.after)
        )
    return moments[::-1]


def loose_files(finding: Finding) -> list[FindingFile]:
    """Evidence that came with no step: what a source brought when it saw the thing again."""
    return list(finding.files.filter(event=None).select_related("file"))
