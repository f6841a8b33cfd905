"""The registry of metrics, and where each is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from plumbline.kernel.metrics.expression import ExpressionError, parse, references
from plumbline.kernel.metrics.metric import METRICS, Metric
from plumbline.office.accounts.models import User
from plumbline.office.targets.measuring.compute import known
from plumbline.office.targets.models import Binding, Indicator
from plumbline.office.targets.queries.plans import visible_plans


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric in its latest version; `older`: earlier versions that bindings may still use."""

    metric: Metric
    older: tuple[Metric, ...]
    used: int


def metric_rows(user: User, *, text: str = "", about: str = "") -> list[MetricRow]:
    """All metrics that match, with the number of indicators that use them, of plans that a person may see."""
    used = Counter(key for binding in used_bindings(user) for key in keys_of(binding))
    wanted = text.strip().lower()
    found = []
    for metric in METRICS.latest():
        words = f"{metric.key} {metric.title} {metric.definition}".lower()
        if wanted in words and about in ("", metric.about):
            older = tuple(METRICS.versions(metric.key)[1:])
            found.append(MetricRow(metric, older, used[metric.key]))
    return found


def used_bindings(user: User) -> QuerySet[Binding]:
    """The confirmed bindings to metrics and expressions in plans that a person may see."""
    named = Indicator.objects.filter(line=OuterRef("indicator_line")).order_by("-project__version__number")
    return (
        Binding.objects.filter(
            state=Binding.State.CONFIRMED, kind__in=(Binding.Kind.METRIC, Binding.Kind.EXPRESSION),
            indicator_line__project_line__plan__in=visible_plans(user),
        )
        .select_related("indicator_line__project_line__plan__unit")
        .annotate(
            indicator_name=Subquery(named.values("level3")[:1]),
            indicator_text=Subquery(named.values("description")[:1]),
            project_name=Subquery(named.values("project__name")[:1]),
        )
        .order_by("-indicator_line__project_line__plan__year", "pk")
    )  # fmt: skip


def users_of(user: User, key: str) -> list[Binding]:
    """The bindings that name a metric, by itself or in an expression."""
    return [binding for binding in used_bindings(user) if key in keys_of(binding)]


def keys_of(binding: Binding) -> Sequence[str]:
    """The metrics that a binding names."""
    if binding.kind == Binding.Kind.METRIC:
        return (binding.metric,)
    if binding.operands:
        return tuple(binding.operands)
    try:
        return tuple({r.key for r in references(parse(binding.expression, known=known))})
    except ExpressionError:
        # a formula whose metric is no longer installed names none that is
        return ()
