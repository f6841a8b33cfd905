"""Forms in which nothing separates the cells: cut at the words of the form, numbers cut by sense.

“水标尺宽度10≥50厘米≥50厘米10质量指标…” is cut where level names, headings and labels stand; what is
between them by `runon_records` and `runon_numbers`, which choose the reading whose numbers agree. The
result is an ordinary stream of pieces, each with the column it was cut for.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import cache

from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.grid import Grid, Piece
from plumbline.kernel.plans.layouts.heading import Heading, fund_heading, indicator_heading
from plumbline.kernel.plans.layouts.runon_numbers import split_numbers
from plumbline.kernel.plans.layouts.runon_records import Segment, choose
from plumbline.kernel.plans.layouts.separators import is_run_on

_SUFFIX = r"(?:\s*[(（][^()（）]{0,16}[)）])?[:：]?"
_END = re.compile(
    r"[….。\s]*(?:(?:总分|合计|总计|总得分|小计)[:：]?(?=\d|$|注)|(?:注|备注|说明|填表说明)[:：]|附件\d?[:：])"
)
_TITLE = re.compile(r"[^:：。,，]{0,40}?(?:绩效|支出)[^:：。,，]{0,16}?表(?:[(（]20\d\d年?度?[)）])?")
_SUMMARY = re.compile(r"(?:总分|合计|总计|总得分|小计)[:：]?")


def _alternation(words: Iterable[str]) -> str:
    out = []
    for word in sorted(set(words), key=len, reverse=True):
        pattern = re.escape(word)
        pattern = pattern.replace("N月", r"(?:截至)?\d{1,2}(?:[-—–~至]\d{1,2})?月(?:底|末|份)?")
        out.append(pattern.replace("N年", r"20\d\d年度?"))
    return "(?:" + "|".join(out) + ")"


def _section(name: str) -> list[str]:
    return [word for entries in v.words()[name].values() for word in entries]


@cache
def _column_pattern() -> re.Pattern[str]:
    words = _section("column") + _section("sub") + v.words()["group"]["words"]
    led = [before + word for before in ("绩效", "年度", "全年") for word in _section("column")]
    return re.compile(_alternation(words + led) + _SUFFIX)


@cache
def _fund_column_pattern() -> re.Pattern[str]:
    return re.compile(_alternation(_section("fund_column")) + _SUFFIX)


@cache
def _fund_row_pattern() -> re.Pattern[str]:
    return re.compile(r"(?:其中[:：]?)?(?:本年|当年)?" + _alternation(_section("fund_row")) + _SUFFIX)


@cache
def _word_pattern() -> re.Pattern[str]:
    """Words that may begin anywhere in the part above the indicators."""
    labels = [w for w in _section("label") if len(w) >= 4]
    corners = [w for w in v.words()["fund_corner"]["words"] if len(w) >= 4]
    rows = [w for w in _section("fund_row") if len(w) >= 4]
    columns = [w for w in _section("fund_column") if len(w) >= 5]
    short = "(?:单位|项目名称|项目编码|合计|总额|预算数|执行数|其他资金|项目期)(?=[:：])|部门[(（]单位[)）]"
    return re.compile(
        rf"(?:{short}|其中[:：]?(?:本年|当年)?{_alternation(_section('fund_row'))}"
        rf"|{_alternation(labels + corners + rows + columns)})" + _SUFFIX
    )


@cache
def _level_pattern() -> re.Pattern[str]:
    names = [*v.words()["level"]["one"], *v.words()["level"]["two"]]
    return re.compile(rf"({_alternation(names)}指标)([(（]\d{{1,3}}(?:\.\d+)?\s*分?[)）])?")


class _Text:
    """The run-on text without white space, and the line of each of its characters."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        chars: list[str] = []
        self.lines: list[int] = []
        for piece in pieces:
            for char in re.sub(r"\s+", "", piece.text):
                chars.append(char)
                self.lines.append(piece.line)
        self.text = "".join(chars)
        self.row = pieces[0].row

    def piece(self, start: int, end: int, role: str = "", *, starts: bool = False) -> Piece:
        line = self.lines[min(start, len(self.lines) - 1)]
        return Piece(self.text[start:end], line, self.row, -1, 1, "run", role, starts)


