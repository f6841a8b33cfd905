"""The words of target texts, as data of `targets.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from plumbline.kernel.plans.document import Comparator
from plumbline.kernel.plans.numerals import squeeze


@dataclass(frozen=True)
class Words:
    before: tuple[tuple[str, Comparator], ...]
    after: tuple[tuple[str, Comparator], ...]
    weak: frozenset[str]
    base: tuple[str, ...]
    change: tuple[tuple[str, Literal["up", "down"]], ...]
    filler: tuple[str, ...]
    zero: tuple[str, ...]
    vague: re.Pattern[str]
    qualitative: frozenset[str]
    empty: frozenset[str]
    units: tuple[str, ...]
    same: dict[str, str]


@cache
def target_words() -> Words:
    data = tomllib.loads((files(__package__) / "targets.toml").read_text(encoding="utf-8"))
    words, units = data["words"], data["units"]

    def longest(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    def by_word(table: dict[str, list[str]]) -> tuple[tuple[str, str], ...]:
        return longest([(squeeze(word), sign) for sign, those in table.items() for word in those])

    return Words(
        before=by_word(data["before"]),  # type: ignore[arg-type]
        after=by_word(data["after"]),  # type: ignore[arg-type]
        weak=frozenset(words["weak"]),
        base=tuple(sorted(words["base"], key=len, reverse=True)),
        change=by_word({"up": words["up"], "down": words["down"]}),  # type: ignore[arg-type]
        filler=tuple(sorted(words["filler"], key=len, reverse=True)),
        zero=tuple(words["zero"]),
        vague=re.compile("|".join(f"(?:{pattern})" for pattern in data["vague"]["patterns"])),
        qualitative=frozenset(data["qualitative"]["words"]),
        empty=frozenset(squeeze(text) for text in data["empty"]["texts"]),
        units=tuple(sorted({*units["known"], *units["same"]}, key=len, reverse=True)),
        same=dict(units["same"]),
    )
