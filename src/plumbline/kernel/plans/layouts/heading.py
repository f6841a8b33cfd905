"""Headings of a table found in the stream: the columns, in order, by what they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.grid import Piece

_LEVELS = ("level1", "level2", "level3")
_VALUES = ("target", "actual", "weight", "score", "comparator", "forecast")


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        role: what it holds (see `vocabulary.toml`, [column] and [fund_column]).
        label: its heading as it stands.
        at, width: where it stands in a real table or a separated line; -1 where there are no columns.
        group: 0, or 1 for the second set of columns of a form that shows two plans side by side.
        parent: heading above a sub-column.
    """

    role: str
    label: str
    at: int = -1
    width: int = 1
    group: int = 0
    parent: str = ""


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
        return ["level2or3" if both and role == "level3" else role for role in self.roles]


def indicator_heading(pieces: Sequence[Piece], start: int) -> Heading | None:
    """The headings of an indicator table when they begin at `start`."""
    first = pieces[start].text
    known = bool(v.column_role(first) or v.is_group(first))
    if not known and not _opens_headings(pieces, start):
        return None
    end, found = _run(
        pieces, start, lambda t: bool(v.column_role(t) or v.is_group(t) or v.sub_role(t)), first=not known
    )
    columns = _indicator_columns(found)
    roles = {column.role for column in columns}
    levels, values = roles.intersection(_LEVELS), roles.intersection(_VALUES)
    if not levels or not values or len(roles) < 3:
        return None
    if not (levels - {"level1"}) and "project" not in roles:
        return None
    return _heading(columns, pieces, start, end)


def fund_heading(pieces: Sequence[Piece], start: int) -> Heading | None:
    """The headings of the block on money when they begin at `start`."""
    first = pieces[start].text
    if not (v.fund_role(first) or v.is_corner(first)):
        return None
    end, found = _run(pieces, start, lambda t: bool(v.fund_role(t) or v.is_corner(t)))
    while (
        len(found) > 1
        and v.is_corner(found[0].text)
        and (v.fund_role(found[0].text) is None or _twice(found))
    ):
        found = found[1:]
    columns = []
    for piece in found:
        role = v.fund_role(piece.text)
        if role is None:
            continue
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
    pieces: Sequence[Piece], start: int, test: Callable[[str], bool], *, first: bool = False
) -> tuple[int, list[Piece]]:
    """The unbroken run of headings from `start`; in a row of headings unknown ones count too."""
    found: list[Piece] = [pieces[start]] if first else []
    index = start + 1 if first else start
    while index < len(pieces) and len(found) < 40:
        piece = pieces[index]
        if not piece.text or v.plain(piece.text) in ("(%)", "(元)", "(万元)"):
            index += 1
            continue
        if test(piece.text):
            found.append(piece)
            index += 1
            continue
        if not _unknown_heading(pieces, index, found, test):
            break
        found.append(piece)
        index += 1
    return index, found


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
    known = sum(test(p.text) for p in row)
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


def _indicator_columns(found: list[Piece]) -> tuple[Column, ...]:
    columns = [column for piece in found if (column := _column(piece)) is not None]
    if found and found[0].shape == "table":
        columns = _placed(columns)
    else:
        columns = _expanded(_levels_first(_under(columns), found))
    columns = _settled(columns)
    if "level3" not in [c.role for c in columns]:
        columns = _group_as_level3(columns, found)
    return tuple(_paired(columns))


def _column(piece: Piece) -> Column | None:
    role, sub = v.column_role(piece.text), v.sub_role(piece.text)
    if role is None and sub is not None:
        return Column(f"sub:{sub}", piece.text, piece.column, piece.width)
    if role is None and v.is_group(piece.text):
        return None
    return Column(role or "other", piece.text, piece.column, piece.width)


def _placed(columns: list[Column]) -> list[Column]:
    """Columns of a real table in their places; a heading over sub-columns gives way to them."""
    subs = [c for c in columns if c.role.startswith("sub:")]
    out: list[Column] = []
    for column in columns:
        below = [s for s in columns if s is not column and _inside(s, column)]
        if below:
            continue
        if column.role.startswith("sub:"):
            over = next((c for c in columns if c is not column and _inside(column, c)), None)
            role = over.role if over and over.role in ("likelihood", "cause") else column.role[4:]
            column = replace(column, role=role, parent=over.label if over else column.label)
        elif column.role == "cause" and subs:
            over = next((c for c in columns if c is not column and _inside(column, c)), None)
            column = replace(column, parent=over.label if over else "")
        out.append(column)
    return sorted(out, key=lambda c: c.at)


