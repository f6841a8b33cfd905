"""The parts of the county form's prose: headings, category totals, overall goals, safeguards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from plumbline.kernel.plans.amount import find_amounts
from plumbline.kernel.plans.document import Amount, CategoryGoal, Text
from plumbline.kernel.plans.layouts.county_headed import is_heading
from plumbline.kernel.plans.layouts.county_prose import starts_project
from plumbline.kernel.plans.layouts.county_rows import clean
from plumbline.kernel.plans.source import Line

_NUMBER = (
    r"(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]?\s*[.．、:：)）]"
    r"|第[一二三四五六七八九十\d]{1,2}[部条项章]分?|[一二三四五六七八九十]{1,3}是)"
)
_HEADING = re.compile(rf"^\s*(?:{_NUMBER})?\s*(?P<name>[^。；;，,：:]{{2,30}})\s*$")
_KINDS = (
    ("safeguards", re.compile(r"保障措施|工作措施|实现.*措施|组织保障")),
    (
        "single",
        re.compile(r"分项(?:绩效)?目标|(?:具体|各|分)项目(?:支出)?(?:绩效)?目标|项目(?:绩效)?目标(?:情况)?$"),
    ),
    ("overall", re.compile(r"(?:总体|整体)(?:绩效)?目标")),
)
_PART = re.compile(r"^\s*第[一二三四五六七八九十\d]{1,2}部分")
_ITEM = re.compile(rf"^\s*{_NUMBER}\s*(?P<text>.+)$", re.DOTALL)
_CATEGORY_GOAL = re.compile(
    r"^\s*(?P<name>[\u4e00-\u9fff、]{2,24}?)(?:的)?总体(?:绩效)?(?:目标)?(?:目标)?\s*(?:是|为(?!了)|[:：])+\s*(?P<text>.*)$",
    re.DOTALL,
)
_TOTAL = re.compile(r"(?:类|经费|支出|项目|预算|资金|合计|总额|总计)[^，,。；;]{0,12}$")
_BEFORE_NAME = re.compile(
    r"^.*(?:支持|用于|其中|包括|分别为|分别是|安排)(?!给)|^(?:20\d\d年度?|本年度?|全年|我[委办局单位]+)+(?:申请|安排)?"
)

_AFTER_NAME = re.compile(r"(?<=.)(?:[：:为是]|共计?)+$")


@dataclass(frozen=True, slots=True)
class Sections:
    """The prose by section; lines of no known section stand in `overall`."""

    overall: tuple[Line, ...]
    projects: tuple[tuple[Line, ...], ...]
    safeguards: tuple[Line, ...]
    headings: tuple[Text, ...]


def split_sections(lines: Sequence[Line]) -> Sections:
    """Cut the prose at its headings, and the section on single projects at each project."""
    kind = "overall"
    headings: list[Text] = []
    parts: dict[str, list[Line]] = {"overall": [], "safeguards": []}
    projects: list[list[Line]] = []
    for index, line in enumerate(lines):
        text = clean(line.text)
        if not text:
            continue
        found = _heading(text)
        if found:
            headings.append(Text(text, (line.number,)))
            kind = found if found != "part" else "overall" if kind == "overall" else "after"
        elif kind in ("overall", "single") and starts_project(line.text, inside=kind == "single"):
            kind = "single"
            projects.append([line])
        elif kind == "single" and is_heading(lines, index):
            projects.append([line])
        elif kind == "single" and projects:
            projects[-1].append(line)
        elif kind != "after":
            parts["safeguards" if kind == "safeguards" else "overall"].append(line)
    return Sections(
        tuple(parts["overall"]),
        tuple(tuple(project) for project in projects),
        tuple(parts["safeguards"]),
        tuple(headings),
    )


def _heading(text: str) -> str | None:
    """The section that a line opens; "part" for the title of a part."""
    if _PART.match(text):
        return "part"
    match = _HEADING.match(text)
    if not match:
        return None
    for kind, pattern in _KINDS:
        if pattern.search(match["name"]):
            # the title “某某办公室2023年度总体绩效目标” opens nothing by itself, but is a heading
            return kind
    return None


def read_totals(lines: Sequence[Line]) -> tuple[Amount, ...]:
    """Amounts by category: a line with several amounts, or a short line about a category."""
    totals: list[Amount] = []
    for line in lines:
        amounts = find_amounts(clean(line.text), lines=(line.number,))
        short = len(amounts) == 1 and len(clean(line.text)) < 60 and _TOTAL.search(amounts[0].name)
        if len(amounts) > 1 or short:
            totals += [replace(amount, name=_category(amount.name)) for amount in amounts]
    return tuple(totals)


def _category(name: str) -> str:
    """The category of an amount; 总额 where the words before it name none (2024年预算共安排…)."""
    return _AFTER_NAME.sub("", _BEFORE_NAME.sub("", name).strip("：:为是")) or "总额"


def read_category_goals(lines: Sequence[Line]) -> tuple[CategoryGoal, ...]:
    """人员类项目总体绩效目标是…"""
    goals = []
    for line in lines:
        text = clean(line.text)
        match = _CATEGORY_GOAL.match(text)
        if match and not _ITEM.match(text):
            goals.append(CategoryGoal(match["name"], match["text"].strip(), (line.number,), text))
    return tuple(goals)


def read_items(lines: Sequence[Line]) -> tuple[Text, ...]:
    """Numbered items; lines without a number carry on the item above them."""
    items: list[Text] = []
    for line in lines:
        match = _ITEM.match(line.text)
        if match:
            items.append(Text(match["text"], (line.number,)))
        elif items and not _CATEGORY_GOAL.match(clean(line.text)):
            items[-1] = Text(items[-1].value + clean(line.text), (*items[-1].lines, line.number))
    return tuple(items)
