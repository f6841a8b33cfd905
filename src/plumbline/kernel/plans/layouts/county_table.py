"""One table of the county form (…绩效目标表): head, funds, spend plan, goal and indicators."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from plumbline.kernel.plans.amount import parse_amount
from plumbline.kernel.plans.document import Amount, Indicator, ProjectStatement, Text
from plumbline.kernel.plans.layouts import vocabulary
from plumbline.kernel.plans.layouts.county_indicators import read_indicators
from plumbline.kernel.plans.layouts.county_plan import PERCENT, point_day, spend_points
from plumbline.kernel.plans.layouts.county_rows import Row, RowCell

_CURRENCY = re.compile(r"^(?:金额)?单位\s*[:：]?\s*(?P<unit>元|万元|千元|亿元|百元)\s*$")
_TITLE_NUMBER = re.compile(r"^\s*[（(]?(\d{1,3})[.．、)）]")
_FUND_NAME = re.compile(r"^(?:其中|#|[-—])[:：]?|[:：]$")


@dataclass
class _Head:
    """What has been read of the part above the indicators."""

    unit_cell: RowCell | None = None
    currency: RowCell | None = None
    unit: str = "元"
    code: RowCell | None = None
    name: RowCell | None = None
    budget: Amount | None = None
    funds: list[Amount] = field(default_factory=list)
    use: list[RowCell] = field(default_factory=list)
    plan: RowCell | None = None
    heads: list[RowCell] = field(default_factory=list)
    percents: list[RowCell] = field(default_factory=list)
    goal: list[RowCell] = field(default_factory=list)
    attributes: dict[str, Text] = field(default_factory=dict)


def read_table(
    title: RowCell | None, rows: Sequence[Row], *, known: bool, year: int | None, last: bool
) -> ProjectStatement | None:
    """The statement of one table; None when it names neither a project nor an indicator.

    Args:
        title: heading of the table, where it has one.
        rows: its rows, the title left out.
        known: rows are rows; False for a plain stream of cells.
        year: plan year, for the days of the spend plan.
        last: nothing follows it in the document (an end without its last cells is a truncation).
    """
    split = _indicator_heading(rows)
    head = _read_head(rows[:split], known=known)
    indicators, levels, complete = read_indicators(rows[split:], known=known, last=last)
    name = head.name.text if head.name else _name_in_title(title)
    if not name and not indicators:
        return None
    cells = [cell for row in rows for cell in row if cell.line]
    lines = sorted({cell.line for cell in cells} | ({title.line} if title else set()))
    points = spend_points(head.heads, head.percents, year=year)
    if head.percents and not points:
        text = "、".join(cell.text for cell in head.heads + head.percents)
        head.attributes["资金支出计划"] = Text(text, (head.percents[0].line,))
    return ProjectStatement(
        origin="table",
        name=name,
        lines=tuple(range(lines[0], lines[-1] + 1)) if lines else (),
        code=head.code.text if head.code and head.code.text else None,
        number=_number(title),
        title=title.text if title else "",
        budget=head.budget,
        funds=tuple(head.funds),
        use="\n".join(cell.text for cell in head.use) or None,
        goal="\n".join(cell.text for cell in head.goal) or None,
        basis=None,
        spend_points=points,
        indicators=indicators,
        levels=levels,
        attributes=head.attributes,
        complete=complete,
        spans=_spans(title, head, rows[split] if split < len(rows) else (), indicators),
        raw="\n".join(cell.text for cell in cells if cell.text),
    )


def _number(title: RowCell | None) -> int | None:
    match = _TITLE_NUMBER.match(title.text) if title else None
    return int(match[1]) if match else None


def _name_in_title(title: RowCell | None) -> str:
    """网评队伍建设 of “3.网评队伍建设绩效目标表”, for a table that lost its head."""
    if title is None:
        return ""
    text = _TITLE_NUMBER.sub("", title.text)
    return re.sub(r"(?:项目)?(?:支出)?绩效目标.*$", "", text).strip('“”"《》 ')


def _spans(
    title: RowCell | None, head: _Head, heading: Row, indicators: tuple[Indicator, ...]
) -> dict[str, int]:
    cells = {
        "title": title,
        "unit_cell": head.unit_cell,
        "currency": head.currency,
        "code": head.code,
        "name": head.name,
        "use": head.use[0] if head.use else None,
        "plan": head.plan,
        "goal": head.goal[0] if head.goal else None,
        "head": next((cell for cell in heading if cell.line), None),
    }
    spans = {key: cell.line for key, cell in cells.items() if cell and cell.line}
    if head.budget and head.budget.lines:
        spans["budget"] = head.budget.lines[0]
    if indicators:
        spans["indicators"] = indicators[0].lines[0]
    return spans


def _indicator_heading(rows: Sequence[Row]) -> int:
    """Index of the row that begins the indicator table; len(rows) without one."""
    for index, row in enumerate(rows):
        following = rows[index + 1] if index + 1 < len(rows) else ()
        roles = [vocabulary.column_role(cell.text) for cell in row]
        ahead = [vocabulary.column_role(cell.text) for cell in following[:1]]
        if "level1" in roles and (
            "level2" in roles or "level3" in roles or ahead in (["level2"], ["level3"])
        ):
            return index
        if roles[:1] == ["level2"] and "level3" in roles:
            return index
    return len(rows)


def _read_head(rows: Sequence[Row], *, known: bool) -> _Head:
    head = _Head()
    state = "top"
    stretches = rows if known else [tuple(cell for row in rows for cell in row)]
    for stretch in stretches:
        cells = list(stretch)
        while cells:
            cell = cells.pop(0)
            if not cell.text:
                continue
            state = _take(head, state, cell, cells)
    return head


def _take(head: _Head, state: str, cell: RowCell, following: list[RowCell]) -> str:
    """Read one cell and, for a label, its value out of `following`; the new state."""
    currency = _CURRENCY.match(cell.text)
    if currency:
        head.currency, head.unit = cell, currency["unit"]
        return state
    if state == "plan" and (PERCENT.match(cell.text) or point_day(cell.text)):
        (head.percents if PERCENT.match(cell.text) else head.heads).append(cell)
        return state
    role = _role(cell.text)
    if role is None:
        return _take_plain(head, state, cell)
    if role in ("corner", "skip"):
        return "funds" if role == "corner" else state
    if role == "plan":
        head.plan = cell
        return "plan"
    if role == "goal":
        return "goal"
    # a project may be called as a kind of spending is (人员类项目): after its label it is a name
    named = role == "name" and bool(following) and vocabulary.label_role(following[0].text) is None
    value = following.pop(0) if named or (following and _is_value(role, following[0].text)) else None
    if role in ("code", "name"):
        setattr(head, role, value if value and value.text else getattr(head, role))
        return "project"
    if role in ("budget", "fund"):
        _take_amount(head, role, cell, value)
        return "funds"
    if role == "use":
        head.use += [value] if value and value.text else []
        return "use"
    if value and value.text:
        head.attributes[_label(cell.text)] = Text(value.text, (value.line,))
    return state


def _is_value(role: str, text: str) -> bool:
    """The next cell is this label's value: no label itself, and for money an amount or nothing."""
    if _role(text) is not None:
        return False
    if role not in ("budget", "fund") or not text or text in vocabulary.none_marks():
        return True
    return parse_amount(text).yuan is not None


