"""Amounts inside a use text: “甲服务费19.05万，乙软件10万” as named, exact amounts.

A price by number (“3人×2000元”, “每人500元”) is not an item, and a total (“共计…”) is left out, so that
what is returned can be added up.
"""

from __future__ import annotations

import re
from decimal import Decimal

from plumbline.kernel.plans.document import Amount

_AMOUNT = re.compile(
    r"(?P<number>\d[\d,，]*(?:\.\d+)?)\s*(?P<unit>亿元|万元|亿|万|千元|元)(?!人|次|户|件|/|每)"
)
#: an amount and its own parts in brackets: 设备8万元（服务器5万元、存储3万元）
_PARTS = re.compile(r"(\d[\d,，.]*\s*(?:亿元|万元|亿|万|千元|元))\s*[（(][^（）()]*[）)]")
#: words that say that the amounts named are not all
_OPEN = re.compile(r"其余|剩余|余款|等(?=[。；;，,]|$)|左右|约\s*\d|部分用于")
_FACTORS = {"亿元": 10**8, "亿": 10**8, "万元": 10**4, "万": 10**4, "千元": 10**3, "元": 1}
_TOTAL = re.compile(r"(共计|合计|总计|总额|总投资|共需|共|预算数?|总预算)[为是:：]?$")
_UNIT_PRICE = re.compile(r"(每\S{0,4}|单价|人均|标准[为是]?|/)$")
_TIMES = re.compile(r"[×xX*＊]\s*$")


def items(text: str) -> list[Amount]:
    """The amounts of a use text, each with its name (what stands between it and the one before)."""
    text = _PARTS.sub(r"\1", text)
    found: list[Amount] = []
    end = 0
    for match in _AMOUNT.finditer(text):
        before = text[end : match.start()]
        end = match.end()
        after = text[match.end() : match.end() + 2]
        if _TOTAL.search(before) or _UNIT_PRICE.search(before) or _TIMES.search(before):
            continue
        if re.match(r"\s*([×xX*＊/]|每)", after):
            continue
        number = match["number"].replace(",", "").replace("，", "")
        name = re.sub(r"^[\s，,、；;。．.和及（(）)0-9一二三四五六七八九十]*", "", before).strip(" ：:（(")
        unit = match["unit"]
        found.append(Amount(Decimal(number) * _FACTORS[unit], f"{match['number']}{unit}", unit, name))
    return found


def is_open_ended(text: str) -> bool:
    """Whether the text says that it does not name all amounts, or not exactly."""
    return _OPEN.search(text) is not None


def mentions_amount(text: str) -> bool:
    """Whether any amount of money stands in the text."""
    return _AMOUNT.search(text) is not None
