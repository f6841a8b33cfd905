"""The words of the forms, looked up: what a cell's text is called in the official vocabulary.

The words are data (`vocabulary.toml`). A text is compared by its `key`: full width made half width,
spaces, brackets and colons left out, years and months written N年 and N月, so that
“项目资金 (万元)” is 项目资金 and “1－7月执行数：” is N月执行数.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_MONTHS = re.compile(r"(?:\d{4}年)?\d{1,2}月?(?:[-—–~至到]\d{1,2})?月(?:份|底|末)?")
_YEAR = re.compile(r"20\d\d年度?")
_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]?")
_NUMBERING = re.compile(r"^(?:\(?[一二三四五六七八九十]{1,2}[)、.]|\(\d{1,2}\)|\d{1,2}[、.](?!\d))")
_OF_EXECUTION = re.compile(r"(?:预算)?执行率?(得分|分值|权重)$")
_POINTS = re.compile(r"\(?(\d{1,3}(?:\.\d+)?)\s*(?:分|%)?\)?$")


@cache
def words() -> dict[str, Any]:
    """The vocabulary as read from its file."""
    return tomllib.loads((files(__package__) / "vocabulary.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Full width made half width, without any white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """The text as the vocabulary writes it."""
    found = _NUMBERING.sub("", plain(text))
    bare = _BRACKETS.sub("", found)
    bare = bare.strip(":;,、*。") or found
    bare = _MONTHS.sub("N月", bare)
    for closing in ("截至N月", "截止N月", "N月底", "N月末"):
        bare = bare.replace(closing, "N月")
    return _YEAR.sub("N年", bare)


def _lookup(section: dict[str, Iterable[str]]) -> dict[str, str]:
    return {word: role for role, entries in section.items() for word in entries}


@cache
def _table(section: str) -> dict[str, str]:
    return _lookup(words()[section])


def _without_year(found: str) -> str:
    return found.replace("N年度", "年度").replace("N年", "", 1) if "N年" in found else found


@lru_cache(maxsize=262144)
def _role(section: str, text: str) -> str | None:
    table, found = _table(section), key(text)
    if len(found) > 24:
        return None
    bare = re.sub("^其中:?", "", found)
    for form in (found, _without_year(found), found.removeprefix("绩效"), found.removeprefix("年度"), bare):
        if form in table:
            return table[form]
    return None


def column_role(text: str) -> str | None:
    """What a column of this heading holds in the indicator table."""
    return _role("column", text)


@cache
def _endings(section: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (role, re.compile(rf"(?:{'|'.join(patterns)})$")) for role, patterns in words()[section].items()
    )


@lru_cache(maxsize=65536)
def fund_guess(text: str) -> str | None:
    """The same for a heading of the block on money."""
    found = key(text)
    if not 2 <= len(found) <= 16 or re.search(r"[≥≤<>=。;\d]", found):
        return None
    return next((role for role, pattern in _endings("fund_ending") if pattern.search(found)), None)


@lru_cache(maxsize=65536)
def column_guess(text: str) -> str | None:
    """What a column most likely holds whose heading the vocabulary does not have, by how it ends.

    Only for a text that is known to be a heading: it stands among other headings.
    """
    found = key(text)
    if not 2 <= len(found) <= 24 or re.search(r"[≥≤<>=。;]", found):
        return None
    return next((role for role, pattern in _endings("column_ending") if pattern.search(found)), None)


def sub_role(text: str) -> str | None:
    """Role of a sub-column (确定能, 经费保障 …)."""
    return _role("sub", text)


def fund_role(text: str) -> str | None:
    """What a column of this heading holds in the block on money."""
    role = _role("fund_column", text)
    if role is None and (match := _OF_EXECUTION.match(key(text))):
        return "score" if match[1] == "得分" else "weight"
    return role


@lru_cache(maxsize=65536)
def is_group(text: str) -> bool:
    """A heading that only groups others (绩效指标)."""
    return key(text) in words()["group"]["words"]


@lru_cache(maxsize=65536)
def is_corner(text: str) -> bool:
    """The corner of the block on money (项目资金)."""
    found = key(text)
    return found in words()["fund_corner"]["words"] or _without_year(found) in words()["fund_corner"]["words"]


@lru_cache(maxsize=65536)
def fund_row(text: str) -> str | None:
    """ "total" or "part" when the text names a row of the block on money."""
    found = re.sub(r"^(?:其中|其中:|#|[-—]+)", "", plain(text)).strip(":")
    found = re.sub(r"^\d{1,2}[.、]", "", found)
    bare = key(found)
    role = _table("fund_row").get(bare) or _table("fund_row").get(_without_year(bare))
    if role or len(bare) > 22:
        return role
    if re.search(r"(?:\d|[。;,])", bare):
        return None
    if plain(text).startswith("其中") and len(bare) >= 2:
        return "part"
    return (
        "part"
        if re.search(r"(?:拨款|结转|结余|补助资金|财政资金|自筹资金|债券资金|其他资金)$", bare)
        else None
    )


def label_role(text: str) -> str | None:
    """What value this label announces."""
    return _role("label", text)


def is_task(text: str, kind: str) -> bool:
    """A heading of the table of tasks: its "corner" or a "column"."""
    return key(text) in words()["task"][kind]


def is_weak_label(text: str) -> bool:
    """A label that may as well be the name of an indicator (完成时间)."""
    return key(text) in words()["weak_label"]["words"]


@lru_cache(maxsize=65536)
def is_summary(text: str) -> bool:
    """The row of totals under the indicators."""
    return key(text) in words()["summary"]["words"]


def _level_name(text: str) -> str:
    found = key(text)
    return found.removesuffix("指标") or found


@cache
def _levels(number: str) -> frozenset[str]:
    return frozenset(words()["level"][number])


def is_level1(text: str) -> bool:
    """A name of the first level (产出指标, 效益, 成本指标 …)."""
    return _level_name(text) in _levels("one")


def is_level2(text: str) -> bool:
    """A name of the second level (数量指标, 社会效益 …)."""
    return _level_name(text) in _levels("two")


def points(text: str) -> Decimal | None:
    """The points in a heading: 70 of “产出指标(70分)”, 50 of “产出指标（50）”, else None."""
    match = re.search(r"\((?:共|计|分值|权重)?:?(\d{1,3}(?:\.\d+)?)(?:分|%)?\)", plain(text))
    if match is None:
        match = re.search(r"(?<=[^\d.])(\d{1,3}(?:\.\d+)?)分$", plain(text))
    return Decimal(match[1]) if match else None


def money_unit(text: str) -> str | None:
    """元, 万元 or 亿元 where the text names the unit of the amounts."""
    match = re.search(r"(?:单位:?|[(:,]|^)(万元|亿元|千元|元)(?:\)|$|,|;)", plain(text))
    return match[1] if match else None


@cache
def ticked() -> frozenset[str]:
    """Marks that tick a box."""
    return frozenset(words()["mark"]["ticked"])


@cache
def none_marks() -> frozenset[str]:
    """Texts that say that a cell is left open on purpose."""
    return frozenset(words()["mark"]["none"])


@cache
def units() -> tuple[str, ...]:
    """Known units, the longest first."""
    return tuple(sorted(words()["measure"]["units"], key=len, reverse=True))


@cache
def qualitative() -> tuple[str, ...]:
    """Known wordings of qualitative values, the longest first."""
    return tuple(sorted(words()["measure"]["qualitative"], key=len, reverse=True))
