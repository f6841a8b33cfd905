"""Values of indicators at the checkpoints: entered, replaced, withdrawn, restored; never changed.

`record_value` takes a `kernel.metrics.Measure` and is the one way in, for a person's entry as for a
metric's result.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.metrics.measure import Measure
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.models import StoredFile
from plumbline.office.targets.models import (
    Checkpoint,
    EvidenceSet,
    Indicator,
    IndicatorLine,
    IndicatorValue,
    PlanVersion,
    ValueEvidence,
)
from plumbline.office.targets.queries.values import current_value

#: Places that a value is kept with; the exact numerator and denominator stand beside it.
PLACES = Decimal("0.00000001")
MOST = Decimal("1e15")
MOST_WORDS = 500
SCALES = {"%": Decimal(100), "％": Decimal(100), "百分比": Decimal(100), "‰": Decimal(1000)}
CURRENT, REPLACED = IndicatorValue.State.CURRENT, IndicatorValue.State.REPLACED


class ValueRefused(PlumblineError):
    """A value cannot be kept as entered."""


class ValueChanged(ValueRefused):
    """Somebody else entered a value since the form was opened.

    Attributes:
        current: what counts now; None where it was withdrawn.
    """

    def __init__(self, current: IndicatorValue | None) -> None:
        self.current = current
        by = current.entered_by if current else None
        super().__init__(
            _("您打开此页后，%(name)s 已填报或更正了这个值，您填写的内容尚未保存。")
            % {"name": by or _("其他人")},
            advice=_("请对照现行值；确认以您的为准时，请说明理由后再次保存。"),
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that backs a value, with what to call it."""

    file: StoredFile
    title: str


def ratio(*, numerator: Decimal, denominator: Decimal, unit: str) -> Measure:
    """A share of something in the unit of its target.

    Raises:
        ValueRefused: nothing to divide by (that is no data, not 0), or more than can be kept.
    """
    if not denominator:
        raise ValueRefused(_("分母为 0，没有可计算的数据。"), advice=_("请改选“未能测量”，并说明原因。"))
    value = numerator * SCALES.get(unit, Decimal(1)) / denominator
    if abs(value) >= MOST:
        raise _too_large()
    value = value.quantize(PLACES, ROUND_HALF_UP)
    return Measure(value, unit or None, numerator=numerator, denominator=denominator)


def record_value(
    *,
    actor: User | None,
    line: IndicatorLine,
    checkpoint: Checkpoint,
    measure: Measure,
    now: datetime,
    seen: int | None,
    reason: str = "",
    note: str = "",
    proofs: Sequence[Proof] = (),
    keep: Iterable[int] = (),
) -> IndicatorValue:
    """Keep a value; the one that counted before stays as replaced.

    Args:
        actor: None for a metric.
        seen: id of the value that counted when the form was opened, None when there was none.
        reason: why another value is replaced; needed when one is.
        keep: ids of evidence of the value before that backs this one too.

    Raises:
        ValueChanged: another value counts now than was seen.
        ValueRefused: nothing measured and no reason, no reason for a replacement, not tracked.
    """
    with transaction.atomic():
        indicator = _locked(line, checkpoint)
        before = current_value(line, checkpoint)
        if (before.pk if before else None) != seen:
            raise ValueChanged(before)
        check_measure(measure)
        if before is not None:
            _retire(before, actor=actor, reason=reason, now=now)
        value = _create(actor, line, checkpoint, measure, note=note, now=now)
        kept = [e for e in before.evidence.all() if e.pk in set(keep)] if before else []
        ValueEvidence.objects.bulk_create(
            [ValueEvidence(value=value, file=e.file, title=e.title) for e in kept]
            + [ValueEvidence(value=value, file=p.file, title=p.title[:200]) for p in proofs]
        )
        action = "values.replace" if before else "values.enter"
        record(
            actor=actor, action=action, target=value, detail=_detail(indicator, before, value, reason=reason)
        )
        return value


def withdraw_value(*, actor: User, value: IndicatorValue, reason: str, now: datetime) -> None:
    """Take the current value away; the checkpoint has none then.

    Raises:
        ValueChanged: another value counts now.
        ValueRefused: no reason.
    """
    with transaction.atomic():
        indicator = _locked(value.indicator_line, value.checkpoint)
        before = current_value(value.indicator_line, value.checkpoint)
        if before is None or before.pk != value.pk:
            raise ValueChanged(before)
        _retire(before, actor=actor, reason=reason, now=now)
        detail = _detail(indicator, before, None, reason=reason)
        record(actor=actor, action="values.withdraw", target=before, detail=detail)