def _take_plain(head: _Head, state: str, cell: RowCell) -> str:
    """A cell that is no label: what it is follows from where it stands."""
    if state == "top":
        if head.unit_cell is None:
            head.unit_cell = cell
    elif state in ("funds", "use"):
        head.use.append(cell)
    elif state == "goal":
        head.goal.append(cell)
    else:
        head.attributes.setdefault("其他内容", Text(cell.text, (cell.line,)))
    return state


def _take_amount(head: _Head, role: str, label: RowCell, value: RowCell | None) -> None:
    name = _label(label.text)
    lines = (value.line,) if value and value.line else ()
    amount = parse_amount(value.text if value else "", unit=head.unit, name=name, lines=lines)
    if role == "budget" and head.budget is None:
        head.budget = amount
    else:
        head.funds.append(amount)


def _label(text: str) -> str:
    return _FUND_NAME.sub("", vocabulary.plain(text)).strip(":：")


def _role(text: str) -> str | None:
    """What a cell announces, or None when it is a value."""
    if not text or len(text) > 40:
        return None
    label = vocabulary.label_role(text)
    if label in ("code", "name", "budget", "use", "plan", "goal"):
        return label
    if vocabulary.is_corner(text):
        return "corner"
    fund = vocabulary.fund_row(text)
    if fund:
        return "budget" if fund == "total" else "fund"
    if vocabulary.is_group(text):
        return "skip"
    return "other" if label in ("other", "basis") else None
