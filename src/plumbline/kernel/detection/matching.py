"""From one text to the predicates that hold for it: one Hyperscan pass and a few look-ups."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any, Final

import hyperscan

from plumbline.kernel.detection.expressions import (
    MANY,
    Compared,
    Network,
    Pattern,
    Present,
    Regex,
    Test,
    TimePart,
)
from plumbline.kernel.detection.folding import fold, is_folded_apart
from plumbline.kernel.detection.pack import Expression, Pack, parts_of, program
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

    `expressions` are ordered: those over folded text first, then, from `cased_from` on, those over the text
    as it is. `atoms[i]` is the atom of expression i.
    """

    expressions: list[bytes] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    atoms: list[int] = field(default_factory=list)
    cased_from: int = 0
    database: hyperscan.Database | None = None

    def compile(self) -> None:
        if self.expressions:
            self.database = hyperscan.Database()
            self.database.compile(
                expressions=self.expressions, ids=list(range(len(self.expressions))), flags=self.flags
            )

    def load(self, content: bytes) -> None:
        self.database = hyperscan.loadb(content, hyperscan.HS_MODE_BLOCK)
        self.database.scratch = hyperscan.Scratch(self.database)


def expression_bytes(pattern: Pattern) -> bytes:
    """A wildcard pattern as a Hyperscan expression."""
    parts = list(pattern.parts)
    start = rb"" if parts and parts[0] == MANY else rb"^"
    end = rb"" if parts and parts[-1] == MANY else rb"\z"
    inner = parts[1 if not start else 0 : len(parts) - (1 if not end and len(parts) > 1 else 0)]
    made = []
    for part in inner:
        if isinstance(part, str):
            made.append(_escaped((part if pattern.cased else fold(part)).encode()))
        else:
            made.append(rb".*" if part == MANY else _ONE)
    return start + b"".join(made) + end


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
        atoms = sorted({atom for p in predicates for atom in parts_of(pack.predicates[p][1])})
        self._exact: dict[str, list[int]] = {}
        self._exact_cased: dict[str, list[int]] = {}
        self._networks: dict[tuple[int, int], dict[int, list[int]]] = {}
        self._compared: list[tuple[str, float, int]] = []
        self._times: list[tuple[str, int, int]] = []
        self._always: set[int] = set()
        folded: list[tuple[bytes, int, int]] = []
        cased: list[tuple[bytes, int, int]] = []
        for atom in atoms:
            self._place(atom, pack.atoms[atom][1], folded, cased)
        self.scanner = Scanner(cased_from=len(folded))
        for expression, flags, atom in [*folded, *cased]:
            self.scanner.expressions.append(expression)
            self.scanner.flags.append(flags)
            self.scanner.atoms.append(atom)
        self._direct: dict[int, list[int]] = {}
        self._indirect: dict[int, list[int]] = {}
        self._expressions: dict[int, Expression] = {}
        self._programs: dict[int, Callable[[Collection[int]], bool]] = {}
        for predicate in predicates:
            self._learn(predicate, pack.predicates[predicate][1])
        known = pack.databases.get(number)
        if known is None or only is not None:
            self.scanner.compile()
        else:
            self.scanner.load(known)
        self._database = self.scanner.database
        self._seen: list[int] = []
        #: whether no test asks for anything beyond ASCII: then most other text need not be folded
        self._ascii = all(key.isascii() for key in self._exact) and all(
            is_ascii(pack.atoms[atom][1]) for atom in atoms
        )
        self._special = bool(self._networks or self._compared or self._times)
        #: what holds for any text
        self._judgements: dict[frozenset[int], frozenset[int]] = {}
        self._base = self._judged(_NONE)

    def database_bytes(self) -> bytes | None:
        """Hyperscan's compiled patterns, to be kept; None where the field needs none."""
        return None if self.scanner.database is None else hyperscan.dumpb(self.scanner.database)

    def _place(self, atom: int, test: Test, folded: list[Any], cased: list[Any]) -> None:
        match test:
            case Present():
                self._always.add(atom)
            case Pattern(parts, is_cased) if all(isinstance(part, str) for part in parts):
                text = "".join(part for part in parts if isinstance(part, str))
                table = self._exact_cased if is_cased else self._exact
                table.setdefault(text if is_cased else fold(text), []).append(atom)
            case Pattern(parts) if parts == (MANY,):
                self._always.add(atom)
            case Pattern(_, True):
                cased.append((expression_bytes(test), _CASED, atom))
            case Pattern():
                folded.append((expression_bytes(test), _FOLDED, atom))
            case Regex(expression, letters):
                cased.append((expression.encode(), regex_flags(letters), atom))
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

    def _learn(self, predicate: int, expression: Expression) -> None:
        if isinstance(expression, int) or (
            expression[0] == "or" and all(isinstance(part, int) for part in expression[1:])
        ):
            for atom in parts_of(expression):
                self._direct.setdefault(atom, []).append(predicate)
            return
        self._expressions[predicate] = expression
        for atom in set(parts_of(expression)):
            self._indirect.setdefault(atom, []).append(predicate)

    def predicates(self, texts: Sequence[str]) -> frozenset[int]:
        """Predicates that hold for a field that has these texts (one, or the elements of a list)."""
        if len(texts) == 1:
            held = self._held(texts[0])
            return self._judged(frozenset(held)) if held else self._base
        return (
            self._judged(frozenset(atom for text in texts for atom in self._held(text))) if texts else _NONE
        )

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
        if text.isascii() or (self._ascii and is_folded_apart(text)):
            held = self._found(text)
            folded = text.lower()
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

    def _found(self, text: str) -> list[int]:
        """The atoms whose patterns are found, where Hyperscan folds all that is to be folded by itself."""
        held: list[int] = []
        if self._database is not None:
            atoms = self.scanner.atoms
            self._database.scan(text.encode(), lambda number, *_rest: held.append(atoms[number]))
        return held

    def _found_folded(self, text: str, folded: str) -> list[int]:
        """The atoms whose patterns are found, in two passes: over the folded text, and the text as it is."""
        held: list[int] = []
        if self._database is not None:
            numbers: list[int] = []
            atoms, border = self.scanner.atoms, self.scanner.cased_from
            self._database.scan(folded.encode(), lambda number, *_rest: numbers.append(number))
            held += [atoms[number] for number in numbers if number < border]
            if border < len(atoms):
                numbers.clear()
                self._database.scan(text.encode(), lambda number, *_rest: numbers.append(number))
                held += [atoms[number] for number in numbers if number >= border]
        return held

    def finds_any(self, text: str) -> bool:
        """Whether some pattern is found; for a field that has patterns alone, and in folded case alone."""
        if self._database is None:
            return False
        if not (text.isascii() or (self._ascii and is_folded_apart(text))):
            text = fold(text)
        self._seen.clear()
        self._database.scan(text.encode(), self._see)
        return bool(self._seen)

    def _see(self, number: int, *_rest: object) -> None:
        self._seen.append(number)


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
