"""Values computed and kept at a checkpoint, each with the manifest of the records it rests on.

The value, its manifest and the audit record come to be in one transaction. What a person entered is never
overwritten; what was taken before its day was over is taken again once it is.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Literal

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.metrics.manifest import Head, Line, Manifest, Operand, line_of, replay, write
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.scoring.numbers import in_unit, unit_of
from plumbline.office.accounts.models import User
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import keep_unchecked
from plumbline.office.targets.measuring.compute import Computed, Computer, Way
from plumbline.office.targets.measuring.days import end
from plumbline.office.targets.measuring.suggesting import comparable
from plumbline.office.targets.models import (
    Binding,
    Checkpoint,
    EvidenceSet,
    Indicator,
    IndicatorLine,
    IndicatorValue,
    Plan,
    PlanVersion,
)
from plumbline.office.targets.queries.values import current_value, tracked_indicators
from plumbline.office.targets.services.bindings import demand_still_fitting
from plumbline.office.targets.services.readings import effective_target
from plumbline.office.targets.services.values import record_value
from plumbline.office.targets.wording import value_text

log = logging.getLogger("plumbline.targets")
#: largest manifest: two million records
LIMIT = 512 * 1024 * 1024
#: a record that changes while its measure is computed makes the two differ; then both are read again
TRIES = 3
Result = Literal["frozen", "unmeasured", "hand", "kept", "refused"]
COMPUTED = (Binding.Kind.METRIC, Binding.Kind.EXPRESSION)


class FreezeRefused(PlumblineError):
    """A value cannot be taken."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one indicator.

    Attributes:
        result: "frozen", "unmeasured" (kept with its reason), "hand" (a person's value stays), "kept" (taken
            before, and no reason given to do it again), "refused" (`why`).
    """

    line: int
    name: str
    result: Result
    value: str = ""
    records: int = 0
    counted: int = 0
    why: str = ""


def computer_of(version: PlanVersion, *, today: date) -> Computer:
    """Computes the values of an approved version."""
    plan = version.plan
    return Computer(plan, version, [c.day for c in plan.checkpoints.all()], today)


def freeze(
    *,
    version: PlanVersion,
    checkpoint: Checkpoint,
    actor: User | None,
    now: datetime,
    reason: str = "",
    lines: Iterable[int] = (),
) -> Iterator[Outcome]:
    """Take the values of all bound indicators at a checkpoint, one transaction each.

    Args:
        actor: None for the office machine itself.
        reason: why values that were taken before are taken again; "" leaves them.
        lines: only these indicator lines.
    """
    today = timezone.localdate(now)
    computer = computer_of(version, today=today)
    wanted = set(lines)
    bindings = confirmed_bindings(version)
    for indicator in tracked_indicators(version):
        binding = bindings.get(indicator.line_id)
        if binding is None or binding.kind not in COMPUTED or (wanted and indicator.line_id not in wanted):
            continue
        try:
            yield freeze_one(
                indicator=indicator, checkpoint=checkpoint, binding=binding, computer=computer,
                actor=actor, now=now, reason=reason,
            )  # fmt: skip
        except PlumblineError as error:
            log.warning("value of %s at %s was not taken: %s", indicator.line_id, checkpoint.pk, error)
            yield Outcome(indicator.line_id, str(indicator), "refused", why=error.sentence)


def freeze_one(
    *,
    indicator: Indicator,
    checkpoint: Checkpoint,
    binding: Binding,
    computer: Computer,
    actor: User | None,
    now: datetime,
    reason: str = "",
) -> Outcome:
    """Take one value.

    Raises:
        FreezeRefused: the records kept changing while they were read.
        BindingRefused: the target was adjusted, and the binding no longer fits it.
        ValueRefused: the value cannot be kept.
    """
    day = min(checkpoint.day, computer.today)
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        # the lock comes first, so that nobody enters a value between looking and keeping
        IndicatorLine.objects.select_for_update().get(pk=indicator.line_id)
        before = current_value(indicator.line, checkpoint)
        stays = _stays(indicator, before, checkpoint=checkpoint, today=computer.today, reason=reason)
        if stays is not None:
            return stays
        demand_still_fitting(indicator, binding)
        early = before is not None and not reason.strip()
        because = _("节点日已过，重新取值") if early else reason
        computed, manifest = _settled(indicator, checkpoint, binding, computer, day)
        measure = in_target_unit(computed.measure, indicator)
        value = record_value(
            actor=actor, line=indicator.line, checkpoint=checkpoint,
            measure=replace(measure, computed_at=now, records=None), now=now,
            seen=before.pk if before else None, reason=because, note=_note(computed, manifest),
        )  # fmt: skip
        stored = _stored(manifest, name=f"evidence-{indicator.line_id}-{checkpoint.day}-{value.pk}.jsonl")
        EvidenceSet.objects.create(
            value=value, file=stored, digest=stored.digest, records=len(manifest.lines),
            counted=manifest.counted, period_start=computed.period.start, period_end=computed.period.end,
            frozen_at=now,
        )  # fmt: skip
    return Outcome(
        indicator.line_id, str(indicator), "unmeasured" if measure.unmeasured else "frozen",
        value=_words(value), records=len(manifest.lines), counted=manifest.counted, why=measure.unmeasured,
    )  # fmt: skip


def freeze_due(now: datetime) -> int:
    """Take every value whose checkpoint is over and that nobody took: the office machine's chore."""
    today = timezone.localdate(now)
    taken = 0
    approved = PlanVersion.objects.filter(state=PlanVersion.State.APPROVED).select_related("plan__unit")
    bound = Binding.objects.filter(state=Binding.State.CONFIRMED, kind__in=COMPUTED)
    plans = bound.values("indicator_line__project_line__plan")
    for version in approved.filter(plan__in=plans):
        for checkpoint in version.plan.checkpoints.filter(day__lt=today):
            lines = due_lines(version, checkpoint)
            if not lines:
                continue
            outcomes = freeze(version=version, checkpoint=checkpoint, actor=None, now=now, lines=lines)
            taken += sum(1 for outcome in outcomes if outcome.result in ("frozen", "unmeasured"))
    return taken


