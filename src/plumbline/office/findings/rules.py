"""Deadlines and the chain of escalation, read from `findings/data`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from plumbline.office.lib.workdays import add_workdays

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long units have.

    Attributes:
        workdays: by severity, from the day that the unit is told.
        extensions: how often one deadline may be put off.
        extension_workdays: how far beyond the first deadline at most.
        acceptance_days: calendar days for which a risk may be accepted at most.
    """

    workdays: dict[str, int]
    extensions: int
    extension_workdays: int
    acceptance_days: int

    def due_on(self, severity: str, *, since: date) -> date:
        """The usual deadline of a finding of that severity."""
        return add_workdays(since, self.workdays[severity])


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain.

    Attributes:
        key: kept in `Escalation.step`.
        workdays: after the missed deadline.
        capability: what a person must hold to do it.
        who: who does it, in the office's words. text: what is to be done.
        notice: kind of the notice that it is done with; "" for none.
    """

    key: str
    title: str
    workdays: int
    capability: str
    who: str
    text: str
    source: str
    confidence: str
    notice: str = ""


@lru_cache(maxsize=1)
def deadlines() -> Deadlines:
    """The deadlines that the product ships."""
    data = _read("deadlines.toml")
    return Deadlines(
        workdays={row["severity"]: row["workdays"] for row in data["deadline"]},
        extensions=data["extension"]["times"],
        extension_workdays=data["extension"]["workdays"],
        acceptance_days=data["acceptance"]["days"],
    )


@lru_cache(maxsize=1)
def steps() -> tuple[Step, ...]:
    """The chain, in its order."""
    rows = (Step(**row) for row in _read("escalation.toml")["step"])
    return tuple(sorted(rows, key=lambda step: step.workdays))


def step_of(key: str) -> Step | None:
    """A step by its key; None where the chain has no such step any more."""
    return next((step for step in steps() if step.key == key), None)


def step_title(key: str) -> str:
    """What a step is called, in the reader's language."""
    step = step_of(key)
    return gettext(step.title) if step else key


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))
