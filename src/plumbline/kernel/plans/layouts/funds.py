"""The block on money of a form: its table, its labelled amounts, the spend plan, the tasks of a department.

Each function reads from `pieces[index]` on, puts what it read into the draft, and returns the index
behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from plumbline.kernel.plans.document import Amount, Execution
from plumbline.kernel.plans.layouts import fitness
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.align import Cost, align
from plumbline.kernel.plans.layouts.columns import Column
from plumbline.kernel.plans.layouts.draft import UNCLAIMED, Draft, is_plan_head, money, number
from plumbline.kernel.plans.layouts.grid import Piece
from plumbline.kernel.plans.layouts.heading import Heading
from plumbline.kernel.plans.layouts.separators import known

_NUMERIC = ("number", "percent", "points", "none", "empty", "quantity")


def spend_plan(pieces: Sequence[Piece], index: int, draft: Draft) -> int:
    """资金支出计划: months, then as many percents (or in turn)."""
    draft.spans.setdefault("plan", pieces[index].line)
    draft.see(pieces[index])
    index += 1
    while index < len(pieces):
        piece = pieces[index]
        if not piece.text:
            index += 1
            continue
        if is_plan_head(piece.text):
            draft.plan_heads.append(piece)
        elif number(piece.text) is not None and len(draft.plan_values) < len(draft.plan_heads):
            draft.plan_values.append(piece)
        else:
            break
        draft.see(piece)
        draft.raw.append(piece.text)
        index += 1
    return index


def fund_amount(pieces: Sequence[Piece], index: int, draft: Draft, stops: Sequence[bool]) -> int:
    """One labelled amount of the block on money in a form that has no columns there."""
    label = pieces[index]
    draft.see(label)
    draft.raw.append(label.text)
    index += 1
    unit = v.money_unit(label.text) or draft.unit or "元"
    draft.unit = draft.unit or v.money_unit(label.text) or ""
    name = fund_name(label.text)
    taken = False
    while index < len(pieces):
        piece = pieces[index]
        if piece.text and fitness.classify(piece.text) not in _NUMERIC:
            break
        if piece.shape in ("table", "row") and piece.row != label.row:
            break
        index += 1
        if not piece.text and piece.shape == "cell" and not taken:
            break
        if not piece.text:
            continue
        draft.see(piece)
        draft.raw.append(piece.text)
        amount = money(piece, unit=unit, name=name)
        if not taken and draft.budget is None and v.label_role(label.text) == "budget":
            draft.budget, draft.spans["budget"] = amount, piece.line
        else:
            draft.funds.append(amount)
        taken = True
    if not taken:
        draft.funds.append(Amount(None, "", unit, name, (label.line,)))
    return index


def fund_heads(pieces: Sequence[Piece], index: int, draft: Draft) -> int:
    """Names of funds one after the other, then as many amounts; `index` itself where it is not so."""
    end = index
    while end < len(pieces) and pieces[end].text and v.fund_row(pieces[end].text):
        end += 1
    heads = pieces[index:end]
    values = []
    while end < len(pieces) and fitness.classify(pieces[end].text) in ("number", "quantity"):
        values.append(pieces[end])
        end += 1
    if len(heads) < 2 or len(values) != len(heads):
        return index
    for head, value in zip(heads, values, strict=True):
        unit = v.money_unit(head.text) or draft.unit or "元"
        draft.see(head)
        draft.see(value)
        draft.funds.append(money(value, unit=unit, name=fund_name(head.text)))
    return end


def fund_pair(pieces: Sequence[Piece], index: int, draft: Draft) -> int:
    """预算数 or 执行数 with its amount in the next cell."""
    label, value = pieces[index], pieces[index + 1]
    role = v.fund_role(label.text) or ""
    unit = v.money_unit(label.text) or draft.unit or "元"
    for piece in (label, value):
        draft.see(piece)
        draft.raw.append(piece.text)
    if role == "rate":
        draft.pair_rate = number(value.text)
        return index + 2
    draft.pair[role] = money(value, unit=unit, name=v.key(label.text))
    return index + 2


def task_table(pieces: Sequence[Piece], index: int, draft: Draft, stops: Sequence[bool]) -> int:
    """The table of a department's tasks; `index` itself where its headings do not begin here."""
    start = index
    columns: list[Piece] = []
    while index < len(pieces) and (not pieces[index].text or _task_heading(pieces[index].text)):
        if pieces[index].text:
            columns.append(pieces[index])
        index += 1
    if len(columns) < 3:
        return start
    unit = next((u for c in columns if (u := v.money_unit(c.text))), draft.unit or "元")
    for piece in columns:
        draft.see(piece)
    while index < len(pieces):
        piece = pieces[index]
        if piece.text and v.fund_row(piece.text) == "total":
            total, index = piece, index + 1
            draft.see(total)
            amounts = []
            while index < len(pieces) and (not pieces[index].text or number(pieces[index].text) is not None):
                if pieces[index].text:
                    amounts.append(money(pieces[index], unit=unit, name=fund_name(total.text)))
                    draft.see(pieces[index])
                index += 1
            draft.funds.extend(amounts)
            continue
        if stops[index] and not _task_heading(piece.text):
            break
        if piece.text:
            draft.see(piece)
            draft.note("年度主要任务", piece)
        index += 1
    return index


def _task_heading(text: str) -> bool:
    bare = re.sub(r"^其中[:：]?", "", v.plain(text))
    return v.is_task(bare, "corner") or v.is_task(bare, "column")


