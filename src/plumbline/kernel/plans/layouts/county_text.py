"""The county form: prose with one paragraph a project, then one table a project.

Part one states the organisation, amounts by category, overall goals, each project with its
indicators, and safeguards. Part two holds the 绩效目标表, on lines (text extracted from a document)
or as real tables. Either part may be missing or break off. Prose and tables are separate statements
of a project; nothing is merged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement, Text
from plumbline.kernel.plans.layouts.county_headed import read_heading
from plumbline.kernel.plans.layouts.county_organisation import read_organisation
from plumbline.kernel.plans.layouts.county_prose import read_project
from plumbline.kernel.plans.layouts.county_regions import Region, find_regions
from plumbline.kernel.plans.layouts.county_rows import BOOKMARK, outside_tables, page_number
from plumbline.kernel.plans.layouts.county_sections import (
    read_category_goals,
    read_items,
    read_totals,
    split_sections,
)
from plumbline.kernel.plans.layouts.county_table import read_table
from plumbline.kernel.plans.layouts.registry import LAYOUTS
from plumbline.kernel.plans.matching import match_statements
from plumbline.kernel.plans.source import Line, Source

_YEAR = re.compile(r"(20\d\d)\s*年")
_CODE_YEAR = re.compile(r"^\d{6}(\d{2})[A-Z]")
_PROSE_MARK = re.compile(r"(?:产出|效益|效果|满意度)指标\s*[-－—–:：→]\s*[\u4e00-\u9fff]{2,14}")


def _flat(source: Source) -> bool:
    """The headings of the indicators stand with many other cells in one line of running text."""
    heads = [line.text for line in source.lines if "三级指标" in line.text]
    return any(len(re.sub(r"\s", "", text)) > 80 and "\t" not in text for text in heads)


def _piped(source: Source) -> bool:
    """Pipes separate several cells of a line; the table forms know what to do with these."""
    lines = [line.text for line in source.lines if line.text.strip()]
    return sum(bool(re.search(r"\S\s*[|｜]\s*\S", text)) for text in lines) * 3 > len(lines)


class CountyText:
    """Layout of the county form; see the module."""

    key = "county_text"
    title = "部门整体绩效目标文件（文字加绩效目标表）"

    def recognise(self, source: Source) -> float:
        """Sure of prose with indicators; half sure of tables in this shape alone."""
        text = "\n".join(line.text for line in outside_tables(source))[:400_000]
        prose = len(_PROSE_MARK.findall(text))
        plain = re.sub(r"\s+", "", source.text[:400_000])
        tables = "资金支出计划" in plain and "三级指标" in plain
        sections = bool(re.search(r"分项(?:绩效)?目标", plain)) and bool(
            re.search(r"总体(?:绩效)?目标", plain)
        )
        if prose >= 2 and (sections or tables or "预算" in plain):
            return 0.97
        if sections and tables:
            return 0.97
        if prose >= 1 and (sections or tables or "分项" in plain):
            return 0.8
        if tables and not source.tables and "项目名称" in plain and not _flat(source):
            # with the county form's own corner its spend plan is read as well
            return 0.9 if "预算规模及资金用途" in plain and not _piped(source) else 0.5
        return 0.0

    def read(self, source: Source) -> PlanDocument:
        """The plan of a document in this form."""
        regions = find_regions(source)
        inside = frozenset(number for region in regions for number in region.numbers)
        prose = [
            line
            for index, line in enumerate(source.lines)
            if line.number not in inside and not page_number(source.lines, index)
        ]
        sections = split_sections(prose)
        tables = _tables(regions, source, year=None)
        year = _year(prose, source, tables)
        tables = _tables(regions, source, year=year)
        texts = [read_project(lines, year=year) for lines in sections.projects]
        texts, fields = _fields_of_work(texts, sections.projects, tables)
        labels = [
            Text(region_label, (table.spans["unit_cell"],))
            for table in tables
            if "unit_cell" in table.spans and (region_label := _line(source, table.spans["unit_cell"]))
        ]
        return PlanDocument(
            source=source,
            layout=self.key,
            form="目标表",
            year=year,
            organisation=read_organisation(prose, tables, labels),
            projects=match_statements(texts, tables),
            totals=read_totals(sections.overall),
            goals=read_items(sections.overall),
            safeguards=read_items(sections.safeguards),
            headings=sections.headings,
            noise=_noise(source),
            complete=not tables or tables[-1].complete,
            category_goals=read_category_goals(sections.overall),
            fields_of_work=tuple(fields),
        )


def _fields_of_work(
    texts: Sequence[ProjectStatement], lines: Sequence[Sequence[Line]], tables: Sequence[ProjectStatement]
) -> tuple[list[ProjectStatement], list[ProjectStatement]]:
    """(projects, fields of work): headings without an amount to which no table belongs are no projects."""
    headed = [t for t, own in zip(texts, lines, strict=True) if t.budget is None and read_heading(own)]
    matched = match_statements(texts, tables)
    alone = [p.text for p in matched if p.text and not p.table and any(p.text is t for t in headed)]
    fields = alone if tables else []
    return [t for t in texts if not any(t is field for field in fields)], fields


def _tables(regions: Sequence[Region], source: Source, *, year: int | None) -> list[ProjectStatement]:
    last = regions[-1] if regions else None
    found = [
        read_table(region.title, region.rows, known=region.known, year=year, last=region is last)
        for region in regions
    ]
    return [statement for statement in found if statement]


def _line(source: Source, number: int) -> str:
    return BOOKMARK.sub("", source.lines[number - 1].text).strip()


def _year(prose: Sequence[Line], source: Source, tables: Sequence[ProjectStatement]) -> int | None:
    """The plan year: the year that the prose names most, the earlier mention first; else the codes'."""
    years = [int(match) for line in prose[:400] for match in _YEAR.findall(line.text)]
    titled = [
        int(match[1])
        for line in prose[:60]
        if len(line.text) < 60 and (match := re.search(r"(20\d\d)\s*年", line.text)) and "绩效" in line.text
    ]
    codes = [2000 + int(match[1]) for table in tables if (match := _CODE_YEAR.match(table.code or ""))]
    for found in (titled, years, codes):
        if found:
            return Counter(found).most_common(1)[0][0]
    match = re.search(r"20\d\d", source.name)
    return int(match[0]) if match else None


def _noise(source: Source) -> tuple[Text, ...]:
    """Lines and marks that carry no content, by what they are."""
    lines = source.lines
    pages = tuple(line.number for index, line in enumerate(lines) if page_number(lines, index))
    marks = tuple(line.number for line in lines if BOOKMARK.search(line.text))
    blank = tuple(line.number for line in lines if not line.text.strip())
    spaces = tuple(
        line.number
        for line in lines
        if re.search(r"[\u4e00-\u9fff：:][ \u3000]{2,}[\u4e00-\u9fff]", line.text)
    )
    found = (("页码", pages), ("书签标记", marks), ("多余空格", spaces), ("空白行", blank))
    return tuple(Text(what, numbers) for what, numbers in found if numbers)


LAYOUTS.add(CountyText.key, CountyText())
