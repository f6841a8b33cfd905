"""Everything that the page of one indicator shows: value now, target, trend, forecast, records, history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from plumbline.kernel.metrics.calculating import PER
from plumbline.kernel.metrics.forecast import Point, YearEnd, year_end
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import Nature
from plumbline.kernel.plans.document import Target
from plumbline.kernel.plans.monitoring import Outlook, Reading, is_counted, load_rules, outlook
from plumbline.kernel.plans.scoring.numbers import in_unit, unit_of
from plumbline.office.accounts.models import User
from plumbline.office.targets.measuring.compute import Computed, Computer, Use
from plumbline.office.targets.measuring.rows import Listing
from plumbline.office.targets.models import Binding, Checkpoint, EvidenceSet, Indicator, IndicatorValue
from plumbline.office.targets.queries.bindings import BindingRow, binding_row, history
from plumbline.office.targets.queries.monitoring import goal_of
from plumbline.office.targets.queries.values import CURRENT, measure_of
from plumbline.office.targets.services.bindings import confirmed
from plumbline.office.units.access import visible_units

ZERO, HUNDRED = Decimal(0), Decimal(100)


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One checkpoint: what counts there, and what it rests on."""

    checkpoint: Checkpoint
    value: IndicatorValue | None
    evidence: EvidenceSet | None
    due: bool
    state: str

    @property
    def is_last(self) -> bool:
        return (self.checkpoint.day.month, self.checkpoint.day.day) == (12, 31)


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """What the page shows.

    Attributes:
        now: the value as of today, computed, or what a person entered last.
        as_of: day of `now`.
        goal: the target with its deadline.
        unit: that figures are shown in.
    """

    row: BindingRow
    now: Measure | None
    as_of: date | None
    goal: Target
    outlook: Outlook
    trend: tuple[TrendRow, ...]
    forecast: YearEnd
    unit: str
    history: tuple[Binding, ...]
    replaced: tuple[IndicatorValue, ...]

    @property
    def is_over(self) -> bool:
        """Whether the year's last day is what is shown."""
        return self.as_of is not None and (self.as_of.month, self.as_of.day) == (12, 31)

    @property
    def uses(self) -> tuple[Use, ...]:
        return self.row.computed.uses if self.row.computed else ()


def indicator_page(indicator: Indicator, *, computer: Computer) -> IndicatorPage:
    """Gather the page of a tracked indicator of an approved version."""
    version = computer.version
    assert version is not None  # noqa: S101 - the view asks for approved versions only
    row = binding_row(indicator, confirmed(indicator.line_id), version=version, computer=computer)
    goal = goal_of(indicator, year=computer.plan.year)
    values = list(_values(indicator))
    current = {value.checkpoint_id: value for value in values if value.state == CURRENT}
    as_of = min(computer.today, date(computer.plan.year, 12, 31))
    readings = [
        Reading(min(value.checkpoint.day, as_of), measure_of(value))
        for value in sorted(current.values(), key=lambda value: value.checkpoint.day)
    ]
    live = row.computed.measure if row.computed and row.binding else None
    if live is not None:
        readings = [r for r in readings if r.day < as_of] + [Reading(as_of, live)]
    view = outlook(goal, readings=readings, as_of=as_of, year=computer.plan.year)
    latest = readings[-1] if readings else None
    unit = unit_of(goal) or (latest.measure.unit if latest else "") or (row.metric.unit if row.metric else "")
    points = _points(readings, unit)
    trend = tuple(
        _trend_row(point, current.get(point.pk), goal, today=computer.today)
        for point in computer.plan.checkpoints.all()
    )
    share = unit in PER
    return IndicatorPage(
        row=row,
        now=_in_unit(live or (latest.measure if latest else None), unit),
        as_of=latest.day if latest else None,
        goal=goal,
        outlook=view,
        trend=trend,
        forecast=year_end(
            points, year=computer.plan.year, nature=nature_of(row, unit), floor=ZERO if share else None,
            ceiling=HUNDRED if share and not _beyond(points) else None,
            whole=is_counted(unit, [point.value for point in points]),
        ),
        unit=unit,
        history=tuple(history(indicator.line_id)),
        replaced=tuple(value for value in values if value.state != CURRENT),
    )  # fmt: skip


