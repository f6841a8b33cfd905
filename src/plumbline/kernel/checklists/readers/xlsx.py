"""Checklists as people write them in .xlsx: a head row found by its words, sections by merged cells,
columns of their own or numbered rows, several sheets, titles above and notes below.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from plumbline.kernel.checklists.draft import (
    SECTION,
    ChecklistDraft,
    ItemDraft,
    Problem,
)
from plumbline.kernel.checklists.reading import reader
from plumbline.kernel.checklists.sheet_heads import Sheet, find_sheet
from plumbline.kernel.checklists.sheet_rows import question_of
from plumbline.kernel.checklists.sheet_words import (
    answer_of,
    field_of,
)
from plumbline.kernel.checklists.trees import plain
from plumbline.kernel.errors import ChecklistError
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.numerals import chinese_number, squeeze
from plumbline.kernel.plans.readers.xlsx import read_xlsx

LIMITS = Limits(bytes=30 * 1024 * 1024, lines=400_000, cells=400_000, rows=40_000, sheets=100)
_NOTES = re.compile(
    r"^(?:注|备注|说明|填表说明|填报说明|合计|总计|总分|小计|检查人|被检查|检查组|填表人|审核人|日期|签字)\s*[:：(（]?"
)
_NUMBERED = (
    re.compile(r"^第?([一二三四五六七八九十百]{1,4})(?:、|[章节部]分?|[.．])"),
    re.compile(r"^[(（]([一二三四五六七八九十百]{1,4})[)）]"),
    re.compile(r"^([0-9]{1,3})\s*(?:、|[.．](?![0-9]))"),
    re.compile(r"^[(（]([0-9]{1,3})[)）]"),
)
#: how the export names its file: 机房检查表（2026）.xlsx
_EDITION = re.compile(r"（([^（）]{1,40})）$")
_DOTTED = re.compile(r"^[A-Za-z]{0,6}-?[0-9]{1,4}(?:[.\-][0-9]{1,4})*\.?$")


@reader("xlsx", title="Excel 检查表（.xlsx）", suffixes=(".xlsx",))
def read_sheet(name: str, data: bytes) -> ChecklistDraft:
    """A workbook as a checklist; with several sheets, each is an outermost section.

    Raises:
        PlumblineError: no workbook, beyond the limits, or no sheet with a head row.
    """
    source = read_xlsx(name, data, limits=LIMITS)
    sheets, notes = [], list(source.notes)
    for table in source.tables:
        sheet = find_sheet(table)
        if sheet is None:
            notes.append(f"工作表“{table.title}”没有找到表头（检查内容等），没有导入。")
        else:
            sheets.append(sheet)
    if not sheets:
        raise ChecklistError(
            "没有找到检查表的表头。",
            where=name,
            advice="请在表中留一行表头，至少有“检查内容”（或“检查项目”“检查要点”）一栏。",
        )
    items: list[ItemDraft] = []
    for position, sheet in enumerate(sheets, start=1):
        read = list(_own(sheet) if "depth" in sheet.columns else _items(sheet))
        if len(sheets) > 1:
            items.append(ItemDraft(str(position), sheet.title, where=f"工作表“{sheet.title}”"))
            read = [_below(item, position) for item in read]
        items.extend(read)
    title = next(filter(None, map(_title, sheets)), "")
    stem = name.rpartition("/")[2].rpartition(".")[0]
    editions = [*_EDITION.findall(stem), *re.findall("20[0-9]{2}", title or stem)]
    stem = _EDITION.sub("", stem) or stem
    return ChecklistDraft(
        key=f"xlsx-{squeeze(title or stem)}"[:80],
        title=(title or stem)[:200],
        format="xlsx",
        edition=next(iter(editions), ""),
        items=tuple(items),
        problems=tuple(problem for sheet in sheets for problem in sheet.problems),
        notes=(*notes, *(note for sheet in sheets for note in sheet.notes)),
    )


def _below(item: ItemDraft, position: int) -> ItemDraft:
    condition = dict(item.condition)
    if "item" in condition:
        condition["item"] = f"{position}.{condition['item']}"
    return replace(item, key=f"{position}.{item.key}", depth=item.depth + 1, condition=condition)


def _title(sheet: Sheet) -> str:
    """The longest text above the head that looks like a title."""
    above = [c for row, cells in sheet.cells.items() if row < sheet.top for c in cells.values()]
    texts = [" ".join(plain(cell.text).split()) for cell in sorted(above, key=lambda c: (c.row, c.column))]
    fitting = [text for text in texts if 4 <= len(text) <= 60 and not text.endswith((":", "：", "。"))]
    return next((text for text in fitting if re.search("表|清单|检查|自查|评估|考核", text)), "")


def _own(sheet: Sheet) -> Iterator[ItemDraft]:
    """A sheet that the export wrote: every row says its depth."""
    for row in sorted(r for r in sheet.cells if r > sheet.head):
        title = sheet.text(row, "title")
        depth = sheet.text(row, "depth")
        if not title and not sheet.text(row, "number"):
            continue
        item = question_of(sheet, row, sheet.text(row, "number") or str(row), title)
        own = answer_of(sheet.text(row, "answer")) if sheet.text(row, "answer") else (SECTION, [])
        yield replace(
            item,
            depth=min(int(depth), 50) if depth.isascii() and depth.isdigit() and len(depth) < 4 else 0,
            answer=own[0] if own else item.answer,
        )


@dataclass
class _Path:
    """The sections that are open, each with its level, and the numbers that were given."""

    levels: list[tuple[int, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    titles: dict[int, str] = field(default_factory=dict)

    def close(self, level: int) -> None:
        while self.levels and self.levels[-1][0] >= level:
            self.levels.pop()

    def key(self) -> str:
        above = self.levels[-1][1] if self.levels else ""
        self.counts[above] += 1
        return f"{above}.{self.counts[above]}" if above else str(self.counts[above])

    def open(self, level: int, title: str, where: str) -> ItemDraft:
        self.close(level)
        key, depth = self.key(), len(self.levels)
        self.levels.append((level, key))
        return ItemDraft(key, title, depth, SECTION, where=where)


def _items(sheet: Sheet) -> Iterator[ItemDraft]:
    path = _Path()
    codes = _codes(sheet)
    width = max(cell.column + cell.column_span for cell in sheet.table.cells)
    left_out = []
    for row in sorted(r for r in sheet.cells if r > sheet.head):
        cells = sheet.cells[row]
        texts = {column: plain(cell.text) for column, cell in cells.items() if plain(cell.text)}
        if not texts or _is_head_again(sheet, texts):
            continue
        first = texts[min(texts)]
        yield from _columns_of_sections(sheet, row, path)
        title = sheet.text(row, "title")
        wide = cells[min(cells)].column_span >= max(2, width - 2) and min(cells) == min(texts)
        is_section = _is_section(sheet, row, texts, wide=wide)
        if _NOTES.match(first) and (is_section or len(texts) == 1 or not title or _is_sum(first)):
            left_out.append(f"第{row + 1}行")
        elif is_section:
            text = title or first
            yield path.open(100 + _section_level(text, sheet.text(row, "number")), text, sheet.where(row))
        elif title:
            key = path.key()
            item = question_of(sheet, row, codes.get(row, key), title)
            yield _with_rows_below(sheet, row, replace(item, depth=len(path.levels)))
        elif sheet.is_covered(row, "title"):
            continue
        elif set(texts) - set(sheet.sections):
            sheet.problems.append(
                Problem(
                    "这一行没有检查内容。",
                    sheet.where(row),
                    "请补上检查内容，或删去这一行；没有导入。",
                    blocking=False,
                )
            )
    if left_out:
        sheet.notes.append(f"工作表“{sheet.title}”的说明、合计、签字行没有导入：{'、'.join(left_out[:20])}。")


def _with_rows_below(sheet: Sheet, row: int, item: ItemDraft) -> ItemDraft:
    """An item whose title is merged downwards: the other columns of the rows below belong to it too."""
    height = sheet.cells[row][sheet.columns["title"]].row_span
    below = [r for r in range(row + 1, row + min(height, 200)) if r in sheet.cells]
    if not below:
        return item
    parts = [question_of(sheet, r, item.key, item.title) for r in below]
    scored = [p.points for p in (item, *parts) if p.points is not None]
    return replace(
        item,
        guidance=_joined(item.guidance, *(part.guidance for part in parts)),
        basis=_joined(item.basis, *(part.basis for part in parts)),
        evidence=_joined(item.evidence, *(part.evidence for part in parts)),
        points=sum(scored, Decimal(0)) if scored else None,
    )


def _joined(*texts: str) -> str:
    return "\n".join(dict.fromkeys(filter(None, texts)))


def _is_sum(text: str) -> bool:
    return bool(re.match(r"^(?:合计|总计|小计|总分)", text))


def _is_section(sheet: Sheet, row: int, texts: Mapping[int, str], *, wide: bool) -> bool:
    """A row that heads the rows below it: merged across, numbered the Chinese way, or without the number
    that the others have."""
    if sheet.text(row, "points") or sheet.text(row, "basis") or sheet.text(row, "guidance"):
        return False
    if wide or _only_numbered(sheet, texts):
        return True
    if len(texts) > 1:
        return False
    if _level(next(iter(texts.values()))) in (0, 1):
        return True
    if sheet.columns["title"] not in texts:
        return min(texts) < sheet.columns["title"]
    return not sheet.sections and sheet.numbered_share >= 0.8


def _only_numbered(sheet: Sheet, texts: Mapping[int, str]) -> bool:
    """Nothing but a number such as 一 and a title."""
    rest = set(texts) - {sheet.columns.get("number", -1), sheet.columns["title"]} - set(sheet.sections)
    numbered = texts.get(sheet.columns.get("number", -1), "")
    return (
        not rest
        and chinese_number(squeeze(numbered).strip("、.()")) is not None
        and bool(re.search("[一二三四五六七八九十]", numbered))
    )


def _is_head_again(sheet: Sheet, texts: Mapping[int, str]) -> bool:
    """The head is repeated at the top of every printed page."""
    return field_of(texts.get(sheet.columns["title"], "")) == "title" and sum(
        bool(field_of(text)) for text in texts.values()
    ) >= min(3, len(texts))


def _codes(sheet: Sheet) -> dict[int, str]:
    """Numbers of the sheet as keys: only where they are numbers with points or letters, each once."""
    rows = [row for row in sheet.cells if row > sheet.head and sheet.text(row, "title")]
    codes = {row: squeeze(sheet.text(row, "number")).rstrip(".") for row in rows}
    codes = {row: code for row, code in codes.items() if code and _DOTTED.match(code)}
    structured = any(re.search(r"[A-Za-z.\-]", code) for code in codes.values())
    if structured and len(set(codes.values())) == len(codes) and len(codes) == len(rows):
        return codes
    return {}


def _level(text: str) -> int | None:
    return next((level for level, pattern in enumerate(_NUMBERED) if pattern.match(text)), None)


def _section_level(text: str, number_cell: str) -> int:
    level = _level(text)
    if level is None and number_cell:
        level = _level(number_cell) if _level(number_cell) is not None else _level(f"{number_cell}、")
    return 0 if level is None else level


def _columns_of_sections(sheet: Sheet, row: int, path: _Path) -> Iterator[ItemDraft]:
    """Sections that stand in columns of their own, often merged downwards."""
    for level, column in enumerate(sheet.sections):
        cell = sheet.cells[row].get(column)
        text = " ".join(plain(cell.text).split()) if cell else ""
        wide = (
            cell is not None and cell.column_span > 1 and column + cell.column_span > sheet.columns["title"]
        )
        if not text or wide or path.titles.get(level) == text or not sheet.text(row, "title"):
            continue
        if _NOTES.match(text) and _is_sum(text):
            continue
        path.titles = {known: title for known, title in path.titles.items() if known < level} | {level: text}
        # a section in a column stands below sections in rows, unless it is the first thing
        yield path.open(200 + level, text, sheet.where(row))
