"""How findings stood at the end of a past day, read from their events."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import CharField, DateField, OuterRef, QuerySet, Subquery
from django.utils import timezone

from plumbline.office.findings.models import Finding, FindingEvent


def end_of(day: date) -> datetime:
    """The first moment after a day, in local time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def state_at(day: date, findings: QuerySet[Finding] | None = None) -> QuerySet[Finding]:
    """Findings that were raised by the end of a day, as they stood then.

    Args:
        findings: those to look at; all where None.

    Returns:
        Rows with `state_then` (a value of `Finding.State`) and `due_then` (the deadline, or None). On that
        day a finding was overdue where it was with the unit and `due_then < day`, as the lists say it.
    """
    end = end_of(day)
    last = FindingEvent.objects.filter(finding=OuterRef("pk"), at__lt=end).order_by("-at", "-pk")
    rows = Finding.objects.all() if findings is None else findings
    return rows.filter(raised_at__lt=end).annotate(
        state_then=Subquery(last.values("after")[:1], output_field=CharField()),
        due_then=Subquery(last.values("due_on")[:1], output_field=DateField()),
    )