def _inside(small: Column, large: Column) -> bool:
    return (
        large.width > small.width
        and large.at <= small.at
        and small.at + small.width <= large.at + large.width
    )


def _expanded(columns: list[Column]) -> list[Column]:
    """Sub-columns, read after the headings they stand under, moved to the places of these."""
    subs = [c for c in columns if c.role.startswith("sub:")]
    if not subs:
        return columns
    out: list[Column] = []
    reasons = [c for c in columns if c.role == "cause"]
    for column in columns:
        if column.role.startswith("sub:"):
            continue
        own = [s for s in subs if s.role == f"sub:{column.role}"]
        if column.role == "cause" and own and column is not reasons[0]:
            continue
        if own:
            out.extend(replace(s, role=column.role, parent=column.label) for s in own)
            if column.role == "cause":
                out.extend(replace(r, parent=column.label) for r in reasons[1:])
            subs = [s for s in subs if s not in own]
        else:
            out.append(column)
    out.extend(replace(s, role=s.role[4:], parent=s.label) for s in subs)
    return out


def _under(columns: list[Column]) -> list[Column]:
    """A heading of a second row of separated headings takes the place of the one above it."""
    places = [c.at for c in columns if c.at >= 0]
    if len(places) == len(set(places)) or len(places) < len(columns):
        return columns
    lowest: dict[int, Column] = {}
    for column in columns:
        above = lowest.get(column.at)
        lowest[column.at] = replace(column, parent=above.label) if above else column
    return [lowest[at] for at in sorted(lowest)]


def _levels_first(columns: list[Column], found: list[Piece]) -> list[Column]:
    """Level headings of a second row of headings moved before the values of the first row."""
    levels = [c for c in columns if c.role in _LEVELS]
    values = [i for i, c in enumerate(columns) if c.role in _VALUES]
    if not levels or not values or columns.index(levels[0]) < values[0]:
        return columns
    if not any(v.is_group(piece.text) for piece in found[:2]):
        return columns
    rest = [c for c in columns if c not in levels]
    at = next(i for i, c in enumerate(rest) if c.role in _VALUES)
    return rest[:at] + levels + rest[at:]


def _settled(columns: list[Column]) -> list[Column]:
    """Words with two meanings, decided by the other columns."""
    roles = [c.role for c in columns]
    first_level = min((i for i, r in enumerate(roles) if r in _LEVELS), default=0)
    out: list[Column] = []
    for index, column in enumerate(columns):
        role = column.role
        if role == "unit" and index < first_level:
            role = "unit_name"
        elif role == "unit" and not {"target", "comparator"}.intersection(roles):
            role = "other"
        elif role == "goal" and index > first_level and "target" not in roles:
            role = "target"
        elif role == "level3" and index < first_level:
            role = "project"
        elif (
            (role == "budget" and index > first_level)
            or (role == "level1" and "level1" in [c.role for c in out] and "level3" in roles[:index])
            or (role in ("unit_name", "project", "code") and index > first_level)
        ):
            role = "other"
        elif role in ("description", "actual", "target", "weight", "score") and role in [c.role for c in out]:
            pair = "level3" in roles[index - 2 : index] or "level3" in roles[first_level + 3 : index]
            role = role if pair else "other"
        out.append(replace(column, role=role))
    return out


def _group_as_level3(columns: list[Column], found: list[Piece]) -> list[Column]:
    """“绩效指标” behind 一级指标, 二级指标 is the name of the indicator, not a heading over them."""
    names = [p for p in found if v.is_group(p.text)]
    texts = [p.text for p in found]
    levels = [i for i, p in enumerate(found) if v.column_role(p.text) in ("level1", "level2")]
    late = [p for p in names if levels and texts.index(p.text) > levels[-1]]
    if not late:
        return columns
    at = next((i + 1 for i in range(len(columns) - 1, -1, -1) if columns[i].role in ("level1", "level2")), 0)
    column = Column("level3", late[0].text, late[0].column, late[0].width)
    return [*columns[:at], column, *columns[at:]]


def _paired(columns: list[Column]) -> list[Column]:
    """A second 二级/三级/指标值 behind the first set is a second plan of the same row."""
    seen: set[str] = set()
    group, out = 0, []
    for column in columns:
        if column.role in ("level2", "level3") and "level3" in seen and column.role in seen and not group:
            group = 1
        seen.add(column.role)
        out.append(replace(column, group=group))
    return out
