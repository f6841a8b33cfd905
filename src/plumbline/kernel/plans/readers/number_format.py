"""Numbers of a workbook as a person sees them: 25% for 0.25, ≥5次 for 5, no float noise.

Spreadsheets store binary numbers; what a person typed has at most 15 significant digits, so the
stored text is rounded there (0.30000000000000004 is 0.3). Rounding that the format only displays
is not applied: 12.345 shown as 12.3 stays 12.345.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache

from plumbline.kernel.plans.numerals import value_text

_EXACT = Context(prec=60)
#: built-in percent formats (ECMA-376 part 1, 18.8.30)
_BUILT_IN = {9: "0%", 10: "0.00%"}


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What a format does to a number.

    Attributes:
        kind: "plain" or "percent".
        before, after: literal text around the number (≥, 次).
    """

    kind: str = "plain"
    before: str = ""
    after: str = ""


PLAIN = NumberFormat()


def number_format(identifier: int, code: str | None) -> NumberFormat:
    """The format of a style: its own code, or the built-in one of its number."""
    return _format(code if code is not None else _BUILT_IN.get(identifier, "General"))


@lru_cache(maxsize=1024)
def _format(code: str) -> NumberFormat:
    section = code.split(";")[0]
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", section)
    if "%" in bare:
        return NumberFormat("percent")
    if not re.search(r"[0#?]", bare):
        return PLAIN
    tokens = re.findall(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|.', section)
    shown = [_literal(token) for token in tokens]
    digits = [index for index, token in enumerate(tokens) if token in ("0", "#", "?")]
    before, after = "".join(shown[: digits[0]]).strip(), "".join(shown[digits[-1] + 1 :]).strip()
    return NumberFormat("plain", before, after)


def _literal(piece: str) -> str:
    if piece.startswith('"'):
        return piece[1:-1]
    if piece[0] == "\\":
        return piece[1:]
    return piece if piece in ("¥", "￥", "$", "≥", "≤", "<", ">", "=") else ""


def shown(value: float, how: NumberFormat | None = None) -> str:
    """A stored number as it is seen, exact to the 15 digits that a spreadsheet keeps."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if how is None and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    exact = Decimal(format(value, ".15g"))
    if how is None:
        return value_text(exact)
    if how.kind == "percent":
        return f"{value_text(_EXACT.multiply(exact, Decimal(100)))}%"
    return f"{how.before}{value_text(exact)}{how.after}"
