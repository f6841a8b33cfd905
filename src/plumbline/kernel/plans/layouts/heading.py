"""Headings of a table found in the stream: the columns, in order, by what they hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.columns import LEVELS, VALUES, Column, indicator_columns
from plumbline.kernel.plans.layouts.grid import Piece

#: headings over the names of the rows of the block on money
_OVER_ROWS = ("项目", "资金名称", "资金类型", "资金来源", "资金类别")
_HEADING = re.compile(r"[\u4e00-\u9fff]{2,10}(?:[(（][^()（）]{1,8}[)）])?")


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns, and the pieces they stand in (start <= index < end)."""

    columns: tuple[Column, ...]
    start: int
    end: int
    lines: tuple[int, ...]
    #: rows hold whole records (a real table or separated lines), else only the order of cells counts
    by_row: bool
    #: columns are where they are (a real table)
    fixed: bool

    @property
    def roles(self) -> list[str]:
        return [column.role for column in self.columns]

    @property
    def fits(self) -> list[str]:
        """Roles by which texts are brought into columns: a form without 二级指标 names them as 指标名称."""
        both = "level1" in self.roles and "level2" not in self.roles
        fits = ["level2or3" if both and role == "level3" else role for role in self.roles]
        return [
            "level1or2" if both and role == "level1" and v.key(column.label).startswith("指标") else role
            for role, column in zip(fits, self.columns, strict=True)
        ]


def indicator_heading(pieces: Sequence[Piece], start: int) -> Heading | None:
    """The headings of an indicator table when they begin at `start`."""
    first = pieces[start].text
    known = bool(v.column_role(first) or v.is_group(first))
    if not known and not _opens_headings(pieces, start):
        return None
    end, found = _run(
        pieces,
        start,
        lambda t: bool(v.column_role(t) or v.is_group(t) or v.sub_role(t)),
        first=not known,
        among=lambda t: bool(v.column_guess(t)) or v.key(t) == "内容",
    )
    if not _may_hold_indicators({piece.text for piece in found}):
        return None
    columns = indicator_columns(found)
    roles = {column.role for column in columns}
    levels, values = roles.intersection(LEVELS), roles.intersection(VALUES)
    if not levels or not values or len(roles) < 3:
        return None
    if not (levels - {"level1"}) and "project" not in roles:
        return None
    return _heading(columns, pieces, start, end)


def _may_hold_indicators(texts: set[str]) -> bool:
    """Some text names a level and some a value: asked first, because the columns take long to work out."""
    roles = {v.column_role(text) or v.column_guess(text) for text in texts}
    roles |= {v.sub_role(text) for text in texts}
    return not roles.isdisjoint(LEVELS) and not roles.isdisjoint((*VALUES, "goal"))


def fund_heading(pieces: Sequence[Piece], start: int) -> Heading | None:
    """The headings of the block on money when they begin at `start`."""
    first = pieces[start].text
    if not (v.fund_role(first) or v.is_corner(first)):
        return None
    end, found = _run(
        pieces,
        start,
        lambda t: bool(v.fund_role(t) or v.is_corner(t) or v.key(t) in _OVER_ROWS),
        among=lambda t: v.fund_guess(t) is not None and v.fund_row(t) is None and v.label_role(t) is None,
    )
    while (
        len(found) > 1
        and v.is_corner(found[0].text)
        and (v.fund_role(found[0].text) is None or _twice(found))
    ):
        found = found[1:]
    columns = []
    for piece in found:
        role = v.fund_role(piece.text)
        if role is None and (v.is_corner(piece.text) or v.key(piece.text) in _OVER_ROWS):
            continue
        role = role or v.fund_guess(piece.text) or "other"
        role = "fund_forecast" if role == "forecast" else role
        columns.append(Column(role, piece.text, piece.column, piece.width))
    roles = [column.role for column in columns]
    money = {"initial", "adjusted", "executed", "fund_forecast"}.intersection(roles)
    if len(money) < 2 and not (money and {"rate", "score", "weight"}.intersection(roles)):
        return None
    return _heading(tuple(columns), pieces, start, end)


