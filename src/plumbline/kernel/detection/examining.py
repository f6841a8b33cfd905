"""What of a batch's matches a reader needs: when, a few samples, and the fields that correlations ask for.

Only events that matched are looked at again, so this costs nothing where nothing is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from plumbline.kernel.detection.correlating import Carrier
from plumbline.kernel.detection.engine import Engine
from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.pack import Pack, parts_of
from plumbline.kernel.detection.shapes import SHAPES, Deep, Shape
from plumbline.kernel.detection.texts import texts_of
from plumbline.kernel.detection.times import event_time

#: samples of a rule, fields of a sample, characters of a field
MOST_SAMPLES: Final = 3
MOST_SAMPLE_FIELDS: Final = 16
LONGEST_SAMPLE: Final = 600
#: fields that tell where and who, shown with every sample (folded; in this order)
_ALWAYS: Final = (
    "computer", "hostname", "host", "user", "username", "targetusername", "subjectusername", "image",
    "commandline", "eventid", "channel", "src_ip", "sourceip", "ipaddress", "c-ip", "dst_ip",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """An event that matched a rule: its number, and (field, text) of what matters in it."""

    event: int
    fields: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Outcome:
    """What a batch gave; events are numbers in the file.

    Attributes:
        pairs: (event, rule) in this order.
        times: seconds since 1970 of the events that matched, where known.
        samples: (rule, sample).
        carried: (event, rule) -> the fields that correlations ask for, of rules that they name.
        faults: (event, why it was skipped).
        count: events in the batch.
    """

    pairs: list[tuple[int, int]] = field(default_factory=list)
    times: dict[int, float] = field(default_factory=dict)
    samples: list[tuple[int, Sample]] = field(default_factory=list)
    carried: dict[tuple[int, int], dict[str, str]] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)
    count: int = 0


class Examiner:
    """Runs an engine over batches.

    Args:
        carrier: what correlations need of the events.
        sampled: whether samples are wanted (for a report).
    """

    def __init__(
        self,
        pack: Pack,
        *,
        declared: LogSource | None = None,
        carrier: Carrier | None = None,
        sampled: bool = False,
    ) -> None:
        self._engine = Engine(pack)
        self._declared = declared
        self._carrier = carrier
        self._sampled = sampled
        self._given: Counter[int] = Counter()
        self._fields_of: dict[int, frozenset[str]] = {}

    def restart_samples(self) -> None:
        """Another file or part of one begins: give samples of every rule again."""
        self._given.clear()

    def examine(self, lines: Sequence[bytes], numbers: Sequence[int]) -> Outcome:
        """Match events; `numbers[n]` is the number in the file of `lines[n]`."""
        matches = self._engine.match(lines, declared=self._declared)
        outcome = Outcome(count=len(lines))
        outcome.pairs = [(numbers[event], rule) for event, rule in matches.pairs]
        outcome.faults = [(numbers[event], why) for event, why in matches.faults]
        place = -1
        event: dict[str, Any] = {}
        for index, rule in matches.pairs:
            if index != place:
                place, event = index, orjson.loads(lines[index])
                if (time := event_time(event)) is not None:
                    outcome.times[numbers[index]] = time
            if self._sampled and self._given[rule] < MOST_SAMPLES:
                self._given[rule] += 1
                sample = Sample(numbers[index], self._sample(event, rule))
                outcome.samples.append((rule, sample))
            if self._carrier is not None and rule in self._carrier:
                outcome.carried[numbers[index], rule] = _carried(self._carrier, event, rule)
        return outcome

    def _sample(self, event: dict[str, Any], rule: int) -> tuple[tuple[str, str], ...]:
        wanted = self._asked(rule)
        shape = next(shape for shape in SHAPES if shape.recognises(event))
        own: dict[str, str] = {}
        general: dict[str, tuple[str, str]] = {}
        rest: dict[str, str] = {}
        for name, value, texts in _told(shape, event):
            if isinstance(value, dict) or not any(texts):
                continue
            text = "、".join(texts)[:LONGEST_SAMPLE]
            folded = {fold(name), *shape.names(fold(name))}
            if folded & wanted or any(fold(name).endswith(f".{one}") for one in wanted):
                own.setdefault(name, text)
            elif fold(name) in _ALWAYS:
                general.setdefault(fold(name), (name, text))
            elif len(rest) < MOST_SAMPLE_FIELDS:
                rest.setdefault(name, text)
        chosen = [*own.items(), *(general[name] for name in _ALWAYS if name in general)]
        if len(chosen) < 3:  # a rule of keywords, or one whose fields have other names here
            chosen += rest.items()
        return tuple(chosen[:MOST_SAMPLE_FIELDS])

    def _asked(self, rule: int) -> frozenset[str]:
        """Folded names of the fields that a rule speaks of, and of those that become them."""
        known = self._fields_of.get(rule)
        if known is None:
            pack = self._engine.pack
            numbers = {pack.predicates[part][0] for part in parts_of(pack.rules[rule])}
            names = {pack.fields[number] for number in numbers if number > 0}
            names |= {
                before
                for source in pack.rule_sources[rule]
                for before, after in pack.sources[source].alias
                if after in names
            }
            known = self._fields_of[rule] = frozenset(names)
        return known


def _carried(carrier: Carrier, event: dict[str, Any], rule: int) -> dict[str, str]:
    """What a detection carries; nothing of an event that is nested too deep somewhere.

    An event can match by what lies near though it is too deep elsewhere: rules look no further than needed.
    """
    try:
        return carrier.fields(event, rule)
    except Deep:
        return {}


def _told(shape: Shape, event: dict[str, Any]) -> Iterator[tuple[str, Any, list[str]]]:
    """The fields of an event with their texts, up to where it is nested too deep."""
    try:
        for name, value in shape.fields(event):
            yield name, value, texts_of(value)
    except Deep:
        return
