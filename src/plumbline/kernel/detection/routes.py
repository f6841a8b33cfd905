"""A route: what is worth looking at in events with one head.

The rules that can still match such an event, simplified by what the head tells, and what has been learnt of
the values that such events have. Everything that is learnt is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import NoneType
from typing import Any, Final, Protocol

from plumbline.kernel.detection.expressions import SameAs
from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.keeping import NOTHING, Fresh, Hit, Kept, Reduced, Room
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.matching import FieldMatcher
from plumbline.kernel.detection.pack import Expression, Pack, anchors, parts_of, program, simplified
from plumbline.kernel.detection.shapes import Shape
from plumbline.kernel.detection.words import Words

#: types of values that make an event a plain one
SCALARS: Final = frozenset((str, int, float, bool, NoneType))

#: takes some values out of an object
Picker = Callable[[Mapping[str, Any]], tuple[Any, ...]]
#: names, written as events write them, of which one route keeps values
MOST_KEPT: Final = 300
MOST_NAMES: Final = 5_000
#: characters of a name that is kept, and of all names together that a plan is kept for
LONGEST_NAME: Final = 500
LONGEST_NAMES: Final = 10_000
MOST_PLANS: Final = 2_000
MOST_OUTCOMES: Final = 20_000


class Owner(Protocol):
    """What a route needs of its engine."""

    pack: Pack
    room: Room

    def matcher(self, number: int) -> FieldMatcher: ...

    def words(self, predicates: Hit) -> Words: ...


class Names(dict[str, tuple[int, ...]]):
    """name of a field as events write it -> the fields that it feeds."""

    __slots__ = ("_route",)

    def __init__(self, route: Route) -> None:
        self._route = route

    def __missing__(self, name: str) -> tuple[int, ...]:
        if len(self) >= MOST_NAMES:
            self.clear()
        numbers = self._route.numbers_of(name)
        if len(name) <= LONGEST_NAME:
            self[name] = numbers
        return numbers


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with events of the same names and types of values, in the same order.

    Attributes:
        slow: such an event must be gathered field by field: it holds objects or lists, or two of its names
            feed one field, so that only all values of the field together tell.
        pick: takes the values that rules ask for out of the near object; kept: what is kept of each.
        words: takes the other values in which keywords are looked for.
        fed: field -> the name that feeds it.
    """

    slow: bool
    pick: Picker
    kept: tuple[Kept, ...]
    words: Picker
    fed: Mapping[int, str]


def picker(names: Sequence[str]) -> Picker:
    """A function that takes the values of these names out of an object, as a tuple."""
    match names:
        case []:
            return lambda near: ()
        case [name]:
            return lambda near: (near[name],)
        case _:
            return itemgetter(*names)


class Plans(dict[tuple[tuple[str, ...], tuple[type, ...]], Plan]):
    """names and types of values of an event, as they stand in it -> what to do with such events."""

    __slots__ = ("_kept", "_route")

    def __init__(self, route: Route) -> None:
        self._route = route
        self._kept: dict[tuple[str, type], Kept] = {}

    def __missing__(self, key: tuple[tuple[str, ...], tuple[type, ...]]) -> Plan:
        if len(self) >= MOST_PLANS or len(self._kept) >= MOST_KEPT:
            self.clear()
            for kept in self._kept.values():
                self._route.room.drop(kept)
            self._kept.clear()
        route = self._route
        kinds = dict(zip(*key, strict=True))
        asked = [name for name in kinds if route.names[name]]
        fed = {number: name for name in asked for number in route.names[name]}
        rivals = len(fed) < sum(len(route.names[name]) for name in asked)
        words = [
            name
            for name, kind in kinds.items()
            if route.words is not None and not route.names[name] and route.words.may_be_in(kind)
        ]
        plan = Plan(
            slow=rivals or not SCALARS.issuperset(kinds.values()),
            pick=picker(asked),
            kept=tuple(self._kept_for(name, kinds[name]) for name in asked),
            words=picker(words),
            fed=fed,
        )
        if sum(map(len, kinds)) <= LONGEST_NAMES:
            self[key] = plan
        return plan

    def _kept_for(self, name: str, kind: type) -> Kept:
        kind = str if kind is NoneType else kind  # True == 1 == 1.0, so each type has its own
        kept = self._kept.get((name, kind))
        if kept is None:
            route = self._route
            worded = route.words is not None and route.words.may_be_in(kind)
            kept = self._kept[name, kind] = Kept(
                route.looking(route.names[name]),
                route.reduced,
                route.room,
                route.fresh if worded else None,
            )
        return kept