def due_lines(version: PlanVersion, checkpoint: Checkpoint) -> list[int]:
    """Bound indicator lines of which nothing was ever kept at a checkpoint, or only an early value.

    A value that a person took away stays away until somebody takes it anew.
    """
    bound = [line for line, b in confirmed_bindings(version).items() if b.kind in COMPUTED]
    values = IndicatorValue.objects.filter(checkpoint=checkpoint, indicator_line__in=bound)
    touched = set(values.values_list("indicator_line", flat=True))
    early = values.filter(
        state=IndicatorValue.State.CURRENT, evidence_set__frozen_at__lt=end(checkpoint.day)
    ).values_list("indicator_line", flat=True)
    return [line for line in bound if line not in touched] + list(early)


def confirmed_bindings(version: PlanVersion) -> dict[int, Binding]:
    """What counts, by indicator line, of one version's plan."""
    rows = Binding.objects.filter(
        indicator_line__project_line__plan=version.plan_id, state=Binding.State.CONFIRMED
    ).select_related("decided_by")
    return {row.indicator_line_id: row for row in rows}


def in_target_unit(measure: Measure, indicator: Indicator) -> Measure:
    """A count in the target's own word for it: 场 where the metric says 次."""
    wanted = unit_of(effective_target(indicator)) or ""
    unit = measure.unit or ""
    if not wanted or unit == wanted or measure.value is None or not comparable(unit, wanted):
        return measure
    return measure if in_unit(measure.value, unit, wanted) is not None else replace(measure, unit=wanted)


def _stays(
    indicator: Indicator, before: IndicatorValue | None, *, checkpoint: Checkpoint, today: date, reason: str
) -> Outcome | None:
    """What is there already and is not to be replaced."""
    if before is None:
        return None
    if not before.metric:
        why = _("已有人工填报的值，未覆盖；如需改为自动取值，请先撤回该值")
        return Outcome(indicator.line_id, str(indicator), "hand", value=_words(before), why=why)
    kept: EvidenceSet | None = getattr(before, "evidence_set", None)
    over = checkpoint.day < today
    early = over and kept is not None and kept.frozen_at < end(checkpoint.day)
    if early or reason.strip():
        return None
    return Outcome(
        indicator.line_id, str(indicator), "kept", value=_words(before), records=kept.records if kept else 0,
        counted=kept.counted if kept else 0, why=_("已取过值；如需重新取值，请写明理由"),
    )  # fmt: skip


