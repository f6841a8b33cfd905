"""What of an event its detections carry to a correlator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from plumbline.kernel.detection.correlating.correlations import Correlation, needed_fields
from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.pack import Pack
from plumbline.kernel.detection.rules import Info
from plumbline.kernel.detection.shapes import SHAPES, Shape
from plumbline.kernel.detection.shapes.base import MOST_FIELDS
from plumbline.kernel.detection.texts import texts_of

_MOST_NAMES: Final = 20_000


class Carrier:
    """Knows which rules' detections are needed, and takes from an event the fields that they must carry.

    Fields are found as the engine finds them: where the event's shape keeps them, under the names that rules
    know them by.
    """

    def __init__(self, pack: Pack, rules: Sequence[Info], correlations: Iterable[Correlation]) -> None:
        needed = needed_fields(correlations)
        self._needed = {
            number: frozenset(needed[info.key]) for number, info in enumerate(rules) if info.key in needed
        }
        self._alias: dict[tuple[int, str], dict[str, list[str]]] = {}
        self._pack = pack
        self._names: dict[tuple[int, str, str], tuple[str, ...]] = {}

    def __contains__(self, number: object) -> bool:
        """Whether detections of the rule with this number in the pack are needed."""
        return number in self._needed

    def fields(self, event: Mapping[str, Any], number: int) -> dict[str, str]:
        """Folded name -> text, of the fields that the event has.

        A list with several elements is one text, in JSON.

        Raises:
            Deep: the event is nested too deep.
        """
        needed = self._needed[number]
        found: dict[str, str] = {}
        if not needed:
            return found
        shape = next(shape for shape in SHAPES if shape.recognises(event))
        for count, (name, value) in enumerate(shape.fields(event)):
            if count > MOST_FIELDS or len(found) == len(needed):
                break
            for known in self._known(shape, name, number):
                if known in needed and known not in found and (texts := texts_of(value)):
                    found[known] = texts[0] if len(texts) == 1 else orjson.dumps(texts).decode()
        return found

    def _known(self, shape: Shape, name: str, number: int) -> tuple[str, ...]:
        """The names under which rules may ask for a field that the event calls `name`."""
        key = (number, shape.key, name)
        names = self._names.get(key)
        if names is None:
            if len(self._names) >= _MOST_NAMES:
                self._names.clear()
            folded = fold(name)
            all_names = [folded, *shape.names(folded)]
            aliases = self._aliases(shape, number)
            all_names += [other for each in list(all_names) for other in aliases.get(each, ())]
            names = self._names[key] = tuple(dict.fromkeys(all_names))
        return names

    def _aliases(self, shape: Shape, number: int) -> dict[str, list[str]]:
        key = (number, shape.key)
        if key not in self._alias:
            found = self._alias[key] = {}
            for source in self._pack.rule_sources[number]:
                if shape.key in self._pack.sources[source].shapes:
                    for name, other in self._pack.sources[source].alias:
                        found.setdefault(name, []).append(other)
        return self._alias[key]
