"""Where the body of an indicator table ends: at a title, a remark, a label, or other headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.grid import Piece
from plumbline.kernel.plans.layouts.heading import Heading, fund_heading, indicator_heading

_NOTE = re.compile(r"^(?:注|备注|说明|填表说明|填报说明|附注)(?:[:：\d]|$)")
TITLE = re.compile(
    r"^(?:附件?\d*[:.、]?|附表\d*[:.、]?)?.{0,60}(?:绩效|整体支出|项目支出).{0,24}(?:表|申报书|情况)(?:\d{1,3}|[一二三四五六])?"
    r"(?:\(?20\d\d年?度?\)?)?(?:\(.{1,16}\))?$"
)
YEAR = re.compile(r"(20\d\d)\s*年")


def is_note(text: str) -> bool:
    """A remark under the table (注：…)."""
    return bool(_NOTE.match(v.plain(text)))


def is_title(text: str) -> bool:
    """The name of a form."""
    bare = v.plain(text)
    return 5 <= len(bare) <= 90 and bool(TITLE.match(bare)) and "," not in bare and "。" not in bare


def body_end(pieces: Sequence[Piece], heading: Heading) -> int:
    """Index behind the last piece of the table's body."""
    index = heading.end
    row_start = True
    while index < len(pieces):
        piece = pieces[index]
        row_start = index == heading.end or pieces[index - 1].row != piece.row
        if piece.text and not piece.role and _ends(pieces, index, heading, row_start):
            break
        index += 1
    return index


def _ends(pieces: Sequence[Piece], index: int, heading: Heading, row_start: bool) -> bool:
    text = pieces[index].text
    if heading.by_row and not row_start:
        return False
    if is_note(text) or (is_title(text) and not _belongs(text)):
        return True
    if heading.by_row and _titled_row(pieces, index):
        return True
    if ("project" in heading.roles or "unit_name" in heading.roles) and heading.by_row:
        return indicator_heading(pieces, index) is not None
    if _labelled(pieces, index, heading) or (heading.by_row and _remark_row(pieces, index)):
        return True
    return fund_heading(pieces, index) is not None or indicator_heading(pieces, index) is not None


def _titled_row(pieces: Sequence[Piece], index: int) -> bool:
    """The number and the title of the next form stand in one row (二、 | 网络安全保障经费绩效目标表)."""
    row = [p for p in pieces[index : index + 8] if p.row == pieces[index].row and p.text]
    return len(row) == 2 and len(v.plain(row[0].text)) <= 4 and is_title(row[1].text)


def _remark_row(pieces: Sequence[Piece], index: int) -> bool:
    """A label for remarks on the whole form and its text, alone in their row."""
    row = [p for p in pieces[index : index + 30] if p.row == pieces[index].row and p.text]
    return len(row) <= 2 and v.column_guess(row[0].text) in ("cause", "measure")


def _belongs(text: str) -> bool:
    return v.plain(text).endswith("情况") or v.is_level1(text) or v.is_level2(text)


def _labelled(pieces: Sequence[Piece], index: int, heading: Heading) -> bool:
    text = pieces[index].text
    before = pieces[index - 1]
    if index > heading.end and before.row == pieces[index].row and v.is_level1(before.text):
        return False
    head, colon, _ = v.plain(text).partition(":")
    label = v.label_role(text) or (v.label_role(head) if colon else None)
    if not label or v.is_level1(text) or v.is_level2(text) or v.is_summary(text) or v.sub_role(text):
        return False
    if colon:
        return True
    return not v.is_weak_label(text) and len(v.key(text)) >= 3
