"""Part one of the county's document: the plan in sentences.

Written so that the county text layout reads it back: overall goals, then one paragraph a project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from plumbline.kernel.plans.forms.data import IndicatorRow, ProjectForm
from plumbline.kernel.plans.forms.figures import month_end, percent, plain

NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Whole:
    """The plan beyond its projects: names, category totals, overall goals, safeguards."""

    organisation: str
    short_name: str
    year: int
    totals: tuple[tuple[str, Decimal | None], ...] = ()
    goals: tuple[str, ...] = ()
    safeguards: tuple[str, ...] = ()


def part_one(whole: Whole, projects: Sequence[ProjectForm]) -> list[str]:
    """The paragraphs of part one.

    A project's indicators are those that the prose states (`IndicatorRow.basis` is not printed:
    the prose has one basis a project).
    """
    name = whole.short_name or whole.organisation
    lines = ["第一部分", "部门整体绩效目标", "一、总体绩效目标", f"{name}{whole.year}年度总体绩效目标"]
    if whole.organisation != name:
        lines.append(f"{whole.organisation}（以下简称{name}）{whole.year}年度绩效目标如下。")
    if whole.totals:
        amounts = "，".join(
            f"{title}{plain(amount)}元" for title, amount in whole.totals if amount is not None
        )
        lines.append(f"{whole.year}年申请预算资金支持{amounts}。")
    lines += [f"{n}.{_sentence(goal)}" for n, goal in enumerate(whole.goals, start=1)]
    lines.append("二、分项绩效目标")
    lines += [_project(project) for project in projects]
    if whole.safeguards:
        lines.append("三、工作保障措施")
        lines += [f"{n}.{_sentence(text)}" for n, text in enumerate(whole.safeguards, start=1)]
    lines += ["第二部分", "预算项目绩效目标"]
    return lines


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "；", "！", "？")) else f"{text}。"


def _project(project: ProjectForm) -> str:
    parts = [f"{project.number}.“{project.name}”项目年初预算{plain(project.total.initial)}元"]
    if project.goal:
        parts.append(f"，项目主要目标{project.goal.rstrip('。')}")
    parts.append("。")
    if project.spend:
        days = "、".join(month_end(p.day) for p in project.spend)
        shares = "、".join(percent(p.percent) for p in project.spend)
        parts.append(f"资金累计支出进度{days}分别达到{shares}。")
    if project.indicators:
        parts.append(_indicators(project.indicators))
    if project.basis:
        parts.append(f"以上指标依据为{project.basis.rstrip('。')}。")
    return "".join(parts)


def _indicators(indicators: Sequence[IndicatorRow]) -> str:
    level1 = list(dict.fromkeys(i.level1 for i in indicators))
    head = (
        f"项目共设{'、'.join(level1)}{_numeral(len(level1))}个一级指标，"
        f"下设{len(indicators)}个二、三级指标。具体为："
    )
    groups = [
        f"{n}、" + "；".join(_indicator(i) for i in indicators if i.level1 == level)
        for n, level in enumerate(level1, start=1)
    ]
    return head + "。".join(groups) + "。"


def _indicator(item: IndicatorRow) -> str:
    name = item.level3 or ""
    described = f"（{item.description}）" if item.description else ""
    return f"{item.level1}-{item.level2}-{name}{described}，指标值{item.target}"


def _numeral(number: int) -> str:
    return NUMERALS[number] if number <= 10 else str(number)
