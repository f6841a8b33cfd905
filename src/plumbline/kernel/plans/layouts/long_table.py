"""The rows of an indicator table given to the projects they belong to.

A form on one project has one draft; a long table names projects in its rows, and a row without a name
belongs to the project above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from plumbline.kernel.plans.document import Amount, Text
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.draft import Draft, money, number, unit_name
from plumbline.kernel.plans.layouts.grid import Piece
from plumbline.kernel.plans.layouts.heading import Heading
from plumbline.kernel.plans.layouts.indicator_table import Row
from plumbline.kernel.plans.layouts.indicators import CONTEXT, Levels, add


@dataclass(slots=True)
class Table:
    """What the rows of a table said.

    Attributes:
        drafts: one per project that the table names, in order; the first is the form's own draft.
        totals: subtotals of organisations that stand in rows of their own.
    """

    drafts: list[Draft]
    totals: list[Amount] = field(default_factory=list)
    unit_codes: list[Text] = field(default_factory=list)


def fill(draft: Draft, rows: Sequence[Row], heading: Heading, *, unit: str) -> Table:
    """Put the rows' indicators into the draft, or into one draft per project that the rows name."""
    table = Table([draft])
    carried = Levels()
    projects: dict[tuple[str, str, str], Draft] = {}
    long = bool({"project", "unit_name"}.intersection(heading.roles))
    for index, row in enumerate(rows):
        if row.summary:
            _totals(row, heading, table.drafts[-1])
            table.totals.extend(_sums(row, heading, unit))
            continue
        following = rows[index + 1] if index + 1 < len(rows) else None
        if long and _names_a_unit(row, following, heading):
            carried.unit = row.first(heading, "project")
            if carried.unit is not None:
                table.unit_codes.append(Text(carried.unit.text, (carried.unit.line,)))
                amount = row.first(heading, "budget")
                if amount is not None:
                    own = _unit(heading, "budget", unit)
                    table.totals.append(money(amount, unit=own, name=carried.unit.text))
            continue
        current = _context(row, heading, table, projects, carried, unit) if long else table.drafts[-1]
        if current is None:
            continue
        for cells in row.cells.values():
            for piece in cells:
                current.see(piece)
        add(row, following, heading, current, carried)
    if long and len(table.drafts) > 1 and not draft.filled:
        table.drafts.pop(0)
    return table


def _names_a_unit(row: Row, following: Row | None, heading: Heading) -> bool:
    """Nothing but a name stands in the row, and the next row names its own project: a unit's heading."""
    roles = {heading.columns[n].role for n in row.cells}
    if following is None or row.loose or "project" not in roles:
        return False
    money = {"budget", "fund_fiscal", "fund_other"} if {"code", "unit_name"} & set(heading.roles) else set()
    return roles <= {"project", *money} and following.first(heading, "project") is not None


def _sums(row: Row, heading: Heading, unit: str) -> list[Amount]:
    """Amounts in the row of totals of a table of many projects."""
    out: list[Amount] = []
    for count, cells in sorted(row.cells.items()):
        role = heading.columns[count].role
        if role in ("budget", "fund_fiscal", "fund_other"):
            name = "合计" if role == "budget" else f"合计：{heading.columns[count].label}"
            out.extend(money(piece, unit=_unit(heading, role, unit), name=name) for piece in cells)
    return out


def _totals(row: Row, heading: Heading, draft: Draft) -> None:
    for cells in row.cells.values():
        for piece in cells:
            draft.see(piece)
    weight, score = row.first(heading, "weight"), row.first(heading, "score")
    if weight and draft.total_weight is None:
        draft.total_weight = number(weight.text)
        draft.spans["total_weight"] = weight.line
    if score and draft.total_score is None:
        draft.total_score = number(score.text)
        draft.spans["total_score"] = score.line
    for number_, cells in row.cells.items():
        role = heading.columns[number_].role
        if role in ("budget", "fund_fiscal", "fund_other"):
            continue
        extra = cells[1:] if role in ("weight", "score") else cells
        for piece in extra:
            if not v.is_summary(piece.text):
                draft.note("合计行", piece)
    for piece in row.loose:
        draft.see(piece)
        if not v.is_summary(piece.text):
            draft.note("合计行", piece)


