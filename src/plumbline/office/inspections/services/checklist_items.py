"""Changing the items of a draft, one at a time."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from plumbline.kernel.checklists.checking import item_problems
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.inspections.models import ChecklistItem, ChecklistVersion
from plumbline.office.inspections.services.checklist_shapes import SHARED, item_draft
from plumbline.office.inspections.services.checklists import (
    ChecklistRefused,
    blocking,
    demand_draft,
    locked_version,
)
from plumbline.office.lib.revisions import demand_current

FIELDS = (*SHARED, "choices")


def _saved(item: ChecklistItem) -> ChecklistItem:
    now = ChecklistItem.objects.filter(pk=item.pk).first()
    if now is None:
        raise ChecklistRefused(
            _("这一检查项已被他人移除，没有保存。"), where=str(item), advice=_("请返回检查表重新打开。")
        )
    return now


@transaction.atomic
def save_item(item: ChecklistItem, *, actor: User, revision: int | None = None) -> ChecklistItem:
    """Keep the changes of an item of a draft.

    Args:
        revision: the one that was looked at.

    Raises:
        Outdated: somebody else saved it since.
        ChecklistRefused: the version is no draft, the item is gone, or the checklist would not hold together.
    """
    version = locked_version(item.version)
    demand_draft(version)
    saved = _saved(item)
    demand_current(saved, revision=revision)
    changed = changes(snapshot(saved, *FIELDS), snapshot(item, *FIELDS))
    if not changed:
        return item
    demand_sound(version, item)
    item.revision = saved.revision + 1
    item.save()
    record(actor=actor, action="checklists.item_edit", target=item, detail=changed)
    return item


@transaction.atomic
def add_item(
    version: ChecklistVersion, *, after: ChecklistItem | None, item: ChecklistItem, actor: User
) -> ChecklistItem:
    """Put a new item behind another; at the head where `after` is None.

    Raises:
        ChecklistRefused: the version is no draft, or the checklist would not hold together.
    """
    saved = locked_version(version)
    demand_draft(saved)
    place = _saved(after).ordinal if after is not None else 0
    item.version, item.ordinal = saved, place + 1
    demand_sound(saved, item)
    saved.items.filter(ordinal__gt=place).update(ordinal=F("ordinal") + 1)
    item.save()
    detail = changes({}, {key: value for key, value in snapshot(item, *FIELDS).items() if value})
    record(actor=actor, action="checklists.item_add", target=item, detail=detail)
    return item


@transaction.atomic
def remove_item(item: ChecklistItem, *, reason: str, actor: User) -> None:
    """Take an item out of a draft, and what belongs to it.

    Raises:
        ChecklistRefused: the version is no draft, no reason was given, or a condition looks at the item.
    """
    version = locked_version(item.version)
    demand_draft(version)
    saved = _saved(item)
    if not reason.strip():
        raise ChecklistRefused(_("没有写明移除原因。"), where=str(saved), advice=_("请填写原因。"))
    items = list(version.items.all())
    gone = [saved, *below(items, saved)]
    keys = {entry.pk for entry in gone}
    left = [entry for entry in items if entry.pk not in keys]
    found = new_problems(items, left)
    if found:
        raise ChecklistRefused(
            _("还有检查项的适用条件指向要移除的检查项。"),
            where=found[0].where,
            advice=_("请先改掉那里的适用条件。"),
        )
    detail = {"reason": reason.strip()[:500], "items": len(gone)}
    record(actor=actor, action="checklists.item_remove", target=saved, detail=detail)
    ChecklistItem.objects.filter(pk__in=keys).delete()


def below(items: list[ChecklistItem], item: ChecklistItem) -> list[ChecklistItem]:
    """What belongs to an item: the deeper items that follow it."""
    found = []
    for entry in items:
        if entry.ordinal > item.ordinal:
            if entry.depth <= item.depth:
                break
            found.append(entry)
    return found


def count_below(item: ChecklistItem) -> int:
    """How many items belong to an item and would go with it."""
    return len(below(list(item.version.items.all()), item)) if item.pk else 0


def demand_sound(version: ChecklistVersion, item: ChecklistItem) -> None:
    """Refuse a change that brings a problem which was not there.

    Raises:
        ChecklistRefused: naming the problem.
    """
    items = list(version.items.all())
    others = [entry for entry in items if entry.pk != item.pk]
    changed = sorted([*others, item], key=lambda entry: (entry.ordinal, entry is item))
    found = new_problems(items, changed)
    if found:
        raise ChecklistRefused(found[0].what, where=found[0].where, advice=found[0].advice)


def new_problems(before: list[ChecklistItem], after: list[ChecklistItem]) -> list:
    """Problems of the one list that the other has not."""
    known = set(blocking(item_problems([item_draft(item) for item in before])))
    return [p for p in blocking(item_problems([item_draft(item) for item in after])) if p not in known]


def next_key(version: ChecklistVersion, after: ChecklistItem | None) -> str:
    """A free key behind an item: within a section the first, else the one after its last sibling."""
    keys = list(version.items.values_list("key", flat=True))
    if after is None:
        head = ""
    else:
        head = after.key.rpartition(".")[0] if after.answer else after.key
    start = f"{head[:70]}." if head else ""
    rests = [key.removeprefix(start) for key in keys if key.startswith(start)]
    numbers = [int(rest) for rest in rests if rest.isascii() and rest.isdigit() and len(rest) < 6]
    return f"{start}{max(numbers, default=0) + 1}"
