"""Numbering: a mark that is missing after a number, and a number that is missing in a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from plumbline.kernel.plans.document import PlanDocument, Text
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, start, statements

_INSIDE = re.compile(r"(?<=[。；;：:])\s*(?P<number>\d{1,2})(?P<mark>[、.．）)]?)(?=[\u4e00-\u9fff“])")
#: after a bare number these make a quantity of it
_COUNTER = re.compile(
    r"[个月年号次类万元场份件台套亿千百小秒户届只篇幅倍周季度]|项(?!目)|名(?!称)|部(?!门)|成(?!本|果|效)|分(?!项|类|析|解)|批(?!准|次)|"
    r"期(?!限|间)|级(?!别)|位(?!置)|条(?!件|例)|起(?!草)|支(?!出|付|撑)|家(?!庭)|人(?!员|均|才|民)|天(?!空)|日(?!常)|"
    r"时(?!效|间)|层(?!级)|点(?!位)|张(?!贴)|页(?!面)"
)
_LEADING = re.compile(
    r"^\s*(?:\[[^\]]*\])?\s*[（(]?(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})[、.．）)]"
)
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}


def _value(text: str) -> int:
    """1 … 99 from digits or Chinese numerals."""
    if text.isdigit():
        return int(text)
    tens, found, ones = text.partition("十")
    if not found:
        return _DIGITS.get(text, 0)
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + _DIGITS.get(ones, 0)


def unmarked(text: str) -> list[str]:
    """Numbers of a run (1、… 2… 3、…) that lack the mark the others have, with what follows."""
    marked = [m for m in _INSIDE.finditer(text) if m["mark"]]
    found: list[str] = []
    for match in _INSIDE.finditer(text):
        number = int(match["number"])
        near = {int(m["number"]) for m in marked}
        counted = _COUNTER.match(text, match.end())
        if not match["mark"] and not counted and {number - 1, number + 1} & near and number not in near:
            found.append(text[match.start() : match.end() + 4].strip())
    return found


#: what the extraction of the text left before a number
_MARK = re.compile(r"^\[bookmark:[^\]]*\]\s*")


def _breaks(document: PlanDocument, items: Iterable[Text]) -> list[tuple[str, int]]:
    """Items of a numbered list whose number does not follow the one before."""
    last, found = 0, []
    for item in items:
        line = min(item.lines, default=0)
        text = document.source.lines[line - 1].text if 1 <= line <= len(document.source.lines) else ""
        match = _LEADING.match(text)
        if match is None:
            continue
        number = _value(match["number"])
        if number != last + 1 and not (last and number == 1):
            found.append((match.group().strip(), line))
        last = number
    return found


def _titles(document: PlanDocument) -> list[Text]:
    return [Text(s.title, at(s.spans.get("title"))) for s in statements(document, "table") if s.title]


def _paragraphs(document: PlanDocument) -> list[Text]:
    return [Text(s.name, at(start(s))) for s in statements(document, "text")]


@rule(
    id="numbering",
    severity="warning",
    title="序号不规范或不连续",
    why="序号缺少“、”会与后面的文字混在一起；序号跳号或重号说明有内容漏掉或重复。",
    mend="补上“、”，按次序重新编号。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """Missing marks inside paragraphs together; breaks of numbered lists together."""
    texts = [(s, unmarked(s.raw)) for s in statements(document, "text")]
    lacking = [(s, pieces) for s, pieces in texts if pieces]
    if lacking:
        said = "、".join(dict.fromkeys(f"“{p}…”" for _, pieces in lacking for p in pieces))
        lines = at(*(start(s) for s, _ in lacking))
        yield Finding("numbering", "warning", lines, f"{said}序号后缺“、”")
    lists = (document.goals, document.safeguards, _titles(document), _paragraphs(document))
    broken = [place for items in lists for place in _breaks(document, items)]
    if broken:
        said = "、".join(f"“{_MARK.sub('', number)}”" for number, _ in broken)
        yield Finding("numbering", "warning", at(*(n for _, n in broken)), f"序号{said}与前面不连续")
