"""Check boxes that leave the choice open."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at

_BOX = re.compile(r"[□☐☑☒■◻◼√✓✔]")
_EMPTY, _BOTH = re.compile(r"[□☐◻]"), re.compile(r"[□☐◻]\s+[√✓✔]|[√✓✔]\s+[□☐◻]")
_TICKED = re.compile(r"[☑☒■◼√✓✔]")


def problem(text: str) -> str:
    """What is wrong with the boxes of a line; "" where one of them is ticked or there are none."""
    boxes = _BOX.findall(text)
    if not _EMPTY.search(text) or not boxes:
        return ""
    ticks = _TICKED.findall(text)
    if not ticks:
        return "没有勾选"
    if _BOTH.search(text):
        return "勾写在框外，不知勾选的是哪一项"
    return f"勾选了{len(ticks)}项" if len(ticks) > 1 else ""


@rule(
    id="checkbox",
    severity="warning",
    title="勾选不明",
    why="没有勾选、多选或勾在框外，这一项等于没有填。",
    mend="只勾选一项，用☑代替□。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such lines of the document together, without what stands before and after the form."""
    noise = {n for text in document.noise for n in text.lines}
    inside = {n for p in document.projects for s in p.statements for n in s.lines}
    found = [
        (said, line)
        for line in document.source.lines
        if (line.number in inside or line.number not in noise) and (said := problem(line.text))
    ]
    if found:
        said = "；".join(f"“{' '.join(line.text.replace('|', ' ').split())}”{text}" for text, line in found)
        yield Finding("checkbox", "warning", at(*(line.number for _, line in found)), said)
