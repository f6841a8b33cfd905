"""A plan as text for the terminal, made from its JSON form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any


def plan_lines(plan: dict[str, Any]) -> Iterator[str]:
    """The organisation, then each project with its money, spend points and indicators."""
    organisation = plan["organisation"]
    aliases = f"（又称 {'、'.join(organisation['aliases'])}）" if organisation["aliases"] else ""
    yield f"{plan['year'] or '年度不详'}  {organisation['name']}{aliases}"
    yield from (f"注意：{note}" for note in plan["source"]["notes"])
    projects = plan["projects"]
    indicators = sum(len(project["indicators"]) for project in projects)
    yield f"共 {len(projects)} 个项目，{indicators} 条指标"
    for number, project in enumerate(projects, 1):
        yield ""
        yield from _project_lines(number, project)


def _project_lines(number: int, project: dict[str, Any]) -> Iterator[str]:
    code = f"  {project['code']}" if project["code"] else ""
    yield f"{number}. {project['name']}{code}"
    if project["budget_yuan"] is not None:
        yield f"   预算 {Decimal(project['budget_yuan']):,.2f} 元"
    if project["spend_points"]:
        points = "，".join(f"{point['date']} {point['percent']}%" for point in project["spend_points"])
        yield f"   支出计划 {points}"
    for indicator in project["indicators"]:
        yield _indicator_line(indicator)


def _indicator_line(indicator: dict[str, Any]) -> str:
    origin = "文" if indicator["origin"] == "text" else "表"
    levels = " / ".join(text for text in (indicator[f"level{level}"] for level in (1, 2, 3)) if text)
    weight = f"  权重 {indicator['weight']}" if indicator["weight"] is not None else ""
    lines = "–".join(str(line) for line in dict.fromkeys(indicator["lines"]))
    return f"   [{origin}] {levels}：{indicator['target']['raw'] or '（空）'}{weight}  行 {lines}"
