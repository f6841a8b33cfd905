"""How each tracked indicator of a plan gets its value: decided, or suggested, with the value as of now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.metrics.metric import METRICS, Metric
from plumbline.kernel.plans.document import Target
from plumbline.office.targets.measuring.compute import Computed, Computer, Way
from plumbline.office.targets.measuring.suggesting import Asked, Suggestion, suggest, width_for
from plumbline.office.targets.models import Binding, Indicator, PlanVersion
from plumbline.office.targets.queries.values import tracked_indicators
from plumbline.office.targets.services.bindings import Choice, demand_still_fitting
from plumbline.office.targets.services.freezing import COMPUTED, confirmed_bindings, in_target_unit
from plumbline.office.targets.services.readings import effective_target

KIND = Binding.Kind
#: what a filter of the list may ask for
FILTERS = ("undecided", KIND.METRIC, KIND.EXPRESSION, KIND.HAND, KIND.UNMEASURABLE)
SEARCHED = ("level3", "description", "level2", "target_raw", "project__name")


@dataclass(frozen=True, slots=True)
class BindingRow:
    """One indicator.

    Attributes:
        binding: what was decided; None while nobody did.
        suggestion: what might be, for an undecided one.
        metric: of the binding or of the suggestion.
        computed: the value as of now, where it is or would be computed.
        problem: why it could not be computed.
        mismatch: why what was decided no longer fits: the target was adjusted since.
    """

    indicator: Indicator
    target: Target
    binding: Binding | None
    suggestion: Suggestion | None
    metric: Metric | None
    computed: Computed | None
    problem: str = ""
    mismatch: str = ""

    @property
    def kind(self) -> str:
        """Of the decision, else of the suggestion."""
        if self.binding is not None:
            return self.binding.kind
        return self.suggestion.fill if self.suggestion else ""


def narrowed(version: PlanVersion, asked: Mapping[str, str]) -> QuerySet[Indicator]:
    """The tracked indicators that match `q`, `project` (a line) and `kind`."""
    rows = tracked_indicators(version)
    text, project, kind = (asked.get(name, "").strip() for name in ("q", "project", "kind"))
    if text:
        found = Q()
        for name in SEARCHED:
            found |= Q(**{f"{name}__icontains": text})
        rows = rows.filter(found)
    if project.isdecimal() and len(project) < 18:
        rows = rows.filter(project__line=int(project))
    decided = Binding.objects.filter(indicator_line=OuterRef("line"), state=Binding.State.CONFIRMED)
    if kind == "undecided":
        rows = rows.filter(~Exists(decided))
    elif kind in FILTERS:
        rows = rows.filter(Exists(decided.filter(kind=kind)))
    return rows


def binding_rows(
    version: PlanVersion, indicators: Sequence[Indicator], *, computer: Computer
) -> list[BindingRow]:
    """The rows of these indicators; a constant number of queries for each kind of metric."""
    bindings = confirmed_bindings(version)
    return [
        binding_row(indicator, bindings.get(indicator.line_id), version=version, computer=computer)
        for indicator in indicators
    ]


def binding_row(
    indicator: Indicator, binding: Binding | None, *, version: PlanVersion, computer: Computer
) -> BindingRow:
    """One row."""
    target = effective_target(indicator)
    suggestion = None if binding else suggestion_for(indicator)
    way: Way | None = None
    metric: Metric | None = None
    if binding is not None and binding.kind in COMPUTED:
        way = Way.of(binding)
        metric = metric_of(binding)
    elif suggestion is not None and suggestion.metric is not None:
        metric = suggestion.metric
        if suggestion.fill == "metric":
            way = Way(metric.id, metric.key, metric.version, width=width_for(version.plan.unit.name))
    computed, problem = None, ""
    if way is not None:
        try:
            computed = compute_now(way, indicator, computer)
        except PlumblineError as error:
            problem = error.sentence
    mismatch = mismatch_of(indicator, binding) if binding is not None and not problem else ""
    return BindingRow(indicator, target, binding, suggestion, metric, computed, problem, mismatch)


def mismatch_of(indicator: Indicator, binding: Binding) -> str:
    """Why a decision does not fit the indicator as it is now; "" where it does."""
    try:
        demand_still_fitting(indicator, binding)
    except PlumblineError as error:
        return error.sentence
    return ""


def compute_now(way: Way, indicator: Indicator, computer: Computer) -> Computed:
    """The value as of today, or of the last day of a year that is over.

    Raises:
        PlumblineError: the metric is gone, or the expression cannot be read.
    """

    day = min(computer.today, date(computer.plan.year, 12, 31))
    found = computer.compute(way, project=indicator.project, day=day)
    return replace(found, measure=in_target_unit(found.measure, indicator))


def suggestion_for(indicator: Indicator) -> Suggestion:
    """How the indicator's value might be filled."""
    return suggest(
        Asked(
            name=indicator.level3, description=indicator.description, level2=indicator.level2,
            project=indicator.project.name, target=effective_target(indicator), raw=indicator.target_raw,
            direction=indicator.direction,
        )
    )  # fmt: skip


def choice_of(suggestion: Suggestion, version: PlanVersion) -> Choice:
    """A suggestion as what a person may confirm."""
    metric = suggestion.metric if suggestion.fill == "metric" else None
    return Choice(
        kind=suggestion.fill, metric=metric.key if metric else "", version=metric.version if metric else 0,
        width=width_for(version.plan.unit.name), reason=suggestion.reason,
    )  # fmt: skip


def metric_of(binding: Binding) -> Metric | None:
    """The metric of a binding in its version; None for other bindings and for a metric that is gone."""
    if binding.kind != KIND.METRIC:
        return None
    found = [m for m in METRICS.versions(binding.metric) if m.version == binding.metric_version]
    return found[0] if found else None


def history(line_id: int) -> QuerySet[Binding]:
    """Every decision on an indicator, newest first."""
    return Binding.objects.filter(indicator_line=line_id).select_related("decided_by").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tracked indicators are filled in which way."""

    total: int
    by_kind: Mapping[str, int]

    @property
    def undecided(self) -> int:
        return self.total - sum(self.by_kind.values())


def tally(version: PlanVersion) -> Tally:
    """Over the whole version, in two queries."""
    lines = set(tracked_indicators(version).order_by().values_list("line_id", flat=True))
    counts = dict.fromkeys(KIND.values, 0)
    for line, binding in confirmed_bindings(version).items():
        if line in lines:
            counts[binding.kind] += 1
    return Tally(len(lines), counts)
