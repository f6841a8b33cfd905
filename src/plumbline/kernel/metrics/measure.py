"""A Measure: the value of an indicator at a time, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from plumbline.kernel.metrics.evidence import EvidenceQuery


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record or file that a measure rests on.

    Attributes:
        kind: what it is ("file", "payment", later "inspection", "finding" …).
        key: its id within its kind.
        digest: SM3 of its content, hex; "" where the record has none.
    """

    kind: str
    key: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """The value of one indicator over one period.

    "Could not be measured" is never 0 and never "failed": then `value` is None and `unmeasured`
    says why. A ratio keeps its exact numerator and denominator; a zero denominator is no data.

    Attributes:
        value: exact, in `unit` (98 for 98%).
        unit: as in the target ("%", "次"); None for a bare number.
        text: for qualitative indicators, what was reached, in words.
        numerator, denominator: exact counts or amounts behind a ratio.
        evidence: what the value rests on.
        computed_at: when (aware); passed in.
        unmeasured: the reason, "" when measured.
        metric: key and version of the metric that computed it, "" when entered by hand.
        day: for deadlines, when it was done.
        records: asks for the records behind a computed measure; None for what a person entered.
    """

    value: Decimal | None
    unit: str | None = None
    text: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    evidence: tuple[Evidence, ...] = ()
    computed_at: datetime | None = None
    unmeasured: str = ""
    metric: str = ""
    day: date | None = None
    records: EvidenceQuery | None = field(default=None, compare=False, repr=False)

    @property
    def measured(self) -> bool:
        return not self.unmeasured and (self.value is not None or bool(self.text) or self.day is not None)
