"""A pack: many rules compiled to plain data, on which an engine runs.

Every unique (field, test) stands once as an *atom*. What a rule says of one field without negation is one
*predicate*: a boolean expression over atoms of that field, also standing once. A rule is an expression over
predicates. The engine learns which atoms hold for a value, from them which predicates, and looks only at
rules of which a predicate that they cannot do without holds.

Everything here is lists, texts, numbers and bytes: a pack can be kept in a file and read by any engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from plumbline.kernel.detection.expressions import (
    And,
    Atom,
    Node,
    Not,
    Or,
    Pattern,
    Present,
    SameAs,
    Test,
    all_of,
    any_of,
    wildcards,
)
from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.logsources import LogSource, Row

#: An expression over numbered parts: a number, ["and", ...], ["or", ...], ["not", x]
Expression = Any
Program = Callable[[frozenset[int]], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of event: those of these shapes for which `when`, an expression over predicates, holds.

    `heads` are the fields of `when` as written; `alias` are (folded name in the event, folded name in rules).
    """

    source: LogSource
    shapes: tuple[str, ...]
    when: Expression
    heads: tuple[str, ...]
    alias: tuple[tuple[str, str], ...]


@dataclass
class Pack:
    """Rules as plain data.

    Attributes:
        fields: folded names; index 0 is "" and stands for "any text of the event" (keywords).
        atoms: (field, test) a number each.
        predicates: (field, expression over atoms) a number each; a comparison of two fields has field -1.
        rules: expressions over predicates, in the order of the rules given.
        logsources: what each rule says of its log source.
        sources: the kinds of events that are known; rule_sources: those to which each rule applies.
        databases: Hyperscan's compiled patterns of a field, where they are known already.
    """

    fields: list[str] = field(default_factory=lambda: [""])
    atoms: list[tuple[int, Test]] = field(default_factory=list)
    predicates: list[tuple[int, Expression]] = field(default_factory=list)
    rules: list[Expression] = field(default_factory=list)
    logsources: list[LogSource] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    rule_sources: list[list[int]] = field(default_factory=list)
    databases: dict[int, bytes] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each field."""
        return {name: number for number, name in enumerate(self.fields)}

    @cached_property
    def atoms_of(self) -> dict[int, list[int]]:
        """The atoms of each field."""
        return _grouped(owner for owner, _test in self.atoms)

    @cached_property
    def predicates_of(self) -> dict[int, list[int]]:
        """The predicates of each field."""
        return _grouped(owner for owner, _expression in self.predicates)

    @cached_property
    def costs(self) -> list[float]:
        """How often each predicate is expected to hold, in no unit; only the order matters."""
        costs = self.atom_costs
        return [sum(costs[atom] for atom in parts_of(expression)) for _owner, expression in self.predicates]

    @cached_property
    def atom_costs(self) -> list[float]:
        """The same for each atom."""
        return [_commonness(test) for _owner, test in self.atoms]


class Packer:
    """Numbers fields, atoms and predicates as they come."""

    def __init__(self) -> None:
        self.pack = Pack()
        self._fields: dict[str, int] = {"": 0}
        self._atoms: dict[tuple[int, Test], int] = {}
        self._predicates: dict[tuple[int, Node], int] = {}

    def add(self, node: Node) -> Expression:
        """The expression over predicates that says what `node`, in folded case, says."""
        match node:
            case Not(child):
                return ["not", self.add(child)]
            case And(children) | Or(children):
                word = "and" if isinstance(node, And) else "or"
                join = all_of if isinstance(node, And) else any_of
                own: dict[int, list[Node]] = {}
                rest: list[Expression] = []
                for child in children:
                    number = self._field_of(child)
                    if number is None or number == -1 or (number == 0 and word == "and"):
                        rest.append(self.add(child))
                    else:
                        own.setdefault(number, []).append(child)
                parts = [self._predicate(number, join(nodes)) for number, nodes in own.items()] + rest
                return parts[0] if len(parts) == 1 else [word, *parts]
            case Atom(_, SameAs(other)):
                self._number(self._fields, self.pack.fields, fold(other))
                return self._predicate(-1, node)
            case Atom():
                return self._predicate(self._single_field(node), node)

    def add_rule(self, node: Node, logsource: LogSource) -> None:
        """The next rule."""
        self.pack.rules.append(self.add(_folded(node)))
        self.pack.logsources.append(logsource)

    def add_rows(self, rows: Iterable[Row]) -> None:
        """The kinds of events, once all rules are there."""
        for row in rows:
            when = all_of(
                [
                    any_of([Atom(name, Pattern(wildcards(value))) for value in values])
                    for name, values in row.when
                ]
            )
            self.pack.sources.append(
                Source(
                    row.source,
                    row.shapes,
                    self.add(_folded(when)),
                    tuple(name for name, _values in row.when),
                    tuple((fold(name), fold(other)) for name, other in row.alias),
                )
            )
        self.pack.rule_sources = [
            [number for number, source in enumerate(self.pack.sources) if logsource.takes(source.source)]
            for logsource in self.pack.logsources
        ]

    def _field_of(self, node: Node) -> int | None:
        """The one field that `node` speaks of without negation, if so."""
        match node:
            case Atom():
                return self._single_field(node)
            case Not():
                return None
            case And(children) | Or(children):
                numbers = {self._field_of(child) for child in children}
                if len(numbers) != 1 or -1 in numbers:
                    return None
                # two keywords may stand in different fields, so no one text tells whether both do
                return None if numbers == {0} and isinstance(node, And) else numbers.pop()

    def _single_field(self, atom: Atom) -> int:
        if isinstance(atom.test, SameAs):
            return -1
        return self._number(self._fields, self.pack.fields, atom.field or "")

    def _predicate(self, number: int, node: Node) -> int:
        known = self._predicates.get((number, node))
        if known is None:
            known = self._predicates[number, node] = len(self.pack.predicates)
            self.pack.predicates.append((number, self._over_atoms(node)))
        return known

    def _over_atoms(self, node: Node) -> Expression:
        match node:
            case Atom(name, test):
                number = self._number(self._fields, self.pack.fields, name or "")
                return self._number(self._atoms, self.pack.atoms, (number, test))
            case And(children):
                return ["and", *(self._over_atoms(child) for child in children)]
            case Or(children):
                return ["or", *(self._over_atoms(child) for child in children)]
            case Not():
                raise AssertionError("a predicate holds no negation")

    @staticmethod
    def _number(numbers: dict[Any, int], things: list[Any], thing: Any) -> int:
        number = numbers.get(thing)
        if number is None:
            number = numbers[thing] = len(things)
            things.append(thing)
        return number


def folded_pattern(pattern: Pattern) -> Pattern:
    """The same in folded case, unless case matters to it."""
    if pattern.cased:
        return pattern
    return Pattern(tuple(fold(part) if isinstance(part, str) else part for part in pattern.parts))


def _folded(node: Node) -> Node:
    """The same in folded case wherever case does not matter, so that what differs in case alone is one."""
    match node:
        case Atom(name, test):
            folded = folded_pattern(test) if isinstance(test, Pattern) else test
            return Atom(fold(name) if name else None, folded)
        case Not(child):
            return Not(_folded(child))
        case And(children):
            return all_of([_folded(child) for child in children])
        case Or(children):
            return any_of([_folded(child) for child in children])


def _grouped(owners: Iterable[int]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for number, owner in enumerate(owners):
        groups.setdefault(owner, []).append(number)
    return groups


def _commonness(test: Test) -> float:
    match test:
        case Present():
            return 1000.0
        case SameAs():
            return 1000.0  # known only at the end
        case Pattern(parts):
            literal = max((len(part) for part in parts if isinstance(part, str)), default=0)
            return 100.0 / (1 + literal) if len(parts) > 1 else 10.0 / (1 + literal)
        case _:
            return 20.0


def parts_of(expression: Expression) -> list[int]:
    """Every number in an expression, in no order."""
    found = []
    open_parts = [expression]
    while open_parts:
        part = open_parts.pop()
        if isinstance(part, int):
            found.append(part)
        else:
            open_parts += part[1:]
    return found


def simplified(expression: Expression, known: Callable[[int], bool | None]) -> Expression | bool:
    """The expression with known parts replaced; True or False if nothing is left open."""
    if isinstance(expression, int):
        value = known(expression)
        return expression if value is None else value
    word = expression[0]
    if word == "not":
        part = simplified(expression[1], known)
        return (not part) if isinstance(part, bool) else ["not", part]
    decides = word == "or"  # an or is decided by one that is true, an and by one that is false
    left = []
    for child in expression[1:]:
        part = simplified(child, known)
        if isinstance(part, bool):
            if part is decides:
                return decides
        else:
            left.append(part)
    if not left:
        return not decides
    return left[0] if len(left) == 1 else [word, *left]


def anchors(expression: Expression, cost: Sequence[float]) -> frozenset[int] | None:
    """Parts of which at least one holds whenever the expression does: the cheapest such set, or None.

    `cost[n]` is how often part n is expected to hold, in any unit.
    """
    if isinstance(expression, int):
        return frozenset((expression,))
    word = expression[0]
    if word == "not":
        return None
    found = [anchors(child, cost) for child in expression[1:]]
    if word == "and":
        present = [parts for parts in found if parts is not None]
        return min(present, key=lambda parts: sum(cost[p] for p in parts)) if present else None
    united: frozenset[int] = frozenset()
    for parts in found:
        if parts is None:
            return None
        united |= parts
    return united or None


def program(expression: Expression | bool) -> Program:
    """A function that tells from the set of parts that hold whether the expression does."""
    if isinstance(expression, bool):
        return lambda held: expression
    if isinstance(expression, int):
        return lambda held: expression in held
    word, *parts = expression
    if word == "not":
        negated = program(parts[0])
        return lambda held: not negated(held)
    single = frozenset(part for part in parts if isinstance(part, int))
    rest = tuple(program(part) for part in parts if not isinstance(part, int))
    return _all_of(single, rest) if word == "and" else _any_of(single, rest)


def _all_of(single: frozenset[int], rest: tuple[Program, ...]) -> Program:
    if not rest:
        return single.issubset

    def run(held: frozenset[int]) -> bool:
        if not single <= held:
            return False
        for part in rest:  # noqa: SIM110 - a loop is faster than `all` over so few
            if not part(held):
                return False
        return True

    return run


def _any_of(single: frozenset[int], rest: tuple[Program, ...]) -> Program:
    if not rest:
        return lambda held: not single.isdisjoint(held)

    def run(held: frozenset[int]) -> bool:
        if not single.isdisjoint(held):
            return True
        for part in rest:  # noqa: SIM110
            if part(held):
                return True
        return False

    return run
