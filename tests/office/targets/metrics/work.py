"""A year's work in few lines: inspections, findings with their events, payments."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

from django.utils import timezone

from plumbline.office.findings.models import Finding, FindingEvent
from plumbline.office.inspections.models import Inspection, InspectionEvent
from plumbline.office.units.models import Unit

_numbers = count(1)


def at(day: str, hour: int = 10) -> datetime:
    """A moment of a day in the office."""
    return timezone.make_aware(datetime.fromisoformat(f"{day}T{hour:02}:00:00"))


def make_inspection(unit: Unit, planned: str, finished: str = "", **fields: object) -> Inspection:
    """An inspection planned for a day; done where it was finished."""
    state = Inspection.State.DONE if finished else Inspection.State.PLANNED
    defaults: dict[str, object] = {
        "number": f"JC-{next(_numbers):06}", "unit": unit, "method": "on_site", "state": state,
        "planned_from": date.fromisoformat(planned), "planned_to": date.fromisoformat(planned),
        "finished_on": date.fromisoformat(finished) if finished else None,
    }  # fmt: skip
    return Inspection.objects.create(**{**defaults, **fields})


def make_finding(
    unit: Unit, raised: str, *, due: str = "", closed: str = "", severity: str = "medium", **fields: object
) -> Finding:
    """A finding that was confirmed and notified on the day it was raised, and closed where a day is given."""
    due_on = date.fromisoformat(due) if due else None
    state = Finding.State.CLOSED if closed else Finding.State.NOTIFIED
    finding = Finding.objects.create(
        **{
            "number": f"WT-{next(_numbers):06}", "unit": unit, "state": state, "severity": severity,
            "title": "弱口令", "raised_at": at(raised), "last_seen_at": at(raised), "due_on": due_on,
            "first_due_on": due_on, "closed_at": at(closed) if closed else None,
            "closing": "verified" if closed else "", "rounds": 1 if closed else 0, **fields,
        }
    )  # fmt: skip
    step(finding, raised, "raise", "", "new", hour=10)
    step(finding, raised, "confirm", "new", "confirmed", hour=11)
    step(finding, raised, "assign", "confirmed", "notified", hour=12, due=due)
    if closed:
        step(finding, closed, "pass", "replied", "closed", round=1, due=due)
    return finding


def step(
    finding: Finding,
    day: str,
    act: str,
    before: str,
    after: str,
    *,
    hour: int = 10,
    round: int = 0,
    due: str = "",
) -> FindingEvent:
    """One event of a finding."""
    return FindingEvent.objects.create(
        finding=finding, at=at(day, hour), act=act, before=before, after=after, round=round,
        due_on=date.fromisoformat(due) if due else None,
    )  # fmt: skip


def turn(
    inspection: Inspection, day: str, act: str, before: str, after: str, *, hour: int = 10
) -> InspectionEvent:
    """One event of an inspection."""
    return InspectionEvent.objects.create(
        inspection=inspection, at=at(day, hour), act=act, before=before, after=after
    )


def make_unit(name: str, **fields: object) -> Unit:
    return Unit.objects.create(name=name, **fields)
