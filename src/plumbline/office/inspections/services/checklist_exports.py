"""A checklist as a workbook or as a file of our own; both can be imported again without loss."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.db import transaction

from plumbline.kernel.checklists.draft import ChecklistDraft, ItemDraft
from plumbline.kernel.checklists.sheet_words import (
    ANSWER_WORDS,
    CONFIDENCE_WORDS,
    HEADS,
    SEVERITY_WORDS,
    choices_text,
    condition_text,
)
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.inspections.models import ChecklistVersion
from plumbline.office.inspections.services.checklist_shapes import draft_of

#: widths of columns, in characters
_WIDTHS = {
    "key": 8, "depth": 5, "title": 40, "answer": 10, "points": 6, "guidance": 40, "basis": 36,
    "confidence": 8, "evidence": 24, "severity": 8, "finding": 24, "advice": 30,
}  # fmt: skip
_USUAL = 14
#: what the name of a sheet must not hold
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
#: characters of one cell
_LONGEST = 32_767
#: control characters that TOML writes as \\uXXXX; JSON leaves U+007F as it is
_DELETE = re.compile("\x7f")


@transaction.atomic
def export(version: ChecklistVersion, *, kind: str, actor: User) -> bytes:
    """The checklist as a workbook ("xlsx") or as the text of a .toml; written down in the audit."""
    record(actor=actor, action="checklists.export", target=version, detail={"file": f".{kind}"})
    draft = draft_of(version)
    return to_workbook(draft) if kind == "xlsx" else to_toml(draft).encode()


def to_workbook(draft: ChecklistDraft) -> bytes:
    """One row an item, under the heads that the importer knows; set to be read and printed."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        page = book.add_worksheet(draft.title.translate(_NOT_IN_NAMES)[:31].strip("'") or "1")
        plain = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#999999"}
        head = book.add_format({**plain, "bold": True, "bg_color": "#DDE6ED", "valign": "vcenter"})
        section = book.add_format({**plain, "bold": True, "bg_color": "#F2F5F7"})
        question = book.add_format(plain)
        page.write_row(0, 0, list(HEADS.values()), head)
        for row, item in enumerate(draft.items, start=1):
            look = question if item.answer else section
            cells = {name: _cell(item, name) for name in HEADS}
            for column, value in enumerate(cells.values()):
                _write(page, row, column, value, look)
            page.set_row(row, _height(cells))
        for column, name in enumerate(HEADS):
            page.set_column(column, column, _WIDTHS.get(name, _USUAL))
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        page.set_landscape()
        page.set_paper(8)  # A3: fourteen columns
        page.fit_to_pages(1, 0)
        page.set_footer("&C&P / &N")
    return buffer.getvalue()


def _height(cells: dict[str, object]) -> int:
    """Points that a row needs: not every program finds them by itself. A Chinese character is two wide."""
    lines = 1
    for name, value in cells.items():
        width = _WIDTHS.get(name, _USUAL) - 2
        wide = [sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in str(value or "").split("\n")]
        lines = max(lines, sum(max(1, -(-length // width)) for length in wide))
    return min(lines * 16 + 3, 400)


def _write(page: Any, row: int, column: int, value: object, look: Any) -> None:
    if isinstance(value, Decimal | int):
        page.write_number(row, column, value, look)
    else:
        page.write_string(row, column, str(value or "")[:_LONGEST], look)


def _cell(item: ItemDraft, field: str) -> object:
    value: Any = getattr(item, field)
    if field == "answer":
        return ANSWER_WORDS[value][0]
    if field == "severity":
        return SEVERITY_WORDS[value][0] if value else ""
    if field == "confidence":
        return CONFIDENCE_WORDS.get(value, "")
    if field == "choices":
        return choices_text(value)
    if field == "condition":
        return condition_text(value)
    return value


def to_toml(draft: ChecklistDraft) -> str:
    """The checklist in the format of `kernel.checklists.readers.toml`."""
    head = {
        "key": draft.key, "title": draft.title, "edition": draft.edition, "description": draft.description,
        "licence": draft.licence,
    }  # fmt: skip
    parts = ["\n".join(f"{key} = {_text(value)}" for key, value in head.items() if value)]
    parts.extend("\n".join(["[[items]]", *_lines(item)]) for item in draft.items)
    return "\n\n".join(parts) + "\n"


def _lines(item: ItemDraft) -> list[str]:
    lines = [f"key = {_text(item.key)}", f"title = {_text(item.title)}"]
    if item.depth != item.key.count("."):
        lines.append(f"depth = {item.depth}")
    for name in ("answer", "guidance", "basis", "confidence", "evidence", "severity", "finding", "advice"):
        if getattr(item, name):
            lines.append(f"{name} = {_text(getattr(item, name))}")
    if item.points is not None:
        lines.append(f"points = {_text(format(item.points.normalize(), 'f'))}")
    if item.choices:
        lines.append(f"choices = [{', '.join(_list([p for p in c if p is not None]) for c in item.choices)}]")
    if item.condition:
        lines.append(f"condition = {_condition(item.condition)}")
    return lines


def _condition(condition: Any) -> str:
    if "item" in condition:
        return f"{{ item = {_text(condition['item'])}, in = {_list(condition['in'])} }}"
    joined = "any" if "any" in condition else "all"
    return f"{{ {joined} = [{', '.join(_condition(inner) for inner in condition[joined])}] }}"


def _list(values: Any) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"


def _text(value: str) -> str:
    return _DELETE.sub("\\\\u007f", json.dumps(value, ensure_ascii=False))