def _context(
    row: Row,
    heading: Heading,
    table: Table,
    projects: dict[tuple[str, str, str], Draft],
    carried: Levels,
    unit: str,
) -> Draft | None:
    """The draft that a row of a long table belongs to; None for a row that is no project's."""
    cells = {role: row.first(heading, role) for role in CONTEXT}
    if cells["unit_name"] is not None:
        carried.unit = cells["unit_name"]
        code, name = unit_name(cells["unit_name"].text)
        table.unit_codes.append(Text(cells["unit_name"].text, (cells["unit_name"].line,)))
        bare = not any(row.first(heading, r) for r in ("project", "level1", "level2", "level3", "target"))
        if bare:
            amount = cells["budget"]
            label = name if code is None else f"{code}-{name}"
            if amount is not None:
                table.totals.append(money(amount, unit=_unit(heading, "budget", unit), name=label))
            return None
    named = cells["project"] or (cells["unit_name"] if "project" not in heading.roles else None)
    if named is None:
        draft = table.drafts[-1]
        if not draft.filled and len(table.drafts) == 1:
            return draft
        _amounts(draft, row, cells, heading, unit)
        return draft
    holder = carried.unit.text if carried.unit else ""
    code_text = cells["code"].text if cells["code"] else ""
    key = (v.plain(holder), v.plain(code_text), v.plain(named.text))
    if key in projects:
        draft = projects[key]
        if table.drafts[-1] is not draft:
            table.drafts.remove(draft)
            table.drafts.append(draft)
        return draft
    carried.level1 = carried.level2 = None
    draft = projects[key] = Draft(title=table.drafts[0].title, year=table.drafts[0].year)
    table.drafts.append(draft)
    draft.named(named)
    if carried.unit is not None:
        draft.note("单位名称", carried.unit)
    unit_code = row.first(heading, "unit_code")
    if unit_code is not None:
        draft.note("单位编码", unit_code)
    _amounts(draft, row, cells, heading, unit)
    return draft


def _unit(heading: Heading, role: str, unit: str) -> str:
    columns = [c for r in (role, "budget") for c in heading.columns if c.role == r]
    own = next((u for c in columns if (u := v.money_unit(c.label) or v.money_unit(c.parent))), None)
    return own or unit or "元"


def _fund(label: str, role: str) -> str:
    """The name of a fund from the heading of its column."""
    bare = v.key(label).removeprefix("其中").strip(":")
    usual = {"财政拨款": "财政资金", "其它资金": "其他资金"}
    return usual.get(bare, bare) or ("财政资金" if role == "fund_fiscal" else "其他资金")


def _amounts(draft: Draft, row: Row, cells: dict[str, Piece | None], heading: Heading, unit: str) -> None:
    if cells["code"] is not None and draft.code is None:
        draft.code, draft.spans["code"] = cells["code"].text.strip(), cells["code"].line
    if cells["budget"] is not None:
        amount = money(cells["budget"], unit=_unit(heading, "budget", unit), name="预算数")
        if draft.budget is None:
            draft.budget, draft.spans["budget"] = amount, cells["budget"].line
        else:
            draft.funds.append(amount)
    for count, pieces in sorted(row.cells.items()):
        column = heading.columns[count]
        if column.role in ("fund_fiscal", "fund_other"):
            own = v.money_unit(column.label) or _unit(heading, column.role, unit)
            draft.funds.append(money(pieces[0], unit=own, name=_fund(column.label, column.role)))
    goal = cells["goal"]
    if goal is not None and all(goal.text != g.text for g in draft.goal):
        draft.goal.append(goal)
        draft.spans.setdefault("goal", goal.line)
