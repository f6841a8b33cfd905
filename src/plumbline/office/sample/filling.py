"""How the sample's indicators get their values, and the values taken on the days after the checkpoints."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from plumbline.office.sample.county import County
from plumbline.office.sample.diary import at
from plumbline.office.targets.measuring.suggesting import width_for
from plumbline.office.targets.models import Binding, Checkpoint, PlanVersion
from plumbline.office.targets.queries.bindings import suggestion_for
from plumbline.office.targets.queries.values import tracked_indicators
from plumbline.office.targets.services import evidence_runs
from plumbline.office.targets.services.bindings import Choice, decide

_METRIC, _HAND = Binding.Kind.METRIC, Binding.Kind.HAND


def fill(county: County, version: PlanVersion, row: dict[str, Any]) -> None:
    """Put into the diary who decides how indicators are filled, and the taking of values.

    Args:
        row: {"day", "metric": {indicator: key of the metric}, "hand": {indicator: reason}, "verified": day}.
    """
    county.diary.add(at(row["day"], "14:30"), lambda now: _decide(county, version, row, now))
    for checkpoint in version.plan.checkpoints.order_by("day"):
        day = checkpoint.day + timedelta(days=1)
        county.diary.add(at(day, "07:10"), _taking(county, checkpoint))
    county.diary.add(at(row["verified"], "16:10"), lambda now: _verify(county, version, now))


def _decide(county: County, version: PlanVersion, row: dict[str, Any], now: datetime) -> None:
    width = width_for(version.plan.unit.name)
    for indicator in tracked_indicators(version):
        metric = row["metric"].get(indicator.level3)
        if metric:
            choice = Choice(_METRIC, metric=metric, width=width, reason="按指标含义和计量单位选定口径")
        else:
            reason = row["hand"].get(indicator.level3) or suggestion_for(indicator).reason
            choice = Choice(_HAND, reason=reason)
        decide(indicator=indicator, choice=choice, actor=county.people.staff, now=now, seen=None)


def _taking(county: County, checkpoint: Checkpoint) -> Any:
    def take(now: datetime) -> None:
        run = evidence_runs.ask_to_freeze(checkpoint=checkpoint, actor=county.people.staff, now=now)
        evidence_runs.run(run_id=run.pk, attempt=run.attempt, clock=lambda: now)

    return take


def _verify(county: County, version: PlanVersion, now: datetime) -> None:
    run = evidence_runs.ask_to_verify(plan=version.plan, actor=county.people.staff, now=now)
    evidence_runs.run(run_id=run.pk, attempt=run.attempt, clock=lambda: now)
