"""Over whose records a plan's metrics are computed, and what several of them read only once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from plumbline.kernel.metrics.period import Period
from plumbline.office.targets.models import Plan, PlanVersion, Project
from plumbline.office.units.models import Unit, UnitChange

T = TypeVar("T")
Width = Literal["county", "unit"]
#: turns after which a unit is no longer in use
_ENDS = (UnitChange.Kind.CLOSED, UnitChange.Kind.ABSORBED, UnitChange.Kind.MERGED)


@dataclass(eq=False)
class Scope:
    """What a metric's function is given.

    Attributes:
        width: "county": every unit but the plan's own; "unit": the plan's own and those below it.
        project: whose money counts; None for the whole plan's.
        today: a period that ends today or later is computed from the records as they stand.
        memo: what was read already, shared by all metrics of one page or one run.
    """

    plan: Plan
    version: PlanVersion | None
    width: Width
    project: Project | None
    today: date
    memo: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` gives, made once for the same plan, width and key."""
        place = (self.width, key)
        if place not in self.memo:
            self.memo[place] = make()
        return self.memo[place]

    def is_now(self, period: Period) -> bool:
        """Whether the period's last day is not over, so that the present state is the one that counts."""
        return period.end >= self.today

    def within(self, name: str = "unit") -> Q:
        """Condition: the record belongs to a unit of this scope. `name`: its field for the unit."""
        if self.width == "county":
            return ~Q(**{name: self.plan.unit_id})
        return Q(**{f"{name}__in": self.once("units below", lambda: below(self.plan.unit_id))})

    def units(self, period: Period) -> QuerySet[Unit]:
        """The units of this scope that were in use on the period's last day."""
        ended_later = UnitChange.objects.filter(unit=OuterRef("pk"), kind__in=_ENDS, on__gt=period.end)
        in_use = Q(state=Unit.State.ACTIVE) | Exists(ended_later)
        return Unit.objects.filter(in_use).filter(self.within("pk")).order_by("pk")


def below(unit_id: int) -> list[int]:
    """A unit and all units under it, at any depth."""
    children: dict[int, list[int]] = defaultdict(list)
    for pk, parent in Unit.objects.order_by().values_list("pk", "parent_id"):
        if parent is not None:
            children[parent].append(pk)
    found, waiting = [unit_id], [unit_id]
    seen = {unit_id}
    while waiting:
        for pk in children[waiting.pop()]:
            if pk not in seen:
                seen.add(pk)
                found.append(pk)
                waiting.append(pk)
    return found
