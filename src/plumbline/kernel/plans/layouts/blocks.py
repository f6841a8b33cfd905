"""The parts of a form above and below its indicators: labelled values and goals.

Each function reads from `pieces[index]` on, puts what it read into the draft, and returns the index
behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from plumbline.kernel.plans.layouts import fitness
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.draft import Draft, money
from plumbline.kernel.plans.layouts.grid import Piece

_GOALS = ("goal", "goal_actual", "goal_period")
_INLINE = re.compile(r"([\u4e00-\u9fff/]{1,14}(?:[(（][^()（）]{0,14}[)）])?)\s*[:：]")


@dataclass(frozen=True, slots=True)
class Label:
    """A label and what it announces."""

    role: str
    piece: Piece


def label_at(piece: Piece) -> Label | None:
    """The label that the piece is, if it is one."""
    role = v.label_role(piece.text)
    return Label(role, piece) if role else None


def inline_values(piece: Piece) -> list[tuple[str, Piece]]:
    """Labels with their values in one cell (“报表编号:51zp”, “项目单位(盖章): 单位:万元”)."""
    matches = [m for m in _INLINE.finditer(piece.text) if v.label_role(m[1]) or v.fund_row(m[1])]
    out: list[tuple[str, Piece]] = []
    if not matches or piece.text[: matches[0].start()].strip(" *　（("):
        return out
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        end = following.start() if following else len(piece.text)
        text = piece.text[match.end() : end].strip()
        out.append((match[1], Piece(text, piece.line, piece.row, piece.column, piece.width, piece.shape)))
    return out if any(value.text for _, value in out) else []


def put(draft: Draft, role: str, label: str, piece: Piece) -> None:
    """Give a labelled value its place in the draft."""
    draft.see(piece)
    if not piece.text:
        draft.note(v.key(label), piece)
        return
    if role == "other" and v.key(label) in ("单位", "金额单位", "资金单位"):
        stated = v.money_unit(f"单位:{piece.text}")
        if stated:  # the unit of the amounts, not an organisation
            draft.unit, draft.spans["currency"] = stated, piece.line
            return
    if role == "name":
        draft.named(piece)
    elif role == "code" and draft.code is None:
        draft.code, draft.spans["code"] = piece.text.strip(), piece.line
    elif role == "budget":
        _budget(draft, label, piece)
    elif role in ("goal", "goal_actual", "use", "basis"):
        getattr(draft, role).append(piece)
        draft.spans.setdefault(role, piece.line)
    else:
        dated = role == "goal_period" and re.search(r"\d", label)
        draft.note(v.plain(label).strip(":") if dated else v.key(label), piece)


def _budget(draft: Draft, label: str, piece: Piece) -> None:
    """The amount of the project; where its whole term and the year are both stated, the year's."""
    unit = v.money_unit(label) or draft.unit or "元"
    draft.unit = draft.unit or v.money_unit(label) or ""
    amount, before = money(piece, unit=unit, name=v.key(label)), draft.budget
    yearly = amount.name.startswith(("年度", "本年", "当年", "项目年度"))
    if before is not None and not (yearly and "总" in before.name):
        draft.funds.append(amount)
        return
    if before is not None:
        draft.funds.append(before)
    draft.budget, draft.spans["budget"] = amount, piece.line


def labels(pieces: Sequence[Piece], index: int, draft: Draft, stops: Sequence[bool]) -> int:
    """A run of labels and the values that follow it."""
    found: list[Label] = []
    start = index
    while index < len(pieces):
        piece = pieces[index]
        if not piece.text and found and found[0].role in _GOALS and _label_follows(pieces, index):
            index += 1
            continue
        label = label_at(piece) if piece.text else None
        if label is None or (found and _is_value(pieces, index, found)):
            break
        found.append(label)
        draft.see(piece)
        draft.raw.append(piece.text)
        index += 1
        if found[0].role not in _GOALS and not _labels_above(pieces, index, piece):
            break
    if found[0].role in _GOALS:
        return _goals(pieces, index, found, draft, stops)
    if len(found) > 1:
        return _below(pieces, index, found, draft, stops)
    return _single(pieces, index, found[0], draft, stops, start)


def _label_follows(pieces: Sequence[Piece], index: int) -> bool:
    """Behind the empty cells of a merged one the row of labels goes on."""
    row = pieces[index].row
    if pieces[index].shape not in ("table", "row"):
        return False
    later = next((p for p in pieces[index + 1 : index + 12] if p.text or p.row != row), None)
    return later is not None and later.row == row and label_at(later) is not None


def _is_value(pieces: Sequence[Piece], index: int, found: list[Label]) -> bool:
    """A text that looks like a label stands where the value of the label before it belongs."""
    return (
        found[-1].role == "name"
        and pieces[index].shape == "table"
        and pieces[index].row == found[-1].piece.row
        and label_at(pieces[index]) is not None
        and pieces[index].text == found[-1].piece.text
    )


def _labels_above(pieces: Sequence[Piece], index: int, last: Piece) -> bool:
    """The row holds labels alone, and as many values stand in the next row."""
    if last.shape not in ("table", "row"):
        return False
    row = [p for p in pieces[max(0, index - 20) : index + 20] if p.row == last.row and p.text]
    below = [p for p in pieces[index : index + 40] if p.row == last.row + 1 and p.text]
    only = len(row) > 1 and all(label_at(p) for p in row)
    return only and len(below) == len(row) and not any(label_at(p) for p in below)


