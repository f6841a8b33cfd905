"""A heading, total or goal of another year: left over from the year before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, indicators, statements, target_line
from plumbline.kernel.plans.wording import plain, quoted

_YEAR = re.compile(
    r"(?P<year>20\d\d)\s*年度?(?=[^。，；,;]{0,16}(?:绩效目标|申请预算|年初预算|部门预算|预算资金))"
)


def _places(document: PlanDocument) -> Iterator[tuple[int, int]]:
    """(year, line) of every heading, total and title of a table that names a year."""
    inside = {n for s in statements(document) for n in s.lines}
    titles = {s.spans.get("title") for s in statements(document, "table")}
    for line in document.source.lines:
        if line.number not in inside or line.number in titles:
            for match in _YEAR.finditer(line.text):
                yield int(match["year"]), line.number


def _coded(document: PlanDocument) -> set[int]:
    """The years of the project codes."""
    codes = (plain(s.code) for s in statements(document))
    return {2000 + int(code[6:8]) for code in codes if len(code) == 21 and code[6:8].isdecimal()}


@rule(
    id="year-mismatch",
    severity="error",
    title="年度前后不一",
    why="标题、合计或编码写着不同的年度，多半是沿用上年文件没有改。",
    mend="核对年度，全文统一。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """Headings, titles and totals of several years, or of one before that of all codes; past deadlines."""
    places = list(_places(document))
    years = {year for year, _ in places}
    coded = _coded(document)
    if len(years) == 1 and len(coded) == 1 and max(coded) > max(years):
        years |= coded
    if len(years) > 1:
        said = "、".join(f"{year}年" for year in sorted(years))
        yield Finding(
            "year-mismatch", "error", at(*(line for _, line in places)), f"文件里有不同的年度：{said}"
        )
    past = [
        i
        for _, i in indicators(document)
        if i.target.day and document.year and i.target.day.year < document.year
    ]
    if past:
        said = quoted(f"{called(i)} {i.target.raw}" for i in past)
        message = f"指标值的日期早于{document.year}年：{said}"
        yield Finding("year-mismatch", "error", at(*map(target_line, past)), message)
