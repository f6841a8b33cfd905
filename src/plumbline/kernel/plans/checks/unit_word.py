"""百分比 written for a unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, indicators, target_line
from plumbline.kernel.plans.wording import plain, quoted

_WORD = re.compile(r"[百千万]分比|百分之(?![零一二三四五六七八九十百\d])")


@rule(
    id="unit-word",
    severity="warning",
    title="单位写成“百分比”",
    why="“百分比”不是计量单位，应写%。",
    mend="单位改为%。",
)
def word(document: PlanDocument) -> Iterator[Finding]:
    """All such values of the document together."""
    found = [i for _, i in indicators(document) if _WORD.search(plain(i.target.raw))]
    if found:
        lines = at(*(i.spans.get("unit") or target_line(i) for i in found))
        said = quoted(f"{called(i)} {i.target.raw}" for i in found)
        yield Finding("unit-word", "warning", lines, f"单位写成“百分比”：{said}")
