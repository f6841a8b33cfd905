"""Reader of .xlsx: one table a sheet, non-empty cells as lines, formulas by their saved results.

calamine gives the values. It does not say how a number is shown, so a scan of the sheet's XML finds
the cells whose format is a percent or carries words (0.25 shown as 25%), the extent of the content
and the formulas. Formulas are never evaluated; hidden sheets are left out with a note.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from plumbline.kernel.errors import UnreadableFile
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.readers.archive import has, open_archive, parse_part
from plumbline.kernel.plans.readers.lines import LineBook
from plumbline.kernel.plans.readers.number_format import NumberFormat, number_format, shown
from plumbline.kernel.plans.readers.sheet_places import closed_up, column_letters, column_number
from plumbline.kernel.plans.source import Cell, Source, Table

_NAMESPACES = (
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "{http://purl.oclc.org/ooxml/spreadsheetml/main}",
)
_RELATION = re.compile(r"relationships\}id$")
_CELL = re.compile(
    rb"<(?:\w+:)?c(?=[^>]*\sr=\"([A-Z]{1,3})([0-9]{1,7})\")(?:(?=[^>]*\ss=\"([0-9]{1,6})\")|)"
    rb"[^>]*?(/>|>\s*(?:<v\s*/>|<v>\s*</v>)?</(?:\w+:)?c>|>)"
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_UNSAVED = re.compile(rb"(?:</(?:\w+:)?f>|<f[^>]*/>)(?:<v\s*/>|<v>\s*</v>)?</(?:\w+:)?c>")
#: calamine lays a sheet out as a full grid; one stray cell in the last corner would be 17 billion
_GRID = 20_000_000
_CHUNK = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    part: str
    hidden: bool


@dataclass
class _Scan:
    """What the scan of a sheet found beside its values."""

    rows: int = 0
    columns: int = 0
    formulas: int = 0
    unsaved: int = 0
    formats: dict[tuple[int, int], NumberFormat] = field(default_factory=dict)


def read_xlsx(name: str, data: bytes, *, limits: Limits) -> Source:
    """Lines and tables of a workbook.

    Raises:
        UnreadableFile: damaged, encrypted, not a workbook, or beyond the limits.
    """
    with open_archive(name, data, limits=limits) as archive:
        if not has(archive, "xl/workbook.xml"):
            raise UnreadableFile(
                "这不是 Excel 工作簿。",
                where=name,
                advice="请在办公软件中打开原文件，另存为 .xlsx 后再导入。",
            )
        sheets = _sheets(name, archive)
        lines = LineBook(name, limits)
        if len(sheets) > limits.sheets:
            raise lines.too_many(f"超过 {limits.sheets} 个工作表")
        formats = _formats(name, archive)
        scans = {sheet.title: _scan(name, archive, sheet, formats) for sheet in sheets if not sheet.hidden}
        tables = _tables(name, data, scans, lines)
        hidden = [sheet.title for sheet in sheets if sheet.hidden]
        return Source(
            name=name,
            format="xlsx",
            lines=tuple(lines.lines),
            tables=tables,
            notes=_notes(archive, list(scans.values()), hidden),
        )


def _notes(archive: zipfile.ZipFile, scans: Sequence[_Scan], hidden: Sequence[str]) -> tuple[str, ...]:
    notes = []
    if hidden:
        notes.append(f"隐藏的工作表没有读取：{'、'.join(hidden[:10])}。")
    if any(part.endswith("vbaProject.bin") for part in archive.namelist()):
        notes.append("文件带有宏，宏没有运行，只读取了内容。")
    formulas, unsaved = sum(scan.formulas for scan in scans), sum(scan.unsaved for scan in scans)
    if formulas:
        notes.append(f"有 {formulas} 个公式单元格，按文件中保存的结果读取，没有重新计算。")
    if unsaved:
        notes.append(f"其中 {unsaved} 个公式单元格没有保存结果，按空白读取；请在办公软件中打开并保存一次。")
    return tuple(notes)


def _sheets(name: str, archive: zipfile.ZipFile) -> list[_Sheet]:
    targets = {}
    if has(archive, "xl/_rels/workbook.xml.rels"):
        for relation in parse_part(name, archive, "xl/_rels/workbook.xml.rels"):
            targets[relation.get("Id")] = relation.get("Target") or ""
    root = parse_part(name, archive, "xl/workbook.xml")
    sheets = []
    for sheet in (element for ns in _NAMESPACES for element in root.iter(f"{ns}sheet")):
        key = next(
            (value for attribute, value in sheet.attrib.items() if _RELATION.search(str(attribute))), None
        )
        target = targets.get(key, "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if target and has(archive, part) and "worksheets" in part:
            sheets.append(_Sheet(sheet.get("name", ""), part, sheet.get("state", "visible") != "visible"))
    return sheets


def _formats(name: str, archive: zipfile.ZipFile) -> dict[int, NumberFormat]:
    """The cell styles whose numbers are not shown as they are stored."""
    if not has(archive, "xl/styles.xml"):
        return {}
    root = parse_part(name, archive, "xl/styles.xml")
    found: dict[int, NumberFormat] = {}
    for ns in _NAMESPACES:
        codes = {entry.get("numFmtId"): entry.get("formatCode") for entry in root.iter(f"{ns}numFmt")}
        styles = root.find(f"{ns}cellXfs")
        for index, style in enumerate(styles if styles is not None else ()):
            how = number_format(_int(style.get("numFmtId")), codes.get(style.get("numFmtId")))
            if how.kind == "percent" or how.before or how.after:
                found[index] = how
    return found


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _scan(name: str, archive: zipfile.ZipFile, sheet: _Sheet, formats: dict[int, NumberFormat]) -> _Scan:
    """Extent, formats and formulas of a sheet, out of its XML.

    Raises:
        UnreadableFile: the sheet is damaged, or its extent is beyond any table.
    """
    scan = _Scan()
    widest = b""
    for chunk in _chunks(name, archive, sheet):
        scan.formulas += len(_FORMULA.findall(chunk))
        scan.unsaved += len(_UNSAVED.findall(chunk)) if scan.formulas else 0
        for match in _CELL.finditer(chunk):
            letters, digits, style, end = match.groups()
            if end != b">":
                continue
            row = int(digits)
            if row > scan.rows:
                scan.rows = row
            if (len(letters), letters) > (len(widest), widest):
                widest = letters
            if style is not None and int(style) in formats:
                scan.formats[row - 1, column_number(letters.decode())] = formats[int(style)]
    scan.columns = column_number(widest.decode()) + 1
    if scan.rows * scan.columns > _GRID:
        raise UnreadableFile(
            f"工作表在很远的位置（{widest.decode()}列、第{scan.rows}行）还有内容，无法当作表格读取。",
            where=f"{name}（{sheet.title}）",
            advice="请删除表格以外的多余内容后再导入。",
        )
    return scan


def _chunks(name: str, archive: zipfile.ZipFile, sheet: _Sheet) -> Iterator[bytes]:
    """The XML of a sheet in pieces that end between cells."""
    rest = b""
    try:
        with archive.open(sheet.part) as stream:
            while piece := stream.read(_CHUNK):
                piece = rest + piece
                if b"<!DOCTYPE" in piece[:4096]:
                    raise UnreadableFile(
                        "文件内含文档类型定义（DTD），为安全起见不予打开。",
                        where=f"{name}（{sheet.part}）",
                        advice="请在办公软件中打开原文件，另存一份后再导入。",
                    )
                cut = piece.rfind(b"<c ")
                cut = cut if cut > 0 else len(piece)
                yield piece[:cut]
                rest = piece[cut:]
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error):
        raise UnreadableFile(
            "文件不完整或已损坏，无法打开。",
            where=name,
            advice="请在办公软件中打开原文件，另存一份后再导入。",
        ) from None
    yield rest


def _tables(name: str, data: bytes, scans: dict[str, _Scan], lines: LineBook) -> tuple[Table, ...]:
    """One table a visible sheet that is not empty."""
    tables = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for title in workbook.sheet_names:
            if title in scans:
                cells = _cells(workbook.get_sheet_by_name(title), scans[title], lines)
                if cells:
                    tables.append(Table(tuple(closed_up(cells)), title=title))
    except (CalamineError, ValueError, OSError, zipfile.BadZipFile):
        raise UnreadableFile(
            "工作簿已损坏，无法读取。", where=name, advice="请在办公软件中打开原文件，另存一份后再导入。"
        ) from None
    return tuple(tables)


def _cells(sheet: CalamineSheet, scan: _Scan, lines: LineBook) -> list[Cell]:
    """The non-empty cells of a sheet, each written as a line. Rows count from the top of the sheet."""
    spans, covered = _merges(sheet)
    left = sheet.start[1] if sheet.start else 0
    places = [f"{sheet.name}!{column_letters(left + offset)}" for offset in range(sheet.width)]
    cells: list[Cell] = []
    rows = 0
    for row, values in enumerate(sheet.iter_rows()):
        begun = False
        for offset, value in enumerate(values):
            if value == "":
                continue
            place = (row, left + offset)
            text = _text(value, scan.formats.get(place))
            if not text or text.isspace() or place in covered:
                continue
            if not begun:
                begun, rows = True, rows + 1
                lines.check_rows(rows)
            line = lines.add_cell(text, f"{places[offset]}{row + 1}")
            height, width = spans.get(place, (1, 1))
            cells.append(Cell(row, place[1], text, line, height, width))
    return cells


def _text(value: object, how: NumberFormat | None) -> str:
    """A value as a person sees it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return shown(value, how)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return str(value)


def _merges(sheet: CalamineSheet) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """(height, width) of merged cells by their upper left corner, and the places that they cover."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        height, width = bottom - top + 1, right - left + 1
        spans[top, left] = (height, width)
        # whole columns merged would be a million places; what they cover is empty anyway
        if height * width <= 10_000 and len(covered) < 1_000_000:
            covered.update((top + r, left + c) for r in range(height) for c in range(width) if r or c)
    return spans, covered
