"""Columns of the forms that disagree: unit against name, direction against comparator, unit words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, field_line, indicators, name_line, target_line
from plumbline.kernel.plans.polarity import polarity
from plumbline.kernel.plans.wording import bare, plain, quoted

_COUNTED = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>人次|场次|万元|元|人|个|次|家|件|场|台|套|份|篇|户|条|名|项|期|米|公里|亩|吨)"
)
_WORD = re.compile(r"百分比|百分之(?![零一二三四五六七八九十百\d])")
_UP = re.compile(r"正向|越高越好|望大")
_DOWN = re.compile(r"反向|负向|逆向|越低越好|望小")


def _other_unit(indicator: Indicator) -> str:
    """The number with its unit as the name has it, where the value has another unit."""
    target = indicator.target
    if target.kind != "quantitative" or not target.unit:
        return ""
    for match in _COUNTED.finditer(bare(indicator.level3)):
        same = target.value == Decimal(match["number"])
        if same and match["unit"] != target.unit and match["unit"] not in target.unit:
            return match.group()
    return ""


@rule(
    id="name-number-unit",
    severity="warning",
    title="名称中的数量与指标值的单位不同",
    why="名称写“230人”，单位却是“个”，两处说法不一；数量应只写在指标值里。",
    mend="从名称中去掉数量，指标值用同一单位。",
)
def name_unit(document: PlanDocument) -> Iterator[Finding]:
    """All such indicators of the document together."""
    found = [(i, text) for _, i in indicators(document) if (text := _other_unit(i))]
    if found:
        lines = at(*(n for i, _ in found for n in (name_line(i), i.spans.get("unit") or target_line(i))))
        said = "；".join(f"“{i.level3}”写{text}，单位为“{i.target.unit}”" for i, text in found)
        yield Finding("name-number-unit", "warning", lines, said)


def _opposed(indicator: Indicator) -> str:
    """What the direction column has wrong; "" where nothing is."""
    column, sign = plain(indicator.direction), indicator.target.comparator
    if _UP.search(column):
        if sign in ("<=", "<"):
            return "方向为正向，却用≤"
        return "越低越好，方向却为正向" if polarity(indicator.level3) == "lower" else ""
    if _DOWN.search(column):
        if sign in (">=", ">"):
            return "方向为反向，却用≥"
        return "越高越好，方向却为反向" if polarity(indicator.level3) == "higher" and sign != "<=" else ""
    return ""


def _directed(document: PlanDocument) -> list[Indicator]:
    return [i for _, i in indicators(document) if plain(i.direction) and i.target.kind == "quantitative"]


def _direction_line(indicator: Indicator) -> int | None:
    return field_line(indicator, "direction") or target_line(indicator)


@rule(
    id="direction-column",
    severity="confirmed",
    title="指标方向与比较符一致",
    why="正向指标用≥，反向指标用≤。",
    mend="无需整改。",
)
def column_right(document: PlanDocument) -> Iterator[Finding]:
    """All rows whose direction column agrees together."""
    right = [i for i in _directed(document) if not _opposed(i)]
    if right:
        said = "、".join(dict.fromkeys(plain(i.direction) for i in right))
        message = f"{len(right)}个指标的方向（{said}）与比较符一致"
        yield Finding("direction-column", "confirmed", at(*map(_direction_line, right)), message)


@rule(
    id="direction-column",
    severity="error",
    title="指标方向与比较符不一致",
    why="方向栏与比较符矛盾，评分时不知道越高越好还是越低越好。",
    mend="改正方向栏或比较符。",
)
def column_wrong(document: PlanDocument) -> Iterator[Finding]:
    """All rows whose direction column disagrees together."""
    wrong = [(i, said) for i in _directed(document) if (said := _opposed(i))]
    if wrong:
        lines = at(*(n for i, _ in wrong for n in (name_line(i), _direction_line(i))))
        said = "；".join(f"“{called(i)}”{i.target.raw}：{text}" for i, text in wrong)
        yield Finding("direction-column", "error", lines, said)


@rule(
    id="unit-word",
    severity="warning",
    title="单位写成“百分比”",
    why="“百分比”不是计量单位，应写%。",
    mend="单位改为%。",
)
def word(document: PlanDocument) -> Iterator[Finding]:
    """All such values of the document together."""
    found = [i for _, i in indicators(document) if _WORD.search(plain(i.target.raw))]
    if found:
        lines = at(*(i.spans.get("unit") or target_line(i) for i in found))
        said = quoted(f"{called(i)} {i.target.raw}" for i in found)
        yield Finding("unit-word", "warning", lines, f"单位写成“百分比”：{said}")
