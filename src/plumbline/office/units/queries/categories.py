"""The words of the lists, each with how often it is borne."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from plumbline.office.units.models import Category, System, Unit

#: where each group's keys are stored
_BEARERS = {
    Category.Group.TYPE: (Unit, "kind"),
    Category.Group.SECTOR: (Unit, "sector"),
    Category.Group.SYSTEM: (System, "kind"),
}


@dataclass(frozen=True, slots=True)
class UsedCategory:
    """A word and how many units or systems bear it."""

    category: Category
    used: int


def used_categories(group: str) -> list[UsedCategory]:
    """The words of a list in the office's order. Two queries."""
    model, field = _BEARERS[Category.Group(group)]
    rows = model.objects.order_by().values_list(field).annotate(used=Count("pk"))
    used = dict(rows)
    return [UsedCategory(row, used.get(row.key, 0)) for row in Category.objects.filter(group=group)]
