"""The grammar of target texts (指标值): comparator, number, unit, deadline, direction, base.

`parse` reads any text and never raises; `format_target` prints a reading in canonical form, which
parses to the same reading. The raw text is kept and never rewritten. A text that holds numbers but
no single reading, or that refers to a requirement stated elsewhere, is "vague": it cannot be scored
until a person approves a measurable reading. The words are data: `targets.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal
from functools import lru_cache

from plumbline.kernel.plans.document import Comparator, Target
from plumbline.kernel.plans.numerals import (
    CHINESE,
    NUMBER,
    chinese_number,
    number,
    squeeze,
    value_text,
)
from plumbline.kernel.plans.target_dates import Deadline, find_deadline
from plumbline.kernel.plans.target_parts import (
    SEPARATOR,
    comparator_after,
    comparator_before,
    range_after,
    second_bound,
    strip_words,
    unit_after,
)
from plumbline.kernel.plans.target_words import target_words

__all__ = ["deadline", "format_target", "parse", "value_text"]

_QUOTIENT = Context(prec=28)
_LONGEST = 120
_RATIO = {"百": "%", "千": "‰", "万": "‱"}
_PER = re.compile(rf"([百千万])分之({NUMBER}|{CHINESE})")
#: a rate of so many in 10万: the number stands before, the rest is its unit
_RATE = re.compile(r"/(?:[1-9]0{0,5}|[十百千])?[万千百](?:人(?:口)?)?(?![0-9])|/(?:100|1000|10000|100000)人")
_FRACTION = re.compile(r"([0-9]{1,9})/([0-9]{1,9})(?![0-9/.])")
_CHINESE_FRACTION = re.compile(rf"({CHINESE})分之({CHINESE})")
_NUMBER = re.compile(NUMBER)
_CHINESE = re.compile(CHINESE)
#: a number straight after these is part of a name or a code, not a quantity
_NO_QUANTITY_AFTER = re.compile(r"[A-Za-z第〔\[_#.]$")


@lru_cache(maxsize=4096)
def parse(text: str | None) -> Target:
    """Read a target text. Never raises, whatever the text."""
    raw = text or ""
    target = _parse(squeeze(raw))
    if target.kind in ("quantitative", "date") and target != _parse(squeeze(format_target(target))):
        # 2000.0年 would print as a date: a reading that its own print does not keep is no reading
        target = target if target.kind == "date" and target.day is None else Target(raw="", kind="vague")
    return replace(target, raw=raw)


def _parse(text: str) -> Target:
    """The reading of a text without spaces; `raw` is left empty."""
    words = target_words()
    text = re.sub(r"(?<=m)([23])(?![0-9])", lambda m: "²³"[int(m[1]) - 2], text)
    text = text.rstrip("。;,、")
    if text in words.empty:
        return Target(raw="", kind="empty")
    if text in words.qualitative:
        return Target(raw="", kind="qualitative")
    if words.vague.search(text) and not re.search(r"[%‰≥≤<>=]", text):
        return Target(raw="", kind="vague")
    if len(text) <= _LONGEST:
        reading = _dated(text) or _quantity(text)
        if reading:
            return reading
    return Target(raw="", kind="vague" if re.search(r"[0-9]", text) else "qualitative")


def _dated(text: str) -> Target | None:
    """A date, or a quantity with a deadline; None when the text names no date."""
    found = find_deadline(text)
    if not found:
        return None
    rest = text[: found.start] + text[found.end :]
    quantity = _quantity(rest)
    if quantity:
        return replace(quantity, day=found.day) if found.by else quantity
    if re.search(r"[0-9]", rest):
        # a second date (2023年1月1日至12月31日): the last one counts
        last = _last_date(text[found.end :], found)
        return _date_target(last) if last else None
    return _date_target(found)


def _last_date(rest: str, first: Deadline) -> Deadline | None:
    """The end of a period “from … to …”; it takes its year from the beginning where it has none."""
    if not SEPARATOR.match(rest):
        return None
    last = find_deadline(rest, year=first.day.year if first.day else None)
    if not last or re.search(r"[0-9]", rest[: last.start] + rest[last.end :]):
        return None
    return replace(last, by=True)


def _date_target(found: Deadline) -> Target:
    sign: Comparator | None = "<=" if found.by else (found.sign or None)  # type: ignore[assignment]
    return Target(raw="", kind="date", comparator=sign, day=found.day)


@dataclass(frozen=True)
class _Number:
    """A number with what its own words say of it; `end` is where the text goes on."""

    start: int
    end: int
    value: Decimal
    unit: str | None = None
    fraction: tuple[int, int] | None = None


def _quantity(text: str) -> Target | None:
    found = _first_number(text)
    if not found:
        return None
    head, rest = text[: found.start], text[found.end :]
    if found.start and _NO_QUANTITY_AFTER.search(head):
        return None
    head, before, weak, negative = comparator_before(head)
    low = -found.value if negative else found.value
    unit, value, rest = (found.unit, low, rest) if found.unit else unit_after(low, rest)
    span = None if found.fraction else range_after(rest, unit=unit, low=low, value=value)
    high: Decimal | None = None
    if span:
        value, high, unit, rest = span
    after, rest = comparator_after(rest)
    other, rest = (None, rest) if high is not None else second_bound(rest, before, unit)
    if other is not None:
        value, high = min(value, other), max(value, other)
    if re.search(r"[0-9]", rest) or _PER.search(rest):
        return None
    comparator: Comparator | None = "range"
    if high is None:
        comparator, clash = _joined(before, after, weak)
        if clash:
            return None
    around = head + rest
    return Target(
        raw="",
        kind="quantitative",
        comparator=comparator,
        value=value,
        high=high,
        unit=unit,
        base=next((word for word in target_words().base if word in around), None),
        change=next((way for word, way in target_words().change if word in around), None),
        fraction=found.fraction,
    )


def _joined(
    before: Comparator | None, after: Comparator | None, weak: bool
) -> tuple[Comparator | None, bool]:
    """One comparator of the two, and whether they contradict each other."""
    if not after or not before or before == after:
        return before or after, False
    # 超过90%以上 and 低于5%以下 are loose speech for the word after the number
    return after, not (weak or (before, after) in ((">", ">="), ("<", "<=")))


def _first_number(text: str) -> _Number | None:
    per = _PER.search(text)
    plain = _NUMBER.search(text)
    if per and (not plain or per.start() < plain.start()):
        value = number(per[2]) if per[2][0].isascii() else chinese_number(per[2])
        return None if value is None else _Number(per.start(), per.end(), value, unit=_RATIO[per[1]])
    if not plain:
        return _chinese_quantity(text)
    rate = _RATE.match(text, plain.end())
    if rate and (rated := number(plain[0])) is not None:
        return _Number(plain.start(), rate.end(), rated, unit=rate[0])
    fraction = _FRACTION.match(text, plain.start())
    if fraction and int(fraction[2]):
        return _fraction(fraction, int(fraction[1]), int(fraction[2]))
    value = number(plain[0])
    return None if value is None else _Number(plain.start(), plain.end(), value)


def _chinese_quantity(text: str) -> _Number | None:
    """A number in Chinese numerals, where it can be nothing else (三个代表 and 一般 are no numbers)."""
    words = target_words()
    fraction = _CHINESE_FRACTION.search(text)
    if fraction:
        denominator, numerator = chinese_number(fraction[1]), chinese_number(fraction[2])
        if denominator and numerator is not None and denominator % 1 == 0 == numerator % 1:
            return _fraction(fraction, int(numerator), int(denominator))
        return None
    zero = re.search(r"零(?=(.*))", text)
    if zero and zero[1].startswith(words.zero):
        return _Number(zero.start(), zero.end(), Decimal(0))
    match = _CHINESE.search(text)
    value = chinese_number(match[0]) if match else None
    if match is None or value is None:
        return None
    head, before, _, _ = comparator_before(text[: match.start()])
    unit, _, rest = unit_after(value, text[match.end() :])
    alone = not strip_words(head) and not strip_words(comparator_after(rest)[1])
    if unit in words.units and (alone or before):
        return _Number(match.start(), match.end(), value)
    return None


def _fraction(match: re.Match[str], numerator: int, denominator: int) -> _Number:
    quotient = _QUOTIENT.divide(Decimal(numerator), Decimal(denominator))
    return _Number(match.start(), match.end(), quotient, fraction=(numerator, denominator))


_SIGNS: dict[str | None, str] = {">=": "≥", "<=": "≤", "=": "=", ">": ">", "<": "<", "range": "", None: ""}
_CHANGES = {"up": "提高", "down": "下降", None: ""}


def format_target(target: Target) -> str:
    """The canonical text of a reading: 比上年提高≥5%, 90~95%, 2023年12月31日前, ≥2/3.

    `parse(format_target(x))` equals x but for `raw`, for every x that `parse` yields. What no
    canonical form exists for (qualitative, vague, a deadline without a year) is printed as it was.
    """
    if target.kind == "date":
        return target.raw if target.day is None else _date_text(target.day, target.comparator)
    if target.kind != "quantitative" or target.value is None:
        return target.raw
    number_text = "/".join(map(str, target.fraction)) if target.fraction else value_text(target.value)
    if target.high is not None:
        number_text += f"~{value_text(target.high)}"
    day = _date_text(target.day, "<=") if target.day else ""
    sign = _SIGNS[target.comparator]
    return f"{day}{target.base or ''}{_CHANGES[target.change]}{sign}{number_text}{target.unit or ''}"


def _date_text(day: date, comparator: Comparator | None) -> str:
    text = f"{day.year}年{day.month}月{day.day}日"
    return f"{text}前" if comparator == "<=" else f"{_SIGNS[comparator]}{text}"


def deadline(target: Target, *, year: int) -> date | None:
    """The last day that a target allows, with the plan's year where its text names none.

    None for a target without a date, and for one that leaves the day open (12月前).
    """
    if target.day is not None or target.kind not in ("date", "quantitative"):
        return target.day
    found = find_deadline(squeeze(target.raw), year=year)
    return found.day if found else None
