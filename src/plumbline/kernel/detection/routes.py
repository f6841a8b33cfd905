"""A route: what is worth looking at in events with one head.

The rules that can still match such an event, simplified by what the head tells, and what has been learnt of
the values that such events have. Everything that is learnt is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from plumbline.kernel.detection.expressions import SameAs
from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.matching import FieldMatcher
from plumbline.kernel.detection.pack import Expression, Pack, anchors, parts_of, program, simplified
from plumbline.kernel.detection.shapes import Shape
from plumbline.kernel.detection.words import Words

#: predicates that hold for the texts of a field
Hit = frozenset[int]
NOTHING: Final[Hit] = frozenset()

#: characters; a longer value is matched each time anew instead of kept
LONGEST_KEPT: Final = 2_000
#: characters that the values kept for one name of one route may have together
ROOM: Final = 1_000_000
MOST_NAMES: Final = 5_000
MOST_PLANS: Final = 2_000
MOST_OUTCOMES: Final = 20_000


class Owner(Protocol):
    """What a route needs of its engine."""

    pack: Pack

    def matcher(self, number: int) -> FieldMatcher: ...

    def words(self, predicates: Hit) -> Words: ...


class Kept(dict[str, Hit]):
    """text -> the predicates that hold for it, of the fields that one name feeds."""

    __slots__ = ("_numbers", "_room", "_route")

    def __init__(self, route: Route, numbers: tuple[int, ...]) -> None:
        self._route = route
        self._numbers = numbers
        self._room = ROOM

    def __missing__(self, text: str) -> Hit:
        hit = self._route.hit(self._numbers, (text,))
        if len(text) <= LONGEST_KEPT:
            self._room -= len(text) + 100  # about what the entry costs beside the text
            if self._room < 0:
                self.clear()
                self._room = ROOM
            self[text] = hit
        return hit


class Names(dict[str, tuple[int, ...]]):
    """name of a field as events write it -> the fields that it feeds."""

    __slots__ = ("_route",)

    def __init__(self, route: Route) -> None:
        self._route = route

    def __missing__(self, name: str) -> tuple[int, ...]:
        if len(self) >= MOST_NAMES:
            self.clear()
        numbers = self[name] = self._route.numbers_of(name)
        return numbers


class Plans(dict[tuple[str, ...], list[tuple[str, Kept]]]):
    """names of an event, as they stand in it -> those that rules ask for, with what is kept of values."""

    __slots__ = ("_kept", "_route")

    def __init__(self, route: Route) -> None:
        self._route = route
        self._kept: dict[str, Kept] = {}

    def __missing__(self, names: tuple[str, ...]) -> list[tuple[str, Kept]]:
        if len(self) >= MOST_PLANS or len(self._kept) >= MOST_NAMES:
            self.clear()
            self._kept.clear()
        plan = []
        for name in names:
            numbers = self._route.names[name]
            if numbers:
                if name not in self._kept:
                    self._route.feed(name, numbers)
                    self._kept[name] = Kept(self._route, numbers)
                plan.append((name, self._kept[name]))
        self[names] = plan
        return plan


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
        fed: field -> the name that fed it first.
        words: the keywords; None if there are none.
        rivals: name that fed a field first -> with the others that feed the same field.
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
            left = self._applied(rule, simplified(expression, told), live, declared)
            if left is not False:
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
        self.fed: dict[int, str] = {}
        self.rivals: dict[str, set[str]] = {}
        self.names = Names(self)
        self.plans = Plans(self)
        self.outcomes = Outcomes(self)
        self._reduced: dict[Hit, Hit] = {NOTHING: NOTHING}
        self._kept: dict[int, Kept] = {}
        keywords = frozenset(part for part in self.needed if pack.predicates[part][0] == 0)
        self.words = owner.words(keywords) if keywords else None

    def _applied(
        self,
        rule: int,
        left: Expression | bool,
        live: Mapping[int, Expression | bool],
        declared: LogSource | None,
    ) -> Expression | bool:
        """The rule under the condition that the event comes from its log source."""
        pack = self._owner.pack
        if left is False:
            return False
        if declared is not None and pack.logsources[rule].takes(declared):
            return left
        sources = [live[number] for number in pack.rule_sources[rule] if number in live]
        if not sources:
            return False
        if any(source is True for source in sources):
            return left
        source = sources[0] if len(sources) == 1 else ["or", *sources]
        return source if left is True else ["and", source, left]

    def numbers_of(self, name: str) -> tuple[int, ...]:
        """The fields, among those that rules ask for here, that a name of an event feeds."""
        folded = fold(name)
        names = {folded, *self._shape.names(folded)}
        names |= {other for each in tuple(names) for other in self._alias.get(each, ())}
        numbers = (self._numbers.get(each, 0) for each in sorted(names))
        return tuple(number for number in numbers if number in self.fields and number)

    def feed(self, name: str, numbers: Iterable[int]) -> None:
        """Note that a name feeds these fields."""
        for number in numbers:
            first = self.fed.setdefault(number, name)
            if first != name:
                self.rivals.setdefault(first, {first}).add(name)

    def has_rivals(self, near: Mapping[str, Any]) -> bool:
        """Whether two names of an event feed one field: then only all values of the field together tell."""
        return any(len(names & near.keys()) > 1 for names in self.rivals.values())

    def kept(self, number: int) -> Kept:
        """What is kept of the values of one field, whatever name fed it."""
        kept = self._kept.get(number)
        if kept is None:
            kept = self._kept[number] = Kept(self, (number,))
        return kept

    def hit(self, numbers: Sequence[int], texts: Sequence[str]) -> Hit:
        """The predicates, needed here, that hold for fields which all have these texts."""
        found = self._owner.matcher(numbers[0]).predicates(texts)
        for number in numbers[1:]:
            found |= self._owner.matcher(number).predicates(texts)
        reduced = self._reduced.get(found)
        if reduced is None:
            if len(self._reduced) >= MOST_OUTCOMES:
                self._reduced.clear()
            reduced = self._reduced[found] = found & self.needed
        return reduced

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
