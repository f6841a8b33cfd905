"""The prose of the county form: one paragraph a project, with its indicators in a running sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from plumbline.kernel.plans.amount import parse_amount
from plumbline.kernel.plans.document import Amount, ProjectStatement, SpendPoint, Text
from plumbline.kernel.plans.layouts.county_headed import begins_part, read_heading
from plumbline.kernel.plans.layouts.county_plan import plan_in_prose, spend_points
from plumbline.kernel.plans.layouts.county_rows import RowCell, clean
from plumbline.kernel.plans.layouts.county_sentences import bare_items, indicator_of, read_items
from plumbline.kernel.plans.numerals import NUMBER, chinese_number
from plumbline.kernel.plans.source import Line

_NUMBERING = (
    r"(?:项目(?=[一二三四五六七八九十\d]{1,3}\s*[:：、.．]))?"
    r"(?:[（(]?(?P<number>\d{1,4}(?!\d|\s*年)|[一二三四五六七八九十]{1,3})[)）]?\s*[.．、:：)）]?\s*)?"
)
_QUOTED = r"[“\"「『《‘＂”](?P<quoted>[^“”\"「」『』《》‘’＂]{2,60})[”\"」』》’＂“]"
_BUDGET = (
    r"(?:20\d\d年)?(?:度)?(?:年初|全年|本年度?|当年|年度|总|申请|安排|拟安排|计划)*(?:项目)?(?:资金)?预算"
    r"(?:资金|安排|申请|金额|数|总额|经费|支出|为|是|共计|共|约|[:：]|\s)*"
)
_MONEY = rf"(?P<amount>{NUMBER})\s*(?P<unit>万元|亿元|千元|百元|元|万)"
_START = re.compile(
    rf"^\s*{_NUMBERING}(?:{_QUOTED}|(?P<plain>[^。；;“”\"]{{2,60}}?))(?:项目|专项)?[，,：:、]?\s*{_BUDGET}{_MONEY}"
)
#: words before 预算 that name no project
_NAMELESS = re.compile(r"(?:项目|本项目|该项目|年初|年度|全年|本年度?|当年|20\d\d年度?)+")
_START_QUOTED = re.compile(rf"^\s*{_NUMBERING}{_QUOTED}(?:项目|专项)?[，,：:]?")
_MONEY_AGAIN = re.compile(_BUDGET + _MONEY)
_GOAL = re.compile(r"(?:项目)?(?:主要|年度|总体|绩效|预期)*目标(?:(?:[:：，,]|为(?!了))\s*)?(?=[^。]{2})")
_GOAL_END = re.compile(
    r"[。；;，,]?\s*(?=(?:项目|本项目)?(?:资金|预算|经费)?(?:累计)?(?:支出|执行|使用)(?:进度|计划)"
    r"|(?:本)?(?:项目)?(?:共|一共|总共)?(?:设置?|设立|设有)[^。]{0,30}(?:一级)?指标|(?:绩效)?指标(?:具体)?(?:为|如下)|具体(?:指标)?(?:为|如下))"
)
_DECLARED = re.compile(
    r"(?:共|一共|总共)?(?:设置?|设立|设有|包括|包含)(?P<levels>[^。；;:：]{0,80}?)(?P<count>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:个|项|类)?一级指标"
)
_DECLARED_COUNT = re.compile(
    r"(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,4})\s*(?:个|项|条)\s*(?:二级?[、和及]\s*)?三级(?:绩效)?指标"
)
_LEVEL_NAME = re.compile(r"[\u4e00-\u9fff]{2,8}?指标")
_BASIS = re.compile(
    r"(?:(?:以上|上述)?(?:各项)?(?:绩效)?(?:指标|目标)(?:值)?(?:的)?(?:设定|设置|确定|制定)?(?:的)?依据(?:为|是|[:：])?"
    r"|(?<=[。；;])\s*依据(?:为|是|[:：]))\s*(?P<basis>.+)$",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that may stand on several lines: joined text, and the line of each position."""

    text: str
    starts: tuple[tuple[int, int], ...]

    def line(self, position: int) -> int:
        """The line that a position of the text stands on."""
        number = self.starts[0][1] if self.starts else 0
        for start, line in self.starts:
            if start > position:
                break
            number = line
        return number

    @property
    def lines(self) -> tuple[int, ...]:
        return tuple(line for _, line in self.starts)


def passage(lines: Sequence[Line]) -> Passage:
    """Lines joined to one text; empty ones left out, and a line that begins a part set off."""
    parts: list[str] = []
    starts: list[tuple[int, int]] = []
    length = 0
    for line in lines:
        text = clean(line.text)
        if text:
            text = f"\n{text}" if parts and begins_part(text) else text
            starts.append((length, line.number))
            parts.append(text)
            length += len(text)
    return Passage("".join(parts), tuple(starts))


