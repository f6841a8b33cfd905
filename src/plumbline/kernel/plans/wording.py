"""Words and wordings that the checks go by: the vocabulary, and how texts are compared.

The lists are data (`checks/vocabulary.toml`, with their sources). Nothing here knows a document.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_BRACKETED = re.compile(r"[（(\[［【][^（）()\[\]［］【】]{0,12}[）)\]］】]$")
_ENDING = "。．.，,；;：:、！!？? \t\u3000"


@cache
def vocabulary() -> dict[str, Any]:
    """The vocabulary as the file has it."""
    path = files("plumbline.kernel.plans.checks") / "vocabulary.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def words(kind: str) -> tuple[str, ...]:
    """One list of words, longest first."""
    return tuple(sorted(vocabulary()["words"][kind], key=len, reverse=True))


@cache
def any_of(kind: str, *, at_end: bool = False) -> re.Pattern[str]:
    """A pattern that finds any word of a list, anywhere or at the end."""
    body = "|".join(map(re.escape, words(kind)))
    return re.compile(f"(?:{body})$" if at_end else f"(?:{body})")


@cache
def patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    """One list of patterns."""
    return tuple(re.compile(p) for p in vocabulary()["patterns"][kind])


def has(kind: str, text: str) -> bool:
    """Whether any word of a list stands in the text."""
    return any_of(kind).search(text) is not None


def ends(kind: str, text: str) -> bool:
    """Whether the text ends in a word of a list."""
    return any_of(kind, at_end=True).search(text) is not None


@lru_cache(maxsize=65536)
def plain(text: str | None) -> str:
    """The text without white space."""
    return re.sub(r"\s+", "", text or "")


@lru_cache(maxsize=65536)
def bare(text: str | None) -> str:
    """The text without white space, a unit in brackets at its end, and closing punctuation."""
    return _BRACKETED.sub("", plain(text).strip(_ENDING)).strip(_ENDING)


@lru_cache(maxsize=65536)
def essence(text: str | None) -> str:
    """What is left of a name when words that add nothing are dropped; for telling near-twins."""
    name = bare(text)
    kept = any_of("filler").sub("", name)
    return kept or name


@lru_cache(maxsize=65536)
def unrepeated(text: str) -> str:
    """The text with words that stand twice in a row written once (“满意度满意度” → “满意度”)."""
    return re.sub(r"([\u4e00-\u9fff]{2,8})\1", r"\1", text)


@lru_cache(maxsize=65536)
def first_clause(text: str) -> str:
    """What stands before the first comma or full stop."""
    return re.split(r"[，,。；;]", text, maxsplit=1)[0]


def bigrams(text: str) -> set[str]:
    """All pairs of neighbouring characters of the text without its punctuation."""
    letters = re.sub(r"[^\w%]", "", text)
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


@lru_cache(maxsize=4096)
def level1(name: str) -> str:
    """Canonical name of a level-1 indicator; the name itself where it is none of them."""
    text = re.sub(r"[（(].*$", "", plain(name))
    for canon, spellings in vocabulary()["level1"].items():
        if text in spellings:
            return str(canon)
    if text in ("产出数量", "产出质量", "产出时效", "产出成本"):
        return "产出指标"
    if text.removesuffix("指标") in ("经济效益", "社会效益", "生态效益", "可持续影响"):
        return "效益指标"
    return text


@lru_cache(maxsize=4096)
def level2(name: str) -> str:
    """A level-2 name without its ending 指标 and without anything in brackets."""
    text = re.sub(r"[（(].*$", "", plain(name))
    return text.removesuffix("指标") or text


@cache
def standard_level2() -> frozenset[str]:
    """All level-2 names of the indicator system, without 指标."""
    return frozenset(name for names in vocabulary()["level2"].values() for name in names)


def quoted(values: Iterable[str], *, most: int = 6) -> str:
    """“a”、“b” … with repeats dropped; more than `most` are counted."""
    distinct = list(dict.fromkeys(v for v in values if v))
    text = "、".join(f"“{v if len(v) <= 40 else v[:39] + '…'}”" for v in distinct[:most])
    return f"{text}等{len(distinct)}处" if len(distinct) > most else text
