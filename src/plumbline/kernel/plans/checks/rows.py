"""Rows of the forms: empty ones, their order, qualitative targets, values that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.checks.truncated import breaks_off
from plumbline.kernel.plans.document import Indicator, PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import (
    at,
    called,
    field_line,
    indicators,
    name_line,
    statements,
    target_line,
)
from plumbline.kernel.plans.wording import bare, ends, level1, plain, quoted

_ORDER = {"产出指标": 0, "效益指标": 1, "满意度指标": 2}


def is_blank(indicator: Indicator) -> bool:
    """A row with its levels and nothing else."""
    return (
        not plain(indicator.level3) and not plain(indicator.description) and indicator.target.kind == "empty"
    )


def _last(statement: ProjectStatement, indicator: Indicator) -> bool:
    """Whether the statement breaks off at this row."""
    return breaks_off(statement) and indicator is statement.indicators[-1]


@rule(
    id="level2-empty",
    severity="warning",
    title="二级指标下没有三级指标",
    why="列了二级指标而没有内容，这一方面就没有考核。",
    mend="补填三级指标；确不适用的删去该行或写明“不适用”。",
)
def empty(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement."""
    for statement in statements(document):
        found = [i for i in statement.indicators if is_blank(i) and not _last(statement, i)]
        if found:
            lines = at(*(field_line(i, "level2") or min(i.lines, default=None) for i in found))
            yield Finding("level2-empty", "warning", lines, f"{quoted(i.level2 for i in found)}一行空白")


@rule(
    id="value-missing",
    severity="error",
    title="三级指标没有指标值",
    why="没有指标值就没有目标，无法评分。",
    mend="补填指标值。",
)
def valueless(document: PlanDocument) -> Iterator[Finding]:
    """Named indicators with an empty value, other than the one at which a statement breaks off."""
    for statement in statements(document):
        found = [
            i
            for i in statement.indicators
            if plain(i.level3) and i.target.kind == "empty" and not _last(statement, i)
        ]
        if found:
            lines = at(*map(target_line, found))
            yield Finding(
                "value-missing", "error", lines, f"{quoted(i.level3 or '' for i in found)}没有指标值"
            )


@rule(
    id="level1-order",
    severity="warning",
    title="一级指标没有按产出、效益、满意度排列",
    why="次序混乱时容易漏看，也不便与上年比较。",
    mend="按产出、效益、满意度的次序重新排列。",
)
def order(document: PlanDocument) -> Iterator[Finding]:
    """Rows whose level 1 comes before that of a row above; one finding a statement."""
    for statement in statements(document, "table"):
        highest, found = 0, []
        for indicator in statement.indicators:
            place = _ORDER.get(level1(indicator.level1), highest)
            if place < highest:
                found.append(indicator)
            highest = max(highest, place)
        if found:
            lines = at(*(field_line(i, "level1") or min(i.lines, default=None) for i in found))
            said = quoted(f"{i.level1}-{called(i)}" for i in found)
            yield Finding(
                "level1-order", "warning", lines, f"项目“{statement.name}”：{said}排在后一级指标之后"
            )


@rule(
    id="qualitative-target",
    severity="note",
    title="定性指标",
    why="定性指标要靠专家或调查打分，应事先说明评分标准。",
    mend="能量化的量化；不能量化的写明分档评分标准。",
)
def qualitative(document: PlanDocument) -> Iterator[Finding]:
    """All qualitative targets of the document together."""
    found = [i for _, i in indicators(document) if i.target.kind == "qualitative"]
    if found:
        said = quoted(f"{called(i)} {i.target.raw}" for i in found)
        yield Finding(
            "qualitative-target", "note", at(*map(target_line, found)), f"{len(found)}个定性指标：{said}"
        )


def _impossible(indicator: Indicator) -> bool:
    """A share of a whole above 100%."""
    target = indicator.target
    over = target.value is not None and target.value > Decimal(100)
    return over and target.unit == "%" and ends("bounded_ratio", bare(indicator.level3))


@rule(
    id="value-impossible",
    severity="error",
    title="比率超过100%",
    why="合格率、覆盖率、满意度等不可能超过100%。",
    mend="改正指标值或单位。",
)
def impossible(document: PlanDocument) -> Iterator[Finding]:
    """All such values of the document together."""
    found = [i for _, i in indicators(document) if i.target.kind == "quantitative" and _impossible(i)]
    if found:
        lines = at(*(n for i in found for n in (name_line(i), target_line(i))))
        said = quoted(f"{called(i)} {i.target.raw}" for i in found)
        yield Finding("value-impossible", "error", lines, f"{said}超过100%")
