"""What became of each item from one edition of a checklist to the next.

propose(before, after) -> pairs, each with why: the same key, the same title, or a likeness
compare(before, after) -> rows: same, changed (with the fields), added, removed
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, Protocol

from plumbline.kernel.checklists.draft import Question
from plumbline.kernel.plans.numerals import halve, squeeze

#: fields that a comparison looks at, in the order in which it names them
FIELDS = (
    "title", "answer", "points", "guidance", "basis", "evidence", "choices", "condition",
    "severity", "finding", "advice",
)  # fmt: skip
#: the least likeness of titles that is proposed
LEAST = 0.72
#: the least likeness for two items of one key to be the same thing
LEAST_OF_KEY = 0.45
#: how many items of the older edition are looked at closely for each of the newer
_CLOSE = 6
_LEADING = re.compile(
    r"^(?:(?:第?[一二三四五六七八九十百]+[、章节.]|[(（][一二三四五六七八九十0-9]+[)）]|[0-9]+(?:\.[0-9]+)*(?:[、.]|\s+))\s*)+"
)
Why = Literal["key", "title", "likeness"]
State = Literal["same", "changed", "added", "removed"]


class Described(Question, Protocol):
    """An item with its texts."""

    @property
    def guidance(self) -> str: ...
    @property
    def basis(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Pair:
    """An item of the older edition and the one that continues it.

    Attributes:
        before, after: keys.
        why: what speaks for it. likeness: of the titles, 0 to 1.
    """

    before: str
    after: str
    why: Why
    likeness: float


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a comparison.

    Attributes:
        before, after: keys; "" where there is none.
        fields: names of what differs.
    """

    state: State
    before: str
    after: str
    fields: tuple[str, ...] = ()


def bare(title: str) -> str:
    """A title without numbers at its head, blanks and width of signs."""
    text = squeeze(_LEADING.sub("", halve(title).strip())) or squeeze(title)
    return text.lower().rstrip("。.;；") or text.lower()


def likeness(one: str, other: str) -> float:
    """How alike two bare titles are, 0 to 1."""
    return 1.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()


def propose(before: Sequence[Question], after: Sequence[Question]) -> list[Pair]:
    """Pairs of items, each item in at most one, in the order of the newer edition.

    A section is paired with sections only, a question with questions.
    """
    found: list[Pair] = []
    for sections in (True, False):
        old = [item for item in before if (not item.answer) == sections]
        new = [item for item in after if (not item.answer) == sections]
        found.extend(_pairs(old, new))
    order = {item.key: number for number, item in enumerate(after)}
    return sorted(found, key=lambda pair: order[pair.after])


def _pairs(old: Sequence[Question], new: Sequence[Question]) -> list[Pair]:
    titles = {item.key: bare(item.title) for item in old}
    wanted = {item.key: bare(item.title) for item in new}
    pairs: list[Pair] = []
    left, right = dict(titles), dict(wanted)

    def take(one: str, other: str, why: Why, how: float) -> None:
        pairs.append(Pair(one, other, why, round(how, 2)))
        del left[one], right[other]

    # the same title comes first: a number moves when something is put in before it
    for other, title in list(right.items()):
        if left.get(other) == title:
            take(other, other, "key", 1.0)
    once = {title for title, count in Counter(left.values()).items() if count == 1}
    again = Counter(right.values())
    by_title = {title: key for key, title in left.items() if title in once}
    for other, title in list(right.items()):
        if again[title] == 1 and title in by_title:
            take(by_title[title], other, "title", 1.0)
    likely = sorted(_likely(left, right), key=lambda entry: -entry[0])
    for how, one, other in likely:
        if one in left and other in right and how >= (LEAST_OF_KEY if one == other else LEAST):
            take(one, other, "key" if one == other else "likeness", how)
    return pairs


def _likely(left: Mapping[str, str], right: Mapping[str, str]) -> list[tuple[float, str, str]]:
    """(likeness, older, newer) of those that share pairs of characters; few are looked at closely."""
    index: dict[str, list[str]] = defaultdict(list)
    for key, title in left.items():
        for pair in _grams(title):
            index[pair].append(key)
    found: list[tuple[float, str, str]] = []
    for other, title in right.items():
        shared: Counter[str] = Counter()
        for pair in _grams(title):
            if len(index[pair]) <= 400:
                shared.update(index[pair])
        close = [key for key, _ in shared.most_common(_CLOSE)]
        if other in left and other not in close:
            close.append(other)
        found.extend((likeness(left[key][:400], title[:400]), key, other) for key in close)
    return found


def _grams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(min(len(text), 400) - 1)}


def compare(
    before: Sequence[Described], after: Sequence[Described], *, pairs: Sequence[Pair] | None = None
) -> list[Change]:
    """Every item of both editions once: in the newer's order, what was removed after what stood before it.

    Args:
        pairs: which items belong together; proposed where None.
    """
    pairs = propose(before, after) if pairs is None else pairs
    old = {item.key: item for item in before}
    continued = {pair.after: pair.before for pair in pairs}
    gone = {pair.before for pair in pairs}
    removed_after: dict[str, list[str]] = defaultdict(list)
    previous = ""
    for item in before:
        if item.key in gone:
            previous = item.key
        else:
            removed_after[previous].append(item.key)
    rows = [Change("removed", key, "") for key in removed_after[""]]
    for item in after:
        one = continued.get(item.key, "")
        if not one:
            rows.append(Change("added", "", item.key))
            continue
        differs = tuple(field for field in FIELDS if _plain(old[one], field) != _plain(item, field))
        rows.append(Change("changed" if differs else "same", one, item.key, differs))
        rows.extend(Change("removed", key, "") for key in removed_after[one])
    return rows


def _plain(item: object, field: str) -> Any:
    value = getattr(item, field)
    if field == "choices":
        return [list(choice) for choice in value]
    if isinstance(value, str):
        return " ".join(value.split())
    return value