def _below(
    pieces: Sequence[Piece], index: int, found: list[Label], draft: Draft, stops: Sequence[bool]
) -> int:
    for label in found:
        while index < len(pieces) and not pieces[index].text:
            index += 1
        if index >= len(pieces) or stops[index]:
            return index
        put(draft, label.role, label.piece.text, pieces[index])
        draft.raw.append(pieces[index].text)
        index += 1
    return index


def _single(
    pieces: Sequence[Piece], index: int, label: Label, draft: Draft, stops: Sequence[bool], start: int
) -> int:
    """One label and its value: the next cell, or in flattened text all tokens up to the next word."""
    if index >= len(pieces) or stops[index]:
        put(draft, label.role, label.piece.text, Piece("", label.piece.line, label.piece.row))
        return index
    if label.piece.shape in ("table", "row") and pieces[index].row != label.piece.row:
        put(draft, label.role, label.piece.text, Piece("", label.piece.line, label.piece.row))
        return index
    value = pieces[index]
    index += 1
    if value.shape == "space" and label.role != "budget":
        parts = [value]
        while (
            index < len(pieces)
            and not stops[index]
            and pieces[index].shape == "space"
            and pieces[index].line == value.line
        ):
            parts.append(pieces[index])
            index += 1
        value = Piece(" ".join(p.text for p in parts), value.line, value.row, -1, 1, "space")
    put(draft, label.role, label.piece.text, value)
    draft.raw.append(value.text)
    wide = label.role in ("use", "basis", "other")
    while index < len(pieces) and not stops[index] and pieces[index].text:
        same = pieces[index].row == value.row and value.shape in ("table", "row")
        if not same and not (wide and value.shape == "cell" and _prose(pieces[index])):
            break
        put(draft, label.role if wide else "other", label.piece.text, pieces[index])
        index += 1
    return index


def _prose(piece: Piece) -> bool:
    return fitness.classify(piece.text) == "long" or piece.text.rstrip().endswith(("。", "；", ";"))


def _goals(
    pieces: Sequence[Piece], index: int, found: list[Label], draft: Draft, stops: Sequence[bool]
) -> int:
    values: list[Piece] = []
    while index < len(pieces) and not stops[index]:
        if pieces[index].text:
            values.append(pieces[index])
            draft.raw.append(pieces[index].text)
        index += 1
    order = _goal_order(found)
    if len(order) == 2 and len(values) == 1 and len(halves := values[0].text.split()) == 2:
        values = [replace(values[0], text=half) for half in halves]
    values = _flattened_values(values, len(order))
    for number_, value in enumerate(values):
        label = order[min(number_, len(order) - 1)] if len(order) > 1 else order[0]
        if value.shape in ("table",) and len(order) > 1:
            label = _over(order, value) or label
        put(draft, label.role, label.piece.text, value)
    return index


def _over(order: list[Label], value: Piece) -> Label | None:
    """The label above a value in a real table."""
    for label in order:
        if label.piece.column <= value.column < label.piece.column + max(label.piece.width, 1):
            return label
    return None


def _goal_order(found: list[Label]) -> list[Label]:
    """The labels that have a value of their own: a heading over the others has none."""
    if len(found) > 1 and found[0].role in [label.role for label in found[1:]]:
        found = found[1:]
    out: list[Label] = []
    for label in found:
        if label.role not in [other.role for other in out]:
            out.append(label)
    return out


def _flattened_values(values: list[Piece], count: int) -> list[Piece]:
    """Tokens of flattened text put together; one text said twice is target and outcome."""
    if not values or values[0].shape not in ("space", "run"):
        return values
    first = values[0]
    if len(values) == count:
        return values
    text = " ".join(value.text for value in values)
    bare = text.strip()
    half = len(bare) // 2
    if count == 2 and len(bare) % 2 == 0 and bare[:half] == bare[half:]:
        return [Piece(bare[:half], first.line, first.row, -1, 1, first.shape)] * 2
    if count == 2 and (cut := _likeness_cut(bare) or _outcome_cut(bare)):
        return [
            Piece(part.strip(), first.line, first.row, -1, 1, first.shape)
            for part in (bare[:cut], bare[cut:])
        ]
    return [Piece(bare, first.line, first.row, -1, 1, first.shape)]


def _outcome_cut(text: str) -> int:
    """Where the sentence on the outcome begins behind the one on the target; 0 for nowhere."""
    ends = [match.end() for match in re.finditer(r"[。！!]\s*", text) if match.end() < len(text)]
    done = [
        at
        for at in ends
        if re.match(r"(?:20\d\d年[^。]{0,12})?(?:已|截至|截止|实际|全部完成|全年实际)", text[at:])
    ]
    if done:
        return done[0]
    return ends[0] if len(ends) == 1 else 0


def _likeness_cut(text: str) -> int:
    """Where a text falls into two that say nearly the same (target and outcome); 0 for nowhere."""
    if not 6 <= len(text) <= 600:
        return 0
    best, at = 0.6, 0
    for cut in range(len(text) * 3 // 10, len(text) * 7 // 10 + 1):
        one, other = text[:cut], text[cut:]
        if len(text) > 80 and text[cut - 1] not in "。；;.!！ 0123456789":
            continue
        ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
        if ratio > best:
            best, at = ratio, cut
    return at
