"""A document of a later year as basis."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.bases import bases
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, statements

_NUMBER = re.compile(
    r"(?P<issuer>[\u4e00-\u9fffA-Za-z]*)(?P<left>[［\[（(【〔{｛]?)(?P<year>(?:19|20)\d\d)(?P<right>[］\]）)】〕}｝]?)"
    r"(?P<word>第?)(?P<zero>0*)(?P<number>\d{1,4})号"
)


@rule(
    id="basis-later",
    severity="warning",
    title="依据文件晚于计划年度",
    why="编制目标时还没有发出的文件不能作为依据。",
    mend="核对文号的年份。",
)
def later(document: PlanDocument) -> Iterator[Finding]:
    """A document number of a year after the plan's."""
    for statement in statements(document):
        for text, line in bases(statement):
            years = [m for m in _NUMBER.finditer(text) if document.year and int(m["year"]) > document.year]
            if years:
                said = "、".join(f"“{m.group()}”" for m in years)
                yield Finding("basis-later", "warning", at(line), f"{said}晚于{document.year}年度")
