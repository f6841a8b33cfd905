"""Between the kernel's draft of a checklist and the rows that are kept."""

from __future__ import annotations

from collections.abc import Iterable

from plumbline.kernel.checklists.draft import ChecklistDraft, ItemDraft
from plumbline.office.inspections.models import ChecklistItem, ChecklistVersion

#: fields that a draft's item and a kept item share by name
SHARED = (
    "key", "depth", "answer", "title", "guidance", "basis", "confidence", "evidence", "points",
    "condition", "severity", "finding", "advice",
)  # fmt: skip


def item_draft(item: ChecklistItem) -> ItemDraft:
    """A kept item as the kernel takes it."""
    values = {name: getattr(item, name) for name in SHARED}
    choices = tuple((str(c[0]), str(c[1]), None if c[2] is None else str(c[2])) for c in item.choices)
    return ItemDraft(**values, choices=choices)


def draft_of(version: ChecklistVersion) -> ChecklistDraft:
    """A kept version as the kernel takes it; its items are read."""
    checklist = version.checklist
    return ChecklistDraft(
        key=checklist.key,
        title=checklist.title,
        format=checklist.origin,
        edition=version.edition,
        description=checklist.description,
        licence=version.licence,
        items=tuple(map(item_draft, version.items.all())),
    )


def rows_of(items: Iterable[ItemDraft], version: ChecklistVersion) -> list[ChecklistItem]:
    """Unsaved rows of a version."""
    return [
        ChecklistItem(
            version=version,
            ordinal=ordinal,
            choices=[list(choice) for choice in item.choices],
            **{name: getattr(item, name) for name in SHARED},
        )
        for ordinal, item in enumerate(items, start=1)
    ]
