"""Indicators written without a gap between the cells, cut so that the row makes sense.

Between two names of levels stands a string such as “安装水标尺10≥266米≥266米10水标尺宽度10≥50厘米≥50厘米10”.
Every cut into records of the table's columns is weighed: names are words, the outcome has the unit of
the target, a score is no more than its points; over a level the points should give what its heading
declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.fitness import COMPARATORS

#: role, start, end of each cell of one record
Record = tuple[tuple[str, int, int], ...]
_NAME_LENGTH = 45
_KEPT = 10
#: readings of one record that are followed further
_BEAM = 40
#: a stretch without the name of a level that is longer than this is no row of a form
_LONGEST = 1500
_NUMBER = re.compile(r"(?:0|[1-9]\d*)(?:\.\d{1,4})?")
_SIGN = re.compile(
    r"[≥≤<>=≧≦＞＜＝]{1,2}|不低于|不少于|不超过|不高于|大于等于|小于等于|大于|小于|等于|至少|定性"
)
_DATE = re.compile(
    r"(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|底|末)?(?:之?前|以前)?|20\d\d年(?:年?底)?(?:之?前|以前)?(?!\d)"
)
_WORDED = {
    "direction": re.compile(r"(?:正向|反向|逆向|负向)(?:型)?(?:指标)?"),
    "likelihood": re.compile(r"确定能|有可能|完全不可能|不可能|√"),
}
#: behind 完成, 合格, 满意 … the rest of a name (完成时限, 合格率, 满意度)
_GOES_ON = tuple("率度时数性情占面量程间者人")
#: what a unit is counted by (万元/村, 元/人·月)
_ROUND = re.compile(r"以上|以下|以内|左右")
_PER = re.compile(r"/[\u4e00-\u9fff]{1,2}(?:[/·][\u4e00-\u9fff]{1,2})?")
_SKIPS = {"target": 3.0, "weight": 3.0, "actual": 2.0, "score": 1.5, "unit": 0.6, "comparator": 1.0}
_DECLARED = 12.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the body: the level names before it, and the points that level 1 declares."""

    level1: tuple[int, int] | None
    level2: tuple[int, int] | None
    start: int
    end: int
    declared: Decimal | None


@dataclass(frozen=True, slots=True)
class _Reading:
    score: float
    total: Decimal
    records: tuple[Record, ...]


def choose(text: str, segments: Sequence[Segment], roles: Sequence[str]) -> list[list[Record]]:
    """The best records of each segment, by level so that the points reach what is declared."""
    order = [role for role in roles if role not in ("level1", "level2")]
    out: list[list[Record]] = []
    block: list[list[_Reading]] = []
    declared: Decimal | None = None
    for segment in segments:
        if segment.level1 is not None and block:
            out.extend(_settle(block, declared))
            block, declared = [], None
        declared = segment.declared if segment.level1 is not None else declared
        block.append(_readings(text, segment.start, segment.end, order))
    out.extend(_settle(block, declared))
    return out


def _settle(block: Sequence[Sequence[_Reading]], declared: Decimal | None) -> list[list[Record]]:
    sums: dict[Decimal, tuple[float, tuple[_Reading, ...]]] = {Decimal(0): (0.0, ())}
    for readings in block:
        grown: dict[Decimal, tuple[float, tuple[_Reading, ...]]] = {}
        for total, (score, chosen) in sums.items():
            for reading in readings:
                key, value = total + reading.total, score + reading.score
                if key not in grown or grown[key][0] < value:
                    grown[key] = (value, (*chosen, reading))
        sums = dict(sorted(grown.items(), key=lambda item: -item[1][0])[:200])
    best = max(sums, key=lambda total: sums[total][0] + (_DECLARED if total == declared else 0.0))
    return [list(reading.records) for reading in sums[best][1]]


