"""From sums of parts and wholes to a Measure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

from plumbline.kernel.metrics.evidence import EvidenceQuery
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import Rule

PLACES = Decimal("0.00000001")
HUNDRED = Decimal(100)
NOTHING = "没有可计算的数据：分母为 0"


def measured(
    rule: Rule,
    unit: str,
    *,
    part: Decimal,
    whole: Decimal = Decimal(0),
    records: EvidenceQuery | None = None,
    nothing: str = NOTHING,
) -> Measure:
    """The measure of a metric.

    Args:
        nothing: why there is no value when a share has nothing to be a share of.
    """
    if rule != "share":
        return Measure(part, unit, records=records)
    if not whole:
        return Measure(None, unit, unmeasured=nothing, records=records)
    with localcontext() as context:
        context.prec = 60
        value = (part * HUNDRED / whole).quantize(PLACES, ROUND_HALF_UP)
    return Measure(value, unit, numerator=part, denominator=whole, records=records)
