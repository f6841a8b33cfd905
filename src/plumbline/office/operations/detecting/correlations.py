"""Correlation rules over everything that was found, in order of time."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Final

from plumbline.kernel.detection.correlating import Alert, Correlation, Correlator, Detection, Dropped, Limits
from plumbline.kernel.detection.examining import Outcome
from plumbline.kernel.detection.exporting import CorrelationFound
from plumbline.kernel.detection.rules import Info

#: detections that are kept for correlating (about 1 GB)
MOST_DETECTIONS: Final = 2_000_000
#: alerts that are kept
MOST_ALERTS: Final = 100_000
_SLICE: Final = 10_000


class Correlations:
    """Gathers detections of the rules that correlations name, and correlates them in the end.

    Files of several machines overlap in time, so nothing can be said before the last is read.
    """

    def __init__(self, correlations: Sequence[Correlation], infos: Sequence[Info]) -> None:
        self._correlations = correlations
        self._keys = [info.key for info in infos]
        self._kept: list[Detection] = []
        self._left = 0
        self._untimed = 0

    def take(self, file: str, outcome: Outcome) -> None:
        """Keep what a batch found."""
        for (event, rule), fields in outcome.carried.items():
            time = outcome.times.get(event)
            if time is None or not math.isfinite(time):
                self._untimed += 1
            elif len(self._kept) < MOST_DETECTIONS:
                self._kept.append(Detection(time, self._keys[rule], file, event, fields))
            else:
                self._left += 1

    def found(self) -> tuple[list[CorrelationFound], list[str]]:
        """What correlations found in order of time, and sentences on what had to be left out."""
        if not self._correlations:
            return [], []
        self._kept.sort(key=lambda one: one.time)
        # they come in order, so nothing is late, however many have one time and wait for it to pass
        correlator = Correlator(self._correlations, lateness=0.0, limits=Limits(waiting=sys.maxsize))
        alerts: list[Alert] = []
        more = 0
        for start in range(0, len(self._kept), _SLICE):
            more += _add(alerts, correlator.feed(self._kept[start : start + _SLICE]))
        more += _add(alerts, correlator.finish())
        known = {one.info.key: one for one in self._correlations}
        notes = self._notes(correlator.dropped, known)
        if more:
            notes.append(f"关联检出超过 {MOST_ALERTS:,} 次，之后的 {more:,} 次没有列出")
        return [_found(alert, known[alert.rule]) for alert in alerts], notes

    def _notes(self, dropped: Dropped, known: dict[str, Correlation]) -> list[str]:
        notes = []
        if self._untimed:
            notes.append(f"{self._untimed:,} 次检出没有时间，没有参加关联")
        if self._left:
            notes.append(f"检出过多，{self._left:,} 次没有参加关联，关联结果可能不全")
        for counts, text in (
            (dropped.lacking, "次检出缺少分组或取值所需的字段，没有参加关联"),
            (dropped.groups, "个分组因数量过多被放弃，关联结果可能不全"),
            (dropped.entries, "次检出因同组数量过多被放弃，关联结果可能不全"),
        ):
            notes += [
                f"关联规则“{known[key].info.title if key in known else key}”：{count:,} {text}"
                for key, count in sorted(counts.items())
            ]
        return notes


def _add(alerts: list[Alert], given: list[Alert]) -> int:
    """Keep alerts as far as there is room; how many there was none for."""
    kept = given[: MOST_ALERTS - len(alerts)]
    alerts += kept
    return len(given) - len(kept)


def _found(alert: Alert, correlation: Correlation) -> CorrelationFound:
    return CorrelationFound(
        correlation.info,
        alert.group,
        alert.start,
        alert.end,
        tuple((one.file, one.event) for one in alert.detections),
        _count(alert, correlation.kind),
    )


def _count(alert: Alert, kind: str) -> str:
    number = f"{alert.count:,.6g}" if isinstance(alert.count, float) else f"{alert.count:,}"
    text = {
        "event_count": f"至少 {number} 次",
        "value_count": f"至少 {number} 个不同的值",
        "temporal": f"{number} 种情况先后出现",
        "temporal_ordered": f"{number} 种情况依次出现",
        "value_sum": f"合计 {number}",
        "value_avg": f"平均 {number}",
        "value_percentile": f"百分位值 {number}",
    }.get(kind, number)
    return f"{text}（仍在持续）" if alert.continued else text
