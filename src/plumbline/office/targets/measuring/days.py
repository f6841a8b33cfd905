"""Days as moments: a day begins and ends in the office's own time zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from plumbline.kernel.metrics.period import Period


def beginning(day: date) -> datetime:
    """The first moment of a day."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def end(day: date) -> datetime:
    """The first moment after a day."""
    return beginning(day + timedelta(days=1))


def moments(period: Period) -> tuple[datetime, datetime]:
    """From the first moment of a period to the first moment after it."""
    return beginning(period.start), end(period.end)


def local_day(moment: datetime | None) -> date | None:
    """The day that a moment falls on in the office."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date() if moment else None
