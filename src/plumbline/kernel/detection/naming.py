"""What correlations are built on, told before rules are compiled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from plumbline.kernel.detection.rules import Document, Info

#: names in an extended condition ("a and not b"); words of the language among them do no harm
_NAME: Final = re.compile(r"[\w-]+")


def named_by(documents: Iterable[Document], leaves_out: Callable[[Info], str]) -> frozenset[str]:
    """Ids (in lower case) and names of all that chosen correlations are built on, through all levels.

    `documents` are those of correlations. What they name is needed even where the choice leaves it out, for
    otherwise they could never hold: it then runs, and says nothing of its own.
    """
    known: dict[str, list[Document]] = {}
    waiting = []
    for document in documents:
        for name in names_of(document.info):
            known.setdefault(name, []).append(document)
        if not leaves_out(document.info):
            waiting.append(document)
    named: set[str] = set()
    while waiting:
        for name in _references(waiting.pop().data):
            if name not in named:
                named.add(name)
                waiting += known.get(name, ())
    return frozenset(named)


def names_of(info: Info) -> set[str]:
    """Under which a rule or correlation may be named."""
    return {name for name in (info.key.lower(), info.name) if name}


def _references(data: dict[str, Any]) -> Iterator[str]:
    section = data.get("correlation")
    if not isinstance(section, dict):
        return
    rules = section.get("rules")
    for name in rules if isinstance(rules, list) else [rules]:
        if isinstance(name, str):
            yield from {name, name.lower()}
    condition = section.get("condition")
    if isinstance(condition, str):
        for name in _NAME.findall(condition):
            yield from {name, name.lower()}
