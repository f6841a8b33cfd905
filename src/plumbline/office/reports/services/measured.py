"""What was reached and said at one checkpoint, by line, for the forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from plumbline.kernel.metrics.measure import Measure
from plumbline.office.targets.models import Checkpoint, IndicatorValue, MonitoringNote
from plumbline.office.targets.queries.values import measure_of


@dataclass(frozen=True, slots=True)
class Measured:
    """Values and notes; by id of the indicator's or the project's line."""

    measures: dict[int, Measure] = field(default_factory=dict)
    indicator_notes: dict[int, MonitoringNote] = field(default_factory=dict)
    project_notes: dict[int, MonitoringNote] = field(default_factory=dict)


def measured_at(checkpoint: Checkpoint, project_lines: Sequence[int]) -> Measured:
    """Values and notes of one checkpoint."""
    values = (
        IndicatorValue.objects.filter(
            checkpoint=checkpoint,
            state=IndicatorValue.State.CURRENT,
            indicator_line__project_line__in=project_lines,
        )
        .select_related("evidence_set")
        .prefetch_related("evidence__file")
    )
    notes = list(MonitoringNote.objects.filter(checkpoint=checkpoint, project_line__in=project_lines))
    return Measured(
        measures={v.indicator_line_id: measure_of(v) for v in values},
        indicator_notes={n.indicator_line_id: n for n in notes if n.indicator_line_id},
        project_notes={n.project_line_id: n for n in notes if not n.indicator_line_id},
    )
