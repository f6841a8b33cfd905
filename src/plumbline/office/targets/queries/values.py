"""What indicators reached at the checkpoints, and what is missing.

Only tracked indicators of the approved version are measured. `measure_of` and `readings` are the
seam to everything that reads values: they give `kernel.metrics.Measure`, whoever entered or
computed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Literal

from django.db.models import Count, F, Max, Q, QuerySet
from django.http import Http404

from plumbline.kernel.metrics.measure import Evidence, Measure
from plumbline.kernel.plans.monitoring import Reading
from plumbline.office.lib.addresses import whole_number
from plumbline.office.targets.models import (
    Checkpoint,
    Indicator,
    IndicatorLine,
    IndicatorValue,
    Plan,
    PlanVersion,
    ValueEvidence,
)

CellState = Literal["measured", "unmeasured", "missing", "upcoming"]
CURRENT = IndicatorValue.State.CURRENT
_HERE = Q(line__values__state=CURRENT)


@dataclass(frozen=True, slots=True)
class Cell:
    """One indicator at one checkpoint. "missing": the day is reached, and nothing was entered."""

    checkpoint: Checkpoint
    value: IndicatorValue | None
    state: CellState


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One indicator over all checkpoints."""

    indicator: Indicator
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the tracked indicators have a value, or a reason for none, at a checkpoint."""

    checkpoint: Checkpoint
    filled: int
    total: int
    due: bool

    @property
    def missing(self) -> int:
        """Not filled although the day is reached."""
        return self.total - self.filled if self.due else 0


def measure_of(value: IndicatorValue) -> Measure:
    """A kept value as the kernel's `Measure`; prefetch `evidence__file` for lists."""
    return Measure(
        value=value.value,
        unit=value.unit or None,
        text=value.text,
        numerator=value.numerator,
        denominator=value.denominator,
        evidence=_evidence_of(value),
        computed_at=value.computed_at,
        unmeasured=value.unmeasured,
        metric=value.metric,
        day=value.day,
    )


def _evidence_of(value: IndicatorValue) -> tuple[Evidence, ...]:
    """The files of a value, and the manifest that a computed one rests on."""
    files = [Evidence("file", str(e.file_id), e.file.digest) for e in value.evidence.all()]
    # only what was computed can have one; asking for it costs a query where it was not selected
    kept = getattr(value, "evidence_set", None) if value.metric else None
    return (*files, *([Evidence("manifest", str(kept.pk), kept.digest)] if kept else ()))


def readings(line_ids: Iterable[int]) -> dict[int, list[Reading]]:
    """Current values of indicator lines as readings, by line."""
    values = (
        IndicatorValue.objects.filter(indicator_line__in=list(line_ids), state=CURRENT)
        .select_related("checkpoint", "evidence_set")
        .prefetch_related("evidence__file")
        .order_by("checkpoint__day")
    )
    found: dict[int, list[Reading]] = defaultdict(list)
    for value in values:
        found[value.indicator_line_id].append(Reading(value.checkpoint.day, measure_of(value)))
    return found


def tracked_indicators(version: PlanVersion) -> QuerySet[Indicator]:
    """What a version promises to measure, in the order of the plan."""
    return (
        Indicator.objects.filter(project__version=version, use=Indicator.Use.TRACKED)
        .select_related("project", "line")
        .order_by("project__ordinal", "ordinal")
    )


def in_state(
    rows: QuerySet[Indicator], state: str, *, checkpoints: Sequence[Checkpoint], today: date
) -> QuerySet[Indicator]:
    """Narrow indicators: "missing" at a reached checkpoint, "complete", or with an "unmeasured" value."""
    reached = [c.pk for c in checkpoints if c.day <= today]
    if state == "unmeasured":
        return rows.filter(_HERE & ~Q(line__values__unmeasured="")).distinct()
    if state not in ("missing", "complete"):
        return rows
    rows = rows.annotate(filled=Count("line__values", filter=_HERE & Q(line__values__checkpoint__in=reached)))
    return rows.filter(filled__lt=len(reached)) if state == "missing" else rows.filter(filled=len(reached))


def chosen(
    rows: QuerySet[Indicator], asked: Mapping[str, str], *, checkpoints: Sequence[Checkpoint], today: date
) -> QuerySet[Indicator]:
    """Indicators that match what was asked for: `q`, `project` (a line), `level`, `state`."""
    text, project, level = (asked.get(name, "").strip() for name in ("q", "project", "level"))
    if text:
        fields = ("level3", "description", "level2", "target_raw", "project__name", "project__code")
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": text}) for name in fields)))
    if line := whole_number(project):
        rows = rows.filter(project__line=line)
    if level:
        rows = rows.filter(level1=level)
    return in_state(rows, asked.get("state", ""), checkpoints=checkpoints, today=today)


