"""Sums of findings for the first page: one query, whatever the number of findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from plumbline.office.findings.models import OPEN, Finding
from plumbline.office.findings.queries.history import end_of
from plumbline.office.findings.services.table import KNOWN, WITH_UNIT

_CLOSED = Finding.State.CLOSED


@dataclass(frozen=True, slots=True)
class Figures:
    """How findings stand today.

    Attributes:
        open_by_severity: (severity, its word, count) from critical to low; open ones only.
        by_state: count of each state, also those with none.
        overdue: with the unit, and the deadline has passed.
        told: the unit knows of it, and it is not put right.
        rectified: closed since the year began.
        rate: rectified / (rectified + told); None where both are 0, because there was nothing to put right.
    """

    open_by_severity: tuple[tuple[str, str, int], ...]
    by_state: dict[str, int]
    overdue: int
    told: int
    rectified: int
    rate: Decimal | None

    @property
    def open(self) -> int:
        return sum(count for _key, _word, count in self.open_by_severity)


def figures_of(findings: QuerySet[Finding], *, today: date) -> Figures:
    """The figures of the findings given, e.g. `visible_findings(user)`."""
    new_year = end_of(date(today.year - 1, 12, 31))
    rows = findings.order_by().values("state", "severity").annotate(
        n=Count("pk"),
        late=Count("pk", filter=Q(state__in=WITH_UNIT, due_on__lt=today)),
        done=Count("pk", filter=Q(state=_CLOSED, closed_at__gte=new_year)),
    )  # fmt: skip
    by_state = dict.fromkeys(Finding.State.values, 0)
    by_severity = dict.fromkeys(Finding.Severity.values, 0)
    overdue = rectified = 0
    for row in rows:
        by_state[row["state"]] += row["n"]
        overdue += row["late"]
        rectified += row["done"]
        if row["state"] in OPEN:
            by_severity[row["severity"]] += row["n"]
    told = sum(by_state[state] for state in KNOWN)
    base = rectified + told
    return Figures(
        open_by_severity=tuple(
            (key, str(Finding.Severity(key).label), count) for key, count in by_severity.items()
        ),
        by_state=by_state,
        overdue=overdue,
        told=told,
        rectified=rectified,
        rate=Decimal(rectified) / Decimal(base) if base else None,
    )
