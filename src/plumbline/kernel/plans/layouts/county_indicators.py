"""The indicator rows of a county table: levels carried on, cells matched to the column headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from plumbline.kernel.plans.document import Indicator
from plumbline.kernel.plans.layouts import vocabulary
from plumbline.kernel.plans.layouts.county_rows import Row, RowCell
from plumbline.kernel.plans.target import parse

_NOTHING = RowCell("", 0)
_NOTE = re.compile(r"^\s*(?:注|备注|说明)\s*[:：]")
_WEIGHT = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)(?:分|%)?")
_FIELDS = ("level1", "level2", "level3", "description", "target", "unit", "comparator", "weight", "basis")


@dataclass
class _Carried:
    """Levels of the rows above, for merged cells."""

    level1: RowCell = _NOTHING
    level2: RowCell = _NOTHING


def read_indicators(
    rows: Sequence[Row], *, known: bool, last: bool
) -> tuple[tuple[Indicator, ...], dict[str, Decimal], bool]:
    """(indicators, points declared by level-1 headings, the table ends as it should).

    Args:
        rows: the heading row and all that follows it in the table.
        known: rows are rows; False for a plain stream of cells.
        last: the document ends here, so that a short last row is a truncation.
    """
    if not rows:
        return (), {}, False
    roles, body = _columns(rows, known=known)
    if not known:
        body = _cut_stream([cell for row in body for cell in row], roles)
    carried = _Carried()
    indicators: list[Indicator] = []
    levels: dict[str, Decimal] = {}
    short = False
    for row in body:
        if not any(cell.text for cell in row) or _NOTE.match(row[0].text):
            continue
        if any(vocabulary.is_summary(cell.text) for cell in row[:2]) or _again_heading(row):
            continue
        fields = _match(row, roles)
        indicator = _indicator(fields, carried)
        if indicator is None:
            continue
        if fields.get("level1") and fields["level1"].text:
            points = vocabulary.points(fields["level1"].text)
            if points is not None:
                levels[indicator.level1] = points
        indicators.append(indicator)
        short = last and len(row) < len(roles) and indicator.target.kind == "empty"
    open_end = bool(indicators) and indicators[-1].target.kind == "empty" and not indicators[-1].description
    return tuple(indicators), levels, bool(indicators) and not short and not (last and open_end)


def _columns(rows: Sequence[Row], *, known: bool) -> tuple[list[str], list[Row]]:
    """Roles of the columns, and the rows below the heading."""
    if known:
        roles = [_column(cell.text) for cell in rows[0]]
        return roles, list(rows[1:])
    roles = []
    cells = [cell for row in rows for cell in row]
    for cell in cells:
        role = vocabulary.column_role(cell.text)
        if role is None or role in roles:
            break
        roles.append(role)
    return roles, [(cell,) for cell in cells[len(roles) :]]


def _column(text: str) -> str:
    return vocabulary.column_role(text) or ("group" if vocabulary.is_group(text) else "")


def _again_heading(row: Row) -> bool:
    """The heading repeated at the top of a page."""
    roles = [vocabulary.column_role(cell.text) for cell in row]
    return "level1" in roles and ("level2" in roles or "level3" in roles)


def _match(row: Row, roles: Sequence[str]) -> dict[str, RowCell]:
    """Cells by role. A row with too few cells has lost its empty ones, or is cut off."""
    cells = list(row)
    while len(cells) > len(roles) and not cells[-1].text:
        cells.pop()
    start = 0
    if len(cells) < len(roles) and cells[0].text:
        text = cells[0].text
        if vocabulary.is_level2(text) and not vocabulary.is_level1(text) and "level2" in roles:
            start = roles.index("level2")
        elif (
            not vocabulary.is_level1(text)
            and "level3" in roles
            and len(cells) == len(roles) - roles.index("level3")
        ):
            start = roles.index("level3")
    return {role: cell for role, cell in zip(roles[start:], cells, strict=False) if role}


def _cut_stream(cells: Sequence[RowCell], roles: Sequence[str]) -> list[Row]:
    """Rows out of a stream of cells in which empty ones may be missing: level names begin rows."""
    width = sum(1 for role in roles if role not in ("level1", "level2"))
    rows: list[Row] = []
    index = 0
    while index < len(cells):
        row: list[RowCell] = []
        if vocabulary.is_level1(cells[index].text) and not _is_second(cells, index):
            row.append(cells[index])
            index += 1
        else:
            row.append(RowCell("", 0))
        if index < len(cells) and vocabulary.is_level2(cells[index].text):
            row.append(cells[index])
            index += 1
        elif "level2" in roles:
            row.append(RowCell("", 0))
        own = row[-1].text
        taken = 0
        while index < len(cells) and taken < width:
            text = cells[index].text
            if taken and text != own and (_is_level(text)):
                break
            row.append(cells[index])
            index += 1
            taken += 1
        if not taken and not any(cell.text for cell in row):
            index += 1
        rows.append(tuple(row))
    return rows


def _is_second(cells: Sequence[RowCell], index: int) -> bool:
    """成本指标 and 满意度指标 are names of both levels: the second level when no second follows."""
    text = cells[index].text
    following = cells[index + 1].text if index + 1 < len(cells) else ""
    return vocabulary.is_level2(text) and not vocabulary.is_level2(following)


def _is_level(text: str) -> bool:
    return text.endswith("指标") and (vocabulary.is_level1(text) or vocabulary.is_level2(text))


def _indicator(fields: dict[str, RowCell], carried: _Carried) -> Indicator | None:
    level1, level2 = fields.get("level1"), fields.get("level2")
    if level1 and level1.text:
        carried.level1, carried.level2 = level1, RowCell("", 0)
    if level2 and level2.text:
        carried.level2 = level2
    if not any(fields[role].text for role in _FIELDS if role in fields):
        return None
    name = _text(fields, "level3")
    comparator, value, unit = (_text(fields, role) or "" for role in ("comparator", "target", "unit"))
    raw = f"{comparator}{value}{unit}" if value or comparator else ""
    spans = {role: cell.line for role, cell in fields.items() if cell.text and cell.line and role in _FIELDS}
    spans.setdefault("level1", carried.level1.line)
    spans.setdefault("level2", carried.level2.line)
    spans = {role: line for role, line in spans.items() if line}
    weight = _text(fields, "weight")
    match = _WEIGHT.fullmatch(weight or "")
    return Indicator(
        level1=_level(carried.level1.text),
        level2=_level(carried.level2.text),
        level3=name,
        description=_text(fields, "description"),
        target=parse(raw),
        basis=_text(fields, "basis"),
        weight=Decimal(match[1]) if match else None,
        origin="table",
        lines=_lines(spans),
        spans=spans,
        direction=_text(fields, "direction"),
    )


def _level(text: str) -> str:
    """A level's name on one line, its points left out (产 出 指 标(50分) → 产出指标)."""
    return re.sub(r"[(（][^()（）]*[)）]\s*$", "", re.sub(r"\s+", "", text))


def _text(fields: dict[str, RowCell], role: str) -> str | None:
    cell = fields.get(role)
    return cell.text if cell and cell.text else None


def _lines(spans: dict[str, int]) -> tuple[int, ...]:
    """From the name to the target: the lines that say what is promised."""
    own = [spans[role] for role in ("level3", "description", "comparator", "target", "unit") if role in spans]
    return tuple(sorted(set(own))) or tuple(spans[role] for role in ("level2", "level1") if role in spans)[:1]
