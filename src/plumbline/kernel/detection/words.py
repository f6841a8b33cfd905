"""Keywords: texts that may stand anywhere in an event.

Nearly no event holds one. So the texts of an event that no rule asks for by name are joined and passed over
once; only where something is found in the joined text are they looked at one by one.
"""

from __future__ import annotations

from collections.abc import Collection
from types import NoneType
from typing import Any, Final

from plumbline.kernel.detection.expressions import MANY, Pattern, Test
from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.matching import FieldMatcher
from plumbline.kernel.detection.pack import Pack, parts_of
from plumbline.kernel.detection.texts import text_of

#: every character that a number or a truth value has as text, in folded case
_OF_SCALARS: Final = frozenset("0123456789+-.einfatruls")
_NOTHING: Final[frozenset[int]] = frozenset()
_BETWEEN: Final = "\0"


class Words:
    """Some keyword predicates of a pack.

    Attributes:
        joinable: whether texts may be joined: each keyword is found in a joined text if it is in one of them.
    """

    def __init__(self, pack: Pack, predicates: frozenset[int]) -> None:
        self._matcher = FieldMatcher(pack, 0, only=predicates)
        tests = [
            pack.atoms[atom][1]
            for predicate in predicates
            for atom in parts_of(pack.predicates[predicate][1])
        ]
        self.joinable = all(
            isinstance(test, Pattern)
            and not test.cased
            and len(test.parts) > 1
            and test.parts[0] == test.parts[-1] == MANY
            for test in tests
        )
        #: whether a keyword might be found in a number or truth value
        self._in_scalars = not all(_is_apart(test) for test in tests)

    def may_be_in(self, kind: type) -> bool:
        """Whether a keyword might be found in a value of this type."""
        return kind is str or (self._in_scalars and kind is not NoneType)

    def held(self, values: Collection[Any]) -> frozenset[int]:
        """The predicates that hold for an event with these scalars, of types in which a keyword may be."""
        texts = [text_of(value) or "" for value in values] if self._in_scalars else values
        if self.joinable and not self._matcher.finds_any(_BETWEEN.join(texts)):
            return _NOTHING
        return self._matcher.predicates(tuple(texts))


def _is_apart(test: Test) -> bool:
    """Whether a test can hold for no number and no truth value: it asks for a character that none has."""
    return isinstance(test, Pattern) and any(
        isinstance(part, str) and not _OF_SCALARS.issuperset(fold(part)) for part in test.parts
    )
