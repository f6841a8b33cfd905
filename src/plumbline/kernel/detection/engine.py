"""The engine: which rules does each event of a batch match?

For each event: parse; by shape and head (channel, event id, provider …) find the *route*, which holds the
rules that can match such an event, simplified by what the head tells; look each value that the route needs
up in a bounded cache, which on a miss makes one Hyperscan pass; put what held together, and look the
outcome up by that.

An engine is not safe for several threads: give each thread or process its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.matching import FieldMatcher
from plumbline.kernel.detection.pack import Pack
from plumbline.kernel.detection.routes import Hit, Route
from plumbline.kernel.detection.shapes import SHAPES, Deep, Shape
from plumbline.kernel.detection.shapes.base import MOST_FIELDS
from plumbline.kernel.detection.texts import scalar_text, scalars_of, texts_of
from plumbline.kernel.detection.words import Words

#: bytes; a longer event is reported and skipped
LONGEST_EVENT: Final = 1_000_000
_MOST_ROUTES: Final = 2_000
_MOST_HEADS: Final = 20_000


@dataclass(slots=True)
class Matches:
    """What a batch gave.

    Attributes:
        pairs: (number of the event in the batch, number of the rule in the pack), in this order.
        faults: (number of the event, why it was skipped).
    """

    pairs: list[tuple[int, int]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


#: types of values that make an event a plain one
SCALARS: Final = frozenset((str, int, float, bool, type(None)))


class Engine:
    """Matches events against one pack."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._numbers = {name: number for number, name in enumerate(pack.fields)}
        self._matchers: dict[int, FieldMatcher] = {}
        self._words: dict[Hit, Words] = {}
        self._heads: dict[Any, Route] = {}
        self._routes: dict[Any, Route] = {}
        names = {name for source in pack.sources if "json" in source.shapes for name in source.heads}
        self._json_heads = tuple(sorted(names))

    def match(self, lines: Iterable[bytes], *, declared: LogSource | None = None) -> Matches:
        """Match a batch of events, each one JSON object in UTF-8.

        `declared` is the log source which the caller knows the events to come from, beside what they tell.
        """
        matches = Matches()
        pairs = matches.pairs
        loads = orjson.loads
        for number, line in enumerate(lines):
            if len(line) > LONGEST_EVENT:
                matches.faults.append((number, "too long"))
                continue
            try:
                event = loads(line)
            except orjson.JSONDecodeError:
                matches.faults.append((number, "not JSON"))
                continue
            if type(event) is not dict:
                matches.faults.append((number, "not an object"))
                continue
            try:
                found = self._match_one(event, declared)
            except Deep:
                matches.faults.append((number, "too deep"))
                continue
            for rule in found:
                pairs.append((number, rule))
        return matches

    def _match_one(self, event: dict[str, Any], declared: LogSource | None) -> Sequence[int]:
        for shape in SHAPES:
            if shape.recognises(event):
                break
        head = shape.head(event, self._json_heads)
        try:
            route = self._heads[shape.key, declared, head]
        except (KeyError, TypeError):  # TypeError: an object or list where a name belongs
            route = self._route_of(shape, declared, head)
        if not route.rules:
            return ()
        near = None if route.slow else shape.near(event)
        if near is None:
            return self._match_slowly(event, shape, route)
        values = near.values()
        kinds = set(map(type, values))
        if not SCALARS.issuperset(kinds):  # an object or list
            return self._match_slowly(event, shape, route)
        hits: list[Hit] = []
        for name, kept in route.plans[tuple(near)]:
            value = near[name]
            if type(value) is str:
                if hit := kept[value]:
                    hits.append(hit)
            elif value is not None and (hit := kept[scalar_text(value)]):
                hits.append(hit)
        if (words := route.words) is not None:
            if words.in_scalars:
                texts = [text for value in values for text in scalars_of(value)]
            else:
                texts = [value for value in values if type(value) is str]
            if hit := words.held(texts):
                hits.append(hit)
        if route.rivals and route.has_rivals(near):
            return self._match_slowly(event, shape, route)
        rules, undecided = route.outcomes[tuple(hits)]
        if undecided:
            if route.rivals:
                return self._match_slowly(event, shape, route)
            fed = route.fed
            return route.settled(rules, undecided, lambda number: texts_of(near.get(fed.get(number, ""))))
        return rules

    def _match_slowly(self, event: dict[str, Any], shape: Shape, route: Route) -> Sequence[int]:
        """The same for any event: gather the texts of each needed field, then ask for each field."""
        gathered: dict[int, list[str]] = {}
        for count, (name, value) in enumerate(shape.fields(event)):
            if count > MOST_FIELDS:
                raise Deep
            for number in route.names[name]:
                gathered.setdefault(number, []).extend(texts_of(value))
        hits = []
        if route.words is not None:
            words = [text for value in shape.words(event) for text in scalars_of(value)]
            if hit := route.words.held(words):
                hits.append(hit)
        for number, texts in gathered.items():
            if len(texts) == 1:
                hit = route.kept(number)[texts[0]]
            else:
                hit = route.hit((number,), texts)
            if hit:
                hits.append(hit)
        rules, undecided = route.outcomes[tuple(hits)]
        return (
            route.settled(rules, undecided, lambda number: gathered.get(number, ())) if undecided else rules
        )

    def _route_of(self, shape: Shape, declared: LogSource | None, head: tuple[Any, ...]) -> Route:
        names = shape.heads or tuple(map(fold, self._json_heads))
        known: dict[int, frozenset[int]] = {}
        for name, value in zip(names, head, strict=True):
            number = self._numbers.get(name)
            if number is not None:
                known[number] = self.matcher(number).predicates(texts_of(value))
        held: Hit = frozenset().union(*known.values())
        key = (shape.key, declared, held)
        route = self._routes.get(key)
        if route is None:
            if len(self._routes) >= _MOST_ROUTES:
                self._routes.clear()
                self._heads.clear()
            route = self._routes[key] = Route(self, shape, declared, frozenset(known), held)
        if len(self._heads) >= _MOST_HEADS:
            self._heads.clear()
        if all(value is None or type(value) is str or type(value) is int for value in head):
            self._heads[shape.key, declared, head] = route
        return route

    def matcher(self, number: int) -> FieldMatcher:
        matcher = self._matchers.get(number)
        if matcher is None:
            matcher = self._matchers[number] = FieldMatcher(self.pack, number)
        return matcher

    def words(self, predicates: Hit) -> Words:
        """The matcher of these keyword predicates; many routes ask for the same."""
        words = self._words.get(predicates)
        if words is None:
            words = self._words[predicates] = Words(self.pack, predicates)
        return words
