"""What separates the cells of a line: pipes, tabs, commas, spaces, or nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.wrapped import PIPES as _PIPES
from plumbline.kernel.plans.source import Source

_WIDE_GAP = re.compile(r"[ \u3000]{2,}|\u3000")
#: lines within which the headings of comma-separated text stand
_DELIMITER_LINES = 400


@lru_cache(maxsize=65536)
def known(text: str) -> bool:
    """The text is a word of the form: a heading, a label, a level."""
    return bool(
        v.column_role(text)
        or v.fund_role(text)
        or v.label_role(text)
        or v.fund_row(text)
        or v.is_level1(text)
        or v.is_level2(text)
        or v.is_group(text)
        or v.is_summary(text)
        or v.is_corner(text)
    )


def bordered(source: Source) -> bool:
    """Lines begin with a separator that is the table's edge, not the end of an empty first cell."""
    lines = [line.text.lstrip() for line in source.lines if _PIPES.search(line.text)]
    filled = [line for line in lines if line.strip(" |｜│┃¦")]
    for line in filled:
        heads = sum(v.column_role(cell) is not None for cell in _PIPES.split(line))
        if heads >= 4:
            return bool(_PIPES.match(line))
    return sum(bool(_PIPES.match(line)) for line in filled) > 0.7 * len(filled)


def separated(text: str, edged: bool) -> list[str] | None:
    """The cells of a line in which pipes or tabs separate them; None where none do."""
    if _PIPES.search(text):
        cells = [cell.strip() for cell in _PIPES.split(text)]
        if cells and not cells[-1]:
            cells.pop()
        if len(cells) > 1 and not cells[0] and edged:
            cells.pop(0)
        return cells
    if "\t" in text.strip() or (text.strip() and text.count("\t") >= 3):
        return [cell.strip() for cell in text.rstrip("\n").split("\t")]
    return None


def csv_delimiter(source: Source) -> str:
    """The delimiter when the headings of the document are separated by one, else ""."""
    for line in source.lines[:_DELIMITER_LINES] if not source.tables else ():
        for delimiter in ",，;；":
            cells = line.text.split(delimiter)
            if len(cells) >= 4 and sum(bool(v.column_role(c)) for c in cells) >= max(3, len(cells) // 2):
                return delimiter
    return ""


def _is_value(text: str) -> bool:
    return text in v.none_marks() or bool(re.fullmatch(r"[≥≤<>=]*[\d,.]+%?\S{0,3}", text))


def flattened(text: str) -> list[str] | None:
    """The cells of a line in which spaces separate them; None when spaces are part of the text."""
    wide = [part for part in _WIDE_GAP.split(text.strip()) if part.strip()]
    if len(wide) >= 3:
        return [part.strip() for part in wide]
    parts = text.split()
    if len(parts) < 2:
        return None
    if len(parts[0]) >= 4 and v.label_role(parts[0]):
        return parts
    marks = sum(known(part) or _is_value(part) for part in parts)
    return parts if marks >= 2 and marks * 5 >= len(parts) else None


def is_run_on(text: str) -> bool:
    """Nothing separates the cells of this line, and it holds many words of a form."""
    if _PIPES.search(text) or "\t" in text.strip():
        return False
    bare = v.plain(text)
    if len(bare) < 40 or "指标" not in bare:
        return False
    parts = text.split()
    dense = max((len(part) for part in parts), default=0)
    heads = sum(
        word in bare for word in ("一级指标", "二级指标", "三级指标", "指标名称", "指标值", "得分", "分值")
    )
    return dense > 40 and heads >= 3
