"""Where the tables of the county form stand: stretches of lines, or real tables with their titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plumbline.kernel.plans.layouts import vocabulary
from plumbline.kernel.plans.layouts.county_rows import (
    Row,
    RowCell,
    clean,
    outside_tables,
    rows_of_lines,
    rows_of_table,
)
from plumbline.kernel.plans.source import Line, Source

_TITLE = re.compile(
    r"^(?:[^，,。；;]{0,70}?绩效目标(?:申报|批复|公开)?表|\s*[（(]?\d{1,3}[)）.．、][^，,。；;]{0,70}?绩效目标)"
    r"\s*(?:[（(]\s*(?:20\d\d)?[^）)]{0,8}[)）])?\s*$"
)
_UNIT_OR_CURRENCY = re.compile(
    r"^(?:\d{3,12}\s*[-—]?\s*[\u4e00-\u9fff].*|(?:金额)?单位\s*[:：]?\s*[万千亿]?元)$"
)
_PART = re.compile(r"^\s*第[一二三四五六七八九十\d]{1,2}部分")
#: a title belongs to a table that begins within so many lines
_NEAR = 24


@dataclass(frozen=True, slots=True)
class Region:
    """One table: its title, its rows, and whether rows are rows (see `county_rows`)."""

    title: RowCell | None
    rows: tuple[Row, ...]
    known: bool
    numbers: frozenset[int]


def find_regions(source: Source) -> list[Region]:
    """The county form's tables, in the order of the document."""
    return _real(source) if source.tables else _on_lines(source.lines)


def _role(line: Line) -> str | None:
    text = clean(line.text)
    first = re.split(r"[\t|｜]", text, maxsplit=1)[0].strip()
    return vocabulary.label_role(first) if first and len(first) <= 16 else None


def _on_lines(lines: Sequence[Line]) -> list[Region]:
    labels = [i for i, line in enumerate(lines) if _role(line) in ("code", "name")]
    coded = [i for i in labels if _role(lines[i]) == "code"]
    anchors = coded or [i for i in labels if _followed_by_indicators(lines, i)]
    starts: list[tuple[int, bool]] = []
    floor = 0
    for anchor in anchors:
        start, titled = _start(lines, anchor, floor)
        starts.append((start, titled))
        floor = anchor + 1
    regions = []
    for position, (start, titled) in enumerate(starts):
        stop = starts[position + 1][0] if position + 1 < len(starts) else len(lines)
        stop = next((i for i in range(start + 1, stop) if _PART.match(clean(lines[i].text))), stop)
        title = RowCell(clean(lines[start].text), lines[start].number) if titled else None
        body = lines[start + 1 if titled else start : stop]
        rows, known = rows_of_lines(body)
        regions.append(
            Region(title, tuple(rows), known, frozenset(line.number for line in lines[start:stop]))
        )
    return regions


def _followed_by_indicators(lines: Sequence[Line], index: int) -> bool:
    return any(vocabulary.column_role(clean(line.text)) == "level1" for line in lines[index : index + 80])


def _start(lines: Sequence[Line], anchor: int, floor: int) -> tuple[int, bool]:
    """Index of the line that a table begins with, looking back from its first label; is it a title?"""
    for index in range(anchor - 1, max(floor - 1, anchor - _NEAR) - 1, -1):
        text = clean(lines[index].text)
        if _TITLE.match(text):
            return index, True
        if text and not _UNIT_OR_CURRENCY.match(text) and index < anchor - 6:
            break
    start = anchor
    for index in range(anchor - 1, max(floor - 1, anchor - 8) - 1, -1):
        text = clean(lines[index].text)
        if text and not _UNIT_OR_CURRENCY.match(text):
            break
        start = index if text else start
    return start, False


