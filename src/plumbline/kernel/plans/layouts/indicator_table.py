"""The rows under the headings of an indicator table: cells brought into their columns.

Shared by every form: the rows of a real table, separated lines, one cell a line, flattened text.
A `Row` is still text; `records` of `indicators` turns it into an `Indicator`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from plumbline.kernel.plans.layouts import fitness
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.align import Cost, align
from plumbline.kernel.plans.layouts.grid import Piece
from plumbline.kernel.plans.layouts.heading import Heading

#: points for a cell under its heading in a table whose cells stand in place
_PULL = 8.0
#: from this share of cells under their headings on, all stand in place
_PLACED = 0.93


@dataclass(slots=True)
class Row:
    """One record: its pieces by number of the column; `loose` ones fit none."""

    cells: dict[int, list[Piece]] = field(default_factory=dict)
    loose: list[Piece] = field(default_factory=list)
    summary: bool = False

    def first(self, heading: Heading, role: str, group: int = 0) -> Piece | None:
        """The piece in the column of a role."""
        for number, column in enumerate(heading.columns):
            if column.role == role and column.group == group and number in self.cells:
                return self.cells[number][0]
        return None


def rows(pieces: Sequence[Piece], heading: Heading, end: int) -> list[Row]:
    """The records between the headings and `end`."""
    body = pieces[heading.end : end]
    if heading.fixed and all(piece.shape == "table" for piece in body if piece.text):
        return _fixed_rows(body, heading)
    if any(piece.role for piece in body):
        return _cut_rows(body, heading)
    if heading.by_row:
        return _separated_rows(body, heading)
    return _flowing_rows(body, heading)


def _by_row(body: Sequence[Piece]) -> list[list[Piece]]:
    out: list[list[Piece]] = []
    for piece in body:
        if not out or out[-1][0].row != piece.row:
            out.append([])
        out[-1].append(piece)
    return out


def _fixed_rows(body: Sequence[Piece], heading: Heading) -> list[Row]:
    places: dict[int, int] = {}
    for count, column in enumerate(heading.columns):
        for at in range(column.at, column.at + column.width):
            places.setdefault(at, count)
    out = []
    for line in _by_row(body):
        row = Row()
        for piece in line:
            if not piece.text.strip():
                continue
            number = places.get(piece.column)
            if number is None and v.is_group(piece.text):
                continue
            if number is None:
                row.loose.append(piece)
            else:
                row.cells.setdefault(number, []).append(piece)
        filled = [piece for piece in line if piece.text.strip() and not v.is_group(piece.text)]
        if filled:
            row.summary = v.is_summary(filled[0].text)
            out.append(row)
    return out


def _cut_rows(body: Sequence[Piece], heading: Heading) -> list[Row]:
    out: list[Row] = []
    for piece in body:
        if piece.starts or not out:
            out.append(Row())
        number: int | None = next((n for n, c in enumerate(heading.columns) if c.role == piece.role), None)
        if piece.role == "summary":
            out[-1].summary = True
            number = 0
        if number is None:
            out[-1].loose.append(piece)
        else:
            out[-1].cells.setdefault(number, []).append(piece)
    return out


def _separated_rows(body: Sequence[Piece], heading: Heading) -> list[Row]:
    cache: dict[tuple[tuple[str, int], ...], list[tuple[int, int]]] = {}
    roles = heading.fits
    kept = any(not piece.text for piece in body)
    cost = Cost(inside_row=1e6, join=4.0 if not kept else 8.0)
    placed = _in_place(body, heading)
    pull = _PULL if placed >= _PLACED else 2.0 if placed >= 0.6 else 0.0
    out = []
    for line in _by_row(body):
        cells = [piece for piece in line if piece.text and not v.is_group(piece.text)]
        if not cells:
            continue
        if v.is_summary(cells[0].text):
            out.append(_summary(cells, heading, in_place=pull == _PULL))
            continue
        if len(cells) == 1 and out and _continues(cells[0]):
            out[-1].loose.append(cells[0])
            continue
        signature = tuple((kind, _hint(p, heading)) for p, kind in zip(cells, _kinds(cells), strict=True))
        if signature not in cache:
            kinds, hints = [kind for kind, _ in signature], [hint for _, hint in signature]
            cache[signature] = align(kinds, roles, cost=cost, hints=hints, pull=pull, single=True)
        row = Row()
        for piece, (_, number) in zip(cells, cache[signature], strict=True):
            row.cells.setdefault(number, []).append(piece)
        if pull != _PULL:
            _spill(row, heading)
        out.append(row)
    return out


def _in_place(body: Sequence[Piece], heading: Heading) -> float:
    """The share of cells that stand under their headings; nearly all where empty cells were kept."""
    cells = [piece for piece in body if piece.text and not v.is_summary(piece.text)]
    fits = [
        (hint := _hint(piece, heading)) >= 0
        and fitness.points(heading.fits[hint], fitness.classify(piece.text)) > -3
        for piece in cells
    ]
    return sum(fits) / len(cells) if cells else 0.0


def _continues(piece: Piece) -> bool:
    return fitness.classify(piece.text) == "long" and piece.shape == "cell"


def _hint(piece: Piece, heading: Heading) -> int:
    for number, column in enumerate(heading.columns):
        if column.at == piece.column and column.at >= 0:
            return number
    return -1


def _spill(row: Row, heading: Heading) -> None:
    """What cannot be in its column by its kind is kept apart, not read as a value."""
    for number in list(row.cells):
        role = heading.fits[number]
        bad = [p for p in row.cells[number] if fitness.points(role, fitness.classify(p.text)) <= -10]
        if bad:
            row.loose.extend(bad)
            row.cells[number] = [p for p in row.cells[number] if p not in bad]
            if not row.cells[number]:
                del row.cells[number]


def _summary(cells: Sequence[Piece], heading: Heading, *, in_place: bool = False) -> Row:
    """A row of totals: cells in place are in their columns; else the numbers are weight and score.

    In a table of many projects the total is that of the budgets.
    """
    row = Row(summary=True)
    row.cells[0] = [cells[0]]
    numbers = [
        piece for piece in cells[1:] if fitness.classify(piece.text) in ("number", "points", "percent")
    ]
    wanted = ("budget", "fund_fiscal", "fund_other") if "budget" in heading.roles else ("weight", "score")
    places = [n for n, c in enumerate(heading.columns) if c.role in wanted]
    hints = [_hint(piece, heading) for piece in numbers]
    if in_place and set(hints) <= set(places):
        places = hints
    for piece, number in zip(numbers, places, strict=False):
        row.cells.setdefault(number, []).append(piece)
    row.loose = [p for p in cells[1:] if p.text and not any(p in c for c in row.cells.values())]
    return row


def _flowing_rows(body: Sequence[Piece], heading: Heading) -> list[Row]:
    """Records of a sequence without rows; a row of totals ends it."""
    cells = [piece for piece in body if not v.is_group(piece.text)]
    if "unit" not in heading.roles:
        cells = _with_units(cells)
    kept = any(not piece.text for piece in cells)
    out: list[Row] = []
    for chunk in _chunks(cells):
        if v.is_summary(chunk[0].text):
            out.append(_summary(chunk, heading))
            continue
        flat = any(piece.shape == "space" for piece in chunk)
        cost = Cost(join=2.5 if flat else 5.0, skip=2.0 if kept else 1.0)
        starts = [not flat or n == 0 or chunk[n - 1].row != p.row for n, p in enumerate(chunk)]
        placed = align(_kinds(chunk), heading.fits, cost=cost, starts=starts)
        last = -1
        for piece, (record, number) in zip(chunk, placed, strict=True):
            if record != last:
                out.append(Row())
                last = record
            if piece.text:
                out[-1].cells.setdefault(number, []).append(piece)
        for row in out:
            if not row.summary:
                _spill(row, heading)
    return out


def _with_units(cells: Sequence[Piece]) -> list[Piece]:
    """Units that a space has cut off their numbers (≤6 万元), where no column is for them."""
    out: list[Piece] = []
    for piece in cells:
        cut_off = piece.shape == "space" and fitness.classify(piece.text) == "unit"
        if cut_off and out and re.search(r"\d$", out[-1].text) and _valued(out[-1].text):
            out[-1] = replace(out[-1], text=f"{out[-1].text} {piece.text}")
        else:
            out.append(piece)
    return out


def _valued(text: str) -> bool:
    return fitness.classify(text) in ("number", "target")


def _kinds(cells: Sequence[Piece]) -> list[str]:
    """Classes of the texts; where levels are written with 指标, a bare 成本 or 满意度 is a name."""
    kinds = [fitness.classify(piece.text) for piece in cells]
    bare = not any(kind in ("level1", "level1!") for kind in kinds)
    bare = bare and sum(kind in ("level1?", "level?") for kind in kinds) >= 2
    if sum(kind == "level2" for kind in kinds) >= 2 and not bare:
        kinds = ["short" if kind in ("level2?", "level?") else kind for kind in kinds]
    if sum(kind in ("level1", "level1!") for kind in kinds) >= 2:
        kinds = ["short" if kind == "level1?" else kind for kind in kinds]
    repeated = list(kinds)
    for index in range(1, len(kinds)):
        if kinds[index] == "level2" and cells[index].text == cells[index - 1].text:
            repeated[index] = "text"
    if cells and _begins_level2(cells[-1].text):
        repeated[-1] = "level2"
    return repeated


def _begins_level2(text: str) -> bool:
    """The name of a level 2 that the end of the document has cut (服务对象满)."""
    bare = v.plain(text)
    return len(bare) >= 3 and any(name.startswith(bare) for name in _level2_names()) and not v.is_level2(bare)


@cache
def _level2_names() -> tuple[str, ...]:
    return tuple(f"{name}指标" for name in v.words()["level"]["two"])


def _chunks(cells: Sequence[Piece]) -> list[list[Piece]]:
    """The sequence cut at rows of totals: each with the few numbers that follow it."""
    out: list[list[Piece]] = []
    index = 0
    while index < len(cells):
        if cells[index].text and v.is_summary(cells[index].text):
            end = index + 1
            while end < len(cells) and end - index < 6 and fitness.classify(cells[end].text) in (
                "empty", "number", "points", "none", "percent",
            ):  # fmt: skip
                end += 1
            out.append(list(cells[index:end]))
            index = end
            continue
        end = index
        while end < len(cells) and not (cells[end].text and v.is_summary(cells[end].text)):
            end += 1
        out.append(list(cells[index:end]))
        index = end
    return out
