"""Monitoring (运行监控): will an indicator reach its target, and which warnings follow by rule.

The thresholds are data (`monitoring.toml`), each with its source and confidence. A forecast is
simple on purpose, so that its sentence can be read out: counts are drawn on linearly from the
elapsed days of the year, levels (ratios, durations) stay at their latest value, and where there is
no value there is no forecast.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.document import Target
from plumbline.kernel.plans.scoring.numbers import bound_of, in_unit
from plumbline.kernel.plans.spending import CENT, HUNDRED, Standing

#: the first units of families that are measured, not counted: money and length (times and shares are levels)
MEASURED = ("元", "米")
Level = Literal["red", "yellow"]
Light = Literal["green", "yellow", "red", "grey"]
OutlookState = Literal["met", "on_track", "at_risk", "off_track", "missed", "unknown"]
Method = Literal["latest", "linear", "deadline", "judged", "none"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One warning of the rule file."""

    key: str
    level: Level
    threshold: Decimal
    unit: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule file, read.

    Attributes:
        level_units: units of values that state a level and are not drawn on.
        near_percent: a forecast at or above this part of the target may still reach it.
    """

    version: str
    source: str
    level_units: frozenset[str]
    near_percent: Decimal
    rules: Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Reading:
    """What an indicator had reached at the checkpoint of `day`."""

    day: date
    measure: Measure


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether an indicator will reach its target.

    Attributes:
        state: "met" now (for a level or ceiling: as of now), "on_track", "at_risk" (near),
            "off_track", "missed" for good, "unknown".
        method: "linear" (drawn on), "latest", "deadline", "judged" (a person must say), "none"
            (no value).
        latest: the newest reading with a value, None without.
        predicted: value at the year's end, in the target's unit.
        elapsed, days: days of the year at the reading, and of the whole year ("linear" only).
    """

    state: OutlookState
    method: Method
    latest: Reading | None = None
    predicted: Decimal | None = None
    elapsed: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Warning:
    """A rule that speaks. `value` is what was compared with the rule's threshold."""

    rule: Rule
    value: Decimal | None = None


@cache
def load_rules() -> Rules:
    """The rule file that the product ships."""
    data = tomllib.loads(files(__package__).joinpath("monitoring.toml").read_text(encoding="utf-8"))
    return Rules(
        version=data["version"],
        source=data["basis"]["source"],
        level_units=frozenset(data["forecast"]["level_units"]),
        near_percent=Decimal(data["forecast"]["near_percent"]),
        rules={
            key: Rule(
                key=key,
                level=row["level"],
                threshold=Decimal(row["threshold"]),
                unit=row["unit"],
                source=row["source"],
                confidence=row["confidence"],
            )
            for key, row in data["rules"].items()
        },
    )


def is_counted(unit: str, values: Iterable[Decimal], *, rules: Rules | None = None) -> bool:
    """Whether values count things (家, 次, 人), of which there is no half.

    Args:
        values: so far; a count that was once given with decimals is none.
    """
    level_units = (rules or load_rules()).level_units
    if not unit or "/" in unit or unit in level_units:
        return False
    if any(in_unit(Decimal(1), unit, measured) is not None for measured in MEASURED):
        return False
    return all(value == value.to_integral_value() for value in values)


def outlook(
    target: Target, *, readings: Sequence[Reading], as_of: date, year: int, rules: Rules | None = None
) -> Outlook:
    """Whether `target` will be reached by the end of `year`, seen from `as_of`.

    Args:
        readings: of any checkpoint; those after `as_of` and those without a value do not count.
    """
    rules = rules or load_rules()
    known = sorted((r for r in readings if r.day <= as_of and r.measure.measured), key=lambda r: r.day)
    latest = known[-1] if known else None
    if target.kind == "date":
        return _by_deadline(target, latest=latest, as_of=as_of)
    if target.kind != "quantitative" or target.value is None:
        return Outlook("unknown", "judged" if latest else "none", latest)
    if latest is None or latest.measure.value is None:
        return Outlook("unknown", "none", latest)
    return _by_value(target, latest=latest, year=year, rules=rules)