def _twice(found: list[Piece]) -> bool:
    roles = [v.fund_role(piece.text) for piece in found]
    return roles[0] in roles[1:]


def _run(
    pieces: Sequence[Piece],
    start: int,
    test: Callable[[str], bool],
    *,
    first: bool = False,
    among: Callable[[str], bool] = lambda _: False,
) -> tuple[int, list[Piece]]:
    """The unbroken run of headings from `start`; in a row of headings unknown ones count too.

    `among` says which texts are headings where they stand behind others.
    """
    found: list[Piece] = [pieces[start]] if first else []
    index = start + 1 if first else start
    while index < len(pieces) and len(found) < 40:
        piece = pieces[index]
        if not piece.text or v.plain(piece.text) in ("(%)", "(元)", "(万元)"):
            index += 1
            continue
        if test(piece.text) or (_behind(piece, found) and among(piece.text)):
            found.append(piece)
            index += 1
            continue
        if not _unknown_heading(pieces, index, found, test) and not _between(pieces, index, found, test):
            break
        found.append(piece)
        index += 1
    return index, found


def _between(pieces: Sequence[Piece], index: int, found: list[Piece], test: Callable[[str], bool]) -> bool:
    """An unknown heading between known ones, where nothing tells rows apart (是否偏离)."""
    piece = pieces[index]
    if len(found) < 4 or piece.shape not in ("cell", "space") or not re.fullmatch(_HEADING, piece.text):
        return False
    later = next((p for p in pieces[index + 1 : index + 3] if p.text), None)
    return later is not None and (test(later.text) or v.column_guess(later.text) is not None)


def _behind(piece: Piece, found: list[Piece]) -> bool:
    """The piece goes on a row of headings, where the source has rows."""
    if len(found) < 3 or len(v.plain(piece.text)) > 16:
        return False
    return piece.shape not in ("table", "row") or piece.row == found[-1].row


def _opens_headings(pieces: Sequence[Piece], start: int) -> bool:
    """An unknown heading is the first of a row of headings."""
    piece = pieces[start]
    if piece.shape not in ("table", "row") or (start and pieces[start - 1].row == piece.row):
        return False
    if not piece.text or len(piece.text) > 12 or any(c.isdigit() for c in piece.text):
        return False
    row = []
    for other in pieces[start : start + 40]:
        if other.row != piece.row:
            break
        row.append(other)
    return sum(bool(v.column_role(other.text)) for other in row) >= max(4, len(row) * 0.6)


def _unknown_heading(
    pieces: Sequence[Piece], index: int, found: list[Piece], test: Callable[[str], bool]
) -> bool:
    """An unknown heading among known ones of the same row."""
    piece = pieces[index]
    if piece.shape not in ("table", "row", "space") or len(found) < 3 or len(v.plain(piece.text)) > 20:
        return False
    row = [p for p in pieces[max(0, index - 30) : index + 30] if p.row == piece.row and p.text]
    known = sum(test(p.text) or v.fund_row(p.text) is not None for p in row)
    return known >= 3 and known * 2 > len(row) and not any(c.isdigit() for c in piece.text[:1])


def _heading(columns: tuple[Column, ...], pieces: Sequence[Piece], start: int, end: int) -> Heading:
    used = [piece for piece in pieces[start:end] if piece.text]
    fixed = all(piece.shape == "table" for piece in used)
    per_row: dict[int, int] = {}
    for piece in used:
        per_row[piece.row] = per_row.get(piece.row, 0) + 1
    widest = max(per_row.values(), default=0)
    trailing = [p for p in pieces[end : end + 40] if p.row == used[-1].row and p.text]
    by_row = fixed or (widest >= 3 and not trailing)
    return Heading(columns, start, end, tuple(sorted({p.line for p in used if p.line})), by_row, fixed)
