"""Amounts of money as documents write them, in exact yuan: 1,043,977.64元 · 19.05万 · (200.00) · 3亿元."""

from __future__ import annotations

import re
from decimal import Decimal

from plumbline.kernel.plans.document import Amount
from plumbline.kernel.plans.numerals import NUMBER, chinese_number, number, squeeze, times

_UNITS = {
    "元": "",
    "万元": "万",
    "万": "万",
    "亿元": "亿",
    "亿": "亿",
    "千元": "千",
    "百万元": "百万",
    "百元": "百",
}
_UNIT = "(?:百万元|万元|亿元|千元|百元|万|亿|元)"
_CURRENCY = re.compile(r"^(?:人民币|RMB|CNY|[¥￥])|(?:人民币|整)$")
_AMOUNT = re.compile(rf"(?P<minus>-)?(?P<number>{NUMBER})(?P<unit>{_UNIT})?")
_CHINESE = re.compile(rf"(?P<number>[零〇一二两三四五六七八九十百千万亿]+)(?P<unit>{_UNIT})")
# In prose: a number with a unit of money. A rate (元/人, 万元每年) and a count (3万人) are no amounts
_IN_PROSE = re.compile(
    rf"(?P<minus>(?<![0-9])-)?(?P<number>{NUMBER})\s*(?P<unit>百万元|万元|亿元|千元|万|亿|元)"
    r"(?![/每人次个名家户册份件条台套亩吨米余多以])"
)
_NAME_ENDS = "，、；。,;:：\n（(）)【】|"


def parse_amount(
    text: str | None, *, unit: str = "元", name: str = "", lines: tuple[int, ...] = ()
) -> Amount:
    """An amount that stands alone in a cell or a clause. Never raises.

    Args:
        text: the cell's text; `Amount.yuan` is None when it is empty or no amount.
        unit: the unit that the form states for numbers without one (单位：万元).
        name: what the amount is for.
        lines: where it stands.
    """
    raw = (text or "").strip()
    plain = squeeze(raw)
    previous = None
    while previous != plain:
        previous, plain = plain, _CURRENCY.sub("", plain)
    bracketed = re.fullmatch(rf"\((-?{NUMBER})\)({_UNIT}?)", plain)
    if bracketed:
        plain = f"-{bracketed[1].lstrip('-')}{bracketed[2]}"
    match = _AMOUNT.fullmatch(plain)
    if match:
        value = number(match["number"])
    else:
        match = _CHINESE.fullmatch(plain)
        value = chinese_number(match["number"]) if match else None
    if match is None or value is None:
        return Amount(None, raw, unit if unit in _UNITS else "元", name, lines)
    own = match["unit"] or (unit if unit in _UNITS else "元")
    sign = -1 if match.groupdict().get("minus") else 1
    return Amount(sign * times(value, _UNITS[own]), raw, own, name, lines)


def find_amounts(text: str, *, lines: tuple[int, ...] = ()) -> tuple[Amount, ...]:
    """The amounts inside prose, in order, each named by the words before it.

    “舆情软件19.05万，咨询服务8万元” gives (舆情软件, 190500) and (咨询服务, 80000). `raw` is the
    number with its unit as written; `unit` is that unit ("万" where 元 is left out).
    """
    found = []
    end = 0
    for match in _IN_PROSE.finditer(text):
        value = number(match["number"])
        if value is None:
            continue
        sign = -1 if match["minus"] else 1
        yuan = sign * times(value, _UNITS[match["unit"]])
        found.append(Amount(yuan, match[0], match["unit"], _name(text[end : match.start()]), lines))
        end = match.end()
    return tuple(found)


def _name(before: str) -> str:
    """The last clause before the number."""
    clause = before.rstrip("：:（( ")
    for mark in _NAME_ENDS:
        clause = clause.rsplit(mark, 1)[-1]
    return re.sub(r"^\s*(?:[0-9]+[.．、)）]|[和及与])?\s*|\s+$", "", clause)


def yuan_text(value: Decimal) -> str:
    """Yuan with at least two decimals and no exponent ("730500.00"); a finer amount keeps its digits."""
    text = format(value, "f")
    whole, _, cents = text.partition(".")
    return f"{whole}.{cents.rstrip('0').ljust(2, '0') if len(cents) > 2 else cents.ljust(2, '0')}"