def spend_warnings(standing: Standing, *, rules: Rules | None = None) -> tuple[Warning, ...]:
    """What the rules say of the spending of one project."""
    by_key = (rules or load_rules()).rules
    found: list[Warning] = []
    lag, percent = standing.lag, standing.paid_percent
    if lag is None or percent is None:
        return ()
    if percent > by_key["spend_over"].threshold:
        found.append(Warning(by_key["spend_over"], percent))
    if standing.planned > 0 and standing.paid <= 0:
        found.append(Warning(by_key["spend_none"], standing.planned))
    elif lag >= by_key["spend_lag_severe"].threshold:
        found.append(Warning(by_key["spend_lag_severe"], lag))
    elif lag >= by_key["spend_lag"].threshold:
        found.append(Warning(by_key["spend_lag"], lag))
    elif -lag >= by_key["spend_ahead"].threshold and standing.dues:
        found.append(Warning(by_key["spend_ahead"], -lag))
    forecast = standing.forecast
    if forecast and lag > 0 and forecast.percent < by_key["spend_forecast_low"].threshold:
        found.append(Warning(by_key["spend_forecast_low"], forecast.percent))
    return tuple(found)


def indicator_warnings(view: Outlook, *, missing: bool, rules: Rules | None = None) -> tuple[Warning, ...]:
    """What the rules say of one indicator.

    Args:
        missing: its checkpoint is reached, and neither a value nor a reason for none is there.
    """
    by_key = (rules or load_rules()).rules
    found: list[Warning] = []
    if view.state in ("missed", "off_track", "at_risk"):
        found.append(Warning(by_key[f"indicator_{view.state}"], view.predicted))
    if missing:
        found.append(Warning(by_key["value_missing"]))
    return tuple(found)


def light(*, warnings: Sequence[Warning], known: bool) -> Light:
    """The traffic light of warnings; grey where there is nothing to judge by."""
    levels = {warning.rule.level for warning in warnings}
    if "red" in levels:
        return "red"
    if "yellow" in levels:
        return "yellow"
    return "green" if known else "grey"


def _by_deadline(target: Target, *, latest: Reading | None, as_of: date) -> Outlook:
    reached = latest.measure.day if latest else None
    if target.day is None:
        return Outlook("unknown", "judged", latest)
    if reached is not None:
        return Outlook("met" if reached <= target.day else "missed", "deadline", latest)
    return Outlook("missed" if as_of > target.day else "unknown", "deadline", latest)


def _by_value(target: Target, *, latest: Reading, year: int, rules: Rules) -> Outlook:
    bound, wanted = bound_of(target)
    if wanted != target.unit:
        target = replace(target, value=bound, unit=wanted)
    value = in_unit(latest.measure.value or Decimal(0), latest.measure.unit, wanted)
    if value is None:
        # another unit than the target's: a person must say what it means
        return Outlook("unknown", "judged", latest)
    unit = wanted or latest.measure.unit or ""
    if unit != (latest.measure.unit or unit):
        latest = replace(latest, measure=replace(latest.measure, value=value, unit=unit))
    if unit in rules.level_units or "/" in unit or latest.measure.denominator is not None:
        state = _level_state(target, value=value, near=rules.near_percent)
        return Outlook(state, "latest", latest, value)
    first = date(year, 1, 1)
    elapsed = max((latest.day - first).days + 1, 1)
    days = (date(year, 12, 31) - first).days + 1
    predicted = (value * days / min(elapsed, days)).quantize(CENT, ROUND_HALF_UP)
    state = _count_state(target, value=value, predicted=predicted, near=rules.near_percent)
    return Outlook(state, "linear", latest, predicted, elapsed, days)


def _bounds(target: Target) -> tuple[Decimal | None, Decimal | None]:
    """Lower and upper bound of a target; a bare number is read as "at least"."""
    value = target.value
    if target.comparator in ("<=", "<"):
        return None, value
    if target.comparator == "range":
        return value, target.high
    if target.comparator == "=":
        return value, value
    return value, None


def _within(target: Target, value: Decimal) -> bool:
    low, high = _bounds(target)
    strict = target.comparator in (">", "<")
    above = low is None or (value > low if strict else value >= low)
    return above and (high is None or (value < high if strict else value <= high))


def _near(target: Target, value: Decimal, near: Decimal) -> bool:
    """Whether a value misses the target by no more than `100 − near` percent of it."""
    low, high = _bounds(target)
    if low is not None and value < low:
        return value * HUNDRED >= low * near
    return high is not None and value * near <= high * HUNDRED


def _level_state(target: Target, *, value: Decimal, near: Decimal) -> OutlookState:
    if _within(target, value):
        return "met"
    return "at_risk" if _near(target, value, near) else "off_track"


def _count_state(target: Target, *, value: Decimal, predicted: Decimal, near: Decimal) -> OutlookState:
    """A count only grows: past its ceiling it is missed, at its floor it is met."""
    low, high = _bounds(target)
    if high is not None and (value > high or (target.comparator == "<" and value == high)):
        return "missed"
    if high is None and _within(target, value):
        return "met"
    if _within(target, predicted) or (low is not None and predicted >= low):
        return "on_track"
    return "at_risk" if _near(target, predicted, near) else "off_track"
