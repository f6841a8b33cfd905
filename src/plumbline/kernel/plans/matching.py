"""Which statements speak of the same project: by code, by name, by a similar name and amount.

Each statement of the prose and each table belongs to one project. A pair is taken when the code or
the name is the same; of the rest the most similar names first, an equal amount speaking for a pair.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from plumbline.kernel.plans.document import Project, ProjectStatement
from plumbline.kernel.plans.numerals import squeeze

#: names at least this alike are one project; with the same amount a little less is enough
_ALIKE = 0.72
_ALIKE_WITH_AMOUNT = 0.5
#: beyond this many open pairs only names that begin or end alike are compared
_MANY = 10_000


def plain_name(name: str) -> str:
    """A name without spaces, punctuation and the words that forms add."""
    text = re.sub(r"[\W_]+", "", squeeze(name))
    return re.sub(r"(?:项目)?(?:支出|经费|项目|资金)$", "", text) or text


def match_statements(
    texts: Sequence[ProjectStatement], tables: Sequence[ProjectStatement]
) -> tuple[Project, ...]:
    """Projects in the order of the prose, then tables that the prose does not name."""
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for key in (_code, _plain):
        open_tables: dict[str, list[int]] = defaultdict(list)
        for index, table in enumerate(tables):
            if index not in taken and key(table):
                open_tables[key(table)].append(index)
        for index, text in enumerate(texts):
            found = open_tables.get(key(text)) if key(text) and index not in partner else None
            if found:
                partner[index] = found.pop(0)
                taken.add(partner[index])
    for _, index, at in sorted(
        _similar(texts, tables, partner, taken), key=lambda pair: (-pair[0], *pair[1:])
    ):
        if index not in partner and at not in taken:
            partner[index] = at
            taken.add(at)
    projects = [
        Project((text, tables[partner[index]])) if index in partner else Project((text,))
        for index, text in enumerate(texts)
    ]
    projects += [Project((table,)) for index, table in enumerate(tables) if index not in taken]
    return tuple(projects)


def _code(statement: ProjectStatement) -> str:
    return statement.code or ""


def _plain(statement: ProjectStatement) -> str:
    return plain_name(statement.name)


def _similar(
    texts: Sequence[ProjectStatement],
    tables: Sequence[ProjectStatement],
    partner: dict[int, int],
    taken: set[int],
) -> list[tuple[float, int, int]]:
    left = [(i, plain_name(text.name), text) for i, text in enumerate(texts) if i not in partner]
    right = [(i, plain_name(table.name), table) for i, table in enumerate(tables) if i not in taken]
    many = len(left) * len(right) > _MANY
    found = []
    for index, name, text in left:
        for at, other, table in right:
            if not name or not other or (many and name[:2] != other[:2] and name[-2:] != other[-2:]):
                continue
            ratio = SequenceMatcher(None, name, other, autojunk=False).ratio()
            same = _yuan(text) is not None and _yuan(text) == _yuan(table)
            if ratio >= (_ALIKE_WITH_AMOUNT if same else _ALIKE):
                found.append((ratio + same, index, at))
    return found


def _yuan(statement: ProjectStatement) -> object:
    return statement.budget.yuan if statement.budget else None
