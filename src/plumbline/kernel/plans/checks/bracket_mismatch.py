"""A bracket that opens in one width and closes in another, or never closes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at
from plumbline.kernel.plans.wording import quoted

_CLOSE = {"（": "）", "(": ")", "《": "》", "〔": "〕", "［": "］", "[": "]", "【": "】"}
_OPENERS = {right: left for left, right in _CLOSE.items()}
_BRACKET = re.compile("[" + re.escape("".join((*_CLOSE, *_OPENERS))) + "]")
#: brackets that are the same but for their width or their shape
_FAMILY = {
    "（": "round",
    "(": "round",
    "［": "square",
    "[": "square",
    "〔": "square",
    "【": "square",
    "《": "title",
}


def mismatches(text: str) -> list[str]:
    """The pieces of the text between brackets that do not match."""
    found: list[str] = []
    open_: list[tuple[str, int]] = []
    for match in _BRACKET.finditer(text):
        char, position = match.group(), match.start()
        if char in _CLOSE:
            open_.append((char, position))
        elif open_:
            left, begin = open_.pop()
            if left == _OPENERS[char]:
                continue
            if _FAMILY[left] == _FAMILY[_OPENERS[char]]:
                found.append(text[begin : position + 1])
            else:
                open_.append((left, begin))
    return found


@rule(
    id="bracket-mismatch",
    severity="warning",
    title="括号不配对",
    why="左右括号不一致，名称和描述的边界会读错。",
    mend="中文文件统一用全角括号（）。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such places of the document together."""
    skipped = {n for noise in document.noise for n in noise.lines}
    inside = {n for p in document.projects for s in p.statements for n in s.lines}
    found: list[tuple[str, int]] = []
    for line in document.source.lines:
        if line.number in skipped and line.number not in inside:
            continue
        found += [(piece, line.number) for piece in mismatches(line.text)]
    if found:
        pieces = quoted(piece for piece, _ in found)
        message = f"{len(found)}处左右括号不一致：{pieces}"
        yield Finding("bracket-mismatch", "warning", at(*(n for _, n in found)), message)