def _readings(text: str, start: int, end: int, order: Sequence[str]) -> list[_Reading]:
    """The best ways to cut a segment into records, with different sums of points."""
    if start >= end:
        return [_Reading(0.0, Decimal(0), ())]
    if end - start > _LONGEST:
        return [_Reading(-30.0, Decimal(0), ((("level3", start, end),),))]
    best: dict[int, list[_Reading]] = {start: [_Reading(0.0, Decimal(0), ())]}
    for position in range(start, end):
        so_far = best.get(position)
        if not so_far:
            continue
        for score, stop, record in _records(text, position, end, order):
            weight = _weight(text, record)
            for reading in so_far:
                grown = _Reading(
                    reading.score + score - 1.0, reading.total + weight, (*reading.records, record)
                )
                best.setdefault(stop, []).append(grown)
        for stop, readings in best.items():
            if stop > position:
                best[stop] = _distinct(readings)
        best.pop(position, None)
    return best.get(end) or [_Reading(-30.0, Decimal(0), ((("level3", start, end),),))]


def _distinct(readings: Sequence[_Reading]) -> list[_Reading]:
    found: dict[Decimal, _Reading] = {}
    for reading in readings:
        if reading.total not in found or found[reading.total].score < reading.score:
            found[reading.total] = reading
    return sorted(found.values(), key=lambda r: -r.score)[:_KEPT]


def _weight(text: str, record: Record) -> Decimal:
    return next((Decimal(text[a:b].rstrip("分")) for role, a, b in record if role == "weight"), Decimal(0))


def _records(text: str, start: int, end: int, order: Sequence[str]) -> list[tuple[float, int, Record]]:
    """Records that begin at `start`: points, end, cells."""
    if "level3" not in order or not re.match(r"[\u4e00-\u9fffA-Za-z“\"(（《]", text[start]):
        return []
    rest = list(order[order.index("level3") + 1 :])
    found: list[tuple[float, int, Record]] = []
    for stop in _name_ends(text, start, end):
        name = text[start:stop]
        score = (
            2.0
            - 0.04 * abs(len(name) - 8)
            - 3.0 * len(re.findall(r"\d+", name))
            - 8.0 * bool(_SIGN.search(name))
        )
        states: list[tuple[float, int, Record]] = [(score, stop, (("level3", start, stop),))]
        for role in rest:
            grown = [(s - _SKIPS.get(role, 0.2), at, cells) for s, at, cells in states]
            for s, at, cells in states:
                grown.extend(
                    (s + gain, to, (*cells, (role, at, to))) for gain, to in _cells(text, at, end, role)
                )
            states = sorted(grown, key=lambda item: -item[0])[:_BEAM]
        found.extend(
            (s + _sense(text, cells), at, cells) for s, at, cells in states if len(cells) > 1 or at == end
        )
    return sorted(found, key=lambda item: -item[0])[:_BEAM]


def _name_ends(text: str, start: int, end: int) -> Iterator[int]:
    """Where a name may end: before a number, a sign, a known wording or a text said twice."""
    limit = min(end, start + _NAME_LENGTH)
    for stop in range(start + 2, limit + 1):
        if (
            stop == end
            or (text[stop].isdigit() and not text[stop - 1].isdigit() and text[stop - 1] not in ".,")
            or _SIGN.match(text, stop, end)
            or _wording(text, stop, end)
            or _twice(text, stop, end)
        ):
            yield stop


def _wording(text: str, at: int, end: int) -> int:
    """Length of the known qualitative wording that stands here; single characters do not count."""
    word = next((w for w in v.qualitative() if len(w) > 1 and text.startswith(w, at, end)), "")
    if len(word) == 2 and text[at + 2 : min(at + 3, end)] in _GOES_ON:
        return 0
    return len(word)