#: a rule that is open, what is left of it, and the comparisons of two fields that this asks for
Undecided = tuple[int, Callable[[Hit], bool], tuple[int, ...]]
Outcome = tuple[tuple[int, ...], tuple[Undecided, ...]]


class Outcomes(dict[tuple[Hit, ...], Outcome]):
    """hits of an event -> the rules that match it, and those that hang on comparisons of two fields."""

    __slots__ = ("_route",)

    def __init__(self, route: Route) -> None:
        self._route = route

    def __missing__(self, hits: tuple[Hit, ...]) -> Outcome:
        if len(self) >= MOST_OUTCOMES:
            self.clear()
        outcome = self[hits] = self._route.decide(NOTHING.union(*hits))
        return outcome


class Route:
    """Rules for events with one head.

    Attributes:
        rules: rule -> its expression, simplified.
        needed: predicates that these ask for; fields: the fields of those.
        slow: such events must be gathered field by field.
        words: the keywords; None if there are none.
    """

    def __init__(
        self, owner: Owner, shape: Shape, declared: LogSource | None, heads: frozenset[int], held: Hit
    ) -> None:
        self._owner = owner
        self._shape = shape
        pack = owner.pack
        self._numbers = pack.numbers

        def known(predicate: int) -> bool | None:
            return predicate in held if pack.predicates[predicate][0] in heads else None

        live: dict[int, Expression | bool] = {}
        self._alias: dict[str, set[str]] = {}
        for number, source in enumerate(pack.sources):
            if shape.key in source.shapes and (holds := simplified(source.when, known)) is not False:
                live[number] = holds
                for name, other in source.alias:
                    self._alias.setdefault(name, set()).add(other)
        # the head does not tell all of a field to which other names lead too
        led_to = {self._numbers.get(other) for others in self._alias.values() for other in others}

        def told(predicate: int) -> bool | None:
            return None if pack.predicates[predicate][0] in led_to else known(predicate)

        self.rules: dict[int, Expression | bool] = {}
        for rule, expression in enumerate(pack.rules):
            where = self._source(rule, live, declared)
            if where is False or (left := simplified(expression, told)) is False:
                continue
            if where is not True:
                left = where if left is True else ["and", where, left]
            self.rules[rule] = left
        self.needed: Hit = frozenset(
            part for left in self.rules.values() if not isinstance(left, bool) for part in parts_of(left)
        )
        self.fields = {pack.predicates[part][0] for part in self.needed}
        self._pairs: dict[int, tuple[int, int, SameAs]] = {}
        for part in self.needed:
            if pack.predicates[part][0] == -1:
                own, test = pack.atoms[pack.predicates[part][1]]
                if isinstance(test, SameAs):
                    with_field = self._numbers[fold(test.field)]
                    self._pairs[part] = own, with_field, test
                    self.fields |= {own, with_field}
        self.fields.discard(-1)
        #: rules that hang on comparisons of two fields
        self._comparing = {
            rule
            for rule, left in self.rules.items()
            if self._pairs
            and not isinstance(left, bool)
            and not self._pairs.keys().isdisjoint(parts_of(left))
        }
        self._always: list[int] = []
        self._anchored: dict[int, list[int]] = {}
        for rule, left in self.rules.items():
            found = None if isinstance(left, bool) else anchors(left, pack.costs)
            if found is None or not self._pairs.keys().isdisjoint(found):
                self._always.append(rule)
            else:
                for part in found:
                    self._anchored.setdefault(part, []).append(rule)
        self._programs: dict[int, Callable[[Hit], bool]] = {}
        self.slow = any(shape.is_far(pack.fields[number]) for number in self.fields)
        self.names = Names(self)
        self.plans = Plans(self)
        self.outcomes = Outcomes(self)
        self.fresh: Fresh = []
        self.room = owner.room
        self.reduced = Reduced(self.needed)
        self._kept: dict[int, Kept] = {}
        keywords = frozenset(part for part in self.needed if pack.predicates[part][0] == 0)
        self.words = owner.words(keywords) if keywords else None

    def _source(
        self, rule: int, live: Mapping[int, Expression | bool], declared: LogSource | None
    ) -> Expression | bool:
        """Whether the event comes from the log source of a rule, or on what that hangs."""
        pack = self._owner.pack
        if declared is not None and pack.logsources[rule].takes(declared):
            return True
        sources = [live[number] for number in pack.rule_sources[rule] if number in live]
        if not sources:
            return False
        if any(source is True for source in sources):
            return True
        return sources[0] if len(sources) == 1 else ["or", *sources]

    def numbers_of(self, name: str) -> tuple[int, ...]:
        """The fields, among those that rules ask for here, that a name of an event feeds."""
        folded = fold(name)
        names = {folded, *self._shape.names(folded)}
        names |= {other for each in tuple(names) for other in self._alias.get(each, ())}
        numbers = (self._numbers.get(each, 0) for each in sorted(names))
        return tuple(number for number in numbers if number in self.fields and number)

    def kept(self, number: int) -> Kept:
        """What is kept of the values of one field, whatever name fed it."""
        kept = self._kept.get(number)
        if kept is None:
            kept = self._kept[number] = Kept(self.looking((number,)), self.reduced, self.room)
        return kept

    def looking(self, numbers: Sequence[int]) -> Callable[[str], Hit]:
        """A function that tells the predicates that hold for fields which all have a text."""
        looks = [self._owner.matcher(number).of for number in numbers]
        return looks[0] if len(looks) == 1 else lambda text: NOTHING.union(*[of(text) for of in looks])

    def worded(self, words: Words, values: tuple[Any, ...]) -> Hit:
        """The keywords in these values of an event and in those that were not known before."""
        fresh = self.fresh[:]
        self.fresh.clear()
        hit = words.held((*values, *[value for _kept, value in fresh]))
        if hit:  # rare, and to be known when the value comes again
            for kept, value in fresh:
                kept.add(value, words.held((value,)))
        return hit

    def hit(self, number: int, texts: Sequence[str]) -> Hit:
        """The predicates, needed here, that hold for a field that has all of these texts."""
        return self.reduced[self._owner.matcher(number).predicates(texts)]

    def decide(self, held: Hit) -> Outcome:
        """The rules that hold when exactly these predicates do, in order; what comparisons must settle."""
        candidates = set(self._always)
        for part in held:
            candidates.update(self._anchored.get(part, ()))
        rules: list[int] = []
        undecided: list[Undecided] = []
        for rule in sorted(candidates):
            if rule not in self._comparing:
                if self._holds(rule, held):
                    rules.append(rule)
                continue
            left = simplified(self.rules[rule], lambda part: None if part in self._pairs else part in held)
            if left is True:
                rules.append(rule)
            elif left is not False:
                undecided.append((rule, program(left), tuple(parts_of(left))))
        return tuple(rules), tuple(undecided)

    def settled(
        self, rules: tuple[int, ...], undecided: tuple[Undecided, ...], texts: Callable[[int], Sequence[str]]
    ) -> tuple[int, ...]:
        """The rules with those of the undecided ones that hold, in order; `texts` gives what a field has."""
        more = [
            rule
            for rule, run, parts in undecided
            if run(frozenset(part for part in parts if self._compares(part, texts)))
        ]
        return tuple(sorted((*rules, *more))) if more else rules

    def _compares(self, part: int, texts: Callable[[int], Sequence[str]]) -> bool:
        own, other, test = self._pairs[part]
        mine = texts(own)
        return bool(mine) and any(_same(a, b, test) for b in texts(other) for a in mine)

    def _holds(self, rule: int, held: Hit) -> bool:
        run = self._programs.get(rule)
        if run is None:
            run = self._programs[rule] = program(self.rules[rule])
        return run(held)


def _same(text: str, other: str, test: SameAs) -> bool:
    # folding changes no length, so lengths tell most pairs apart
    if test.place == "whole":
        return len(text) == len(other) and fold(text) == fold(other)
    if len(text) < len(other):
        return False
    return fold(text[: len(other)] if test.place == "start" else text[len(text) - len(other) :]) == fold(
        other
    )
