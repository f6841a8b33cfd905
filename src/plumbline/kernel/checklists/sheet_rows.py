"""One row of a sheet as a question: its points, its kind of answer, its condition."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from plumbline.kernel.checklists.draft import CHOICE, CONFORMITY, ItemDraft, Problem
from plumbline.kernel.checklists.sheet_heads import Sheet
from plumbline.kernel.checklists.sheet_words import (
    answer_of,
    choices_of,
    condition_of,
    confidence_of,
    severity_of,
)
from plumbline.kernel.plans.numerals import number, squeeze

_POINTS_IN_TITLE = re.compile(r"[(（]\s*(?:共|满分)?\s*([0-9]{1,4}(?:\.[0-9]{1,2})?)\s*分\s*[)）]")
_POINTS = re.compile(r"^(?:共|满分)?([0-9]{1,4}(?:\.[0-9]{1,4})?)(?:分|%)?$")


def question_of(sheet: Sheet, row: int, key: str, title: str) -> ItemDraft:
    """The row as a question; what cannot be understood goes to the sheet's problems."""
    points, title = _points(sheet, row, title)
    kind, choices = _answer(sheet, row)
    guidance = [sheet.text(row, "more"), sheet.text(row, "guidance")]
    rule = sheet.text(row, "rule")
    condition: dict[str, Any] = {}
    if sheet.text(row, "condition"):
        read = condition_of(sheet.text(row, "condition"))
        if read is None:
            sheet.problems.append(
                Problem("适用条件无法识别。", sheet.where(row, "condition"), "应写成：编号=答案，如 1.2=是。")
            )
        condition = read or {}
    severity = sheet.text(row, "severity")
    return ItemDraft(
        key=key,
        title=title,
        answer=kind,
        guidance="\n\n".join(filter(None, [*guidance, f"评分标准：{rule}" if rule else ""])),
        basis=sheet.text(row, "basis"),
        evidence=sheet.text(row, "evidence"),
        points=points,
        choices=tuple(choices),
        condition=condition,
        severity=severity_of(severity) if severity else "",
        finding=sheet.text(row, "finding"),
        advice=sheet.text(row, "advice"),
        confidence=confidence_of(sheet.text(row, "confidence")),
        where=sheet.where(row, "title"),
    )


def _points(sheet: Sheet, row: int, title: str) -> tuple[Decimal | None, str]:
    """Points of the column, else those that the title ends with: 建立制度（5分）."""
    text = squeeze(sheet.text(row, "points"))
    if text and text not in ("-", "—", "/", "\\"):
        match = _POINTS.match(text)
        if match is None:
            sheet.problems.append(
                Problem(f"分值“{text[:20]}”不是数。", sheet.where(row, "points"), "请只填数字，如 2 或 0.5。")
            )
            return None, title
        return number(match[1]), title
    if "points" in sheet.columns:
        return None, title
    found = _POINTS_IN_TITLE.search(title)
    return (number(found[1]), title) if found else (None, title)


def _answer(sheet: Sheet, row: int) -> tuple[str, list[tuple[str, str, str | None]]]:
    stated = sheet.text(row, "answer")
    listed = choices_of(sheet.text(row, "choices"))
    if stated:
        read = answer_of(stated)
        if read is None:
            sheet.problems.append(
                Problem(
                    f"作答方式“{stated[:20]}”无法识别。",
                    sheet.where(row, "answer"),
                    "可用：符合性、是否、选择、数值、文字。",
                )
            )
            return CONFORMITY, listed
        return read[0], listed or [(str(n), word, None) for n, word in enumerate(read[1], start=1)]
    if listed:
        return CHOICE, listed
    boxes = answer_of(sheet.text(row, "result")) if re.search("[□☐○◯]", sheet.text(row, "result")) else None
    if boxes:
        return boxes[0], [(str(n), word, None) for n, word in enumerate(boxes[1], start=1)]
    return CONFORMITY, []
