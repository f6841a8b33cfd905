"""The facts of the county's report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import translation
from django.utils.translation import gettext

from plumbline.kernel.reports.facts import CommonFact, CountyFacts, MethodFact, RankFact
from plumbline.office.accounts.roles import Role
from plumbline.office.inspections.models import Inspection
from plumbline.office.inspections.services.report_counts import (
    CLOSED,
    REAL,
    Span,
    finding_facts,
    known,
    overdue_on,
    raised_in,
    severities,
    severity_order,
    tally,
)
from plumbline.office.units.models import Category, Membership, Unit, UnitChange

MOST_RANKS = 40
MOST_COMMON = 10
MOST_OVERDUE = 30
_OFFICE = (Role.ADMINISTRATOR, Role.STAFF, Role.LEADER)
_DONE = Inspection.State.DONE
#: turns after which a unit is no longer in use
_ENDS = (UnitChange.Kind.CLOSED, UnitChange.Kind.ABSORBED, UnitChange.Kind.MERGED)


@dataclass
class _Row:
    """A unit's sums on their way into a ranking."""

    unit: Unit
    inspected: bool = False
    shares: list[Decimal] = field(default_factory=list)
    found: int = 0
    rectified: int = 0
    overdue: int = 0


def own_units() -> list[int]:
    """The office's own units: those whose people work in the office."""
    return sorted(set(Membership.objects.filter(user__role__in=_OFFICE).values_list("unit", flat=True)))


def county_facts(span: Span, *, issuer: str, grouping: str) -> CountyFacts:
    """Count the county's year, in the office's language.

    Args:
        grouping: "unit" or "kind".
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _facts(span, issuer=issuer, grouping=grouping)


def _facts(span: Span, *, issuer: str, grouping: str) -> CountyFacts:
    own = own_units()
    others = ~Q(unit__in=own)
    rows = _rows(span, own)
    kinds = _kinds(rows.values())
    ranked = kinds if grouping == "kind" else _ranking(rows.values())
    before = span.a_year_before()
    last_done = _done(before, own)
    last, sums = tally(before, others), tally(span, others)
    had_records = last_done.exists() or bool(last.found or last.due or last.overdue)
    overdue = _overdue(span, others)
    return CountyFacts(
        issuer=issuer,
        year=span.year,
        as_of=span.as_of,
        grouping=grouping,
        units=len(rows),
        inspected=sum(row.inspected for row in rows.values()),
        methods=_methods(span, own),
        kinds=kinds,
        ranking=ranked[:MOST_RANKS],
        more_ranks=max(len(ranked) - MOST_RANKS, 0),
        common=_common(span, others),
        severities=severities(span, others),
        overdue=finding_facts(overdue[:MOST_OVERDUE]),
        more_overdue=max(sums.overdue - MOST_OVERDUE, 0),
        tally=sums,
        last_year=last if had_records else None,
        last_inspected=last_done.values("unit").distinct().count(),
        last_done=last_done.count(),
        ended_inspected=_done(span, own).exclude(unit__in=list(rows)).values("unit").distinct().count(),
    )


def _done(span: Span, own: list[int]) -> QuerySet[Inspection]:
    finished = Inspection.objects.filter(
        state=_DONE, finished_on__gte=span.start, finished_on__lte=span.as_of
    )
    return finished.exclude(unit__in=own).order_by()


def _rows(span: Span, own: list[int]) -> dict[int, _Row]:
    # as the metric of the share of inspected units has it: what ended later was in use on the last day
    ended_later = UnitChange.objects.filter(unit=OuterRef("pk"), kind__in=_ENDS, on__gt=span.as_of)
    units = Unit.objects.filter(Q(state=Unit.State.ACTIVE) | Exists(ended_later)).exclude(pk__in=own)
    rows = {unit.pk: _Row(unit) for unit in units}
    for unit_id, reached, full in _done(span, own).values_list("unit", "score", "full_score"):
        if unit_id in rows:
            rows[unit_id].inspected = True
            if reached is not None and full:
                rows[unit_id].shares.append(reached * 100 / full)
    raised = REAL & raised_in(span)
    counts = known(span, ~Q(unit__in=own)).order_by().values("unit").annotate(
        found=Count("pk", filter=raised),
        rectified=Count("pk", filter=raised & CLOSED),
        overdue=Count("pk", filter=overdue_on(span)),
    )  # fmt: skip
    for one in counts:
        if row := rows.get(one["unit"]):
            row.found, row.rectified, row.overdue = one["found"], one["rectified"], one["overdue"]
    return rows


def _ranking(rows: Iterable[_Row]) -> list[RankFact]:
    """Units with an inspection done: by mean score, those without one last."""
    facts = [
        RankFact(str(row.unit), 1, 1, _mean(row.shares), row.found, row.rectified, row.overdue)
        for row in rows
        if row.inspected
    ]
    return sorted(facts, key=lambda one: (one.score is None, -(one.score or 0), one.title))


def _kinds(rows: Iterable[_Row]) -> list[RankFact]:
    by_kind: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by_kind[row.unit.kind].append(row)
    return [
        RankFact(
            title=title,
            units=len(of_kind),
            inspected=sum(row.inspected for row in of_kind),
            score=_mean([share for row in of_kind for share in row.shares]),
            found=sum(row.found for row in of_kind),
            rectified=sum(row.rectified for row in of_kind),
            overdue=sum(row.overdue for row in of_kind),
        )
        for kind, title in _titles(by_kind)
        if (of_kind := by_kind.get(kind))
    ]


def _titles(used: Iterable[str]) -> list[tuple[str, str]]:
    """(key, title) of the types of units in the office's order, retired ones that are still used too."""
    rows = dict(Category.objects.filter(group=Category.Group.TYPE).values_list("key", "title"))
    return [(key, gettext(rows.get(key, key))) for key in dict.fromkeys([*rows, *sorted(used)])]