def cut(grid: Grid) -> Grid:
    """The grid with run-on text cut into pieces; other pieces stay as they are."""
    pieces = grid.pieces
    cells = [piece for piece in pieces if piece.text]
    runs = [piece for piece in cells if piece.shape == "run"]
    if not runs and not _is_run_on_over_lines(cells):
        return grid
    if not any(piece.shape in ("table", "row", "space") for piece in cells):
        return Grid(list(_cut(_Text(cells))), grid.noise)
    out: list[Piece] = []
    for piece in pieces:
        out.extend(_cut(_Text([piece])) if piece.shape == "run" else [piece])
    return Grid(out, grid.noise)


def headed(grid: Grid) -> bool:
    """Unseparated text with the headings of an indicator table; its body is not looked at."""
    cells = [piece for piece in grid.pieces if piece.text]
    runs = [piece for piece in cells if piece.shape == "run"]
    if runs:
        return _heading(_Text(runs), 0) is not None
    return _is_run_on_over_lines(cells) and _heading(_Text(cells), 0) is not None


def _is_run_on_over_lines(cells: Sequence[Piece]) -> bool:
    if not 2 <= len(cells) <= 400 or any(piece.shape != "cell" for piece in cells):
        return False
    text = "".join(piece.text for piece in cells)
    if not is_run_on(re.sub(r"\s+", "", text)):
        return False
    return not any(indicator_heading(cells, index) is not None for index in range(len(cells)))


def _cut(text: _Text) -> Iterator[Piece]:
    position = 0
    while position < len(text.text):
        found = _heading(text, position)
        if found is None:
            yield from _upper(text, position, len(text.text))
            return
        start, pieces, heading = found
        yield from _upper(text, position, start)
        yield from pieces
        body = start + sum(len(piece.text) for piece in pieces)
        end = _body_end(text.text, body)
        yield from _body(text, body, end, heading)
        position = yield from _tail(text, end, heading)


def _heading(text: _Text, position: int) -> tuple[int, list[Piece], Heading] | None:
    """Where the next indicator headings begin, the pieces of them, and what they say."""
    for anchor in re.finditer(r"绩效指标|一级指标|二级指标|三级指标|指标名称", text.text[position:]):
        start = position + anchor.start()
        pieces, at = [], start
        while match := _column_pattern().match(text.text, at):
            if _level_pattern().match(text.text, at) and v.column_role(match[0]) is None:
                break
            pieces.append(text.piece(at, match.end()))
            at = match.end()
        if len(pieces) < 3:
            continue
        heading = indicator_heading(pieces, 0)
        if heading is not None:
            return start, pieces, heading
    return None


def _body_end(text: str, start: int) -> int:
    match = _END.search(text, start)
    again = re.compile(r"项目名称|[\u4e00-\u9fff]{0,16}绩效[\u4e00-\u9fff]{0,10}表[(（]?20").search(
        text, start
    )
    return min(m.start() if m else len(text) for m in (match, again))


def _upper(text: _Text, start: int, end: int) -> Iterator[Piece]:
    """Labels and values, the block on money: everything above the indicators."""
    title = _TITLE.match(text.text, start, end)
    if title:
        yield text.piece(start, title.end())
        start = title.end()
    at = value = start
    columns: list[Piece] = []
    heading: Heading | None = None
    total: dict[str, str] = {}
    while at < end:
        match = _word_pattern().match(text.text, at, end)
        if match is None and columns and at == value:
            match = _fund_column_pattern().match(text.text, at, end)
        if match is None and heading and at == value:
            match = _fund_row_pattern().match(text.text, at, end)
        if match is None:
            at += 1
            continue
        if value < at:
            yield from _value(text, value, at, columns, heading, total)
        piece = text.piece(at, match.end())
        if v.fund_role(piece.text) or v.is_corner(piece.text):
            columns = [*columns, piece] if at == value else [piece]
            heading = fund_heading(columns, 0) or heading
        yield piece
        at = value = match.end()
        if v.fund_row(piece.text) is None and not v.fund_role(piece.text) and not v.is_corner(piece.text):
            columns, heading = [], None
    if value < end:
        yield from _value(text, value, end, columns, heading, total)