def _settled(
    indicator: Indicator, checkpoint: Checkpoint, binding: Binding, computer: Computer, day: date
) -> tuple[Computed, Manifest]:
    """A measure with the manifest that gives the same value.

    Raises:
        FreezeRefused: they kept differing.
    """
    for _attempt in range(TRIES):
        computed = computer.compute(Way.of(binding), project=indicator.project, day=day)
        manifest = manifest_of(computed, indicator=indicator, checkpoint=checkpoint, binding=binding, day=day)
        again = replay(manifest)
        if same(again, computed.measure):
            return computed, manifest
        computer.memo.clear()
    raise FreezeRefused(_("取值时工作记录正在变动，没有取成"), where=str(indicator), advice=_("请稍后再试。"))


def same(one: Measure, other: Measure) -> bool:
    """Whether two measures say the same."""
    return (one.value, one.numerator, one.denominator, bool(one.unmeasured)) == (
        other.value, other.numerator, other.denominator, bool(other.unmeasured),
    )  # fmt: skip


def manifest_of(
    computed: Computed, *, indicator: Indicator, checkpoint: Checkpoint, binding: Binding, day: date
) -> Manifest:
    """What was computed, and all records behind it."""
    measure, plan = computed.measure, checkpoint.plan
    head = Head(
        expression=binding.expression, window=binding.window, value=measure.value, unit=measure.unit or "",
        numerator=measure.numerator, denominator=measure.denominator, unmeasured=measure.unmeasured, day=day,
        facts={
            "plan": str(plan.pk), "unit": plan.unit.name, "year": str(plan.year),
            "project": indicator.project.name, "indicator": str(indicator),
            "indicator_key": str(indicator.line.key), "target": indicator.target_raw,
            "checkpoint": checkpoint.day.isoformat(), "scope": binding.scope, "binding": str(binding.pk),
        },
    )  # fmt: skip
    operands = [
        Operand(
            use.metric.key, use.metric.version, str(use.metric.title), str(use.metric.definition),
            use.metric.unit, use.metric.rule, use.window, use.period, use.measure.value,
            use.measure.numerator, use.measure.denominator, use.measure.unmeasured,
        )
        for use in computed.uses
    ]  # fmt: skip
    lines: list[Line] = []
    for use in computed.uses:
        if use.measure.records is not None:
            lines += [line_of(use.name, found) for found in use.measure.records.records()]
    lines.sort(key=lambda line: (line.operand, line.kind, int(line.key)))
    return Manifest(head, tuple(operands), tuple(lines))


def _stored(manifest: Manifest, *, name: str) -> StoredFile:
    with tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024) as spool:
        for line in write(manifest.head, manifest.operands, manifest.lines):
            spool.write(line)
        spool.seek(0)
        return keep_unchecked(File(spool, name=name), user=None, limit=LIMIT)


def _note(computed: Computed, manifest: Manifest) -> str:
    """Which records gave the value, in words; stands in the forms beside it."""
    titles: Sequence[str] = [
        f"{o.title}（v{o.version}，{o.period.start:%Y-%m-%d} 至 {o.period.end:%Y-%m-%d}）"
        for o in manifest.operands
    ]
    counts = _("佐证记录 %(records)d 条，计入 %(counted)d 条") % {
        "records": len(manifest.lines), "counted": manifest.counted,
    }  # fmt: skip
    return _("自动取值：%(titles)s；%(counts)s。") % {"titles": "、".join(titles), "counts": counts}


def _words(value: IndicatorValue) -> str:
    return _("未能测量") if value.unmeasured else value_text(value)


def as_row(outcome: Outcome) -> dict[str, object]:
    """An outcome as the page's row."""
    return asdict(outcome)


def approved(plan: Plan) -> PlanVersion:
    """The version whose indicators are filled.

    Raises:
        FreezeRefused: none is approved.
    """
    version = plan.versions.filter(state=PlanVersion.State.APPROVED).select_related("plan__unit").first()
    if version is None:
        raise FreezeRefused(_("绩效目标尚未批准，还不能取值"), advice=_("请先批准绩效目标。"))
    return version
