"""The facts of a unit's report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import translation

from plumbline.kernel.reports.facts import InspectionFact, SectionFact, UnitFacts
from plumbline.office.findings.models import Finding
from plumbline.office.inspections.models import Inspection
from plumbline.office.inspections.services.report_counts import (
    REAL,
    Span,
    finding_facts,
    known,
    raised_in,
    severities,
    severity_order,
    tally,
)
from plumbline.office.inspections.services.reviewing import score_of
from plumbline.office.units.models import Asset, Category, Contact, System, Unit

#: findings that the table lists
MOST_FINDINGS = 60
_CANCELLED = Inspection.State.CANCELLED
_DONE = Inspection.State.DONE


def unit_facts(unit: Unit, span: Span) -> UnitFacts:
    """Count a unit's year, in the office's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _facts(unit, span)


def _facts(unit: Unit, span: Span) -> UnitFacts:
    mine = Q(unit=unit)
    inspections = list(_inspections(unit, span))
    scored = _scored(inspections)
    before = span.a_year_before()
    last_inspections = list(_inspections(unit, before))
    last_scored = next(
        (one for one in last_inspections if one.state == _DONE and one.score is not None), None
    )
    last = tally(before, mine)
    had_records = bool(last_inspections) or bool(last.found or last.due or last.overdue)
    raised = known(span, mine).filter(REAL & raised_in(span))
    sources = dict(raised.order_by().values_list("source").annotate(n=Count("pk")))
    listed = _by_severity(raised)
    levels = dict(
        unit.systems.exclude(state=System.State.STOPPED)
        .values_list("level")
        .order_by()
        .annotate(n=Count("pk"))
    )
    people = dict(unit.contacts.filter(state=Contact.State.CURRENT).values_list("role", "name"))
    facts_of = tally(span, mine)
    return UnitFacts(
        unit=unit.name,
        kind=str(unit.get_kind_display()),
        sector=_sector(unit),
        head=people.get(Contact.Role.HEAD, ""),
        deputy=people.get(Contact.Role.DEPUTY, ""),
        year=span.year,
        as_of=span.as_of,
        systems=sum(levels.values()),
        levels=[(str(level.label), levels.get(level.value, 0)) for level in System.Level],
        assets=unit.assets.filter(state=Asset.State.ACTIVE).count(),
        inspections=[_inspection(one) for one in reversed(inspections)],
        scored=scored.number if scored else "",
        sections=_sections(scored) if scored else [],
        severities=severities(span, mine),
        sources=[(str(source.label), sources.get(source.value, 0)) for source in Finding.Source],
        findings=finding_facts(listed[:MOST_FINDINGS]),
        more_findings=max(facts_of.found - MOST_FINDINGS, 0),
        tally=facts_of,
        last_year=last if had_records else None,
        score=scored.score if scored else None,
        full_score=scored.full_score if scored else None,
        last_score=last_scored.score if last_scored else None,
        last_full_score=last_scored.full_score if last_scored else None,
    )


def _scored(inspections: Sequence[Inspection]) -> Inspection | None:
    """The latest that is done and has a score."""
    return next((one for one in inspections if one.state == _DONE and one.score is not None), None)


def _inspections(unit: Unit, span: Span) -> QuerySet[Inspection]:
    """Inspections planned for or finished in the span, the latest first."""
    finished = Q(finished_on__gte=span.start, finished_on__lte=span.as_of)
    planned = Q(planned_to__year=span.year, planned_from__lte=span.as_of)
    rows = unit.inspections.filter(finished | planned).exclude(state=_CANCELLED)
    return (
        rows.select_related("checklist")
        .prefetch_related("inspectors__user")
        .order_by("-finished_on", "-planned_to", "-pk")
    )


def _inspection(one: Inspection) -> InspectionFact:
    return InspectionFact(
        number=one.number,
        method=str(one.get_method_display()),
        started_on=one.started_on,
        finished_on=one.finished_on,
        state=str(one.get_state_display()),
        inspectors=[str(person.user) for person in one.inspectors.all()],
        score=one.score,
        full_score=one.full_score,
    )


def _sections(scored: Inspection) -> list[SectionFact]:
    """The uppermost sections with something to reach."""
    if scored.checklist is None:
        return []
    whole = score_of(scored).per_section
    top = min((section.depth for section in whole), default=0)
    return [
        SectionFact(section.title, section.reached, section.reachable)
        for section in whole
        if section.depth == top
    ]


def _by_severity(rows: QuerySet[Finding]) -> QuerySet[Any]:
    ranks = [When(severity=level, then=Value(place)) for level, place in severity_order().items()]
    ordered = rows.annotate(rank=Case(*ranks, default=Value(9), output_field=IntegerField()))
    return ordered.select_related("unit").order_by("rank", "due_then", "pk")


def _sector(unit: Unit) -> str:
    if not unit.sector:
        return ""
    found = Category.objects.filter(group=Category.Group.SECTOR, key=unit.sector).first()
    return found.title if found else unit.sector
