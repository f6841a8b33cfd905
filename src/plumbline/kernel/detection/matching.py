"""From one text to the predicates that hold for it: one Hyperscan pass and a few look-ups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Final

import hyperscan

from plumbline.kernel.detection.expressions import (
    MANY,
    ONE,
    Compared,
    Network,
    Pattern,
    Present,
    Regex,
    Test,
    TimePart,
)
from plumbline.kernel.detection.folding import fold, folds_in_ascii, is_folded_apart
from plumbline.kernel.detection.pack import Expression, Pack, Program, anchors, parts_of, program
from plumbline.kernel.detection.texts import address_of, number_of, time_of

#: one code point of UTF-8; the text is always valid, so this never ends within one
_ONE: Final = rb"(?:[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]+)"
_FOLDED: Final = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL | hyperscan.HS_FLAG_SINGLEMATCH
_CASED: Final = hyperscan.HS_FLAG_DOTALL | hyperscan.HS_FLAG_SINGLEMATCH
_REGEX: Final = hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
_REGEX_FLAGS: Final = {
    "i": hyperscan.HS_FLAG_CASELESS,
    "m": hyperscan.HS_FLAG_MULTILINE,
    "s": hyperscan.HS_FLAG_DOTALL,
}


_NONE: Final[frozenset[int]] = frozenset()
_MOST_JUDGEMENTS: Final = 20_000


@dataclass(slots=True)
class Scanner:
    """The patterns of one field that need a pass over the text.

    Attributes:
        folded: atom -> its test, of those over folded text; cased: of those over the text as it is.
        database: of both; what it finds are numbers of atoms.
    """

    folded: dict[int, Test] = field(default_factory=dict)
    cased: dict[int, Test] = field(default_factory=dict)
    database: hyperscan.Database | None = None

    def compile(self) -> None:
        tests = self.folded | self.cased
        if patterns := [_expression(test) for test in tests.values()]:
            expressions, flags = zip(*patterns, strict=True)
            self.database = hyperscan.Database()
            self.database.compile(expressions=list(expressions), ids=list(tests), flags=list(flags))

    def load(self, content: bytes) -> None:
        self.database = hyperscan.loadb(content, hyperscan.HS_MODE_BLOCK)
        self.database.scratch = hyperscan.Scratch(self.database)


def expression_bytes(pattern: Pattern) -> bytes:
    """A wildcard pattern, in folded case unless it is cased, as a Hyperscan expression."""
    parts = list(pattern.parts)
    start = rb"" if parts and parts[0] == MANY else rb"^"
    end = rb"" if parts and parts[-1] == MANY else rb"\z"
    inner = parts[1 if not start else 0 : len(parts) - (1 if not end and len(parts) > 1 else 0)]
    made = []
    for part in inner:
        if isinstance(part, str):
            made.append(_escaped(part.encode()))
        else:
            made.append(rb".*" if part == MANY else _ONE)
    return start + b"".join(made) + end


def _expression(test: Test) -> tuple[bytes, int]:
    """A test that needs a pass over the text, as Hyperscan's expression and flags."""
    match test:
        case Pattern(_, cased):
            return expression_bytes(test), _CASED if cased else _FOLDED
        case Regex(expression, letters):
            return expression.encode(), regex_flags(letters)
        case _:
            raise TypeError(test)


def regex_flags(letters: str) -> int:
    """Hyperscan's flags for a regular expression with these flags of "ims"."""
    flags = _REGEX
    for letter in letters:
        flags |= _REGEX_FLAGS[letter]
    return flags


def _escaped(literal: bytes) -> bytes:
    return b"".join(bytes((byte,)) if byte in _PLAIN else b"\\x%02x" % byte for byte in literal)


_PLAIN: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _")


