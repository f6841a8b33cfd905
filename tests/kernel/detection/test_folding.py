"""Case folding is that of Unicode, a character for a character."""

from __future__ import annotations

import sys

import pytest

from plumbline.kernel.detection.folding import fold, is_folded_apart


def simple(character: str) -> str:
    for candidate in (character.casefold(), character.lower()):
        if len(candidate) == 1:
            return candidate
    return character


def test_every_character_of_unicode_is_folded_by_itself() -> None:
    wrong = [
        code
        for code in range(sys.maxunicode + 1)
        if not 0xD800 <= code < 0xE000 and fold(chr(code)) != simple(chr(code))
    ]
    assert wrong == []


@pytest.mark.parametrize("text", ["ΑΣ ΣΑΣ", "İstanbul", "Straße ẞ", "KſK", "准绳ABC", "ǅ", "\u0345"])
def test_neighbours_change_nothing(text: str) -> None:
    assert fold(text) == "".join(map(simple, text))
    assert len(fold(text)) == len(text)


def test_only_two_characters_fold_into_ascii() -> None:
    into = {chr(c) for c in range(0x80, sys.maxunicode + 1) if simple(chr(c)).isascii()}
    assert into == {"\u017f", "\u212a"}
    assert not any(map(is_folded_apart, into))
    assert is_folded_apart("准绳 é")
