"""What stands around the number of a target text: comparators, units, ranges, second bounds.

All texts are as `numerals.squeeze` leaves them.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from plumbline.kernel.plans.document import Comparator
from plumbline.kernel.plans.numerals import MULTIPLIERS, NUMBER, number, times
from plumbline.kernel.plans.target_words import target_words

SEPARATOR = re.compile(r"(?:至|到|~|—{1,2}|–|-{1,2})")
_PUNCTUATION = re.compile(r"[,;。、:()!?“”\"《》【】\[\]<>=≥≤]")
_COMPOSITE = re.compile(r"(?:[/·][\u4e00-\u9fffA-Za-z]{1,3})+")


def comparator_before(head: str) -> tuple[str, Comparator | None, bool, bool]:
    """(head without it, comparator, it is weak, a minus sign follows it) before a number."""
    words = target_words()
    negative = bool(re.search(r"(?:^|[≥≤<>=~])-$", head))
    if negative:
        head = head[:-1]
    found: Comparator | None = None
    weak = False
    while head:
        filler = next((word for word in words.filler if head.endswith(word)), None)
        pair = next(((word, sign) for word, sign in words.before if head.endswith(word)), None)
        if pair and (found is None or weak):
            weak = (found is None and pair[0] in words.weak) or (found is not None and pair[0] in words.weak)
            found = pair[1]
            head = head[: -len(pair[0])]
        elif filler:
            head = head[: -len(filler)]
        else:
            break
    return head, found, weak, negative


def comparator_after(rest: str) -> tuple[Comparator | None, str]:
    """The comparator that the words after the number state, and the text without it."""
    for word, sign in target_words().after:
        if rest.startswith(word):
            return sign, rest[len(word) :]
    for word, sign in target_words().after:
        if len(word) > 1 and rest.endswith(word):
            return sign, rest[: -len(word)]
    return None, rest


def unit_after(value: Decimal, rest: str) -> tuple[str | None, Decimal, str]:
    """(unit, value with 千, 万, 亿 worked in, text after the unit)."""
    known = _known_unit(rest)
    if known:
        return target_words().same.get(known, known), value, rest[len(known) :]
    digits = re.match("[百千万亿]{1,2}", rest)
    if digits:
        value, rest = times(value, digits[0]), rest[digits.end() :]
        known = _known_unit(rest)
        if known:
            return target_words().same.get(known, known), value, rest[len(known) :]
    free = _PUNCTUATION.split(SEPARATOR.split(rest)[0])[0]
    stop = min(
        (i for i in (free.find(w) for w in (*_after_words(), *target_words().filler)) if i >= 0), default=99
    )
    free = free[:stop]
    if 0 < len(free) <= 8 and not re.search(r"[0-9零一二两三四五六七八九十的了并且和与]", free):
        return free, value, rest[len(free) :]
    return None, value, rest


@cache
def _after_words() -> tuple[str, ...]:
    return tuple(word for word, _ in target_words().after)


def _known_unit(rest: str) -> str | None:
    for unit in target_words().units:
        if rest.startswith(unit):
            follow = rest[len(unit) : len(unit) + 1]
            if unit[-1].isascii() and unit[-1].isalpha() and follow.isascii() and follow.isalpha():
                continue
            composite = _COMPOSITE.match(rest, len(unit))
            return rest[: composite.end()] if composite else unit
    return None


def range_after(
    rest: str, *, unit: str | None, low: Decimal, value: Decimal
) -> tuple[Decimal, Decimal, str | None, str] | None:
    """(low, high, unit, rest) when the text goes on with “to” and a second number."""
    match = re.match(rf"(?:至|到|~|—{{1,2}}|–|-{{1,2}})(-?{NUMBER})", rest)
    second = number(match[1]) if match else None
    if match is None or second is None:
        return None
    high_unit, high, after = unit_after(second, rest[match.end() :])
    if unit and high_unit and unit != high_unit:
        return None
    if not unit and value != low and high_unit and times(low, high_unit[0]) == value:
        # 1万至2万元: the unit holds the multiplier
        value = low
    elif not unit and value == low and high != second and low < second:
        # 3-5万人: the multiplier belongs to both
        value = _like(low, second, high)
    return min(value, high), max(value, high), unit or high_unit, after


def _like(low: Decimal, second: Decimal, high: Decimal) -> Decimal:
    multiplier = next(
        (m for m in (*MULTIPLIERS, "百万", "千万", "百亿", "千亿", "万亿") if times(second, m) == high), ""
    )
    return times(low, multiplier)


def second_bound(rest: str, before: Comparator | None, unit: str | None) -> tuple[Decimal | None, str]:
    """The upper bound of “≥80%且≤90%”."""
    match = re.match(rf"[,;、]?(?:且|并且|同时)?(≤|<=|不超过|不高于)({NUMBER})", rest)
    if before != ">=" or not match:
        return None, rest
    second = number(match[2])
    if second is None:
        return None, rest
    high_unit, high, after = unit_after(second, rest[match.end() :])
    return (high, after) if high_unit == unit else (None, rest)


def strip_words(text: str) -> str:
    """What remains of a text without filler, base and change words."""
    words = target_words()
    for word in (*words.base, *(word for word, _ in words.change), *words.filler):
        text = text.replace(word, "")
    return _PUNCTUATION.sub("", text)