def _value(
    text: _Text, start: int, end: int, columns: list[Piece], heading: Heading | None, total: dict[str, str]
) -> Iterator[Piece]:
    """A value; numbers of the block on money are cut by its columns."""
    raw = text.text[start:end]
    if heading is None or not re.match(r"[\d.,%/\-—分]+$", raw):
        yield text.piece(start, end)
        return
    at = start
    for role, part in split_numbers(raw, heading.roles, total=total):
        yield text.piece(at, at + len(part), role)
        total.setdefault(role, part)
        at += len(part)


def _body(text: _Text, start: int, end: int, heading: Heading) -> Iterator[Piece]:
    segments = list(_segments(text.text, start, end))
    readings = choose(text.text, segments, [c.role for c in heading.columns])
    for segment, records in zip(segments, readings, strict=True):
        begins = True
        for level, span in (("level1", segment.level1), ("level2", segment.level2)):
            if span is not None:
                yield text.piece(*span, level, starts=begins)
                begins = False
        for record in records:
            for role, a, b in record:
                yield text.piece(a, b, role, starts=begins)
                begins = False
            begins = True


def _segments(text: str, start: int, end: int) -> Iterator[Segment]:
    """The body cut at the names of levels."""
    marks = list(_level_pattern().finditer(text, start, end))
    if not marks or marks[0].start() > start:
        yield Segment(None, None, start, marks[0].start() if marks else end, None)
    pending: tuple[int, int] | None = None
    seen = False
    for index, mark in enumerate(marks):
        following = marks[index + 1] if index + 1 < len(marks) else None
        close = following.start() if following else end
        adjacent = following is not None and following.start() == mark.end()
        first = _is_first_level(mark, seen=seen, adjacent=adjacent)
        points = v.points(mark[0])
        if first and adjacent and following is not None and not following[2]:
            pending, seen = mark.span(), True
            continue
        if first:
            yield Segment(mark.span(), None, mark.end(), close, points)
            pending, seen = None, True
            continue
        declared = v.points(text[slice(*pending)]) if pending else None
        yield Segment(pending, mark.span(), mark.end(), close, declared)
        pending = None
    if pending:
        yield Segment(pending, None, pending[1], pending[1], None)


def _is_first_level(mark: re.Match[str], *, seen: bool, adjacent: bool) -> bool:
    if not v.is_level1(mark[1]):
        return False
    if mark[2] or not v.is_level2(mark[1]):
        return True
    return adjacent or not seen


def _tail(text: _Text, start: int, heading: Heading) -> Generator[Piece, None, int]:
    """The row of totals and the remarks; returns where the next form may begin."""
    lead = re.compile(r"[….。]*").match(text.text, start)
    at = lead.end() if lead else start
    match = _SUMMARY.match(text.text, at)
    if match:
        yield text.piece(at, match.end(), "summary", starts=True)
        digits = re.compile(r"[\d.分]*").match(text.text, match.end())
        at = match.end()
        roles = [role for role in heading.roles if role in ("weight", "score")]
        for role, part in split_numbers(digits[0] if digits else "", roles, total={}, whole=True):
            yield text.piece(at, at + len(part), role)
            at += len(part)
    note = re.compile(r"(?:注|备注|说明|填表说明)[:：]").match(text.text, at)
    if note:
        again = re.compile(r"[\u4e00-\u9fff]{0,16}绩效[\u4e00-\u9fff]{0,10}表[(（]?20|项目名称").search(
            text.text, note.end()
        )
        end = again.start() if again else len(text.text)
        yield text.piece(at, end)
        at = end
    return at
