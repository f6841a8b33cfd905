"""What correlations say of a list of detections, in plain loops over all of it at once.

It shares no code with the correlator: for every detection it looks at everything that came before.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from plumbline.kernel.detection.correlating import Correlation, Detection

COMPARE = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "eq": operator.eq,
    "neq": operator.ne,
}


@dataclass
class Item:
    """Something that a correlation takes: `place` orders all items; `event` is (time, file, number)."""

    place: tuple[Any, ...]
    time: float
    event: tuple[Any, ...]
    slot: int
    key: tuple[str, ...]
    shown: tuple[str, ...]
    value: Any
    fields: dict[str, str]


@dataclass
class Hold:
    """A correlation holds, with what an alert would say of it."""

    place: tuple[Any, ...]
    completed: float
    latest: float
    time: float
    start: float
    count: Any
    shown: tuple[str, ...]
    event: tuple[Any, ...]
    fields: dict[str, str]
    fresh: bool = True
    again: bool = False


def alerts_of(
    correlations: list[Correlation], detections: list[Detection], remind: float
) -> dict[str, list[tuple[Any, ...]]]:
    """Correlation -> its alerts as (group, start, end, count, continued)."""
    holds: dict[str, list[Hold]] = {}
    told = {}
    for number, one in enumerate(correlations):
        items = []
        for slot, source in enumerate(one.inputs):
            if source.chained:
                for hold in holds[source.key]:
                    if hold.fresh or one.kind in ("temporal", "temporal_ordered"):
                        event = (hold.time, *hold.event[1:])
                        items.append(((*hold.place, number), hold.time, event, slot, hold.fields))
            else:
                for d in detections:
                    if d.rule == source.key:
                        place = (d.time, 0, d.file, d.event, d.rule, number)
                        items.append((place, d.time, (d.time, d.file, d.event), slot, dict(d.fields)))
        taken = [item for each in items if (item := taken_in(one, *each)) is not None]
        taken.sort(key=lambda item: item.place)
        groups: dict[Any, list[Item]] = {}
        for item in taken:
            groups.setdefault(item.key, []).append(item)
        found: list[Hold] = []
        for members in groups.values():
            if one.terms:
                made = by_terms(one, number, members)
            elif all(name in ("gt", "gte") for name, _limit in one.bounds):
                made = sliding(one, members)
            else:
                found += ending(one, number, members)
                continue
            episodes(made, one.span, remind)
            found += made
        found.sort(key=lambda hold: hold.place)
        for hold in found:
            named = {name.lower(): value for name, value in zip(one.names, hold.shown, strict=True)}
            hold.fields = {**hold.fields, **named}
        holds[one.key] = found
        told[one.key] = [
            (tuple(zip(one.names, h.shown, strict=True)), h.start, h.time, h.count, h.again)
            for h in found
            if (h.fresh or h.again) and not one.silent
        ]
    return told


def taken_in(
    one: Correlation, place: Any, time: float, event: Any, slot: int, fields: dict[str, str]
) -> Item | None:
    source = one.inputs[slot]
    if any(name not in fields for name in source.group):
        return None
    shown = tuple(fields[name] for name in source.group)
    value: Any = None
    if one.kind.startswith("value_"):
        if any(name not in fields for name in source.value):
            return None
        value = tuple(fields[name].lower() for name in source.value)
        if one.kind != "value_count":
            try:
                value = Fraction(value[0])
            except ValueError:
                return None
    return Item(place, time, event, slot, tuple(text.lower() for text in shown), shown, value, fields)


def shown_first(members: list[Item], n: int, span: float) -> tuple[str, ...]:
    """How the group was first written, since it was last quiet for longer than `span`."""
    while n and not members[n - 1].time < members[n].time - span:
        n -= 1
    return members[n].shown


def once_each(one: Correlation, members: list[Item]) -> list[Item]:
    if one.kind in ("temporal", "temporal_ordered"):
        return members
    return [m for n, m in enumerate(members) if not n or m.event != members[n - 1].event]


def measure(one: Correlation, window: list[Item]) -> Any:
    if one.kind == "event_count":
        return len(window)
    if one.kind == "value_count":
        return len({m.value for m in window})
    if one.kind == "value_sum":
        return sum(m.value for m in window)
    if one.kind == "value_avg":
        return Fraction(sum(m.value for m in window), len(window))
    if one.kind == "value_percentile":
        values = sorted(m.value for m in window)
        rank = Fraction(one.percentile, 100) * (len(values) - 1)
        low = values[int(rank)]
        high = values[min(int(rank) + 1, len(values) - 1)]
        return low + (rank - int(rank)) * (high - low)
    if one.kind == "temporal":
        return len({m.slot for m in window})
    runs = numbered(window)
    best = 0
    for chosen in subsequences(one.order):
        best = max(best, len(chosen) if follows(window, runs, chosen, 0, -1) else 0)
    return best


def numbered(window: list[Item]) -> list[int]:
    """The same number for neighbours that are one event."""
    runs = [0]
    for before, after in pairwise(window):
        runs.append(runs[-1] + (before.event != after.event))
    return runs


def subsequences(order: tuple[int, ...]) -> list[tuple[int, ...]]:
    chosen: list[tuple[int, ...]] = [()]
    for slot in order:
        chosen += [(*one, slot) for one in chosen]
    return chosen


def follows(window: list[Item], runs: list[int], order: tuple[int, ...], n: int, run: int) -> bool:
    if not order:
        return True
    return any(
        runs[m] > run and window[m].slot == order[0] and follows(window, runs, order[1:], m + 1, runs[m])
        for m in range(n, len(window))
    )


def shown_count(one: Correlation, count: Any) -> Any:
    """A count stops where the condition is decided."""
    if one.kind not in ("event_count", "value_count"):
        return count
    if all(name in ("gt", "gte") for name, _limit in one.bounds):
        enough = 1
        while not all(COMPARE[name](enough, limit) for name, limit in one.bounds):
            enough += 1
        return min(count, enough)
    return min(count, max(1, *(int(limit) + 1 for _name, limit in one.bounds)))


def sliding(one: Correlation, members: list[Item]) -> list[Hold]:
    members = once_each(one, members)
    holds = []
    for n, item in enumerate(members):
        window = [m for m in members[: n + 1] if m.time >= item.time - one.span]
        count = measure(one, window)
        if not all(COMPARE[name](count, limit) for name, limit in one.bounds):
            continue
        start = window[0].time
        if one.kind == "event_count":  # the latest that are enough
            start = window[-int(shown_count(one, count))].time
        elif one.kind == "value_count" or one.kind == "temporal":
            last = {m.value if one.kind == "value_count" else m.slot: m.time for m in window}
            times = sorted(last.values(), reverse=True)
            start = times[: shown_count(one, count)][-1]
        shown = shown_first(members, n, one.span)
        holds.append(
            Hold(
                item.place, item.time, item.time, item.time, start, shown_count(one, count), shown,
                item.event, item.fields,
            )
        )  # fmt: skip
    return holds


def ending(one: Correlation, number: int, members: list[Item]) -> list[Hold]:
    holds = []
    n = 0
    while n < len(members):
        first = members[n]
        end = first.time + one.span
        window = [m for m in members[n:] if m.time <= end]
        n += len(window)
        window = once_each(one, window)
        count = measure(one, window)
        if all(COMPARE[name](count, limit) for name, limit in one.bounds):
            last = window[-1]
            place = (end, 1, number, first.place)
            count = shown_count(one, count)
            holds.append(Hold(place, end, end, end, first.time, count, first.shown, last.event, last.fields))
    return holds


def by_terms(one: Correlation, number: int, members: list[Item]) -> list[Hold]:
    holds: list[Hold] = []
    at_once: set[int] = set()
    runs = numbered(members)
    for place, term in enumerate(one.terms):
        complete = []
        for n, item in enumerate(members):
            inside = [m for m in range(n + 1) if members[m].time >= item.time - one.span]
            if item.slot not in term.wanted:
                continue
            if any(members[m].slot in term.unwanted for m in inside):
                continue
            start = earliest(one, members, runs, inside, term.wanted)
            if start is not None:
                complete.append((n, start))
        if not term.unwanted:
            for n, start in complete:
                if n not in at_once:
                    at_once.add(n)
                    item = members[n]
                    holds.append(
                        Hold(
                            item.place, item.time, item.time, item.time, start, len(term.wanted),
                            shown_first(members, n, one.span), item.event, item.fields,
                        )
                    )  # fmt: skip
            continue
        taken_up_to = -1
        for n, start in complete:
            if n <= taken_up_to:
                continue
            end = start + one.span
            later = [m for m in range(n + 1, len(members)) if members[m].time <= end]
            if any(members[m].slot in term.unwanted for m in later):
                continue
            taken_up_to = max([n, *later])
            latest = max(members[m].time for m, _start in complete if n <= m <= taken_up_to)
            item, last = members[n], members[taken_up_to]
            holds.append(
                Hold(
                    (end, 1, number, item.place, place), item.time, latest, end, start, len(term.wanted),
                    shown_first(members, n, one.span), last.event, item.fields,
                )
            )  # fmt: skip
    holds.sort(key=lambda hold: hold.place)
    return holds


def earliest(
    one: Correlation, members: list[Item], runs: list[int], inside: list[int], wanted: tuple[int, ...]
) -> float | None:
    """When what is wanted began, if it is complete with the last of `inside`; the latest such time."""
    if one.kind == "temporal":
        times = [[members[m].time for m in inside if members[m].slot == slot] for slot in wanted]
        return min(map(max, times)) if all(times) else None
    if members[inside[-1]].slot != wanted[-1]:
        return None
    end = inside[-1]
    for first in reversed(inside):
        if members[first].slot != wanted[0]:
            continue
        if len(wanted) == 1:
            return members[end].time
        middle = [m for m in inside if m > first and runs[first] < runs[m] < runs[end]]
        if runs[first] < runs[end] and follows(
            [members[m] for m in middle], [runs[m] for m in middle], wanted[1:-1], 0, -1
        ):
            return members[first].time
    return None


def episodes(holds: list[Hold], span: float, remind: float) -> None:
    """One alert for as long as it goes on, and reminders."""
    held = told = float("-inf")
    for hold in holds:
        hold.fresh = hold.completed - held > span
        hold.again = not hold.fresh and hold.completed - told >= remind
        if hold.fresh or hold.again:
            told = hold.completed
        held = max(held, hold.latest)
