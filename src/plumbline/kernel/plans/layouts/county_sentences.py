"""Indicators in running prose: 产出指标-数量指标-培训次数（全年培训），指标值>=5次；…

A statement begins with level names joined by dashes and ends with its value. Numbering, separators
and the words before the value vary; a missing level is the one of the statement before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from plumbline.kernel.plans.document import Indicator
from plumbline.kernel.plans.layouts import vocabulary
from plumbline.kernel.plans.target import parse

_VALUE_WORD = re.compile(
    r"[，,；;、。]?\s*(?:年度|绩效)?(?:指标值|目标值)(?:设定|确定)?\s*(?:为|是|[:：])*\s*"
)
#: longest statement of one indicator, in characters
_LONGEST = 600
_LEVEL2 = (
    r"(?:数量|质量|时效|(?:经济|社会|生态环境)?成本|(?:经济|社会|生态|环境)效益|可持续影响"
    r"|(?:服务对象|社会公众|受益对象)?满意度)指标"
)
#: a level's name straight before the name of the indicator: 数量指标新增企业≥40家
_GLUED = re.compile(
    rf"(?P<level>(?:产出|效益|效果)指标|{_LEVEL2})(?P<rest>(?!\s*[-－—–―→:：]).+)$", re.DOTALL
)
_DASH = re.compile(r"\s*(?:-|－|—+|–|―|→|_|＞)\s*")
_COLON = re.compile(r"\s*[:：]\s*")
_DATED = re.compile(r"(?:20\d\d年)?\d{1,2}月(?:\d{1,2}[日号]|底|末)?(?:之前|以前|前|完成)?$")
_LEVELLED = re.compile(rf"\s*(?:{_LEVEL2}|(?:产出|效益|效果)指标\s*[:：])")
_ITEM_NUMBER = re.compile(
    r"[\s。；;，,、]*(?:(?:[（(]\s*)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]?\s*[、.．:：)）]?\s*)?"
)
_LEVEL1 = r"(?:产出|效益|效果|满意度|成本)指标"
_STOP = re.compile(
    rf"[；;。\n]|[，,](?=\s*(?:[（(]?\d{{1,2}}[)）、.．]\s*)?(?:{_LEVEL1}|[\u4e00-\u9fff]{{2,9}}指标\s*[-－—–:：]))"
    r"|[，,。]?(?=(?:以上|上述)(?:各项)?(?:绩效)?(?:指标|目标))"
)
_CLOSING = re.compile(r"(?:以上|上述)(?:各项)?(?:绩效)?(?:指标|目标)")
_COMPARISON = re.compile(
    r"(?P<value>(?:≥|≤|≧|≦|>=|<=|=>|=|＝|＞＝|＜＝|>|<|＞|＜|不低于|不少于|不超过|不高于|达到|控制在|大于|小于)\s*\S.*)$"
)
_DESCRIPTION = re.compile(r"^(?P<name>.*?)\s*[（(](?P<description>.*)[)）]\s*[，,、]?\s*$", re.DOTALL)
_ANNOUNCED = re.compile(r"绩效指标(?:具体)?(?:为|如下)?\s*[:：]")
_BEGIN = re.compile(rf"{_LEVEL1}\s*(?:-|－|—|–|―|→|_|:|：)")


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator statement: its words by field, its text and where it stands in the paragraph."""

    level1: str
    level2: str
    name: str | None
    description: str | None
    value: str
    raw: str
    start: int
    end: int
    value_at: int


def read_items(text: str) -> list[Item]:
    """The indicator statements of a paragraph, in order."""
    begin = _BEGIN.search(text)
    if not begin:
        return []
    items: list[Item] = []
    position = begin.start()
    # the numbering of the first statement belongs to it
    while position and text[position - 1] in "0123456789一二三四五六七八九十、.．()（） ":
        position -= 1
    level1 = level2 = ""
    while position < len(text):
        found = _next(text, position)
        if found is None:
            break
        start, head, value, value_at, end = found
        item = _item(head, value, level1, level2, text[start:end], start, end, value_at)
        if item:
            items.append(item)
            level1, level2 = item.level1, item.level2
        position = end if end > position else position + 1
    return items


def bare_items(text: str) -> list[Item]:
    """Indicators without levels after 绩效指标：: 供水工程数量≥32处；工程验收合格率=100%。"""
    announced = _ANNOUNCED.search(text)
    items: list[Item] = []
    position = announced.end() if announced else len(text)
    while position < len(text):
        stop = _clause_end(text, position)
        clause = text[position:stop]
        found = _COMPARISON.search(clause)
        head = _ITEM_NUMBER.match(clause)
        start = position + (head.end() if head else 0)
        if found and position + found.start() > start:
            at = position + found.start("value")
            name, description = _name(text[start:at].strip(" ，,：:"))
            value = found["value"].strip()
            items.append(Item("", "", name, description, value, text[start:stop].strip(), start, stop, at))
        if text[stop : stop + 1] == "\n" and items:
            break
        position = stop + 1
    return items