def restore_value(
    *, actor: User, value: IndicatorValue, reason: str, seen: int | None, now: datetime
) -> IndicatorValue:
    """Make a replaced value count again, as a new row with the same evidence.

    Raises:
        ValueChanged: another value counts now than was seen.
        ValueRefused: no reason, or it counts already.
    """
    with transaction.atomic():
        indicator = _locked(value.indicator_line, value.checkpoint)
        before = current_value(value.indicator_line, value.checkpoint)
        if (before.pk if before else None) != seen:
            raise ValueChanged(before)
        if value.state == CURRENT:
            raise ValueRefused(_("这个值就是现行值。"))
        if before is not None:
            _retire(before, actor=actor, reason=reason, now=now)
        proofs = list(value.evidence.all())
        copy = IndicatorValue.objects.get(pk=value.pk)
        copy.pk, copy.state, copy.entered_by, copy.computed_at = None, CURRENT, actor, now
        copy.replaced_reason, copy.replaced_by, copy.replaced_at = "", None, None
        copy._state.adding = True
        copy.save()
        ValueEvidence.objects.bulk_create(
            ValueEvidence(value=copy, file=e.file, title=e.title) for e in proofs
        )
        kept = EvidenceSet.objects.filter(value=value.pk).first()
        if kept is not None:
            # a computed value comes back with the records that it rests on
            kept.pk, kept.value = None, copy
            kept._state.adding = True
            kept.save()
        detail = _detail(indicator, before, copy, reason=reason)
        record(actor=actor, action="values.restore", target=copy, detail=detail)
        return copy


def _locked(line: IndicatorLine, checkpoint: Checkpoint) -> Indicator:
    """The tracked indicator in its approved version; its line is locked until the transaction ends."""
    IndicatorLine.objects.select_for_update().get(pk=line.pk)
    approved = PlanVersion.objects.filter(plan=checkpoint.plan_id, state=PlanVersion.State.APPROVED)
    indicator = Indicator.objects.filter(
        line=line, project__version__in=approved, use=Indicator.Use.TRACKED
    ).first()
    if indicator is None:
        raise ValueRefused(
            _("该指标不在已批准的绩效目标中，不能填报实测值。"),
            advice=_("请先批准绩效目标，或核对指标是否已被调整取消。"),
        )
    return indicator


def check_measure(measure: Measure) -> None:
    """Whether a measure can be kept.

    Raises:
        ValueRefused: nothing measured and no reason, or more than the fields hold.
    """
    if measure.unmeasured:
        if measure.value is not None or measure.text or measure.day:
            raise ValueRefused(_("“未能测量”与实测值不能同时填写。"))
    elif not measure.measured:
        raise ValueRefused(_("没有填写实测值。"), advice=_("确实无法测量的，请选“未能测量”并说明原因。"))
    if any(abs(n) >= MOST for n in (measure.value, measure.numerator, measure.denominator) if n is not None):
        raise _too_large()
    if len(measure.text) > MOST_WORDS:
        raise ValueRefused(
            _("文字超过 %(most)d 字。") % {"most": MOST_WORDS}, advice=_("请写要点，其余作为佐证上传。")
        )


def _too_large() -> ValueRefused:
    return ValueRefused(_("数值过大。"), advice=_("请核对数值与计量单位。"))


def _retire(value: IndicatorValue, *, actor: User | None, reason: str, now: datetime) -> None:
    if not reason.strip():
        raise ValueRefused(_("请说明更正理由。"))
    value.state, value.replaced_reason, value.replaced_by, value.replaced_at = REPLACED, reason, actor, now
    value.save(update_fields=["state", "replaced_reason", "replaced_by", "replaced_at"])


def _create(
    actor: User | None,
    line: IndicatorLine,
    checkpoint: Checkpoint,
    measure: Measure,
    *,
    note: str,
    now: datetime,
) -> IndicatorValue:
    return IndicatorValue.objects.create(
        indicator_line=line,
        checkpoint=checkpoint,
        value=measure.value,
        unit=measure.unit or "",
        text=measure.text,
        day=measure.day,
        numerator=measure.numerator,
        denominator=measure.denominator,
        unmeasured=measure.unmeasured,
        metric=measure.metric,
        note=note,
        computed_at=measure.computed_at or now,
        entered_by=actor,
    )


def _detail(
    indicator: Indicator, before: IndicatorValue | None, after: IndicatorValue | None, *, reason: str
) -> dict[str, object]:
    # what is recorded does not depend on the language that the person reads
    with translation.override(settings.LANGUAGE_CODE):
        detail: dict[str, object] = {
            "indicator": str(indicator),
            "value": {"old": _words(before), "new": _words(after)},
        }
    return detail | ({"reason": reason} if reason else {})


def _words(value: IndicatorValue | None) -> str:
    if value is None:
        return ""
    if value.unmeasured:
        return _("未能测量：%(why)s") % {"why": value.unmeasured}
    parts = [f"{value.value.normalize():f}{value.unit}" if value.value is not None else "", value.text]
    day: date | None = value.day
    return " ".join(part for part in (*parts, day.isoformat() if day else "") if part)
