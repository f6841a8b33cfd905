"""What the columns of an indicator table hold, decided from all of its headings together."""

from __future__ import annotations

from dataclasses import dataclass, replace

from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.grid import Piece

LEVELS = ("level1", "level2", "level3")
VALUES = ("target", "actual", "weight", "score", "comparator", "forecast")


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


def indicator_columns(found: list[Piece]) -> tuple[Column, ...]:
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
    role = role or v.column_guess(piece.text)
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
        elif column.role == "other" and v.fund_row(column.label) == "total":
            over = next((c for c in columns if c is not column and _inside(column, c)), None)
            column = replace(column, role="budget", parent=over.label) if over else column
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
        if above and above.role == "budget" and v.fund_row(column.label) == "total":
            column = replace(column, role="budget")
        lowest[column.at] = replace(column, parent=above.label) if above else column
    return [lowest[at] for at in sorted(lowest)]


def _levels_first(columns: list[Column], found: list[Piece]) -> list[Column]:
    """Level headings of a second row of headings moved before the values of the first row."""
    levels = [c for c in columns if c.role in LEVELS]
    values = [i for i, c in enumerate(columns) if c.role in VALUES]
    if not levels or not values or columns.index(levels[0]) < values[0]:
        return columns
    if not any(v.is_group(piece.text) for piece in found[:2]):
        return columns
    rest = [c for c in columns if c not in levels]
    at = next(i for i, c in enumerate(rest) if c.role in VALUES)
    return rest[:at] + levels + rest[at:]


def _settled(columns: list[Column]) -> list[Column]:
    """Words with two meanings, decided by the other columns."""
    roles = [c.role for c in columns]
    first_level = min((i for i, r in enumerate(roles) if r in LEVELS), default=0)
    out: list[Column] = []
    for index, column in enumerate(columns):
        role = column.role
        if role == "unit" and index < first_level:
            role = "unit_name"
        elif (role == "unit" and not {"target", "comparator"}.intersection(roles)) or (
            role == "level1" and v.key(column.label).startswith("指标") and "level1" in roles[index + 1 :]
        ):
            role = "other"
        elif v.key(column.label) == "内容" and out and out[-1].role == "comparator":
            role = "target"
        elif role == "level3" and "level3" in [c.role for c in out] and "target" not in roles[index:]:
            role = "description"
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
