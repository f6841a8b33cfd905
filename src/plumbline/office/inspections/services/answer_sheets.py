"""Workbooks that come back filled in, held against what was answered online since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import openpyxl
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.checklists.draft import NOT_APPLICABLE
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.kinds import SHEETS, ContentRefused
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import open_file, store
from plumbline.office.inspections.access import visible_inspections
from plumbline.office.inspections.models import AnswerSheet, ChecklistItem, Inspection
from plumbline.office.inspections.services.answer_words import value_of
from plumbline.office.inspections.services.answer_workbooks import (
    ANSWER,
    BASE,
    BASE_NOTE,
    HEAD_ROW,
    KEY,
    MARK,
    NOTE,
    REVISION,
    checklist_mark,
    unit_mark,
)
from plumbline.office.inspections.services.answering import demand_open, problem_of, save_answer
from plumbline.office.inspections.services.progress import InspectionRefused
from plumbline.office.inspections.services.reviewing import answers_of, items_of

LIMIT = 20 * 1024 * 1024
MOST_SHEETS = 60
MOST_ROWS = 3000


class SheetsRefused(InspectionRefused):
    """A workbook could not be read at all."""


@dataclass
class _Outcome:
    """What comes of one sheet; see `AnswerSheet.result`."""

    sheet: str
    saved: list[str] = field(default_factory=list)
    same: int = 0
    unknown: list[str] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)
    conflicts: list[dict[str, str]] = field(default_factory=list)
    problem: str = ""

    def result(self) -> dict[str, Any]:
        return {**vars(self), "conflicts": [{**c, "state": "open"} for c in self.conflicts]}


def import_workbooks(uploads: list[File], *, actor: User, now: datetime) -> list[AnswerSheet]:
    """Take over every sheet of every workbook that can be; each is judged by itself.

    Returns:
        one row for each sheet, refused ones included.

    Raises:
        ContentRefused: a file is no workbook; nothing of any file was taken over then.
        SheetsRefused: a workbook has too many sheets or none of ours.
    """
    stored = [store(upload, user=actor, allowed=SHEETS, limit=LIMIT) for upload in uploads]
    read = [(one, list(_sheets(one))) for one in stored]
    return [
        _import_sheet(one, name, rows, actor=actor, now=now) for one, sheets in read for name, rows in sheets
    ]


def _sheets(stored: StoredFile) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """(name, rows) of every sheet with answers, then of other sheets with content, to be refused by name."""
    with open_file(stored) as content:
        try:
            book = openpyxl.load_workbook(content, read_only=True, data_only=True)
            if len(book.worksheets) > MOST_SHEETS:
                raise SheetsRefused(
                    _("工作簿超过 %(n)d 张工作表。") % {"n": MOST_SHEETS},
                    where=stored.name,
                    advice=_("请分成几个文件上传。"),
                )
            found = []
            for sheet in book.worksheets:
                rows = []
                for row in sheet.iter_rows(values_only=True, max_col=BASE_NOTE + 1):
                    rows.append(row)
                    if len(rows) > MOST_ROWS:
                        raise SheetsRefused(
                            _("工作表超过 %(n)d 行。") % {"n": MOST_ROWS},
                            where=f"{stored.name} {sheet.title}",
                            advice=_("请使用由本系统导出的表。"),
                        )
                found.append((sheet.title, rows))
        except SheetsRefused:
            raise
        except Exception as error:  # whatever the XML and zip parsers below openpyxl raise for a damaged part
            raise ContentRefused(
                _("工作簿已损坏，无法读取。"),
                where=stored.name,
                advice=_("请用原来的软件打开确认后，重新保存再上传。"),
            ) from error
    marked = [one for one in found if one[1] and str(one[1][0][0]) == MARK]
    yield from marked
    guides = {_("填写说明"), "填写说明", "Instructions"}
    yield from (one for one in found if one not in marked and one[0] not in guides and any(map(any, one[1])))
    if not found:
        raise SheetsRefused(_("工作簿是空的。"), where=stored.name, advice=_("请使用由本系统导出的表。"))


@transaction.atomic
def _import_sheet(
    stored: StoredFile, name: str, rows: list[tuple[Any, ...]], *, actor: User, now: datetime
) -> AnswerSheet:
    outcome = _Outcome(sheet=name)
    inspection, outcome.problem = _match(rows, actor=actor)
    if inspection is not None and not outcome.problem:
        _take_over(inspection, rows, outcome, stored=stored, actor=actor, now=now)
    state = AnswerSheet.State.DONE
    if outcome.problem:
        state = AnswerSheet.State.REFUSED
    elif outcome.conflicts:
        state = AnswerSheet.State.OPEN
    sheet = AnswerSheet.objects.create(
        inspection=inspection, file=stored, state=state, sent_by=actor, sent_at=now, result=outcome.result()
    )
    if inspection is not None:
        detail = {
            "file": stored.name, "sm3": stored.digest, "工作表": name, "count": len(outcome.saved),
            "有误": len(outcome.errors), "冲突": len(outcome.conflicts), "reason": outcome.problem,
        }  # fmt: skip
        record(actor=actor, action="inspections.sheet_import", target=inspection, detail=detail)
    return sheet


def _match(rows: list[tuple[Any, ...]], *, actor: User) -> tuple[Inspection | None, str]:
    """The inspection of a sheet, and why it is refused: "" when it is not."""
    head = [str(cell or "") for cell in (rows[0] if rows else ())] + [""] * 4
    if head[0] != MARK:
        return None, _("不是由本系统导出的自查表。请在检查页面导出后填写。")
    visible = visible_inspections(actor).select_related("unit", "checklist__checklist", "plan")
    inspection = visible.filter(number=head[1]).first()
    if inspection is None:
        return None, _("检查 %(number)s 不存在，或不属于您的单位。") % {"number": head[1][:24]}
    if head[2] != checklist_mark(inspection):
        return inspection, _("表中的检查表版本与本次检查使用的“%(now)s”不同。请重新导出后填写。") % {
            "now": inspection.checklist
        }
    if head[3] != unit_mark(inspection.unit):
        return inspection, _("表中的单位与被检查单位“%(unit)s”不同。请使用本单位导出的表。") % {
            "unit": inspection.unit
        }
    try:
        demand_open(inspection, actor=actor)
    except InspectionRefused as refusal:
        return inspection, refusal.sentence
    return inspection, ""


def _take_over(
    inspection: Inspection,
    rows: list[tuple[Any, ...]],
    outcome: _Outcome,
    *,
    stored: StoredFile,
    actor: User,
    now: datetime,
) -> None:
    Inspection.objects.select_for_update().get(pk=inspection.pk)
    items = {item.key: item for item in items_of(inspection)}
    answers = answers_of(inspection)
    seen: set[str] = set()
    for number, row in enumerate(rows[HEAD_ROW:], start=HEAD_ROW + 1):
        cells = [_text(cell) for cell in row] + [""] * (BASE_NOTE + 1 - len(row))
        key = cells[KEY]
        if not key:
            if cells[ANSWER] or cells[NOTE]:
                outcome.unknown.append(_("第 %(n)d 行") % {"n": number})
            continue
        item = items.get(key)
        if item is None or item.answer == ChecklistItem.Answer.NONE:
            outcome.unknown.append(key)
            continue
        if key in seen:
            what = _("这一项在表中出现两次，以前面一行为准")
            outcome.errors.append({"cell": f"F{number}", "item": key, "what": what})
            continue
        seen.add(key)
        word, note = cells[ANSWER], cells[NOTE]
        answer = answers.get(key)
        if (word, note) == (cells[BASE], cells[BASE_NOTE]):
            outcome.same += 1
            continue
        value = value_of(item, word)
        problem = problem_of(item, value)
        if not problem and value == NOT_APPLICABLE and not note:
            problem = _("选了“不适用”，请写明理由")
        if problem:
            outcome.errors.append({"cell": f"F{number}", "item": key, "what": problem})
            continue
        current = answer.revision if answer else 0
        if answer is not None and (answer.value, answer.note) == (value, note):
            outcome.same += 1
        elif current != _revision(cells[REVISION]):
            outcome.conflicts.append({"item": key, "value": value, "note": note})
        else:
            try:
                save_answer(
                    inspection,
                    item,
                    value=value,
                    note=note,
                    actor=actor,
                    now=now,
                    revision=current,
                    via=stored.name,
                )
            except InspectionRefused as refusal:
                outcome.errors.append({"cell": f"F{number}", "item": key, "what": refusal.sentence})
            else:
                outcome.saved.append(key)


@transaction.atomic
def settle(
    sheet: AnswerSheet, key: str, *, take: bool, revision: int | None, actor: User, now: datetime
) -> AnswerSheet:
    """Decide one conflict: take what the workbook says, or keep what was answered online.

    Args:
        revision: of the online answer that the person saw beside it.

    Raises:
        AnswerConflict: the online answer changed again since.
        InspectionRefused: the inspection takes no answers now, or the conflict is settled already.
    """
    locked = (
        AnswerSheet.objects.select_for_update(of=("self",))
        .select_related("inspection", "file")
        .get(pk=sheet.pk)
    )
    open_ones = [c for c in locked.result["conflicts"] if c["item"] == key and c["state"] == "open"]
    inspection = locked.inspection
    if not open_ones or inspection is None:
        raise InspectionRefused(_("这处冲突已经处理过。"), where=key, advice=_("请刷新页面看最新状态。"))
    conflict = open_ones[0]
    if take:
        item = next(item for item in items_of(inspection) if item.key == key)
        save_answer(
            inspection, item, value=conflict["value"], note=conflict["note"], actor=actor, now=now,
            revision=revision, via=locked.file.name,
        )  # fmt: skip
    conflict["state"] = "taken" if take else "kept"
    if all(c["state"] != "open" for c in locked.result["conflicts"]):
        locked.state = AnswerSheet.State.DONE
    locked.save(update_fields=["result", "state"])
    detail = {"检查项": key, "处理": _("采用表中内容") if take else _("保留在线内容")}
    record(actor=actor, action="inspections.sheet_settle", target=inspection, detail=detail)
    return locked


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)).normalize():f}"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}"
    return str(cell).strip()


def _revision(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1
