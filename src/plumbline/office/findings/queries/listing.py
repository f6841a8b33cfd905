"""The list of findings: narrowed, sorted, counted by state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest

from plumbline.office.accounts.models import User
from plumbline.office.findings.access import visible_findings
from plumbline.office.findings.models import OPEN, Escalation, Extension, Finding, RiskAcceptance
from plumbline.office.findings.services.table import WITH_UNIT
from plumbline.office.lib.paging import PER_PAGE
from plumbline.office.lib.tables import Sorting
from plumbline.office.units.models import Asset, Category, Unit

_S = Finding.State
#: column of the list: fields that it sorts by; the severity is sorted by its weight, not by its word
COLUMNS = {
    "raised": ("raised_at",),
    "number": ("number",),
    "title": ("title",),
    "unit": ("unit__name",),
    "severity": ("weight",),
    "state": ("state",),
    "due": ("due_on",),
}
#: what waits for somebody: key and the findings that it means
WAITING: dict[str, Q] = {
    "confirm": Q(state=_S.NEW),
    "notify": Q(state=_S.CONFIRMED),
    "recheck": Q(state=_S.REPLIED),
    "extension": Q(pk__in=Extension.objects.filter(state=Extension.State.ASKED).values("finding")),
    "acceptance": Q(pk__in=RiskAcceptance.objects.filter(state=RiskAcceptance.State.ASKED).values("finding")),
    "escalation": Q(pk__in=Escalation.objects.filter(state=Escalation.State.DUE).values("finding")),
}
_LARGE = ("detail", "basis", "advice")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed by; "" and None narrow nothing.

    Attributes:
        state: a state, or "open" for all that are not settled.
        due: "overdue", "none" (no deadline), or a number of days within which it is due.
        waiting: a key of `WAITING`.
    """

    q: str = ""
    state: str = ""
    severity: str = ""
    source: str = ""
    unit: int | None = None
    sector: str = ""
    due: str = ""
    waiting: str = ""


def findings(user: User, asked: Asked, *, today: date) -> QuerySet[Finding]:
    """The findings that a person may see and that match, in no order."""
    return _of_state(_narrowed(visible_findings(user), asked, today=today), asked.state)


def totals(user: User, asked: Asked, *, today: date) -> dict[str, int]:
    """How many there are of each state, under the same conditions but that of the state."""
    rows = _narrowed(visible_findings(user), asked, today=today).order_by()
    return dict(rows.values_list("state").annotate(n=Count("pk")))


def total_of(counts: dict[str, int], state: str) -> int:
    """How many the list has, from the counts by state."""
    if state == "open":
        return sum(counts.get(one, 0) for one in OPEN)
    return counts.get(state, 0) if state else sum(counts.values())


def in_order(rows: QuerySet[Finding], sorting: Sorting) -> QuerySet[Finding]:
    """The rows as a list shows them, without their long texts.

    The key decides between equals in the same direction, so that an index gives the order.
    """
    sign = "-" if sorting.is_descending else ""
    if sorting.column == "severity":
        rows = rows.annotate(weight=_weight())
    order: list[Any] = [f"{sign}{field}" for field in COLUMNS[sorting.column]]
    if sorting.column == "due":
        # what has no deadline comes last, whichever way the days run
        by = F("due_on").desc(nulls_last=True) if sorting.is_descending else F("due_on").asc(nulls_last=True)
        order = [by]
    return rows.select_related("unit", "asset").defer(*_LARGE).order_by(*order, f"{sign}pk")


def page_of(rows: QuerySet[Finding], request: HttpRequest, *, total: int) -> Page[Finding]:
    """The page that `?page=` asks for, of a list whose length is known."""
    return _Counted(rows, PER_PAGE, total=total).get_page(request.GET.get("page"))


def sectors() -> list[tuple[str, str]]:
    """Key and title of every sector in use."""
    rows = Category.objects.filter(group=Category.Group.SECTOR, state=Category.State.ACTIVE)
    return list(rows.values_list("key", "title"))


def findings_by_ids(user: User, ids: Iterable[int]) -> QuerySet[Finding]:
    """Those of the ids that the person may see, newest first."""
    return (
        visible_findings(user).filter(pk__in=list(ids)).select_related("unit").order_by("-raised_at", "-pk")
    )


class _Counted(Paginator):
    """A paginator that does not count again, and that sorts keys alone before it fetches a page of rows."""

    def __init__(self, rows: QuerySet[Finding], per_page: int, *, total: int) -> None:
        super().__init__(rows, per_page)
        self._total = total

    @property
    def count(self) -> int:
        return self._total

    def page(self, number: int | str) -> Page[Finding]:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = list(self.object_list.values_list("pk", flat=True)[start : start + self.per_page])
        rows = Finding.objects.filter(pk__in=keys).select_related("unit", "asset").defer(*_LARGE)
        by_key = {row.pk: row for row in rows}
        return self._get_page([by_key[key] for key in keys if key in by_key], number, self)


def _narrowed(rows: QuerySet[Finding], asked: Asked, *, today: date) -> QuerySet[Finding]:
    exact = {"severity": asked.severity, "source": asked.source, "unit": asked.unit}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if asked.sector:
        rows = rows.filter(unit__in=Unit.objects.filter(sector=asked.sector))
    if asked.q:
        rows = rows.filter(_matching(asked.q))
    if asked.waiting in WAITING:
        rows = rows.filter(WAITING[asked.waiting])
    return rows.filter(_due(asked.due, today=today)) if asked.due else rows


def _of_state(rows: QuerySet[Finding], state: str) -> QuerySet[Finding]:
    if state == "open":
        return rows.filter(state__in=OPEN)
    return rows.filter(state=state) if state else rows


def _matching(text: str) -> Q:
    """By number, title, place, unit, or address of the asset."""
    units = Unit.objects.filter(Q(name__icontains=text) | Q(short_name__icontains=text))
    assets = Asset.objects.filter(Q(value__icontains=text) | Q(title__icontains=text))
    return (
        Q(number__icontains=text)
        | Q(title__icontains=text)
        | Q(place__icontains=text)
        | Q(unit__in=units)
        | Q(asset__in=assets)
    )


def _due(due: str, *, today: date) -> Q:
    if due == "overdue":
        return Q(state__in=WITH_UNIT, due_on__lt=today)
    if due == "none":
        return Q(due_on__isnull=True)
    return Q(state__in=WITH_UNIT, due_on__range=(today, today + timedelta(days=int(due))))


def _weight() -> Case:
    weights = {key: n for n, key in enumerate(reversed(Finding.Severity.values))}
    whens = [When(severity=key, then=Value(n)) for key, n in weights.items()]
    return Case(*whens, default=Value(-1), output_field=IntegerField())