def _next(text: str, position: int) -> tuple[int, str, str, int, int] | None:
    """(start, head, value, position of the value, end) of the next statement; None when there is none."""
    number = _ITEM_NUMBER.match(text, position)
    start = number.end() if number else position
    if start >= len(text) or _CLOSING.match(text, start):
        return None
    word = _VALUE_WORD.search(text, start, start + _LONGEST)
    stop = _clause_end(text, start)
    if word and (word.start() <= stop or not _COMPARISON.search(text[start:stop])):
        between = text[start : word.start()]
        end = _value_end(text, word.end())
        return start, between, text[word.end() : end].strip(), word.end(), end
    clause = text[start:stop]
    comparison = _COMPARISON.search(clause)
    if comparison and (_DASH.search(clause) or _LEVELLED.match(clause)):
        at = start + comparison.start("value")
        return start, clause[: comparison.start("value")], comparison["value"].strip(), at, stop
    dated = _DATED.search(clause) if _LEVELLED.match(clause) else None
    if dated:
        return start, clause[: dated.start()], dated[0], start + dated.start(), stop
    stated = _stated(clause)
    if stated is not None:
        value = clause[stated:].strip()
        return start, clause[: stated - 1], value, stop - len(clause[stated:].lstrip()), stop
    return (start, "", "", stop, max(stop, start + 1)) if stop < len(text) else None


def _stated(clause: str) -> int | None:
    """Where the value begins of 产出指标-时效指标-补贴发放时间：2022年12月20日前; None without one."""
    at = max(clause.rfind("："), clause.rfind(":")) + 1
    head, value = clause[: at - 1], clause[at:]
    levels = [part.strip() for part in _DASH.split(head, maxsplit=2)] if at and len(clause) <= 200 else []
    named = len(levels) == 3 or (len(levels) == 2 and vocabulary.is_level2(levels[0]))
    return at if named and parse(value).kind in ("date", "quantitative", "qualitative") else None


def _clause_end(text: str, start: int) -> int:
    """End of the statement that starts here: 。 or ； outside brackets."""
    depth = 0
    limit = min(len(text), start + _LONGEST)
    for position in range(start, limit):
        character = text[position]
        if character in "（(":
            depth += 1
        elif character in "）)":
            depth = max(0, depth - 1)
        elif character in "；;。\n" and (depth == 0 or character in "。\n"):
            return position
    return limit


def _value_end(text: str, start: int) -> int:
    limit = min(len(text), start + _LONGEST)
    match = _STOP.search(text, start, limit)
    return match.start() if match else limit


def _item(
    head: str, value: str, level1: str, level2: str, raw: str, start: int, end: int, value_at: int
) -> Item | None:
    """The words of a statement by field; None when it names no level."""
    head = head.strip(" ，,；;。")
    parts = _levels(head)
    first, second, rest = "", "", ""
    if len(parts) == 3:
        first, second, rest = parts
    elif len(parts) == 2 and vocabulary.is_level1(parts[0]) and not vocabulary.is_level2(parts[0]):
        first, rest = parts
        if vocabulary.is_level2(rest):
            second, rest = rest, ""
    elif len(parts) == 2 and parts[0] == "满意度指标":
        first, rest = parts  # no other level 1 has a level 2 of this name
    elif len(parts) == 2:
        first, second, rest = level1, parts[0], parts[1]
    elif level1 and vocabulary.is_level2(head) and head.endswith("指标"):
        first, second = level1, head
    elif level1 and head:
        first, second, rest = level1, level2, head
    if not first or not (second or rest):
        return None
    name, description = _name(rest)
    return Item(first, second, name, description, value, raw.strip(), start, end, value_at)


def _levels(head: str) -> list[str]:
    """Level 1, level 2 and the rest; dashes join them, or colons."""
    parts = _DASH.split(head, maxsplit=2)
    if len(parts) < 3:
        parts = [piece for part in parts for piece in _split_level(part)]
    if len(parts) > 3:
        parts = [parts[0], parts[1], "-".join(parts[2:])]
    return [part.strip() for part in parts]


def _split_level(part: str) -> list[str]:
    pieces = _COLON.split(part, maxsplit=1)
    known = vocabulary.is_level1(pieces[0]) or vocabulary.is_level2(pieces[0])
    if len(pieces) == 2 and known:
        return [pieces[0], *_split_level(pieces[1])]
    glued = _GLUED.match(part)
    return [glued["level"], glued["rest"]] if glued else [part]


def _name(rest: str) -> tuple[str | None, str | None]:
    """(name, description): a name with its description in brackets at the end."""
    rest = rest.strip(" ，,、")
    match = _DESCRIPTION.match(rest)
    if not match:
        return rest or None, None
    return match["name"].strip() or None, match["description"].strip() or None


def indicator_of(item: Item, *, line: Callable[[int], int]) -> Indicator:
    """The indicator that a statement states; `line` gives the line of a position."""
    first, at_value = line(item.start), line(item.value_at)
    spans = {"level1": first, "level2": first, "target": at_value}
    if item.name:
        spans["level3"] = first
    if item.description:
        spans["description"] = first
    return Indicator(
        level1=item.level1,
        level2=item.level2,
        level3=item.name,
        description=item.description,
        target=parse(item.value),
        basis=None,
        weight=None,
        origin="text",
        lines=tuple(sorted({first, at_value})),
        spans=spans,
        raw=item.raw,
    )
