"""A self-check as a workbook to be filled in offline.

Every sheet carries in a hidden row which inspection, checklist version and unit it belongs to, and in hidden
columns each item's key, with the answer and the revision that it was exported on. So sheets of several
workbooks may be put together in one file, and each is judged by itself (`answer_sheets`).
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.office.inspections.models import Answer, ChecklistItem, Inspection
from plumbline.office.inspections.services.answer_words import options, word_of
from plumbline.office.inspections.services.reviewing import answers_of, items_of
from plumbline.office.units.models import Unit

MARK = "plumbline-answers@1"
HEAD_ROW = 3
#: places of the columns, from 0
NUMBER, TITLE, GUIDANCE, BASIS, EVIDENCE, ANSWER, NOTE, REMARK, KEY, REVISION, BASE, BASE_NOTE = range(12)
_LONGEST_LIST = 255
#: of the columns that are seen, in characters; a Chinese one takes two
_WIDTHS = (8, 44, 30, 30, 24, 14, 36, 20)
_LINE = 15
_TALLEST = 400


def unit_mark(unit: Unit) -> str:
    """What a sheet names its unit by."""
    return unit.credit_code or unit.code or unit.name


def write_workbook(inspection: Inspection, *, now: datetime) -> bytes:
    """The workbook of one self-check, with the answers so far."""
    buffer = io.BytesIO()
    answers = answers_of(inspection)
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        _write_guide(book, inspection, now)
        _write_answers(book, inspection, answers)
    return buffer.getvalue()


def _write_guide(book: Any, inspection: Inspection, now: datetime) -> None:
    page = book.add_worksheet(_("填写说明"))
    bold = book.add_format({"bold": True, "font_size": 14})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 100)
    page.write_string(0, 0, f"{inspection.checklist}", bold)
    lines = (
        _("单位：%(unit)s　检查编号：%(number)s　截止日期：%(day)s")
        % {
            "unit": inspection.unit.name,
            "number": inspection.number,
            "day": inspection.planned_to.isoformat(),
        },
        _("导出时间：%(time)s") % {"time": f"{timezone.localtime(now):%Y-%m-%d %H:%M}"},
        _("1. 在“自查表”中填写“作答”和“说明”两列（浅黄色），其他内容不要改动，不要删行、插行。"),
        _("2. “作答”从下拉列表中选择；选“不适用”的，须在“说明”中写明理由。"),
        _("3. 标明“视情况填写”的项目，只在前面的项目答成所写的情形时填写，否则留空。"),
        _("4. 佐证材料请在系统中逐项上传，不要贴在表里。"),
        _("5. 填好后在系统的“离线填报”页面上传本文件。本表只用于这一单位、这一次检查。"),
        _("6. 上传后，如系统中已有更新的作答，会列出两份内容请您选择，不会自动覆盖。"),
    )
    for number, line in enumerate(lines, start=2):
        page.write_string(number, 0, line, wrap)


def _write_answers(book: Any, inspection: Inspection, answers: dict[str, Answer]) -> None:
    page = book.add_worksheet(_("自查表"))
    head = book.add_format(
        {"bold": True, "bg_color": "#E7EDF2", "border": 1, "text_wrap": True, "valign": "vcenter"}
    )
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    section = book.add_format({"bold": True, "bg_color": "#F3F6F8", "border": 1, "text_wrap": True})
    entry = book.add_format(
        {
            "text_wrap": True,
            "valign": "top",
            "border": 1,
            "bg_color": "#FFF9DB",
            "locked": False,
            "num_format": "@",
        }
    )
    title = book.add_format({"bold": True, "font_size": 14})
    page.write_row(0, 0, [MARK, inspection.number, checklist_mark(inspection), unit_mark(inspection.unit)])
    page.set_row(0, None, None, {"hidden": True})
    page.write_string(1, 0, f"{inspection.unit.name} {inspection.checklist}", title)
    heads = [
        _("编号"), _("检查内容"), _("检查方法"), _("依据"), _("应提供的材料"), _("作答"),
        _("说明（不适用须写理由）"), _("备注"), "key", "revision", "value", "note",
    ]  # fmt: skip
    page.write_row(HEAD_ROW - 1, 0, heads, head)
    for offset, item in enumerate(items_of(inspection)):
        row = HEAD_ROW + offset
        if item.answer == ChecklistItem.Answer.NONE:
            page.merge_range(row, NUMBER, row, REMARK, f"{item.key} {item.title}", section)
            continue
        answer = answers.get(item.key)
        word = word_of(item, answer.value) if answer else ""
        note = answer.note if answer else ""
        for column, text in (
            (NUMBER, item.key), (TITLE, item.title), (GUIDANCE, item.guidance), (BASIS, item.basis),
            (EVIDENCE, item.evidence), (REMARK, _remark(item, answer)),
        ):  # fmt: skip
            page.write_string(row, column, text[:32000], cell)
        texts = (item.key, item.title, item.guidance, item.basis, item.evidence, word, note, "")
        page.set_row(row, _height(texts))
        page.write_string(row, ANSWER, word, entry)
        page.write_string(row, NOTE, note, entry)
        page.write_row(row, KEY, [item.key, answer.revision if answer else 0, word, note])
        words = [title for _value, title in options(item)]
        free = item.answer in (ChecklistItem.Answer.NUMBER, ChecklistItem.Answer.TEXT)
        if not free and len(",".join(words)) <= _LONGEST_LIST:
            page.data_validation(
                row, ANSWER, row, ANSWER,
                {
                    "validate": "list", "source": words, "error_title": _("作答"),
                    "error_message": _("请从列表中选择。"),
                },
            )  # fmt: skip
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width)
    page.set_column(KEY, BASE_NOTE, None, None, {"hidden": True})
    page.freeze_panes(HEAD_ROW, 2)
    page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD_ROW - 1)
    page.activate()


def _height(texts: tuple[str, ...]) -> float:
    """Points that the tallest of the cells takes, for programs that do not fit rows by themselves."""
    lines = [
        sum(-(-(2 * len(line) or 1) // width) for line in text.split("\n"))
        for text, width in zip(texts, _WIDTHS, strict=True)
    ]
    return min(_LINE * max(lines) + 4, _TALLEST)


def _remark(item: ChecklistItem, answer: Answer | None) -> str:
    if answer is not None and answer.state == Answer.State.RETURNED:
        return _("已退回：%(why)s") % {"why": answer.returned_reason}
    if item.condition.get("item"):
        return _("视情况填写（看第 %(key)s 项）") % {"key": item.condition["item"]}
    return _("视情况填写") if item.condition else ""


def checklist_mark(inspection: Inspection) -> str:
    """What a sheet names its checklist's version by: the digest."""
    return inspection.checklist.digest if inspection.checklist else ""
