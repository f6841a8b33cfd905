"""Checklists as lists, their items as a tree, and what was answered to the same item before."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404

from plumbline.kernel.checklists.branching import referred
from plumbline.kernel.checklists.sheet_words import VALUE_WORDS
from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.inspections.models import (
    Answer,
    Checklist,
    ChecklistItem,
    ChecklistVersion,
    Inspection,
    ItemMapping,
)

State = ChecklistVersion.State
COLUMNS = {
    "title": ("title",),
    "origin": ("origin",),
    "items": ("question_count",),
    "points": ("point_sum",),
    "used": ("used",),
    "imported": ("imported_at",),
}
_SEE_DRAFTS = frozenset({Role.ADMINISTRATOR, Role.STAFF, Role.LEADER})
#: a published edition before a draft, a draft before a retired one, the newest first
_PREFERRED = ["published", "draft", "retired"]


def visible_versions(user: User) -> QuerySet[ChecklistVersion]:
    """Editions that a person may look at: drafts only those who may change them, and who lead."""
    found = ChecklistVersion.objects.all()
    return found if user.role in _SEE_DRAFTS else found.exclude(state=State.DRAFT)


def visible_version(user: User, pk: int) -> ChecklistVersion:
    """An edition with its checklist, or 404."""
    rows = visible_versions(user).select_related("checklist", "imported_by", "file")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def checklists(user: User, *, search: str = "", origin: str = "", state: str = "") -> QuerySet[Checklist]:
    """Checklists that match, each with the edition that a reader wants to see first, in one query.

    Annotations: `shown_id`, `shown_state`, `shown_edition`, `shown_number`, `question_count`, `point_sum`,
    `imported_at`, `editions`, `drafts`, `used` (inspections with any edition).
    """
    seen = visible_versions(user)
    preferred = seen.filter(checklist=OuterRef("pk")).order_by(_rank(), "-number")
    items = ChecklistItem.objects.filter(version=OuterRef("shown_id")).exclude(answer="").order_by()
    used = Inspection.objects.filter(checklist__checklist=OuterRef("pk")).order_by()
    found = Checklist.objects.annotate(
        shown_id=Subquery(preferred.values("pk")[:1]),
        shown_state=Subquery(preferred.values("state")[:1]),
        shown_edition=Subquery(preferred.values("edition")[:1]),
        shown_number=Subquery(preferred.values("number")[:1]),
        imported_at=Subquery(preferred.values("imported_at")[:1]),
        editions=Count("versions", distinct=True),
        drafts=Count("versions", filter=Q(versions__state=State.DRAFT), distinct=True),
    )
    found = found.filter(shown_id__isnull=False).annotate(
        question_count=_counted(items.values("version").annotate(n=Count("pk")).values("n")),
        point_sum=Subquery(items.values("version").annotate(n=Sum("points")).values("n")),
        used=_counted(used.values("checklist__checklist").annotate(n=Count("pk")).values("n")),
    )
    if search:
        found = found.filter(
            Q(title__icontains=search) | Q(description__icontains=search) | Q(key__icontains=search)
        )
    if origin:
        found = found.filter(origin=origin)
    if state in State.values:
        found = found.filter(pk__in=seen.filter(state=state).values("checklist"))
    return found


def _rank() -> Any:
    return Case(*(When(state=state, then=Value(n)) for n, state in enumerate(_PREFERRED)), default=Value(9))


def _counted(rows: QuerySet[Any]) -> Any:
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def editions(user: User, checklist: Checklist) -> QuerySet[ChecklistVersion]:
    """The editions of a checklist, the newest first, with how many inspections use each."""
    return (
        visible_versions(user)
        .filter(checklist=checklist)
        .annotate(used=Count("inspections"))
        .order_by("-number")
    )


@dataclass
class Branch:
    """An item with what belongs to it, as a page draws it.

    Attributes:
        number: of the question among all questions; None for a section.
        points: of a section, all questions within it; of a question, its own.
        when: its condition in words; "" where it is always asked.
    """

    item: ChecklistItem
    depth: int
    number: int | None = None
    points: Decimal | None = None
    questions: int = 0
    when: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)


def tree(version: ChecklistVersion, *, search: str = "") -> list[Branch]:
    """The items in order with their depth as it is drawn; a search keeps what holds the text, and the
    sections above it."""
    items = list(version.items.all())
    by_key = {item.key: item for item in items}
    branches: list[Branch] = []
    above: list[Branch] = []
    number = 0
    for item in items:
        while above and above[-1].item.depth >= item.depth:
            above.pop()
        branch = Branch(item, len(above), when=condition_words(item.condition, by_key))
        if item.answer:
            number += 1
            branch.number, branch.points = number, item.points
            branch.choices = [(str(c[1]), _share(c[2])) for c in item.choices]
            for section in above:
                section.questions += 1
                if item.points is not None and not section.item.answer:
                    section.points = (section.points or Decimal(0)) + item.points
        branches.append(branch)
        above.append(branch)
    return _matching(branches, search.lower()) if search else branches


def _share(share: str | None) -> str:
    return "" if share is None else f"{Decimal(share) * 100:.0f}%"


def _matching(branches: list[Branch], text: str) -> list[Branch]:
    keep: set[int] = set()
    path: list[int] = []
    for position, branch in enumerate(branches):
        path = [p for p in path if branches[p].depth < branch.depth]
        item = branch.item
        held = "\n".join((item.key, item.title, item.guidance, item.basis, item.evidence)).lower()
        if text in held:
            keep.update((*path, position))
        path.append(position)
    return [branch for position, branch in enumerate(branches) if position in keep]


def condition_words(condition: dict[str, Any], items: dict[str, ChecklistItem]) -> str:
    """A condition in words: 0.4 是否开办网站 = 是."""
    joined = "；"
    words = []
    for key, values in referred(condition):
        item = items.get(key)
        titles = {str(c[0]): str(c[1]) for c in item.choices} if item else {}
        titles |= VALUE_WORDS.get(item.answer, {}) if item else {}
        shown = "、".join(titles.get(value, value) for value in values)
        words.append(f"{key} {item.title if item else ''} = {shown}")
    return joined.join(words)


def earlier_answers(inspection: Inspection) -> dict[int, Answer]:
    """{id of an item: what the unit answered to it last time}, as a hint beside the question.

    Of the unit's latest concluded inspection with the same edition, or with one whose items are confirmed
    to be continued by this one's.
    """
    if inspection.checklist_id is None:
        return {}
    continued = dict(
        ItemMapping.objects.filter(
            after__version=inspection.checklist_id, state=ItemMapping.State.CONFIRMED
        ).values_list("before_id", "after_id")
    )
    answered = Answer.objects.filter(
        inspection__unit=inspection.unit_id, inspection__state=Inspection.State.DONE
    ).exclude(inspection=inspection)
    rows = (
        answered.filter(Q(item__version=inspection.checklist_id) | Q(item__in=continued))
        .select_related("inspection", "item")
        .order_by("inspection__finished_on", "inspection_id")
    )
    return {continued.get(answer.item_id, answer.item_id): answer for answer in rows}
