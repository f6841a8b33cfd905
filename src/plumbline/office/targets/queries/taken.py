"""How far the taking of values is at each checkpoint of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from plumbline.office.targets.measuring.days import end
from plumbline.office.targets.models import Checkpoint, EvidenceSet, IndicatorValue, PlanVersion
from plumbline.office.targets.queries.values import tracked_indicators
from plumbline.office.targets.services.freezing import COMPUTED, confirmed_bindings

CURRENT = IndicatorValue.State.CURRENT


@dataclass(frozen=True, slots=True)
class PointTaken:
    """One checkpoint.

    Attributes:
        over: its day is over.
        taken: bound indicators whose value was taken after the day, for good.
        early: taken before the day was over; they are taken once more when it is.
        hand: a person entered the value; it is left alone.
        waiting: nothing was ever kept.
        withdrawn: a person took the value away; it stays away until somebody takes it anew.
        again: there is something that can be taken again with a reason.
    """

    checkpoint: Checkpoint
    over: bool
    taken: int
    early: int
    hand: int
    waiting: int
    withdrawn: int
    again: bool

    @property
    def due(self) -> int:
        """How many a taking would take now: what was taken early only once the day is over."""
        return self.waiting + (self.early if self.over else 0)


def taken_at_checkpoints(version: PlanVersion, *, today: date) -> list[PointTaken]:
    """Every checkpoint of a version's plan, in a constant number of queries."""
    # a line that a later version dropped keeps its decision, and waits for nothing
    tracked = {indicator.line_id for indicator in tracked_indicators(version)}
    bindings = confirmed_bindings(version)
    bound = {line for line in tracked if line in bindings and bindings[line].kind in COMPUTED}
    points = list(version.plan.checkpoints.all())
    values = IndicatorValue.objects.filter(checkpoint__in=points, indicator_line__in=bound)
    touched = set(values.order_by().values_list("checkpoint", "indicator_line").distinct())
    standing = {
        (point, line): (metric, frozen)
        for point, line, metric, frozen in values.filter(state=CURRENT)
        .order_by()
        .values_list("checkpoint", "indicator_line", "metric", "evidence_set__frozen_at")
    }
    ever = set(
        EvidenceSet.objects.filter(value__checkpoint__in=points).values_list("value__checkpoint", flat=True)
    )
    found = []
    for point in points:
        own = [standing[point.pk, line] for line in bound if (point.pk, line) in standing]
        early = sum(1 for _metric, frozen in own if frozen is not None and frozen < end(point.day))
        hand = sum(1 for metric, _frozen in own if not metric)
        known = sum(1 for line in bound if (point.pk, line) in touched)
        found.append(
            PointTaken(
                checkpoint=point,
                over=point.day < today,
                taken=len(own) - early - hand,
                early=early,
                hand=hand,
                waiting=len(bound) - known,
                withdrawn=known - len(own),
                again=point.pk in ever,
            )
        )
    return found
