"""Rows of separated cells that the text of a cell has broken over several lines.

Where every row ends with a separator, a line that does not is continued by the next one: “一级 / 指标 |
二级 / 指标 | 三级指标 |” are three cells on three lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from plumbline.kernel.plans.source import Line

PIPES = re.compile(r"[|｜│┃¦]")
_BRACKETED = re.compile(r"[(（].*[)）]$")
_LONGEST = 8
_SHARE = 0.7

#: text and line of a cell
Cell = tuple[str, int]


def wrapped_rows(lines: Sequence[Line], known: Callable[[str], bool]) -> dict[int, list[Line]]:
    """The lines of each broken row, by the number of its first line.

    `known` says that a text is a word of the form: a line without separators begins a row only where
    it makes one with what follows.
    """
    piped = [line.text.rstrip() for line in lines if PIPES.search(line.text)]
    ended = sum(bool(PIPES.match(text[-1])) for text in piped)
    if len(piped) < 5 or ended < _SHARE * len(piped) or ended == len(lines):
        return {}
    widest = max(len(PIPES.split(text)) for text in piped if PIPES.match(text[-1]))
    rows: dict[int, list[Line]] = {}
    index = 0
    while index < len(lines):
        count = _length(lines, index, known)
        if count > 1 and len(cells(lines[index : index + count])) > widest:
            count = 1  # the next line is a whole row of its own
        if count > 1:
            rows[lines[index].number] = list(lines[index : index + count])
        index += count
    return rows


def _length(lines: Sequence[Line], index: int, known: Callable[[str], bool]) -> int:
    if not lines[index].text.strip() or _ended(lines[index].text):
        return 1
    for count in range(2, _LONGEST + 1):
        if index + count > len(lines) or not lines[index + count - 1].text.strip():
            return 1
        if _ended(lines[index + count - 1].text):
            break
    else:
        return 1
    if PIPES.search(lines[index].text):
        return count
    if _BRACKETED.match(lines[index].text.strip()):
        return 1
    first = cells(lines[index : index + count])[0][0]
    return count if len(first) <= 24 and known(first) else 1


def _ended(text: str) -> bool:
    return bool(PIPES.match(text.rstrip()[-1:]))


def cells(lines: Sequence[Line]) -> list[Cell]:
    """The cells of a broken row, each with the line that it begins in."""
    out: list[Cell] = []
    for line in lines:
        parts = [part.strip() for part in PIPES.split(line.text)]
        if out:
            text, number = out.pop()
            out.append((text + parts[0], number if text else line.number))
            parts = parts[1:]
        out.extend((part, line.number) for part in parts)
    if out and not out[-1][0]:
        out.pop()
    return out