def _mean(shares: list[Decimal]) -> Decimal | None:
    return (sum(shares) / len(shares)).quantize(Decimal("0.1"), ROUND_HALF_UP) if shares else None


def _methods(span: Span, own: list[int]) -> list[MethodFact]:
    planned = Q(planned_to__gte=span.start, planned_to__lte=span.as_of)
    done = Q(state=_DONE, finished_on__gte=span.start, finished_on__lte=span.as_of)
    rows = Inspection.objects.exclude(unit__in=own).exclude(state=Inspection.State.CANCELLED)
    counts = {
        row["method"]: row
        for row in rows.order_by()
        .values("method")
        .annotate(
            planned=Count("pk", filter=planned),
            done=Count("pk", filter=done),
            on_time=Count("pk", filter=planned & done & Q(finished_on__lte=F("planned_to"))),
        )
    }
    nothing: dict[str, Any] = {"planned": 0, "done": 0, "on_time": 0}
    facts = []
    for method in Inspection.Method:
        row = counts.get(method.value, nothing)
        facts.append(MethodFact(str(method.label), row["planned"], row["done"], row["on_time"]))
    return facts


def _common(span: Span, others: Q) -> list[CommonFact]:
    rows = known(span, others).filter(REAL & raised_in(span)).order_by().values("title").annotate(
        units=Count("unit", distinct=True), findings=Count("pk"), rectified=Count("pk", filter=CLOSED)
    )  # fmt: skip
    most = rows.order_by("-units", "-findings", "title")[:MOST_COMMON]
    return [CommonFact(row["title"], row["units"], row["findings"], row["rectified"]) for row in most]


def _overdue(span: Span, others: Q) -> QuerySet[Any]:
    ranks = [When(severity=level, then=Value(place)) for level, place in severity_order().items()]
    rows = known(span, others).filter(overdue_on(span))
    rows = rows.annotate(rank=Case(*ranks, default=Value(9), output_field=IntegerField()))
    return rows.select_related("unit").order_by("rank", "due_then", "pk")
