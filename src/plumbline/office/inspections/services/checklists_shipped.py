"""The checklists that come with the product: one .toml each in `inspections/checklists`.

A newcomer adds a file and touches nothing else. A file whose content changed becomes a new edition; the
editions that are there, used or not, stay as they are.
"""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

from django.db import transaction

from plumbline.kernel.checklists.draft import ChecklistDraft
from plumbline.kernel.checklists.reading import read_checklist
from plumbline.office.inspections.models import Checklist, ChecklistVersion
from plumbline.office.inspections.services.checklists import demand_usable, keep_draft, publish


def shipped() -> list[ChecklistDraft]:
    """The checklists as their files say.

    Raises:
        PlumblineError: a file is wrong, which is a mistake of the product.
    """
    folder = files("plumbline.office.inspections") / "checklists"
    found = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            draft = read_checklist(file.name, file.read_bytes())
            demand_usable(draft)
            found.append(draft)
    return found


@transaction.atomic
def load_shipped(*, now: datetime) -> list[ChecklistVersion]:
    """Bring in what is not there yet, put to use; returns the new editions.

    Where the office made an edition of its own and uses that, a new edition of ours waits as a draft.
    """
    loaded = []
    for draft in shipped():
        checklist = Checklist.objects.select_for_update().filter(key=draft.key).first()
        if checklist is not None and checklist.versions.filter(digest=draft.digest).exists():
            continue
        version = keep_draft(
            draft,
            actor=None,
            now=now,
            checklist=checklist,
            origin=Checklist.Origin.SHIPPED,
            action="checklists.load",
        )
        versions = version.checklist.versions.filter(state=ChecklistVersion.State.PUBLISHED)
        if not versions.filter(imported_by__isnull=False).exists():
            version = publish(version, actor=None, now=now)
        loaded.append(version)
    return loaded
