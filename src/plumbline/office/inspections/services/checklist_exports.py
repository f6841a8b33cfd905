"""A checklist as a workbook or as a file of our own; both can be imported again without loss."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

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
from plumbline.office.lib.spreadsheets import Sheet

#: control characters that TOML writes as \\uXXXX; JSON leaves U+007F as it is
_DELETE = re.compile("\x7f")


@transaction.atomic
def export(version: ChecklistVersion, *, kind: str, actor: User) -> Sheet | str:
    """The checklist as one table ("xlsx") or as the text of a .toml; written down in the audit."""
    record(actor=actor, action="checklists.export", target=version, detail={"file": f".{kind}"})
    draft = draft_of(version)
    return to_sheet(draft) if kind == "xlsx" else to_toml(draft)


def to_sheet(draft: ChecklistDraft) -> Sheet:
    """One row an item, under the heads that the importer knows."""
    edition = f"（{draft.edition}）" if draft.edition else ""
    name = f"{draft.title}{edition}"
    return Sheet(
        name, list(HEADS.values()), [[_cell(item, field) for field in HEADS] for item in draft.items]
    )


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
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
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
