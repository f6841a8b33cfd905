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
from operator import getitem
from typing import Any, Final

import orjson

from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.keeping import Hit, Room
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.matching import FieldMatcher
from plumbline.kernel.detection.pack import Pack
from plumbline.kernel.detection.routes import Route
from plumbline.kernel.detection.shapes import SHAPES, Deep, Shape
from plumbline.kernel.detection.shapes.base import MOST_FIELDS, Head
from plumbline.kernel.detection.texts import scalars_of, texts_of
from plumbline.kernel.detection.words import Words

#: bytes; a longer event is reported and skipped
LONGEST_EVENT: Final = 1_000_000
_MOST_ROUTES: Final = 2_000
_MOST_HEADS: Final = 20_000
#: characters; no channel, provider or the like is longer, and what is kept must stay small
_LONGEST_HEAD: Final = 300
_MOST_DECLARED: Final = 100

#: each shape with its routes by head
Known = tuple[tuple[Shape, dict[Head, Route]], ...]


@dataclass(slots=True)
class Matches:
    """What a batch gave.

    Attributes:
        pairs: (number of the event in the batch, number of the rule in the pack), in this order.
        faults: (number of the event, why it was skipped).
    """

    pairs: list[tuple[int, int]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


class Engine:
    """Matches events against one pack."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._numbers = {name: number for number, name in enumerate(pack.fields)}
        self._matchers: dict[int, FieldMatcher] = {}
        self._words: dict[Hit, Words] = {}
        self._heads: dict[LogSource | None, Known] = {}
        self._routes: dict[Any, Route] = {}
        self.room = Room()
        names = {name for source in pack.sources if "json" in source.shapes for name in source.heads}
        self._json_heads = tuple(sorted(names))

    def match(self, lines: Iterable[bytes], *, declared: LogSource | None = None) -> Matches:
        """Match a batch of events, each one JSON object in UTF-8.

        `declared` is the log source which the caller knows the events to come from, beside what they tell.
        """
        matches = Matches()
        pairs = matches.pairs
        loads = orjson.loads
        known = self._known(declared)
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
                found = self._match_one(event, declared, known)
            except Deep:
                matches.faults.append((number, "too deep"))
                continue
            for rule in found:
                pairs.append((number, rule))
        return matches

    def _known(self, declared: LogSource | None) -> Known:
        """The routes that are known already, by shape and head."""
        known = self._heads.get(declared)
        if known is None:
            if len(self._heads) >= _MOST_DECLARED:
                self._heads.clear()
            known = self._heads[declared] = tuple((shape, {}) for shape in SHAPES)
        return known

    def _match_one(self, event: dict[str, Any], declared: LogSource | None, known: Known) -> Sequence[int]:
        for shape, heads in known:  # noqa: B007 - used below
            opened = shape.opened(event, self._json_heads)
            if opened is not None:
                break
        else:  # the last shape takes everything
            raise AssertionError
        head, near = opened
        try:
            route = heads[head]
        except (KeyError, TypeError):  # TypeError: an object or list where a name belongs
            route = self._route_of(shape, declared, head, heads)
        if not route.rules:
            return ()
        if near is None or route.slow:
            return self._match_slowly(event, shape, route)
        plan = route.plans[tuple(near), tuple(map(type, near.values()))]
        if plan.slow:
            return self._match_slowly(event, shape, route)
        hits = tuple(map(getitem, plan.kept, plan.pick(near)))
        if (words := route.words) is not None:
            values = plan.words(near)
            if hit := route.worded(words, values) if route.fresh else words.held(values):
                hits = (*hits, hit)
        rules, undecided = route.outcomes[hits]
        if undecided:
            fed = plan.fed
            return route.settled(
                rules, undecided, lambda number: texts_of(near[fed[number]]) if number in fed else ()
            )
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
            hits.append(route.kept(number)[texts[0]] if len(texts) == 1 else route.hit(number, texts))
        rules, undecided = route.outcomes[tuple(hits)]
        return (
            route.settled(rules, undecided, lambda number: gathered.get(number, ())) if undecided else rules
        )

    def _route_of(
        self, shape: Shape, declared: LogSource | None, head: Head, heads: dict[Head, Route]
    ) -> Route:
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
                self.room = Room()
                for tables in self._heads.values():
                    for _shape, table in tables:
                        table.clear()
            route = self._routes[key] = Route(self, shape, declared, frozenset(known), held)
        if len(heads) >= _MOST_HEADS:
            heads.clear()
        if all(
            value is None or type(value) is int or (type(value) is str and len(value) <= _LONGEST_HEAD)
            for value in head
        ):
            heads[head] = route
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
