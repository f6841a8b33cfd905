"""Single values as the document states them: texts, amounts, targets, what was reached.

Imported from `document`, of which they are part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Origin = Literal["text", "table"]
Comparator = Literal[">=", "<=", "=", ">", "<", "range"]
Kind = Literal["quantitative", "qualitative", "date", "vague", "empty"]


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the document with the lines it came from."""

    value: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as the document says it.

    Attributes:
        yuan: exact value in yuan; None when the cell is there but empty or not a number.
        raw: the source text ("1043977.64元", "210000.00", "").
        unit: the source unit ("元", "万元").
        name: what the amount is for ("预算数", "财政资金", "其他资金", "人员类项目", "年初预算数" …).
        lines: where.
    """

    yuan: Decimal | None
    raw: str
    unit: str = "元"
    name: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A target text, read by `target.parse`. `raw` is what the document says.

    Attributes:
        raw: the source text.
        kind: "quantitative" (comparator, value), "date" (deadline), "qualitative" (an ordinary
            qualitative wording such as 效果明显), "vague" (refers to a requirement stated
            elsewhere: 达到…要求), "empty".
        comparator: None where the text has none and none follows from its words.
        value: exact number, in `unit` (percent: 98 for 98%); lower bound of a range.
        high: upper bound of a range, else None.
        unit: "%", "‰", "次", "万元", "米" …; None where the text has none.
        day: the deadline of a "date" target where the text gives a full date.
        base: what a ratio refers to, where the text says so ("比上年").
        change: "up" or "down" where the value is a change (提高5%, 下降3个百分点), else None.
        fraction: exact (numerator, denominator) of a fraction (三分之二); `value` is then their
            quotient, rounded where it does not end.
    """

    raw: str
    kind: Kind
    comparator: Comparator | None = None
    value: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    day: date | None = None
    base: str | None = None
    change: Literal["up", "down"] | None = None
    fraction: tuple[int, int] | None = None

    @property
    def scorable(self) -> bool:
        """A person need not first say what it means in numbers."""
        return self.kind in ("quantitative", "date", "qualitative")


@dataclass(frozen=True, slots=True)
class Actual:
    """What a 自评表/监控表 says was reached: raw text, and its number where it has one."""

    raw: str
    value: Decimal | None = None
    unit: str | None = None
    lines: tuple[int, ...] = ()