def _real(source: Source) -> list[Region]:
    outside = outside_tables(source)
    regions: list[Region] = []
    floor = 0
    for table in source.tables:
        rows = rows_of_table(table)
        pieces = _split(rows)
        before = [line for line in outside if floor < line.number < table.first_line]
        floor = table.last_line
        for index, piece in enumerate(pieces):
            title, lead = _title(before if index == 0 else [])
            named = _named(piece)
            if not named and not _has_indicators(piece):
                if regions and index == 0 and not title and _carries_on(piece):
                    regions[-1] = _joined(regions[-1], piece)
                continue
            if not named and regions and not title:
                regions[-1] = _joined(regions[-1], piece)
                continue
            title, piece = _title_inside(title, piece)
            numbers = {cell.line for row in piece for cell in row if cell.line}
            numbers |= {cell.line for row in lead for cell in row} | ({title.line} if title else set())
            regions.append(Region(title, (*lead, *piece), True, frozenset(numbers)))
    return regions


def _named(rows: Sequence[Row]) -> bool:
    return any(
        vocabulary.label_role(cell.text) in ("name", "code") for row in rows for cell in row if cell.text
    )


def _has_indicators(rows: Sequence[Row]) -> bool:
    return any(
        {"level1", "level3"} <= {vocabulary.column_role(cell.text) for cell in row if cell.text}
        for row in rows
    )


def _carries_on(rows: Sequence[Row]) -> bool:
    """Indicator rows without heading: the table of the page before goes on."""
    return any(vocabulary.is_level2(cell.text) for row in rows[:3] for cell in row if cell.text)


def _joined(region: Region, rows: Sequence[Row]) -> Region:
    numbers = {cell.line for row in rows for cell in row if cell.line}
    return Region(region.title, (*region.rows, *rows), region.known, region.numbers | numbers)


def _split(rows: list[Row]) -> list[list[Row]]:
    """A table that holds several projects, cut before each project's first label."""
    starts = [
        index
        for index, row in enumerate(rows)
        if (roles := [vocabulary.label_role(cell.text) for cell in row if cell.text]) and roles[0] == "code"
    ]
    if not starts:
        starts = [
            index
            for index, row in enumerate(rows)
            if (texts := [cell.text for cell in row if cell.text])
            and vocabulary.label_role(texts[0]) == "name"
        ]
    cuts = [0]
    for start in starts[1:]:
        cut = start
        while cut > cuts[-1] + 1 and _above(rows[cut - 1]):
            cut -= 1
        cuts.append(cut)
    return [rows[a:b] for a, b in zip(cuts, [*cuts[1:], len(rows)], strict=True)]


def _above(row: Row) -> bool:
    """A title, unit or currency row that belongs to what follows."""
    texts = [cell.text for cell in row if cell.text]
    return bool(texts) and all(_TITLE.match(text) or _UNIT_OR_CURRENCY.match(text) for text in texts)


def _title(before: Sequence[Line]) -> tuple[RowCell | None, list[Row]]:
    """The title among the paragraphs before a table, and the unit and currency lines below it."""
    near = [line for line in before[-_NEAR:] if clean(line.text)]
    for index in range(len(near) - 1, -1, -1):
        if _TITLE.match(clean(near[index].text)):
            lead: list[Row] = [(RowCell(clean(line.text), line.number),) for line in near[index + 1 :]]
            return RowCell(clean(near[index].text), near[index].number), lead
    above: list[Row] = []
    for line in reversed(near):
        if not _UNIT_OR_CURRENCY.match(clean(line.text)):
            break
        above.insert(0, (RowCell(clean(line.text), line.number),))
    return None, above


def _title_inside(title: RowCell | None, rows: list[Row]) -> tuple[RowCell | None, list[Row]]:
    """A title that stands in the first row of the table itself."""
    if title or not rows:
        return title, rows
    texts = [cell for cell in rows[0] if cell.text]
    if len(texts) == 1 and _TITLE.match(clean(texts[0].text)):
        return RowCell(clean(texts[0].text), texts[0].line), rows[1:]
    return None, rows
