"""Working days of the Chinese calendar: public holidays off, make-up days on.

The arrangement of a year is announced at the end of the year before. For years that the calendar does
not know yet, Monday to Friday count as working days; `is_announced` tells, so that pages can say so.
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

FRIDAY = 4


def is_announced(day: date) -> bool:
    """Whether the holidays of the day's year are known to the calendar."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def is_workday(day: date) -> bool:
    """Whether people work on that day."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() <= FRIDAY


def add_workdays(start: date, days: int) -> date:
    """The working day `days` working days after `start`, which does not count itself.

    0 gives the start, or the next working day where it is none. Negative days count backwards.
    """
    step = timedelta(days=1 if days >= 0 else -1)
    day, left = start, abs(days)
    while left:
        day += step
        left -= is_workday(day)
    while not is_workday(day):
        day += step
    return day


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
    if end < start:
        return -workdays_between(end, start)
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
