"""Rows of an indicator table turned into indicators, and into projects where the table names them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from plumbline.kernel.plans import target as targets
from plumbline.kernel.plans.document import Actual, Indicator, Target, Text
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.columns import LEVELS, Column
from plumbline.kernel.plans.layouts.draft import UNCLAIMED, Draft, number
from plumbline.kernel.plans.layouts.grid import Piece
from plumbline.kernel.plans.layouts.heading import Heading
from plumbline.kernel.plans.layouts.indicator_table import Row

_PLAIN_FIELDS = {"description": "description", "basis": "basis", "direction": "direction", "cause": "cause"}
CONTEXT = ("unit_name", "code", "project", "budget", "fund_fiscal", "fund_other", "goal")
_KEPT = ("ordinal", "unit_code", "note", "measure", "scoring", "history", "completion", "forecast", "other")


#: what stands in a row that the project has no indicator for
_NOT_APPLICABLE = frozenset(("不适用", "无", "/", "—", "-", "不涉及", "--", "——"))
_OPEN = ("cause", "note", "ordinal")


@dataclass(slots=True)
class Levels:
    """Values that merged cells above lend to a row."""

    level1: Piece | None = None
    level2: Piece | None = None
    unit: Piece | None = None


def add(row: Row, following: Row | None, heading: Heading, draft: Draft, carried: Levels) -> None:
    level1, level2, level3 = (row.first(heading, r) for r in ("level1", "level2", "level3"))
    lone = "level1" in heading.roles and "level2" not in heading.roles
    if level3 is not None and level2 is None and lone and v.is_level2(level3.text):
        level2, level3 = level3, None
    if level1 is not None:
        same = carried.level1 is not None and _name(level1.text) == _name(carried.level1.text)
        carried.level1 = level1
        if not same:
            carried.level2 = None
        _declare(level1, draft)
    if level2 is not None:
        carried.level2 = level2
    groups = sorted({column.group for column in heading.columns})
    made = False
    for group in groups:
        name = level3 if group == 0 else row.first(heading, "level3", group)
        rest = [n for n, c in enumerate(heading.columns) if n in row.cells and c.group == group
                and c.role not in ("level1", "level2", "level3", *CONTEXT)]  # fmt: skip
        if name is None and not rest:
            continue
        own2 = row.first(heading, "level2", group) if group else carried.level2
        draft.indicators.append(_indicator(row, heading, group, carried.level1, own2, name))
        made = True
    if made:
        return
    if level2 is not None and not _goes_on(following, heading):
        draft.indicators.append(_indicator(row, heading, 0, carried.level1, level2, None))
        return
    for piece in row.loose:
        draft.see(piece)
        draft.note(UNCLAIMED, piece)


def _goes_on(following: Row | None, heading: Heading) -> bool:
    """The next row has no level of its own: it is the rest of this one."""
    if following is None or following.summary:
        return False
    name = following.first(heading, "level3")
    own = any(following.first(heading, role) for role in ("level1", "level2"))
    return name is not None and not own and not v.is_level2(name.text)


def _name(text: str) -> str:
    bare = re.sub(r"\s+", "", text)
    return re.sub(r"[(（][^)）]*\d[^)）]*[)）]?$", "", bare) or bare


def _declare(level1: Piece, draft: Draft) -> None:
    points = v.points(level1.text)
    name = _name(level1.text)
    draft.spans.setdefault(f"level:{name}", level1.line)
    if points is not None:
        draft.levels.setdefault(name, points)


def _joined(pieces: Sequence[Piece]) -> str:
    out = pieces[0].text
    for before, piece in itertools.pairwise(pieces):
        gap = (
            ""
            if re.search(r"[\u4e00-\u9fff]$", before.text) and re.match(r"[\u4e00-\u9fff]", piece.text)
            else " "
        )
        out += gap + piece.text
    return out


def _indicator(
    row: Row,
    heading: Heading,
    group: int,
    level1: Piece | None,
    level2: Piece | None,
    level3: Piece | None,
) -> Indicator:
    cells: dict[str, list[tuple[Column, list[Piece]]]] = {}
    for number_, pieces in row.cells.items():
        column = heading.columns[number_]
        if column.group == group or column.role in CONTEXT:
            cells.setdefault(column.role, []).append((column, pieces))
    spans: dict[str, int] = {}
    for field_name, piece in (("level1", level1), ("level2", level2), ("level3", level3)):
        if piece is not None:
            spans[field_name] = piece.line
    plain: dict[str, str | None] = {}
    attributes: dict[str, Text] = {}
    for role, field_name in _PLAIN_FIELDS.items():
        plain[field_name] = _plain(cells.get(role, []), spans, field_name)
    weight = _number_field("weight", cells, spans, attributes)
    if weight is None and level3 is not None and not {"weight"} & set(heading.roles):
        weight = v.points(level3.text) if re.search(r"分[)）]$", level3.text.strip()) else None
    score = _number_field("score", cells, spans, attributes)
    for role in _KEPT:
        for column, pieces in cells.get(role, []):
            _keep(attributes, column.label, pieces)
    if row.loose and group == 0:
        _keep(attributes, UNCLAIMED, row.loose)
    name = _joined(cells["level3"][0][1]) if level3 is not None and "level3" in cells else None
    if name is not None and v.plain(name) in _NOT_APPLICABLE and cells.keys() <= {*LEVELS, *CONTEXT, *_OPEN}:
        _keep(attributes, "三级指标", cells["level3"][0][1])
        name = None
    own = [p.line for pieces in row.cells.values() for p in pieces if p.line] + [p.line for p in row.loose]
    return Indicator(
        level1=_name(level1.text) if level1 else "",
        level2=re.sub(r"\s+", "", level2.text) if level2 else "",
        level3=name,
        description=plain["description"],
        target=_target(cells, spans, attributes),
        basis=plain["basis"],
        weight=weight,
        origin="table",
        lines=tuple(sorted({*own})),
        spans=spans,
        direction=plain["direction"],
        actual=_actual(cells, spans),
        score=score,
        likelihood=_likelihood(cells, spans),
        cause=plain["cause"],
        attributes=attributes,
    )


def _keep(attributes: dict[str, Text], label: str, pieces: Sequence[Piece]) -> None:
    name = re.sub(r"\s+", "", label)
    before = attributes.get(name)
    value = _joined(pieces) if before is None else f"{before.value} {_joined(pieces)}"
    lines = tuple(sorted({*(before.lines if before else ()), *(p.line for p in pieces)}))
    attributes[name] = Text(value, lines)


def _plain(found: Sequence[tuple[Column, list[Piece]]], spans: dict[str, int], name: str) -> str | None:
    """The text of one column, or of several sub-columns with their headings."""
    texts = []
    for column, pieces in found:
        text = _joined(pieces)
        if column.parent and v.plain(text) in v.ticked():
            text = column.label
        elif column.parent and column.label != column.parent and len(found) > 1:
            text = f"{column.label}：{text}"
        texts.append(text)
        spans.setdefault(name, pieces[0].line)
    return "；".join(texts) if texts else None


def _number_field(
    role: str,
    cells: dict[str, list[tuple[Column, list[Piece]]]],
    spans: dict[str, int],
    attributes: dict[str, Text],
) -> Decimal | None:
    if role not in cells:
        return None
    column, pieces = cells[role][0]
    spans[role] = pieces[0].line
    value = number(pieces[0].text)
    rest = pieces[1:] if value is not None else pieces
    if rest and not all(v.plain(p.text) in v.none_marks() for p in rest):
        _keep(attributes, column.label, rest)
    return value


def _target(
    cells: dict[str, list[tuple[Column, list[Piece]]]], spans: dict[str, int], attributes: dict[str, Text]
) -> Target:
    """The target out of one column, or composed of 指标性质, 指标值 and 度量单位."""
    raw = ""
    for role in ("comparator", "target", "unit"):
        for column, pieces in cells.get(role, [])[:1]:
            spans[role] = pieces[0].line
            text = _joined(pieces).strip()
            word = role == "comparator" and v.plain(text) == "定性"
            odd = role == "unit" and (not _has_number(raw) or v.plain(raw).endswith(v.plain(text)))
            if word or odd:
                _keep(attributes, column.label, pieces)
                continue
            raw += text
    return targets.parse(raw)


def _has_number(text: str) -> bool:
    return bool(re.search(r"[\d零〇一二两三四五六七八九十百千万]", v.plain(text)))


def _actual(cells: dict[str, list[tuple[Column, list[Piece]]]], spans: dict[str, int]) -> Actual | None:
    if "actual" not in cells:
        return None
    column_pieces = [p for _, pieces in cells["actual"] for p in pieces]
    spans["actual"] = column_pieces[0].line
    raw = _joined(column_pieces)
    read = targets.parse(raw)
    value = read.value if read.high is None else None
    return Actual(raw, value, read.unit, tuple(dict.fromkeys(p.line for p in column_pieces)))


def _likelihood(cells: dict[str, list[tuple[Column, list[Piece]]]], spans: dict[str, int]) -> str | None:
    found = cells.get("likelihood", [])
    if not found:
        return None
    spans["likelihood"] = found[0][1][0].line
    texts = []
    for column, pieces in found:
        text = _joined(pieces)
        if column.parent and v.plain(text) in v.ticked():
            texts.append(column.label)
        elif column.parent and len(found) > 1 and v.plain(text) not in "□☐":
            texts.append(f"{column.label}：{text}")
        elif v.plain(text) not in "□☐":
            texts.append(text)
    return "；".join(texts) or None
