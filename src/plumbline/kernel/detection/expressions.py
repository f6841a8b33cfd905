"""What a rule says, freed of YAML and of pySigma: a tree of and/or/not over atoms.

An atom is one test of one field (or of the whole event, for a keyword). A field that an event lacks, or has
as null, makes every atom over it false; `not` is two-valued. A field that holds a list makes an atom true if
the test holds for any element.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Many:
    """`*`: any number of any characters."""


@dataclass(frozen=True, slots=True)
class One:
    """`?`: exactly one character (code point) of any kind."""


MANY: Final = Many()
ONE: Final = One()
Part = str | Many | One


@dataclass(frozen=True, slots=True)
class Pattern:
    """The text as a whole looks like `parts`; in folded case unless `cased`."""

    parts: tuple[Part, ...]
    cased: bool = False


@dataclass(frozen=True, slots=True)
class Regex:
    """`expression` is found somewhere in the text, in the part of PCRE that Hyperscan takes.

    There is no look-around and no back-reference, so that no expression can take long.
    `flags` are letters of "ims". Classes such as \\w and \\d are ASCII; `.` is a code point.
    """

    expression: str
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """The text is an IP address within `cidr` (the same family; IPv4 in IPv6 notation is IPv6)."""

    cidr: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The text is a decimal number that stands in relation `operator` to `number`."""

    operator: Literal["lt", "lte", "gt", "gte", "neq"]
    number: float


@dataclass(frozen=True, slots=True)
class Present:
    """The field is there and not null."""


@dataclass(frozen=True, slots=True)
class SameAs:
    """The text equals, starts with or ends with that of another field of the event, in folded case."""

    field: str
    place: Literal["whole", "start", "end"] = "whole"


@dataclass(frozen=True, slots=True)
class TimePart:
    """The text is a point in time whose `part` is `number` (as written: no change of time zone)."""

    part: Literal["minute", "hour", "day", "week", "month", "year"]
    number: int


Test = Pattern | Regex | Network | Compared | Present | SameAs | TimePart


@dataclass(frozen=True, slots=True)
class Atom:
    """`test` on `field`; a `field` of None is a keyword: any text of the event."""

    field: str | None
    test: Test


@dataclass(frozen=True, slots=True)
class And:
    """All hold. With no children: true."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one holds. With no children: false."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not hold."""

    child: Node


Node = Atom | And | Or | Not
TRUE: Final = And(())
FALSE: Final = Or(())


def wildcards(text: str) -> tuple[Part, ...]:
    """A text in which `*` and `?` are wildcards and nothing is escaped."""
    parts = [MANY if c == "*" else ONE if c == "?" else c for c in re.split(r"([*?])", text) if c]
    return tuple(part for n, part in enumerate(parts) if n == 0 or part != MANY or parts[n - 1] != MANY)


def all_of(nodes: list[Node]) -> Node:
    """And, flattened and without what changes nothing."""
    flat: dict[Node, None] = {}
    for node in nodes:
        if node == FALSE:
            return FALSE
        for child in node.children if isinstance(node, And) else (node,):
            flat[child] = None
    return next(iter(flat)) if len(flat) == 1 else And(tuple(flat))


def any_of(nodes: list[Node]) -> Node:
    """Or, flattened and without what changes nothing."""
    flat: dict[Node, None] = {}
    for node in nodes:
        if node == TRUE:
            return TRUE
        for child in node.children if isinstance(node, Or) else (node,):
            flat[child] = None
    return next(iter(flat)) if len(flat) == 1 else Or(tuple(flat))


def negation(node: Node) -> Node:
    """Not, without two in a row."""
    if isinstance(node, Not):
        return node.child
    if node == TRUE:
        return FALSE
    return TRUE if node == FALSE else Not(node)
