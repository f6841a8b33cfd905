"""What was reached, in the unit in which its target is stated, so that the two can be read side by side."""

from __future__ import annotations

from decimal import Decimal

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.document import Target
from plumbline.kernel.plans.scoring.engine import actual_text
from plumbline.kernel.plans.scoring.numbers import in_unit, plain, unit_of

#: decimals that a person may have typed, or fen in yuan; finer ones are quotients, and are shown rounded
TYPED = -4


def text_beside(measure: Measure, target: Target) -> str:
    """`actual_text` in the target's unit: 157500 yuan beside ≤21万元 is "15.75万元".

    Only what can be written exactly is converted; everything else stays as it was entered.
    """
    wanted = unit_of(target)
    if measure.unmeasured or measure.value is None or not measure.unit or not wanted:
        return actual_text(measure)
    value = in_unit(measure.value, measure.unit, wanted)
    if value is None or measure.unit == wanted or not _exact(measure.value, value, measure.unit, wanted):
        return actual_text(measure)
    return f"{plain(value)}{wanted}"


def _exact(given: Decimal, shown: Decimal, unit: str, wanted: str) -> bool:
    """Whether the converted number says all that the given one said, and in a finite number of places."""
    places = given.normalize().as_tuple().exponent
    return isinstance(places, int) and places >= TYPED and in_unit(shown, wanted, unit) == given
