"""The hand-made changes of a version."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from plumbline.office.targets.models import Correction, PlanVersion
from plumbline.office.targets.services.fields import label_of, show


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction with its field and values as people read them."""

    row: Correction
    field: str
    old: str
    new: str


def corrections(version: PlanVersion, *, search: str = "") -> list[CorrectionRow]:
    """Newest first."""
    rows = version.corrections.select_related("made_by", "undone_by")
    if search:
        rows = rows.filter(
            Q(label__icontains=search) | Q(reason__icontains=search) | Q(new__icontains=search)
        )
    return [as_row(row) for row in rows]


def as_row(row: Correction) -> CorrectionRow:
    """One correction as people read it."""
    return CorrectionRow(
        row,
        label_of(row.field, indicator=row.indicator_line_id is not None),
        show(row.field, row.old),
        show(row.field, row.new),
    )
