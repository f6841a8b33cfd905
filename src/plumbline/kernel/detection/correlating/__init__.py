"""Correlations: what detections mean together. Source: Sigma correlation rules specification 2.1.

Input are detections (a rule matched an event), not events. Time is that of events.

**Order.** Detections are correlated in order of (time, file, event, rule), whatever order they come in, as
long as none is more than `lateness` seconds older than the newest: the watermark is the newest time less
`lateness`; what is older than it when it comes is late, is left out and counted in `Dropped`. So batches of
any size, and any order within the lateness, give the same alerts in the same order.

**Groups.** Detections whose `group-by` fields are equal but for case. One without such a field is left out
and counted. One event counts once, whatever rules of the correlation it matches.

**Windows.** With the operators gt and gte, and for temporal conditions, windows slide: at each detection, at
time t, the condition is put to the detections of the group from t - timespan to t, both included; temporal_
ordered asks for a sequence that ends with this detection, its events in the order of `rules`, each event at
most one step of it. With lt, lte, eq, neq and ranges nothing can be said before the end: a window begins with
the first detection of the group outside of one, includes all from then to timespan later, and is put to the
condition once, when the watermark has passed its end. A group without detections says nothing.

**Not.** `a and not b` holds if a matches, b did not in the timespan up to then, and does not until timespan
after the (first of the) wanted detections: that is when it is alerted. Meanwhile further matches do not begin
anew.

**Alerts.** When the condition begins to hold there is one alert, however long it goes on holding; it must
have held at no detection for longer than timespan before it is alerted anew (with a reminder each
`Limits.remind` seconds while it goes on). A window with an end gives an alert each.

**Chains.** A correlation of correlations takes these as detections with the time of their alert, the fields
of the detection that completed them, and their groups' values under the names of their `group-by`. Temporal
ones ask whether the other holds, so that its every holding counts; those that count count its alerts, without
reminders. A rule on which others are built gives no alerts of its own unless they say `generate: true`.

**Values.** value_count tells texts apart but for case. value_sum, value_avg, value_percentile take decimal
numbers, exactly; a percentile between two values is taken in proportion (PERCENTILE_CONT). M is 30.436875
days, y 365.2425.

**Room.** `Limits` caps groups and entries; what goes for want of room is counted in `Dropped`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plumbline.kernel.detection.correlating.carrying import Carrier
from plumbline.kernel.detection.correlating.correlations import Correlation, needed_fields
from plumbline.kernel.detection.correlating.correlator import Correlator, correlate
from plumbline.kernel.detection.correlating.records import Alert, Detection, Dropped, Limits, Reference

if TYPE_CHECKING:
    from plumbline.kernel.detection.correlating.linking import Linked, link

__all__ = [
    "Alert",
    "Carrier",
    "Correlation",
    "Correlator",
    "Detection",
    "Dropped",
    "Limits",
    "Linked",
    "Reference",
    "correlate",
    "link",
    "needed_fields",
]


def __getattr__(name: str) -> Any:
    """Linking needs pySigma, which takes as long to import as all else: only who links waits for it."""
    if name not in ("Linked", "link"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from plumbline.kernel.detection.correlating import linking

    return getattr(linking, name)
