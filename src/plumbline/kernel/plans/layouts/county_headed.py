"""Projects of the county form's prose that are headings with lines below them, not one paragraph.

    （一）农村饮水安全工程
    绩效目标：保障工程正常运行。
    绩效指标：维修工程数量≥30处；水质达标率≥95%。

The same shape is used for fields of work that are no projects of the budget: those state no amount.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plumbline.kernel.plans.layouts.county_rows import clean
from plumbline.kernel.plans.source import Line

_NUMBERING = (
    r"(?:[（(]\s*(?P<bracketed>\d{1,3}|[一二三四五六七八九十]{1,3})\s*[)）]\s*[.．、]?"
    r"|(?:项目)?(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})\s*[.．、:：]|(?=项目名称))\s*"
)
_HEADING = re.compile(rf"^{_NUMBERING}(?:项目名称\s*[:：]\s*)?(?P<name>[^。；;，,：:≥≤=<>]{{2,50}}?)\s*$")
_BUDGET = r"(?:(?:20\d\d年)?(?:度)?(?:年初|全年|本年度?|当年|年度|项目|资金)*预算(?:安排|资金|金额|数|规模)?)"
_LEVEL = (
    r"(?:产出|效益|效果|满意度|成本|数量|质量|时效|经济效益|社会效益|生态效益|可持续影响|服务对象满意度)指标"
)
_LABEL = (
    rf"(?:(?:项目)?(?:年度|总体|绩效|主要|预期)+目标|绩效指标|项目(?:概况|概述|内容|编码|代码)|主要(?:内容|任务)|{_BUDGET}"
    r"|(?:资金)?(?:累计)?(?:支出|执行|使用)(?:进度|计划)|资金(?:用途|来源)|(?:指标|指标值)?(?:设定|确定)?依据"
    rf"|{_LEVEL})"
)
_PART = re.compile(rf"^(?:{_NUMBERING})?{_LABEL}\s*(?:[:：\-—－–（(]|为|是|共|\d|（|$)")
_BELOW = re.compile(
    rf"^(?:{_NUMBERING})?(?:(?:项目)?(?:年度|总体|绩效|主要|预期)+目标|绩效指标|{_LEVEL}|{_BUDGET})"
    r"\s*(?:[:：\-—－–]|为|是|\d|$)"
)
#: no names of projects
_NO_NAME = re.compile(r"^(?:绩效|年度|总体|主要)*(?:目标|指标)(?:情况)?$|措施$|部分$|指标$")
#: the first labelled line stands within so many lines below the heading
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a project: its running number as written, its name, and its length."""

    number: str | None
    name: str
    end: int


def begins_part(text: str) -> bool:
    """The line begins with the label of a part: 绩效目标：, 产出指标：, 支出进度：…"""
    return _PART.match(text) is not None


def is_heading(lines: Sequence[Line], index: int) -> bool:
    """The line names a project whose goal, indicators or budget stand on the lines below it."""
    if _heading(lines[index].text) is None:
        return False
    below = [text for line in lines[index + 1 : index + 1 + 2 * _NEAR] if (text := clean(line.text))]
    for text in below[:_NEAR]:
        if _BELOW.match(text):
            return True
        if _heading_text(text):
            return False
    return False


def read_heading(lines: Sequence[Line]) -> Heading | None:
    """The heading that the lines of a project begin with; None where they are a paragraph."""
    filled = [line for line in lines if clean(line.text)]
    return _heading(filled[0].text) if len(filled) > 1 and is_heading(filled, 0) else None


def _heading(text: str) -> Heading | None:
    match = _heading_text(clean(text))
    if match is None:
        return None
    return Heading(match["bracketed"] or match["number"], match["name"].strip(' “”"「」'), match.end())


def _heading_text(text: str) -> re.Match[str] | None:
    match = _HEADING.match(text)
    return match if match and not _NO_NAME.search(match["name"]) and not begins_part(text) else None