def fund_name(text: str) -> str:
    """The name of a row on money, without 其中 and colon."""
    bare = re.sub(r"\s+", "", text)
    bare = re.sub(r"^其中[:：]?", "", bare)
    return re.sub(r"[(（](?:万元|元|亿元)[)）]", "", bare).strip(":：")


def fund_table(pieces: Sequence[Piece], heading: Heading, draft: Draft) -> int:
    """The block on money with columns (年初预算数, 全年预算数, 全年执行数 …)."""
    for piece in pieces[heading.start : heading.end]:
        draft.see(piece)
        points = v.points(piece.text) if v.is_corner(piece.text) else None
        if points is not None:
            draft.levels.setdefault("预算执行", points)
    index = heading.end
    while index < len(pieces):
        label = pieces[index]
        if not label.text or (v.is_corner(label.text) and v.fund_row(label.text) is None):
            index += 1
            continue
        if v.fund_row(label.text) is None:
            if _unnamed_row(pieces, index):
                end = _row_end(pieces, index + 1, label, heading)
                _fund_row(label, pieces[index + 1 : end], heading, draft)
                index = end
                continue
            if draft.execution or fitness.classify(label.text) not in ("number", "quantity"):
                break
            # one row of figures straight under the headings is the total
            end = _row_end(pieces, index, label, heading)
            _fund_row(replace(label, text="年度资金总额"), pieces[index:end], heading, draft)
            index = end
            continue
        end = _row_end(pieces, index + 1, label, heading)
        _fund_row(label, pieces[index + 1 : end], heading, draft)
        index = end
    return index


def _unnamed_row(pieces: Sequence[Piece], index: int) -> bool:
    """A row of figures under a name that the vocabulary does not have."""
    label = pieces[index]
    if (
        label.shape not in ("table", "row")
        or fitness.classify(label.text) in _NUMERIC
        or known(label.text)
        or not re.search(r"[\u4e00-\u9fff]", label.text)
    ):
        return False
    row = [p for p in pieces[index + 1 : index + 20] if p.row == label.row and p.text]
    figures = [p for p in row if fitness.classify(p.text) in _NUMERIC]
    return len(figures) >= 2 and len(figures) == len(row)


def _row_end(pieces: Sequence[Piece], index: int, label: Piece, heading: Heading) -> int:
    start = index
    while index < len(pieces):
        piece = pieces[index]
        if label.shape in ("table", "row"):
            if piece.row != label.row:
                return index
        elif piece.text:
            if fitness.classify(piece.text) not in _NUMERIC and not _remark(piece, heading, index - start):
                return index
        elif index - start >= len(heading.columns):
            return index
        index += 1
    return index


def _remark(piece: Piece, heading: Heading, taken: int) -> bool:
    """A text in a column for causes, not the label of the next row."""
    last = heading.roles[-1] in ("cause", "note")
    return last and taken >= 3 and piece.shape == "cell" and not known(piece.text)


def _fund_row(label: Piece, cells: Sequence[Piece], heading: Heading, draft: Draft) -> None:
    draft.see(label)
    draft.raw.append(label.text)
    placed = _placed(cells, heading)
    unit = v.money_unit(label.text) or draft.unit or "元"
    name = fund_name(label.text)
    values: dict[str, Amount] = {}
    plain: dict[str, str] = {}
    lines = {label.line}
    for piece, column in placed:
        draft.see(piece)
        draft.raw.append(piece.text)
        lines.add(piece.line)
        role = column.role if column else ""
        own = v.money_unit(column.label) if column else None
        if role in ("initial", "adjusted", "executed", "fund_forecast") and role not in values:
            values[role] = money(piece, unit=own or unit, name=name)
        elif role in ("rate", "weight", "score") and role not in plain and number(piece.text) is not None:
            plain[role] = piece.text
        elif v.plain(piece.text) not in v.none_marks():
            draft.note(f"{name} {v.plain(column.label) if column else UNCLAIMED}", piece)
    draft.execution.append(
        Execution(
            name=name,
            initial=values.get("initial"),
            adjusted=values.get("adjusted"),
            executed=values.get("executed"),
            forecast=values.get("fund_forecast"),
            rate=number(plain["rate"]) if "rate" in plain else None,
            weight=number(plain["weight"]) if "weight" in plain else None,
            score=number(plain["score"]) if "score" in plain else None,
            lines=tuple(sorted(line for line in lines if line)),
        )
    )


def _placed(cells: Sequence[Piece], heading: Heading) -> list[tuple[Piece, Column | None]]:
    filled = [piece for piece in cells if piece.text]
    if not filled:
        return []
    if heading.fixed:
        return [
            (p, next((c for c in heading.columns if c.at <= p.column < c.at + c.width), None)) for p in filled
        ]
    if any(piece.role for piece in filled):
        return [(p, next((c for c in heading.columns if c.role == p.role), None)) for p in filled]
    kept = any(not piece.text for piece in cells)
    used = [piece for piece in cells if piece.text or kept]
    kinds = [fitness.classify(piece.text) for piece in used]
    hints = list(range(len(used))) if kept else []
    placed = align(kinds, heading.roles, cost=Cost(skip=2.0 if kept else 1.0), hints=hints, single=True)
    return [(p, heading.columns[at]) for p, (_, at) in zip(used, placed, strict=True) if p.text]
