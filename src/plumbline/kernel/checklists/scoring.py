"""Points of answers. What was not asked, does not apply or is not scored is out of what can be reached.

An item without an answer stays in what can be reached and is counted as open: it is neither 0 nor passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from plumbline.kernel.checklists.branching import asked
from plumbline.kernel.checklists.draft import (
    CHOICE,
    NOT_APPLICABLE,
    NUMBER,
    SECTION,
    SHARES,
    Question,
    with_ancestors,
)

CENT = Decimal("0.01")
#: longest text that is taken for a number
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class SectionScore:
    """Points of one section, everything within it included.

    Attributes:
        key, title, depth: of the section; "" for what stands outside every section.
        open: scored questions that are asked and have no points yet.
        settled: scored questions that have points; with none, `reached` says nothing and is not a zero.
    """

    key: str
    title: str
    depth: int
    reached: Decimal
    reachable: Decimal
    open: int
    settled: int


@dataclass(frozen=True, slots=True)
class Score:
    """Points of a checklist.

    Attributes:
        reached, reachable: points, two decimals.
        open: scored questions that are asked and have no points yet; their points are in `reachable`.
        per_section: in the checklist's order, only sections with something to reach.
    """

    reached: Decimal
    reachable: Decimal
    open: int
    per_section: tuple[SectionScore, ...]

    @property
    def ratio(self) -> Decimal | None:
        """Reached over reachable; None where nothing could be reached."""
        return self.reached / self.reachable if self.reachable else None


def item_points(item: Question, value: str) -> Decimal | None:
    """Points that an answer brings, two decimals; None where it brings none by itself.

    That is: no points to reach, not answered, not applicable, a text (a person gives the points), a choice
    whose share is not stated, a number below or outside its bands' notation.
    """
    share = _share(item, value)
    if share is None or item.points is None:
        return None
    return (item.points * share).quantize(CENT, ROUND_HALF_UP)


def _share(item: Question, value: str) -> Decimal | None:
    if item.answer in SHARES:
        return SHARES[item.answer].get(value)
    if item.answer == CHOICE:
        stated = next((choice[2] for choice in item.choices if choice[0] == value), None)
        return _decimal(stated)
    if item.answer == NUMBER:
        return _band(item, value)
    return None


def _band(item: Question, value: str) -> Decimal | None:
    """The share of the highest band that a number reaches; 0 below the lowest, None without bands."""
    number = _decimal(value)
    bands = [(_decimal(choice[0]), _decimal(choice[2])) for choice in item.choices]
    stated = [(bound, share) for bound, share in bands if bound is not None and share is not None]
    if number is None or not stated:
        return None
    below = [band for band in stated if band[0] <= number]
    return max(below)[1] if below else Decimal(0)


def _decimal(text: str | None) -> Decimal | None:
    if not text or len(text) > _LONGEST:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) <= _LONGEST else None


def is_scored(item: Question, value: str) -> bool:
    """Whether an item that is asked counts among what can be reached, given its answer."""
    if item.answer == SECTION or item.points is None or value == NOT_APPLICABLE:
        return False
    if item.answer == CHOICE:
        chosen = next((choice for choice in item.choices if choice[0] == value), None)
        return chosen is None or chosen[2] is not None
    return True


def score(
    items: Sequence[Question], answers: Mapping[str, str], *, given: Mapping[str, Decimal] | None = None
) -> Score:
    """Points of a checklist as far as it is answered.

    Args:
        items: sections and questions in order.
        answers: {key of the item: value}.
        given: points that a person gave to an item, in place of what its answer brings.
    """
    given = given or {}
    asks = asked(items, answers)
    totals: dict[str, list[Decimal]] = {}
    titles: dict[str, Question | None] = {}
    whole = [Decimal(0)] * 4
    for item, above in with_ancestors(items):
        if item.answer == SECTION:
            totals[item.key], titles[item.key] = [Decimal(0)] * 4, item
            continue
        value = answers.get(item.key, "")
        if item.key not in asks or item.points is None or not is_scored(item, value):
            continue
        points = given.get(item.key, item_points(item, value))
        settled = points is not None
        added = (points or Decimal(0), item.points, Decimal(not settled), Decimal(settled))
        sections = [section.key for section in above if section.answer == SECTION]
        if not sections:
            titles.setdefault("", None)
            totals.setdefault("", [Decimal(0)] * 4)
        for total in (whole, *(totals[key] for key in sections or [""])):
            for index, amount in enumerate(added):
                total[index] += amount
    return Score(
        reached=_cents(whole[0]),
        reachable=_cents(whole[1]),
        open=int(whole[2]),
        per_section=tuple(
            SectionScore(
                key=key,
                title=section.title if section else "",
                depth=section.depth if section else 0,
                reached=_cents(totals[key][0]),
                reachable=_cents(totals[key][1]),
                open=int(totals[key][2]),
                settled=int(totals[key][3]),
            )
            for key, section in titles.items()
            if totals[key][1]
        ),
    )


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
