"""Numbers as Chinese documents write them: 1,043,977.64 · １２３ · 九十八 · 两 · 3千 · 19.05万 · 三分之二.

All results are exact. Nothing here raises for any text.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal

#: full-width ASCII to ASCII, and the signs that stand for one another
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SIGNS = str.maketrans({"≧": "≥", "⩾": "≥", "≦": "≤", "⩽": "≤", "−": "-", "﹪": "%", "〜": "~", "∼": "~"})
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")

#: longest number that is taken for a number; longer digit strings are codes
_MAX_DIGITS = 24

NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
CHINESE = r"[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二两三四五六七八九]+)?"
MULTIPLIERS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_EXACT = Context(prec=200)


def halve(text: str) -> str:
    """Full-width signs and digits as half-width ones; other characters stay as they are."""
    return text.translate(_WIDTH).translate(_SIGNS)


def squeeze(text: str) -> str:
    """`halve`, with all white space left out."""
    return _SPACE.sub("", halve(text))


def number(text: str) -> Decimal | None:
    """The value of a plain number with or without thousands separators, else None."""
    digits = text.replace(",", "")
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", digits) or len(digits) > _MAX_DIGITS:
        return None
    return Decimal(digits)


def times(value: Decimal, multiplier: str) -> Decimal:
    """`value` times 千, 万, 亿, 百万 …; exact. An unknown character counts as 1."""
    for character in multiplier:
        value = _EXACT.multiply(value, Decimal(MULTIPLIERS.get(character, 1)))
    return value


def chinese_number(text: str) -> Decimal | None:
    """九十八 → 98, 两百 → 200, 一千零五十 → 1050, 十二点五 → 12.5, 二〇二三 → 2023; else None."""
    whole, point, rest = text.partition("点")
    if not whole or len(text) > _MAX_DIGITS or (point and not rest):
        return None
    value = _chinese_whole(whole)
    if value is None or any(c not in _DIGITS for c in rest):
        return None
    fraction = "".join(str(_DIGITS[c]) for c in rest)
    return Decimal(f"{value}.{fraction}") if fraction else Decimal(value)


def _chinese_whole(text: str) -> int | None:
    if all(c in _DIGITS for c in text):
        # one digit, or a year written digit by digit
        return int("".join(str(_DIGITS[c]) for c in text)) if len(text) in (1, 4) else None
    for character in ("亿", "万"):
        if character in text:
            left, _, right = text.partition(character)
            high, low = _chinese_whole(left) if left else None, _chinese_low(right)
            if high is None or low is None or low >= MULTIPLIERS[character]:
                return None
            return high * MULTIPLIERS[character] + low
    return _chinese_below_myriad(text)


def _chinese_low(text: str) -> int | None:
    text = text.lstrip("零〇")
    return _chinese_whole(text) if text else 0


def _chinese_below_myriad(text: str) -> int | None:
    total, digit, last = 0, -1, 10_000
    for position, character in enumerate(text):
        if character in _DIGITS:
            if digit > 0:
                return None
            digit = _DIGITS[character]
            continue
        size = MULTIPLIERS.get(character)
        if size is None or size >= last:
            return None
        if digit <= 0:
            if not (position == 0 and character == "十"):
                return None
            digit = 1
        total, digit, last = total + digit * size, -1, size
    return total + max(digit, 0)


def value_text(value: Decimal) -> str:
    """A number as an exact decimal string: no exponent, no needless zeros ("98", "19.05", "0")."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
