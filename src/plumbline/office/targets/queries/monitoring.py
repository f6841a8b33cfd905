"""Monitoring (运行监控) at a checkpoint: spend against plan, indicator against target, and what was said.

A constant number of queries, however many projects and indicators.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.document import Target
from plumbline.kernel.plans.monitoring import (
    Light,
    Outlook,
    Reading,
    Warning,
    indicator_warnings,
    light,
    outlook,
)
from plumbline.kernel.plans.target import deadline
from plumbline.office.audit.models import Record
from plumbline.office.targets.models import (
    Checkpoint,
    Indicator,
    IndicatorValue,
    MonitoringNote,
    PlanVersion,
    Project,
)
from plumbline.office.targets.queries import ledger
from plumbline.office.targets.queries.ledger import ProjectSpending
from plumbline.office.targets.queries.values import CURRENT, tracked_indicators
from plumbline.office.targets.services.readings import effective_target

Likelihood = MonitoringNote.Likelihood
FIELDS = (
    *("project_id", "line_id", "ordinal", "level1", "level2", "level3", "description"),
    *("target_raw", "reading_raw", "reading_approved_at"),
)
VALUE_FIELDS = (
    *("indicator_line_id", "checkpoint_id", "value", "unit", "text", "day", "numerator", "denominator"),
    "unmeasured",
    "metric",
)
SUGGESTED = {
    "met": Likelihood.CERTAIN,
    "on_track": Likelihood.CERTAIN,
    "at_risk": Likelihood.POSSIBLE,
    "off_track": Likelihood.POSSIBLE,
    "missed": Likelihood.IMPOSSIBLE,
}


#: key of the warning rule that a value has not been filled in
MISSING = "value_missing"


@dataclass(frozen=True, slots=True)
class IndicatorState:
    """One indicator at the checkpoint."""

    indicator: Indicator
    value: IndicatorValue | None
    outlook: Outlook
    warnings: tuple[Warning, ...]
    note: MonitoringNote | None

    @property
    def suggested(self) -> str:
        """The likelihood that follows from the forecast; "" where a person must judge."""
        return SUGGESTED.get(self.outlook.state, "")


@dataclass(frozen=True, slots=True)
class ProjectState:
    """One project at the checkpoint."""

    spending: ProjectSpending
    indicators: tuple[IndicatorState, ...]
    note: MonitoringNote | None

    @property
    def project(self) -> Project:
        return self.spending.project

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Of the spending first, then of the indicators."""
        return self.spending.warnings + tuple(w for i in self.indicators for w in i.warnings)

    @property
    def light(self) -> Light:
        known = bool(self.spending.obligations) or any(i.outlook.state != "unknown" for i in self.indicators)
        return light(warnings=self.warnings, known=known)

    @property
    def filled(self) -> int:
        return sum(1 for i in self.indicators if i.value is not None)

    @property
    def is_explained(self) -> bool:
        """Whether a cause is written: of the project as a whole, or beside each indicator that is warned of.

        A value that is merely missing asks to be filled in, not to be explained.
        """
        if self.note is not None and self.note.cause:
            return True
        warned = [i for i in self.indicators if any(w.rule.key != MISSING for w in i.warnings)]
        return not self.spending.warnings and all(i.note is not None and i.note.cause for i in warned)


def project_states(
    version: PlanVersion,
    *,
    checkpoint: Checkpoint,
    today: date,
    line_id: int | None = None,
    as_of: date | None = None,
) -> list[ProjectState]:
    """All projects of an approved version at a checkpoint; only one where it is named.

    Args:
        as_of: day up to which spending and values count: the checkpoint's, and for one that is not
            reached yet today.
    """
    as_of = as_of or min(checkpoint.day, today)
    spendings = ledger.project_spendings(version, today=as_of)
    # hundreds of rows: what no page of the monitoring shows is not read, nor joined
    indicators = tracked_indicators(version).select_related(None).only(*FIELDS)
    if line_id is not None:
        spendings = [s for s in spendings if s.project.line_id == line_id]
        indicators = indicators.filter(project__line=line_id)
    by_project: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in indicators:
        by_project[indicator.project_id].append(indicator)
    days = {c.pk: c.day for c in version.plan.checkpoints.all() if c.day <= checkpoint.day}
    values = _values(checkpoint, days, line_id=line_id)
    notes = _notes(checkpoint)
    due = checkpoint.day <= today
    return [
        ProjectState(
            spending,
            tuple(
                _state(
                    i,
                    values.get(i.line_id, []),
                    checkpoint,
                    days,
                    as_of=as_of,
                    due=due,
                    note=notes.get(("i", i.line_id)),
                )
                for i in by_project[spending.project.pk]
            ),
            notes.get(("p", spending.project.line_id)),
        )
        for spending in spendings
    ]