def _twice(text: str, at: int, end: int) -> int:
    """Length of the text that stands here and is said again at once."""
    for length in range(min(20, (end - at) // 2), 2, -1):
        if text[at : at + length] == text[at + length : at + 2 * length] and not text[at].isdigit():
            return length
    return 0


def _cells(text: str, at: int, end: int, role: str) -> Iterator[tuple[float, int]]:
    """Ends of a cell of this role that begins at `at`, with the points it earns."""
    if at >= end:
        return
    if role in ("weight", "score"):
        yield from _point_cells(text, at, end, role)
    elif role in ("target", "actual", "forecast"):
        yield from _value_cells(text, at, end)
    elif role == "comparator":
        match = _SIGN.match(text, at, end)
        if match and COMPARATORS.match(match[0]):
            yield 4.0, match.end()
    elif role in _WORDED:
        if match := _WORDED[role].match(text, at, end):
            yield 4.0, match.end()
    elif role == "unit":
        for unit in v.units():
            if text.startswith(unit, at, end):
                yield 2.0 + 0.2 * len(unit), at + len(unit)
    elif role in ("cause", "measure", "note", "basis", "description"):
        if text.startswith("无", at, end):
            yield 0.5, at + 1
        for stop in _remark_ends(text, at, end):
            yield -0.5, stop


def _remark_ends(text: str, at: int, end: int) -> Iterator[int]:
    if not re.match(r"[\u4e00-\u9fff]", text[at]):
        return
    if not re.search(r"\d", text[at:end]):
        yield end
    for match in re.finditer(r"[。；;]", text[at:end]):
        yield at + match.end()


def _point_cells(text: str, at: int, end: int, role: str) -> Iterator[tuple[float, int]]:
    for length in range(1, 6):
        part = text[at : at + length]
        if at + length > end or not re.fullmatch(r"(?:0|[1-9]\d{0,2})(?:\.\d{1,2})?", part):
            continue
        if text[at + length : at + length + 1] in (".", "%", "‰"):
            continue
        value = Decimal(part)
        if value > 100 or (role == "weight" and value == 0):
            continue
        plain = 0.5 if value % 5 == 0 else 0.2 if value == int(value) else 0.0
        yield 1.0 + plain - (1.5 if value > 40 else 0.0), at + length
        if text.startswith("分", at + length, end):
            yield 1.5 + plain, at + length + 1


def _value_cells(text: str, at: int, end: int) -> Iterator[tuple[float, int]]:
    sign = _SIGN.match(text, at, end)
    start = sign.end() if sign else at
    first = 1.0 if sign else 0.0
    if date := _DATE.match(text, start, end):
        yield first + 4.0, date.end()
    if start < end and text[start].isdigit():
        yield from _quantity_cells(text, start, end, first)
    if length := _twice(text, at, end):
        yield 3.0, at + length
    if length := _wording(text, at, end):
        yield 1.7 + 0.3 * length, at + length
    if text[at] in "优良中差好高低是否" and (at + 1 == end or text[at + 1].isdigit()):
        yield 1.5, at + 1
    match = re.compile(r"[\u4e00-\u9fff,，、]{2,16}(?=\d|$)").match(text, at, end)
    if match:
        yield -1.0, match.end()


def _quantity_cells(text: str, start: int, end: int, first: float) -> Iterator[tuple[float, int]]:
    run = re.compile(r"\d[\d.,]*").match(text, start, end)
    for length in range(1, len(run[0]) + 1 if run else 0):
        digits = text[start : start + length].replace(",", "")
        if not _NUMBER.fullmatch(digits):
            continue
        stop = start + length
        if text[stop : stop + 1] == ".":
            continue
        for unit in v.units():
            if text.startswith(unit, stop, end):
                yield first + 2.0 + 0.1 * len(unit), stop + len(unit)
                if about := _ROUND.match(text, stop + len(unit), end):
                    yield first + 3.0 + 0.1 * len(unit), about.end()
                if per := _PER.match(text, stop + len(unit), end):
                    yield first + 2.4 + 0.1 * len(unit), per.end()
        yield first + 0.5, stop


def _sense(text: str, record: Record) -> float:
    """How well the cells of one record agree with each other."""
    cells = {role: text[a:b] for role, a, b in record}
    found = 0.0
    if "weight" in cells and "score" in cells:
        weight, score = Decimal(cells["weight"].rstrip("分")), Decimal(cells["score"].rstrip("分"))
        found += 2.0 if weight == score else 0.5 if score < weight else -15.0
    if "target" in cells and "actual" in cells:
        found += _agreement(cells["target"], cells["actual"])
    return found


def _agreement(target: str, actual: str) -> float:
    if target == actual:
        return 4.0
    one, other = (re.match(r"\D*?([\d.,]+)(.*)$", s) for s in (target, actual))
    if one and other:
        same = one[1] == other[1]
        units = 1.5 if one[2] == other[2] else 0.0 if not other[2] else -4.0
        return units + (2.5 if same else 0.0)
    return 0.0 if not one and not other else -0.5