class FieldMatcher:
    """Everything the pack asks of one field."""

    def __init__(self, pack: Pack, number: int, *, only: frozenset[int] | None = None) -> None:
        """`only` these predicates of the field; None for all."""
        predicates = [p for p in pack.predicates_of.get(number, ()) if only is None or p in only]
        if only is None:
            atoms = pack.atoms_of.get(number, [])
        else:
            atoms = sorted({atom for p in predicates for atom in parts_of(pack.predicates[p][1])})
        self._exact: dict[str, list[int]] = {}
        self._exact_cased: dict[str, list[int]] = {}
        self._networks: dict[tuple[int, int], dict[int, list[int]]] = {}
        self._compared: list[tuple[str, float, int]] = []
        self._times: list[tuple[str, int, int]] = []
        self._always: set[int] = set()
        self.scanner = Scanner()
        for atom in atoms:
            self._place(atom, pack.atoms[atom][1])
        self._direct: dict[int, list[int]] = {}
        self._indirect: dict[int, list[int]] = {}
        self._expressions: dict[int, Expression] = {}
        self._programs: dict[int, Program] = {}
        for predicate in predicates:
            self._learn(predicate, pack.predicates[predicate][1], pack.atom_costs)
        known = pack.databases.get(number)
        if known is None or only is not None:
            self.scanner.compile()
        else:
            self.scanner.load(known)
        #: what the last pass found
        self._seen: list[int] = []
        self._see = _appender(self._seen)
        self._pass: Callable[..., None] | None = None
        if self.scanner.database is not None:
            self._pass = self.scanner.database.scan
        #: whether no test asks for anything beyond ASCII: then most other text need not be folded
        self._ascii = all(key.isascii() for key in self._exact) and all(
            is_ascii(test) for test in self.scanner.folded.values()
        )
        self._special = bool(self._networks or self._compared or self._times or self._exact_cased)
        #: what holds for any text
        self._judgements: dict[frozenset[int], frozenset[int]] = {}
        self._base = self._judged(_NONE)

    def database_bytes(self) -> bytes | None:
        """Hyperscan's compiled patterns, to be kept; None where the field needs none."""
        return None if self.scanner.database is None else hyperscan.dumpb(self.scanner.database)

    def _place(self, atom: int, test: Test) -> None:
        match test:
            case Pattern(parts, cased):
                if MANY not in parts and ONE not in parts:
                    text = "".join(part for part in parts if isinstance(part, str))
                    table = self._exact_cased if cased else self._exact
                    table.setdefault(text, []).append(atom)
                elif parts == (MANY,):
                    self._always.add(atom)
                else:
                    (self.scanner.cased if cased else self.scanner.folded)[atom] = test
            case Regex():
                self.scanner.cased[atom] = test
            case Present():
                self._always.add(atom)
            case Network(cidr):
                network = ip_network(cidr)
                shift = network.max_prefixlen - network.prefixlen
                key = (network.version, shift)
                table2 = self._networks.setdefault(key, {})
                table2.setdefault(int(network.network_address) >> shift, []).append(atom)
            case Compared(operator, number):
                self._compared.append((operator, number, atom))
            case TimePart(part, number):
                self._times.append((part, number, atom))

    def _learn(self, predicate: int, expression: Expression, costs: Sequence[float]) -> None:
        if isinstance(expression, int) or (
            expression[0] == "or" and all(isinstance(part, int) for part in expression[1:])
        ):
            for atom in parts_of(expression):
                self._direct.setdefault(atom, []).append(predicate)
            return
        self._expressions[predicate] = expression
        # no negation in it, so that it always has anchors
        for atom in anchors(expression, costs) or ():
            self._indirect.setdefault(atom, []).append(predicate)

    def predicates(self, texts: Sequence[str]) -> frozenset[int]:
        """Predicates that hold for a field that has these texts (one, or the elements of a list)."""
        if len(texts) == 1:
            return self.of(texts[0])
        return (
            self._judged(frozenset(atom for text in texts for atom in self._held(text))) if texts else _NONE
        )

    def of(self, text: str) -> frozenset[int]:
        """Predicates that hold for a field that has this one text."""
        if self._special or not text.isascii():
            held = self._held(text)
        else:  # the same for most texts, without a further call
            held = self._seen
            held.clear()
            if self._pass is not None:
                self._pass(text.encode(), self._see)
            if (exact := self._exact.get(text.lower())) is not None:
                held += exact
        if not held:
            return self._base
        atoms = frozenset(held)
        return self._judgements.get(atoms) or self._judged(atoms)

    def _judged(self, found_atoms: frozenset[int]) -> frozenset[int]:
        """The predicates that hold when these atoms do, beside those that always do."""
        known = self._judgements.get(found_atoms)
        if known is not None:
            return known
        if len(self._judgements) >= _MOST_JUDGEMENTS:
            self._judgements.clear()
        held = found_atoms | self._always
        found: set[int] = set()
        maybe: set[int] = set()
        for atom in held:
            if atom in self._direct:
                found.update(self._direct[atom])
            if atom in self._indirect:
                maybe.update(self._indirect[atom])
        for predicate in maybe:
            run = self._programs.get(predicate)
            if run is None:
                run = self._programs[predicate] = program(self._expressions[predicate])
            if run(held):
                found.add(predicate)
        judged = self._judgements[found_atoms] = frozenset(found)
        return judged

    def _held(self, text: str) -> list[int]:
        """The atoms that hold for a text, beside those that always do."""
        if self._is_plain(text):
            folded = text.lower()
            held = list(self._scan(text))
        else:
            folded = fold(text)
            held = self._found_folded(text, folded)
        if folded in self._exact:
            held += self._exact[folded]
        if text in self._exact_cased:
            held += self._exact_cased[text]
        if self._special:
            self._hold_special(text, held)
        return held

    def _hold_special(self, text: str, held: list[int]) -> None:
        """Addresses, numbers and times."""
        if self._networks and (address := address_of(text)) is not None:
            value = int(address)
            for (version, shift), table in self._networks.items():
                if version == address.version:
                    held += table.get(value >> shift, ())
        if self._compared and (number := number_of(text)) is not None:
            held += [atom for operator, limit, atom in self._compared if _stands(number, operator, limit)]
        if self._times and (moment := time_of(text)) is not None:
            held += [
                atom
                for part, wanted, atom in self._times
                if (moment.isocalendar().week if part == "week" else getattr(moment, part)) == wanted
            ]

    def _is_plain(self, text: str) -> bool:
        """Whether Hyperscan, which folds ASCII alone, finds in `text` what it would find in folded text."""
        return text.isascii() or (is_folded_apart(text) if self._ascii else folds_in_ascii(text))

    def _scan(self, text: str) -> list[int]:
        """The atoms whose patterns are found in a text as it is; the list is good until the next scan."""
        self._seen.clear()
        if self._pass is not None:
            self._pass(text.encode(), self._see)
        return self._seen

    def _found_folded(self, text: str, folded: str) -> list[int]:
        """The atoms whose patterns are found, in two passes: over the folded text, and the text as it is."""
        held = [atom for atom in self._scan(folded) if atom in self.scanner.folded]
        if self.scanner.cased:
            held += [atom for atom in self._scan(text) if atom in self.scanner.cased]
        return held

    def finds_any(self, text: str) -> bool:
        """Whether some pattern is found; for a field that has patterns alone, and in folded case alone."""
        # `_scan` spelt out, for nearly every event comes here
        if not (text.isascii() or self._is_plain(text)):
            text = fold(text)
        self._seen.clear()
        if self._pass is not None:
            self._pass(text.encode(), self._see)
        return bool(self._seen)


def _appender(numbers: list[int]) -> Callable[..., None]:
    """What Hyperscan is to call for each pattern that it finds."""
    append = numbers.append

    def see(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        append(number)

    return see


def is_ascii(test: Test) -> bool:
    """Whether a pattern asks for ASCII characters alone."""
    return not isinstance(test, Pattern) or all(
        part.isascii() for part in test.parts if isinstance(part, str)
    )


def _stands(number: float, operator: str, limit: float) -> bool:
    match operator:
        case "lt":
            return number < limit
        case "lte":
            return number <= limit
        case "gt":
            return number > limit
        case "gte":
            return number >= limit
        case _:
            return number != limit