def next_missing(indicator: Indicator, checkpoint: Checkpoint) -> Indicator | None:
    """The next indicator of the version, in its order and round again, without a value at the checkpoint."""
    there = IndicatorValue.objects.filter(checkpoint=checkpoint, state=CURRENT)
    rows = tracked_indicators(indicator.project.version).exclude(line__in=there.values("indicator_line"))
    place = (indicator.project.ordinal, indicator.ordinal)
    after = Q(project__ordinal__gt=place[0]) | Q(project__ordinal=place[0], ordinal__gt=place[1])
    return rows.filter(after).first() or rows.exclude(pk=indicator.pk).first()


def value_matrix(
    indicators: Sequence[Indicator], *, checkpoints: Sequence[Checkpoint], today: date
) -> list[MatrixRow]:
    """Indicators with their cells; one query for all values."""
    values = IndicatorValue.objects.filter(
        indicator_line__in=[i.line_id for i in indicators], state=CURRENT
    ).annotate(evidence_count=Count("evidence"), record_count=Max("evidence_set__counted"))
    found = {(v.indicator_line_id, v.checkpoint_id): v for v in values}
    return [
        MatrixRow(
            indicator, tuple(_cell(c, found.get((indicator.line_id, c.pk)), today=today) for c in checkpoints)
        )
        for indicator in indicators
    ]


def completeness(
    version: PlanVersion, *, checkpoints: Sequence[Checkpoint], today: date
) -> list[Completeness]:
    """How far each checkpoint is filled."""
    rows = Indicator.objects.filter(project__version=version, use=Indicator.Use.TRACKED).order_by()
    total = rows.count()
    filled = dict(rows.filter(_HERE).values_list(F("line__values__checkpoint")).annotate(count=Count("pk")))
    return [Completeness(c, filled.get(c.pk, 0), total, c.day <= today) for c in checkpoints]


def indicator_or_404(version: PlanVersion, line_id: int) -> Indicator:
    """A tracked indicator of the version.

    Raises:
        Http404: there is none.
    """
    indicator = tracked_indicators(version).filter(line=line_id).first()
    if indicator is None:
        raise Http404
    return indicator


def checkpoint_or_404(plan: Plan, checkpoint_id: int) -> Checkpoint:
    """A checkpoint of this plan.

    Raises:
        Http404: it is none, or another plan's.
    """
    checkpoint = plan.checkpoints.filter(pk=checkpoint_id).first()
    if checkpoint is None:
        raise Http404
    return checkpoint


def current_value(line: IndicatorLine, checkpoint: Checkpoint) -> IndicatorValue | None:
    """What counts now, with its evidence."""
    return history(line, checkpoint).filter(state=CURRENT).first()


def history(line: IndicatorLine, checkpoint: Checkpoint) -> QuerySet[IndicatorValue]:
    """Every value that was ever entered there, newest first."""
    return (
        IndicatorValue.objects.filter(indicator_line=line, checkpoint=checkpoint)
        .select_related("entered_by", "replaced_by", "checkpoint", "indicator_line", "evidence_set")
        .prefetch_related("evidence__file")
        .order_by("-pk")
    )


def value_or_404(plan: Plan, value_id: int) -> IndicatorValue:
    """A value of this plan, current or replaced.

    Raises:
        Http404: it is none, or another plan's.
    """
    rows = IndicatorValue.objects.select_related("indicator_line", "checkpoint")
    value = rows.filter(pk=value_id, checkpoint__plan=plan).first()
    if value is None:
        raise Http404
    return value


def evidence_or_404(plan: Plan, evidence_id: int) -> ValueEvidence:
    """A file behind a value of this plan.

    Raises:
        Http404: it is none, or another plan's.
    """
    rows = ValueEvidence.objects.select_related("file")
    evidence = rows.filter(pk=evidence_id, value__checkpoint__plan=plan).first()
    if evidence is None:
        raise Http404
    return evidence


def _cell(checkpoint: Checkpoint, value: IndicatorValue | None, *, today: date) -> Cell:
    if value is not None:
        return Cell(checkpoint, value, "unmeasured" if value.unmeasured else "measured")
    return Cell(checkpoint, None, "missing" if checkpoint.day <= today else "upcoming")
