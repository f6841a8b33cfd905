"""Case folding of single characters: how Sigma's "case-insensitive" is meant here.

Source: Unicode Standard, CaseFolding.txt, the mappings of status C and S ("simple case folding"). They map
one character to one character, so that a wildcard `?` counts the same before and after. `str.casefold` is
full folding (ß becomes ss), `str.lower` leaves the Kelvin sign and the long s apart from k and s.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Final

#: the blocks that hold letters with case; a test walks all of Unicode to show that none is missing
_BLOCKS: Final = (range(0x80, 0x3000), range(0xA640, 0xAC00), range(0xFB00, 0x10000), range(0x10400, 0x1E944))


def _simple(character: str) -> str:
    full = character.casefold()
    if len(full) == 1:
        return full
    lower = character.lower()
    return lower if len(lower) == 1 else character


#: code point -> folded code point, where they differ
_TABLE: Final[dict[int, int]] = {
    code: ord(folded)
    for code in chain(range(ord("A"), ord("Z") + 1), *_BLOCKS)
    if (folded := _simple(chr(code))) != chr(code)
}


#: characters that `str.lower` does not fold so, and those that it treats by their neighbours
_UNLIKE_LOWER: Final = re.compile(
    "["
    + "".join(
        re.escape(chr(code))
        for code in chain(*_BLOCKS)
        if chr(code).lower() != chr(_TABLE.get(code, code)) or chr(code) in "Σς"
    )
    + "]"
)


#: characters beyond ASCII that folding or `str.lower` changes; those beyond U+FFFF on their own, for `re` is
#: many times slower with a set that holds both
_CHANGED: Final = re.compile(
    "["
    + "".join(
        re.escape(chr(code))
        for code in chain(*_BLOCKS)
        if code < 0x10000 and (code in _TABLE or chr(code).lower() != chr(code))
    )
    + "]"
)
_BEYOND: Final = re.compile("[\U00010400-\U0001e944]")


def fold(text: str) -> str:
    """`text` in folded case, as long as it was.

    >>> fold("PowerShell \\u212a \\u017f ẞ İ")
    'powershell k s ß İ'
    """
    # lower is many times faster than translate, and right for nearly every text
    if text.isascii() or _UNLIKE_LOWER.search(text) is None:
        return text.lower()
    return text.translate(_TABLE)


def is_folded_apart(text: str) -> bool:
    """Whether no character outside of ASCII becomes one of ASCII: only the long s and the Kelvin sign do."""
    return "\u017f" not in text and "\u212a" not in text


def folds_in_ascii(text: str) -> bool:
    """Whether folding changes nothing in `text` but letters of ASCII, and so does as `str.lower`."""
    return text.isascii() or (_CHANGED.search(text) is None and _BEYOND.search(text) is None)
