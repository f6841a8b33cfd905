"""From a binding to a measure: a metric, or an expression over metrics, over a plan's scope and days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation

from plumbline.kernel.metrics.calculating import RECORDS, evaluate, unit_of
from plumbline.kernel.metrics.expression import Known, Node, Reference, parse, references
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import METRICS, Metric
from plumbline.kernel.metrics.period import Period, Window, period_of
from plumbline.office.targets.measuring.rows import Rows, Together
from plumbline.office.targets.measuring.scope import Scope, Width
from plumbline.office.targets.models import Binding, Plan, PlanVersion, Project


@dataclass(frozen=True)
class Way:
    """How one value is computed: what a binding says, saved or not yet.

    Attributes:
        name: what the value is marked with: "key@version", or "expression@" and the binding's id.
    """

    name: str
    metric: str = ""
    version: int = 0
    expression: str = ""
    window: Window = "cumulative"
    width: Width = "county"
    #: versions of the metrics that the expression names; the latest of those that are missing
    operands: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, binding: Binding) -> Way:
        """Of a binding to a metric or an expression."""
        if binding.kind == Binding.Kind.EXPRESSION:
            name = f"expression@{binding.pk}"
        else:
            name = f"{binding.metric}@{binding.metric_version}"
        return cls(
            name, binding.metric, binding.metric_version, binding.expression,
            binding.window, binding.scope, binding.operands,
        )  # fmt: skip


@dataclass(frozen=True)
class Use:
    """One metric as it was computed for a value."""

    metric: Metric
    window: Window
    period: Period
    measure: Measure

    @property
    def name(self) -> str:
        return f"{self.metric.id}/{self.window}"


@dataclass(frozen=True)
class Computed:
    """A measure, and the metrics that it was computed from."""

    measure: Measure
    uses: tuple[Use, ...]
    period: Period

    def pieces(self) -> tuple[Rows, ...]:
        """The queries for all records behind it."""
        found: list[Rows] = []
        for use in self.uses:
            if use.measure.records is not None:
                found += use.measure.records.parts()  # type: ignore[attr-defined]
        return tuple(found)

    @property
    def records(self) -> Together:
        return Together(self.pieces())


@dataclass
class Computer:
    """Computes values of one plan; what several of them need is read once.

    Attributes:
        version: the approved one.
        days: of the plan's checkpoints.
    """

    plan: Plan
    version: PlanVersion | None
    days: Sequence[date]
    today: date
    memo: dict[Any, Any] = field(default_factory=dict)

    def compute(self, way: Way, *, project: Project | None, day: date) -> Computed:
        """The value on a day; of a day that is not over, as things stand now.

        Raises:
            RegistryError: the metric is no longer part of this installation.
            ExpressionError: the expression cannot be read.
        """
        uses: dict[str, Use] = {}

        def operand(metric: Metric, window: Window) -> Measure:
            name = f"{metric.id}/{window}"
            if name not in uses:
                uses[name] = self.used(metric, window, way.width, project, day)
            return uses[name].measure

        def named(reference: Reference) -> Measure:
            metric = METRICS.get(reference.key, reference.version)
            found = operand(metric, reference.window or way.window)
            if reference.records:
                counted = found.records.counted() if found.records else 0
                return Measure(Decimal(counted), RECORDS, records=found.records)
            return found

        if way.expression:
            node = parse(way.expression, known=lambda name: known(name, versions=way.operands))
            for reference in references(node):
                named(reference)
            measure = evaluate(node, operand=named)
        else:
            measure = operand(METRICS.get(way.metric, way.version), way.window)
        found = Computed(measure, tuple(uses[name] for name in sorted(uses)), self.period(way.window, day))
        return replace(found, measure=replace(measure, metric=way.name, records=found.records))

    def used(self, metric: Metric, window: Window, width: Width, project: Project | None, day: date) -> Use:
        """A metric over these days, computed once for all indicators that name it."""
        period = self.period(window, day)
        owner = None if metric.about == "units" or project is None else project.pk
        place = ("use", metric.id, window, width, period, owner)
        if place not in self.memo:
            scope = Scope(self.plan, self.version, width, project, self.today, self.memo)
            self.memo[place] = Use(metric, window, period, metric.compute(scope, period))
        found: Use = self.memo[place]
        return found

    def period(self, window: Window, day: date) -> Period:
        """The days that count: those of the plan's year up to the day."""
        return period_of(day, window=window, checkpoints=self.days, year=self.plan.year)


def known(name: str, *, versions: Mapping[str, int] | None = None) -> Known | None:
    """A metric by key or title, in the version that is pinned, else the latest."""
    # an expression is kept as it was written, whatever language its reader uses
    with translation.override(settings.LANGUAGE_CODE):
        for metric in METRICS.latest():
            if name in (metric.key, str(metric.title)):
                found = METRICS.get(metric.key, (versions or {}).get(metric.key, 0))
                return Known(found.key, str(found.title), found.unit, found.version)
    return None


def checked(expression: str) -> tuple[Node, str, tuple[Metric, ...]]:
    """An expression with its unit and the metrics that it names.

    Raises:
        ExpressionError: it cannot be read, or units do not fit.
    """
    node = parse(expression, known=known)
    unit = unit_of(node, units=lambda reference: METRICS.get(reference.key, reference.version).unit)
    return node, unit, metrics_of(references(node))


def metrics_of(found: Iterable[Reference]) -> tuple[Metric, ...]:
    """The metrics of references, each once."""
    return tuple({r.key: METRICS.get(r.key, r.version) for r in found}.values())