def nature_of(row: BindingRow, unit: str) -> Nature:
    """Whether values add up over the year, or say how things stand."""
    binding = row.binding
    if binding is not None and binding.window == Binding.Window.PERIOD and row.computed:
        return "level"
    if binding is not None and row.metric is not None:
        return row.metric.nature
    if (
        row.computed
        and binding is not None
        and any(use.metric.nature == "level" for use in row.computed.uses)
    ):
        return "level"
    return "level" if unit in load_rules().level_units or "/" in unit else "flow"


def records_of(computed: Computed, user: User, *, counted: str = "") -> tuple[Listing, int]:
    """The records behind a value that a person may see, and how many there are that he may not.

    Args:
        counted: "yes" or "no" for those that count or do not; "" for all.
    """
    pieces = computed.pieces()
    sees_all = not visible_units(user).query.where
    shown = list(pieces) if sees_all else [piece.seen_by(user) for piece in pieces]
    hidden = 0 if sees_all else len(Listing(pieces)) - len(Listing(shown))
    if counted in ("yes", "no"):
        shown = [piece.only(counted == "yes") for piece in shown]
    return Listing(shown), hidden


def chart_of(page: IndicatorPage, *, year: int, words: dict[str, str]) -> dict[str, Any]:
    """The trend as data for the chart; the page shows the same as a table."""
    values = [
        [row.checkpoint.day.isoformat(), str(_shown(row.value.value, row.value.unit, page.unit))]
        for row in page.trend
        if row.value is not None and row.value.value is not None
    ]
    now = None
    if page.row.binding and page.now is not None and page.now.value is not None and page.as_of:
        now = [page.as_of.isoformat(), str(page.now.value)]
    forecast = None
    if page.forecast.value is not None and page.forecast.last and page.forecast.method != "over":
        last = page.forecast.last
        forecast = [[last.day.isoformat(), str(last.value)], [f"{year}-12-31", str(page.forecast.value)]]
    goal = page.goal
    target = str(goal.value) if goal.kind == "quantitative" and goal.value is not None else ""
    return {
        "values": values, "now": now, "forecast": forecast, "target": target, "unit": page.unit,
        "first": f"{year}-01-01", "last": f"{year}-12-31", "words": words,
    }  # fmt: skip


def _values(indicator: Indicator) -> QuerySet[IndicatorValue]:
    return (
        IndicatorValue.objects.filter(indicator_line=indicator.line_id)
        .select_related("checkpoint", "entered_by", "replaced_by", "evidence_set__file")
        .prefetch_related("evidence__file")
        .order_by("-pk")
    )


def _trend_row(
    checkpoint: Checkpoint, value: IndicatorValue | None, goal: Target, *, today: date
) -> TrendRow:
    evidence = getattr(value, "evidence_set", None) if value is not None else None
    state = ""
    if value is not None and not value.unmeasured:
        # as it stood there, without a look ahead
        reading = Reading(checkpoint.day, measure_of(value))
        view = outlook(goal, readings=[reading], as_of=checkpoint.day, year=checkpoint.day.year)
        state = view.state
    return TrendRow(checkpoint, value, evidence, checkpoint.day <= today, state)


def _points(readings: Sequence[Reading], unit: str) -> list[Point]:
    found = []
    for reading in readings:
        value = reading.measure.value
        if value is not None:
            found.append(Point(reading.day, _shown(value, reading.measure.unit, unit)))
    return found


def _shown(value: Decimal, unit: str | None, wanted: str) -> Decimal:
    """A value in the unit of the page, where it can be brought into it."""
    shown = in_unit(value, unit, wanted)
    return value if shown is None else shown


def _beyond(points: Sequence[Point]) -> bool:
    """Whether a share went past its whole (a budget overspent): then it may do so again."""
    return any(point.value > HUNDRED for point in points)


def _in_unit(measure: Measure | None, unit: str) -> Measure | None:
    """A measure in the unit of the page, where it can be brought into it."""
    if measure is None or measure.value is None:
        return measure
    value = in_unit(measure.value, measure.unit, unit)
    return measure if value is None else replace(measure, value=value, unit=unit)