def starts_project(text: str, *, inside: bool) -> bool:
    """The line begins the paragraph of a project.

    Args:
        inside: the line stands in the section on single projects, where a number and a quoted name
            are enough; elsewhere a budget must follow.
    """
    cleaned = clean(text)
    match = _START.match(cleaned)
    if (
        match
        and not _NAMELESS.fullmatch(match["plain"] or "")
        and (match["quoted"] or not re.search(r"(?:总体|整体)?绩效目标|指标值|指标-", match["plain"] or ""))
    ):
        return inside or bool(match["number"] or match["quoted"])
    quoted = _START_QUOTED.match(cleaned)
    return inside and bool(quoted and quoted["number"] and re.search(r"预算|指标|目标", cleaned))


def read_project(lines: Sequence[Line], *, year: int | None) -> ProjectStatement:
    """What one paragraph, or a heading with its lines, says of its project.

    Fields that it does not state are None or empty.
    """
    text = passage(lines)
    headed = read_heading(lines)
    start = None if headed else _START.match(text.text) or _START_QUOTED.match(text.text)
    budget, spans = _budget(text)
    name = headed.name if headed else _name(start)
    items = read_items(text.text) or (bare_items(text.text) if headed else [])
    basis, basis_at = _basis(text.text, items[-1].end if items else 0)
    attributes: dict[str, Text] = {}
    declared, declared_levels, count_at = _declared(text.text)
    if count_at is not None:
        attributes["一级指标数"] = Text(str(declared[0]), (text.line(count_at),))
    heads_percents = plan_in_prose(text.text)
    points: tuple[SpendPoint, ...] = ()
    if heads_percents:
        at, sentence, heads, percents = heads_percents
        line = text.line(at)
        spans["plan"] = line
        points = spend_points(
            [RowCell(h, line) for h in heads], [RowCell(p, line) for p in percents], year=year
        )
        attributes["资金支出计划"] = Text(sentence, (line,))
    goal, goal_at = _goal(text.text, start.end() if start else headed.end if headed else 0)
    for key, position in (("goal", goal_at), ("basis", basis_at)):
        if position is not None:
            spans[key] = text.line(position)
    spans["name"] = text.line(start.start("quoted") if start and start["quoted"] else 0)
    if items:
        spans["indicators"] = text.line(items[0].start)
    return ProjectStatement(
        origin="text",
        name=name,
        lines=text.lines,
        number=_number(headed.number if headed else start["number"] if start else None),
        budget=budget,
        goal=goal,
        basis=basis,
        spend_points=points,
        indicators=tuple(indicator_of(item, line=text.line) for item in items),
        declared_level1=declared_levels,
        declared_count=declared[1],
        attributes=attributes,
        complete=bool(items) and bool(re.search(r"[。.！!]\s*$", text.text)),
        spans=spans,
        raw="\n".join(line.text for line in lines if clean(line.text)),
    )


def _number(text: str | None) -> int | None:
    if not text:
        return None
    value = Decimal(text) if text.isascii() else chinese_number(text)
    return int(value) if value is not None else None


def _name(start: re.Match[str] | None) -> str:
    if not start:
        return ""
    if start["quoted"]:
        return start["quoted"].strip()
    # 网络安全检查项目年初预算…: the last 项目 belongs to the sentence, not to the name
    plain = (start.groupdict().get("plain") or "").strip(" ，,：:、")
    return plain if plain.endswith("类项目") else plain.removesuffix("项目")


def _budget(text: Passage) -> tuple[Amount | None, dict[str, int]]:
    match = _START.match(text.text) or _MONEY_AGAIN.search(text.text) or re.search(_MONEY, text.text)
    if not match:
        return None, {}
    line = text.line(match.start("amount"))
    raw = text.text[match.start("amount") : match.end("unit")]
    return parse_amount(raw, name="年初预算" if "年初" in match[0] else "预算", lines=(line,)), {
        "budget": line
    }


def _goal(text: str, start: int) -> tuple[str | None, int | None]:
    match = _GOAL.search(text, start)
    if not match:
        return None, None
    end = _GOAL_END.search(text, match.end())
    stop = end.start() if end else text.find("。", match.end())
    line_end = text.find("\n", match.end())
    stop = line_end if line_end >= 0 and (stop < 0 or line_end < stop or not end) else stop
    goal = text[match.end() : stop if stop >= 0 else len(text)].strip(" 。；;，,")
    return (goal, match.end()) if goal else (None, None)


def _declared(text: str) -> tuple[tuple[int | None, int | None], tuple[str, ...], int | None]:
    """((level-1 count, indicator count), level-1 names, position) that the paragraph announces."""
    match = _DECLARED.search(text)
    count = _DECLARED_COUNT.search(text)
    names = tuple(_LEVEL_NAME.findall(match["levels"])) if match else ()
    level_count = whole(match["count"]) if match else None
    position = match.start("count") if match and level_count is not None else None
    return (level_count, whole(count["count"]) if count else None), names, position


def whole(text: str) -> int | None:
    value = Decimal(text) if text.isascii() else chinese_number(text)
    return None if value is None else int(value)


def _basis(text: str, start: int) -> tuple[str | None, int | None]:
    match = _BASIS.search(text, start)
    if not match:
        return None, None
    basis = match["basis"].strip().removesuffix("。").strip()
    return (basis, match.start("basis")) if basis else (None, None)
