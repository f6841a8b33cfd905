"""A heading, total or goal of another year: left over from the year before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, statements

_YEAR = re.compile(r"(?P<year>20\d\d)\s*年(?:度|申请预算|年初预算|预算|部门预算)")


def _places(document: PlanDocument) -> Iterator[tuple[str, int]]:
    """Texts that should be of the plan's year, with their lines."""
    numbers = {n for text in document.headings for n in text.lines}
    numbers |= {n for total in document.totals for n in total.lines}
    numbers |= {n for s in statements(document) if (n := field_line(s, "title"))}
    for number in sorted(numbers):
        if 1 <= number <= len(document.source.lines):
            yield document.source.lines[number - 1].text, number


@rule(
    id="year-mismatch",
    severity="error",
    title="年度前后不一",
    why="标题或合计写着别的年度，多半是沿用上年文件没有改。",
    mend="核对年度，全文统一。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All headings, titles and totals of another year together."""
    if document.year is None:
        return
    found = [
        (match["year"], line)
        for text, line in _places(document)
        for match in _YEAR.finditer(text)
        if int(match["year"]) != document.year
    ]
    if found:
        years = "、".join(dict.fromkeys(f"{year}年" for year, _ in found))
        message = f"文件为{document.year}年度，这里写{years}"
        yield Finding("year-mismatch", "error", at(*(line for _, line in found)), message)