def goal_of(indicator: Indicator, *, year: int) -> Target:
    """The target to be reached, its deadline with the plan's year where the text names none."""
    target = effective_target(indicator)
    if target.kind == "date" and target.day is None:
        return replace(target, day=deadline(target, year=year))
    return target


def completions(checkpoints: Iterable[Checkpoint]) -> dict[int, Record]:
    """By checkpoint, when somebody last declared its monitoring complete."""
    ids = [str(c.pk) for c in checkpoints]
    acts = Record.objects.filter(
        object_type=Checkpoint._meta.label_lower, object_id__in=ids, action="monitoring.complete"
    ).order_by("sequence")
    return {int(act.object_id): act for act in acts}


def current_checkpoint(checkpoints: Sequence[Checkpoint], *, today: date) -> Checkpoint | None:
    """The last one reached; before the first, the first."""
    reached = [c for c in checkpoints if c.day <= today]
    return reached[-1] if reached else next(iter(checkpoints), None)


def _values(
    checkpoint: Checkpoint, days: Mapping[int, date], *, line_id: int | None
) -> dict[int, list[IndicatorValue]]:
    """Current values by indicator line, by day of their checkpoint; of one project where it is named.

    Of the earlier checkpoints only what is needed: the values of indicators whose value at this one does
    not say anything.
    """
    current = IndicatorValue.objects.filter(state=CURRENT).order_by().only(*VALUE_FIELDS)
    if line_id is not None:
        current = current.filter(indicator_line__project_line=line_id)
    here = {value.indicator_line_id: value for value in current.filter(checkpoint=checkpoint)}
    said = current.filter(checkpoint=checkpoint, unmeasured="").values("indicator_line")
    earlier = [pk for pk in days if pk != checkpoint.pk]
    before = current.filter(checkpoint__in=earlier).exclude(indicator_line__in=said)
    found: dict[int, list[IndicatorValue]] = defaultdict(list)
    for value in sorted(before, key=lambda v: days[v.checkpoint_id]):
        found[value.indicator_line_id].append(value)
    for line, value in here.items():
        found[line].append(value)
    return found


def _measure(value: IndicatorValue) -> Measure:
    """What a forecast needs of a value."""
    return Measure(
        value.value, value.unit or None, text=value.text, numerator=value.numerator,
        denominator=value.denominator, day=value.day,
    )  # fmt: skip


def _notes(checkpoint: Checkpoint) -> dict[tuple[str, int], MonitoringNote]:
    notes = MonitoringNote.objects.filter(checkpoint=checkpoint).select_related("written_by")
    return {("i", n.indicator_line_id) if n.indicator_line_id else ("p", n.project_line_id): n for n in notes}


def _state(
    indicator: Indicator,
    values: Sequence[IndicatorValue],
    checkpoint: Checkpoint,
    days: Mapping[int, date],
    *,
    as_of: date,
    due: bool,
    note: MonitoringNote | None,
) -> IndicatorState:
    year = checkpoint.day.year
    here = next((v for v in values if v.checkpoint_id == checkpoint.pk), None)
    # a value of a checkpoint that is not reached yet says what is known today
    # the newest value that says something is all that a forecast looks at
    latest = next((v for v in reversed(values) if not v.unmeasured), None)
    known = [Reading(min(days[latest.checkpoint_id], as_of), _measure(latest))] if latest else []
    view = outlook(goal_of(indicator, year=year), readings=known, as_of=as_of, year=year)
    return IndicatorState(indicator, here, view, indicator_warnings(view, missing=due and here is None), note)
