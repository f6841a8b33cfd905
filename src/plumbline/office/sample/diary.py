"""What is done on which day: acts in the order of their days, and none of a day to come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.utils import timezone

from plumbline.office.lib.workdays import add_workdays

Act = Callable[[datetime], object]


def at(day: str | date, clock: str = "09:30") -> datetime:
    """A moment of a day here: "2026-03-02", "09:30"."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return timezone.make_aware(datetime.combine(on, time.fromisoformat(clock)))


def workdays_after(day: str, days: int) -> date:
    """The working day so many working days later."""
    return add_workdays(date.fromisoformat(day), days)


@dataclass
class Diary:
    """Acts that wait for their moment.

    Attributes:
        now: aware; what lies after it is left out.
    """

    now: datetime
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)

    def add(self, moment: datetime, act: Act) -> None:
        """Put an act down; of two at the same moment the first put down comes first."""
        self._acts.append((moment, len(self._acts), act))

    def live(self) -> None:
        """Do everything up to now."""
        for moment, _order, act in sorted(self._acts, key=lambda entry: entry[:2]):
            if moment > self.now:
                break
            act(moment)
        self._acts.clear()
