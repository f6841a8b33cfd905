"""Digits of several cells written without a gap, cut so that the numbers agree.

“202010100.00%10” under 全年预算数, 全年执行数, 分值, 执行率, 得分 is 20, 20, 10, 100.00%, 10: the one cut in
which the rate is what the amounts give and the score is no more than the points.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

_MONEY = ("initial", "adjusted", "executed", "fund_forecast")
_BEAM = 200
_NUMBER = re.compile(r"(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,11})(?:\.\d{1,6})?$")
_NONE = "/-—"


@dataclass(frozen=True, slots=True)
class _State:
    position: int
    score: float
    parts: tuple[tuple[str, str], ...]


def split_numbers(
    text: str, roles: Sequence[str], *, total: Mapping[str, str], whole: bool = False
) -> list[tuple[str, str]]:
    """Role and digits of each cell, in order; the digits together are the text.

    Args:
        text: digits, points, commas, %, and marks of an empty cell.
        roles: the columns in order; some may be empty.
        total: numbers of the row of totals by role, for rows that are parts of it.
        whole: the row of totals itself: points of 100 are likely.
    """
    if not text:
        return []
    states = [_State(0, 0.0, ())]
    for role in roles:
        grown: list[_State] = []
        for state in states:
            skip = 0.4 if state.position == len(text) else 1.6
            grown.append(_State(state.position, state.score - skip, state.parts))
            grown.extend(_extended(state, text, role))
        states = sorted(grown, key=lambda s: -_likely(s, total, whole))[:_BEAM]
    done = [s for s in states if s.position == len(text)]
    if not done:
        return [("", text)]
    best = max(done, key=lambda s: s.score + _sense(dict(s.parts), total, whole))
    return list(best.parts)


def _likely(state: _State, total: Mapping[str, str], whole: bool) -> float:
    return state.score + _sense(dict(state.parts), total, whole)


def _extended(state: _State, text: str, role: str) -> list[_State]:
    out = []
    rest = text[state.position :]
    if rest[:1] and rest[0] in _NONE:
        return [_State(state.position + 1, state.score, (*state.parts, (role, rest[0])))]
    for length in range(1, min(len(rest), 16) + 1):
        part = rest[:length]
        bare = part.removesuffix("%")
        if part.endswith("分") and role in ("weight", "score"):
            bare = part.removesuffix("分")
        if part.endswith("%") != (role == "rate" and "%" in part) or not _NUMBER.match(bare):
            continue
        if length < len(rest) and rest[length] in ".%,分":
            continue
        points = 3.0 if part.endswith("%") else 0.0
        out.append(_State(state.position + length, state.score + points, (*state.parts, (role, part))))
    return out


def _value(parts: Mapping[str, str], role: str) -> Decimal | None:
    text = parts.get(role, "").rstrip("%分").replace(",", "")
    return Decimal(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None


def _sense(parts: Mapping[str, str], total: Mapping[str, str], whole: bool) -> float:
    """How well the numbers of a row agree with each other."""
    found = _points(_value(parts, "weight"), _value(parts, "score"), whole)
    amounts = [value for role in _MONEY if (value := _value(parts, role)) is not None]
    for one, other in itertools.pairwise(amounts):
        found += _near(one, other)
    for role in _MONEY:
        value, of = _value(parts, role), _value(total, role)
        if value is not None and of is not None and of > 0:
            found += 1.5 if value == of else 0.5 if value <= of else -1.0
    for role in _MONEY:
        if role in parts and role in total:
            found += 1.0 if _decimals(parts[role]) == _decimals(total[role]) else 0.0
    if "rate" in total and "rate" in parts and ("%" in total["rate"]) != ("%" in parts["rate"]):
        found -= 6.0
    if "weight" in total and "weight" in parts:
        found -= 2.0
    return found + _rate(parts)


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _near(one: Decimal, other: Decimal) -> float:
    if one == other:
        return 2.0
    low, high = sorted((one, other))
    if low == 0:
        return 0.0
    ratio = high / low
    return 0.5 if ratio < 2 else -0.5 if ratio < 10 else -4.0


def _points(weight: Decimal | None, score: Decimal | None, whole: bool) -> float:
    found = 0.0
    if weight is not None:
        likely = 100 if whole else 10
        found += 3.0 if weight == likely else 0.5 if weight <= (110 if whole else 30) else -8.0
    if weight is not None and score is not None:
        found += 2.0 if score == weight else 1.0 if score <= weight else -10.0
    return found


def _rate(parts: Mapping[str, str]) -> float:
    rate, executed = _value(parts, "rate"), _value(parts, "executed")
    budget = _value(parts, "adjusted")
    budget = _value(parts, "initial") if budget is None else budget
    if rate is None:
        return 0.0
    if executed is None or not budget:
        return 0.0 if rate <= 200 else -4.0
    if executed == 0:
        return 1.0 if rate == 0 else -6.0
    exact = executed / budget * 100
    return 6.0 if abs(exact - rate) < Decimal("0.6") or abs(exact / 100 - rate) < Decimal("0.006") else -6.0
