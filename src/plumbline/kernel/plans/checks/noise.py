"""Page numbers, bookmarks and other marks that are no content."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at

_MARKS = (
    (
        "页码",
        re.compile(r"^\s*(?:[-—–]\s*)?\d{1,3}(?:\s*[-—–])?\s*$|^\s*第\s*\d+\s*页(?:\s*共\s*\d+\s*页)?\s*$"),
    ),
    ("书签", re.compile(r"\[bookmark:[^\]]*\]|_Toc\d|_Toc_")),
    ("域代码", re.compile(r"\bPAGEREF\b|\bHYPERLINK\b|\bTOC \\|\bMERGEFORMAT\b")),
    ("乱码", re.compile(r"\ufffd|锟斤拷|烫烫烫")),
)


@rule(
    id="noise",
    severity="note",
    title="文件带有页码、书签等杂质",
    why="提取文字时带进的页码和书签不是内容，再次提取时可能被读成数字。",
    mend="无须修改；正式文件中删除书签即可。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such lines of the document together; page numbers only outside the statements."""
    inside = {n for p in document.projects for s in p.statements for n in s.lines}
    found: list[tuple[str, int]] = []
    for line in document.source.lines:
        for what, pattern in _MARKS:
            if (what != "页码" or line.number not in inside) and pattern.search(line.text):
                found.append((what, line.number))
                break
    if found:
        kinds = "、".join(dict.fromkeys(what for what, _ in found))
        yield Finding("noise", "note", at(*(n for _, n in found)), f"{len(found)}行带有{kinds}")
