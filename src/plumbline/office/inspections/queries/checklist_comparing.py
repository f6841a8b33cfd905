"""Two editions of a checklist side by side."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from plumbline.kernel.checklists.comparing import Change, Pair, compare, propose
from plumbline.office.accounts.models import User
from plumbline.office.inspections.models import ChecklistItem, ChecklistVersion, ItemMapping
from plumbline.office.inspections.queries.checklists import condition_words, visible_versions

State = ItemMapping.State


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a comparison.

    Attributes:
        before, after: the items; None where there is none.
        values: (name of the field, older text, newer text) of what differs.
    """

    change: Change
    before: ChecklistItem | None
    after: ChecklistItem | None
    values: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mapped:
    """One question of the newer edition with what is said of its origin; `state` is "none" without any."""

    after: ChecklistItem
    mapping: ItemMapping | None

    @property
    def state(self) -> str:
        return self.mapping.state if self.mapping else "none"

    @property
    def is_sure(self) -> bool:
        return bool(self.mapping and self.state == State.PROPOSED and self.mapping.reason in ("key", "title"))

    @property
    def likeness(self) -> str:
        """How alike the titles are, as "87%"; "" where they are the same or a person paired them."""
        _why, _space, number = (self.mapping.reason if self.mapping else "").partition(" ")
        return f"{float(number):.0%}" if number else ""


def others_of(user: User, version: ChecklistVersion) -> list[ChecklistVersion]:
    """Editions to compare with: those of the same checklist first, the newest first."""
    found = visible_versions(user).select_related("checklist").exclude(pk=version.pk)
    rows = list(found.order_by("checklist__title", "-number"))
    return sorted(rows, key=lambda other: other.checklist_id != version.checklist_id)


def comparison(before: ChecklistVersion, after: ChecklistVersion) -> list[Row]:
    """Every item of both once. Items that a person confirmed to belong together do, the others as they
    are most alike."""
    old, new = list(before.items.all()), list(after.items.all())
    by_old, by_new = {i.key: i for i in old}, {i.key: i for i in new}
    confirmed = [
        Pair(mapping.before.key, mapping.after.key, "key", 1.0)
        for mapping in _between(before, after).filter(state=State.CONFIRMED)
    ]
    rejected = {(m.before.key, m.after.key) for m in _between(before, after).filter(state=State.REJECTED)}
    settled_old, settled_new = {p.before for p in confirmed}, {p.after for p in confirmed}
    likely = propose(
        [item for item in old if item.key not in settled_old],
        [item for item in new if item.key not in settled_new],
    )
    pairs = [*confirmed, *(pair for pair in likely if (pair.before, pair.after) not in rejected)]
    rows = []
    for change in compare(old, new, pairs=pairs):
        one, other = by_old.get(change.before), by_new.get(change.after)
        values = tuple(_value(name, one, other, by_old, by_new) for name in change.fields if one and other)
        rows.append(Row(change, one, other, values))
    return rows


def _between(before: ChecklistVersion, after: ChecklistVersion) -> QuerySet[ItemMapping]:
    rows = ItemMapping.objects.filter(before__version=before, after__version=after)
    return rows.select_related("before", "after")


def _value(
    name: str,
    one: ChecklistItem,
    other: ChecklistItem,
    by_old: dict[str, ChecklistItem],
    by_new: dict[str, ChecklistItem],
) -> tuple[str, str, str]:
    title = str(ChecklistItem._meta.get_field(name).verbose_name)
    return _TITLES.get(name, title), _words(name, one, by_old), _words(name, other, by_new)


_TITLES = {"choices": "选项", "condition": "适用条件"}


def _words(name: str, item: ChecklistItem, items: dict[str, ChecklistItem]) -> str:
    value = getattr(item, name)
    if name == "answer":
        return item.get_answer_display()
    if name == "condition":
        return condition_words(value, items)
    if name == "choices":
        return "；".join(str(choice[1]) for choice in value)
    if name == "points":
        return "" if value is None else f"{value.normalize():f}"
    if name == "severity":
        from plumbline.office.findings.models import Finding

        return str(dict(Finding.Severity.choices).get(value, value))
    return str(value)


def mapping_rows(before: ChecklistVersion, after: ChecklistVersion) -> list[Mapped]:
    """Every question of the newer edition, with each thing that was said of its origin."""
    said: dict[int, list[ItemMapping]] = {}
    for mapping in _between(before, after).order_by("before__ordinal"):
        said.setdefault(mapping.after_id, []).append(mapping)
    rows = []
    for item in after.items.exclude(answer=""):
        held = said.get(item.pk, [])
        # a confirmed one says it all; what was rejected is shown only where nothing else is said
        best = [m for m in held if m.state == State.CONFIRMED] or [
            m for m in held if m.state == State.PROPOSED
        ]
        rows.extend(Mapped(item, mapping) for mapping in best or held or [None])
    return rows
