"""The unit does not fit what the name measures: a count in percent, a share in pieces, a cost in percent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.checks.comparator import opposed, says_cap
from plumbline.kernel.plans.checks.description_unrelated import is_unrelated
from plumbline.kernel.plans.checks.direction import wrong_way
from plumbline.kernel.plans.checks.unit_conflict import in_conflict
from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, by_project, called, name_line, target_line
from plumbline.kernel.plans.wording import bare, ends, has, level2, words

#: …数 as in 发帖数, not as in 指数 or 预算控制数
_COUNTED = re.compile(r"(?<![指系基参分倍天])(?<!控制)(?<!预算)(?<!执行)(?<!支出)(?<!总)数$")


def misfit(indicator: Indicator) -> str:
    """What certainly does not fit; "" otherwise."""
    name, unit = bare(indicator.level3), indicator.target.unit
    if indicator.target.kind != "quantitative" or not unit:
        return ""
    ratio = unit in words("ratio_unit")
    if ratio and (ends("count_head", name) or _COUNTED.search(name)):
        return f"是数量，却用“{unit}”"
    if ratio and ends("time_head", name):
        return f"是时间，却用“{unit}”"
    share = ends("ratio_head", name) and not ends("ratio_exception", name)
    if share and (unit in words("count_unit") or unit in words("money_unit")):
        return f"是比率，却用“{unit}”"
    return ""


def _without_base(indicator: Indicator) -> bool:
    """A cost as a percentage of nothing in particular."""
    name, target = bare(indicator.level3), indicator.target
    cost = level2(indicator.level2) == "成本" or has("cost_name", name)
    capped = target.comparator in ("<=", "<")
    share = ends("ratio_head", re.sub(r"[\[(（].*$", "", name)) or has("reduction", name)
    based = bool(target.base) or says_cap(indicator)  # 控制在预算内≤100%: the base is the budget
    return cost and capped and target.unit in words("ratio_unit") and not based and not share


def _promptness_counted(indicator: Indicator) -> bool:
    """Promptness (按时…) counted in people or pieces, such as 人/年."""
    name, unit = bare(indicator.level3), indicator.target.unit or ""
    if not has("promptness", name) or ends("count_head", name) or ends("time_head", name):
        return False
    if unit in words("ratio_unit") or unit in words("time_unit"):
        return False
    return unit.split("/")[0] in words("count_unit") and unit not in ("次", "期", "批")


@rule(
    id="unit-misfit",
    severity="error",
    title="单位与指标所衡量的内容不符",
    why="数量用百分比、比率用个数，实际值无法填报。",
    mend="数量用次、个、人等单位；比率用%并写明分子分母。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """Counts and times in percent, shares in pieces; one finding a project."""
    disputed = in_conflict(document)
    for found in by_project(document):
        wrong = [(i, said) for i in found if (said := misfit(i)) and id(i) not in disputed]
        if wrong:
            lines = at(*(n for i, _ in wrong for n in (name_line(i), target_line(i))))
            said = "；".join(dict.fromkeys(f"“{called(i)}”{text}（{i.target.raw}）" for i, text in wrong))
            yield Finding("unit-misfit", "error", lines, said)


@rule(
    id="unit-misfit",
    severity="warning",
    title="单位含义不明",
    why="成本用百分比而不写基数，或按时类指标用“人/年”等单位，实际值无法计算。",
    mend="成本写金额（如≤80000元）或写明百分比的基数；按时类指标用按时率或时限。",
)
def doubt(document: PlanDocument) -> Iterator[Finding]:
    """Costs in percent without a base, promptness in people; one finding an indicator of a project."""
    disputed = in_conflict(document)
    for found in by_project(document):
        doubted: dict[str, list[Indicator]] = {}
        for indicator in found:
            said = "" if id(indicator) in disputed else _doubt(indicator)
            if said:
                message = f"“{called(indicator)}”{indicator.target.raw}：{said}"
                doubted.setdefault(message, []).append(indicator)
        for message, same in doubted.items():
            lines = at(*(n for i in same for n in (name_line(i), target_line(i))))
            yield Finding("unit-misfit", "warning", lines, message)


def _doubt(indicator: Indicator) -> str:
    """What makes the unit doubtful; "" otherwise."""
    if indicator.target.kind != "quantitative" or misfit(indicator):
        return ""
    if _without_base(indicator) and not _said_otherwise(indicator):
        return "成本用百分比，基数不明"
    return f"单位“{indicator.target.unit}”与按时类指标不合" if _promptness_counted(indicator) else ""


def _said_otherwise(indicator: Indicator) -> bool:
    """Whether another rule names this value already."""
    return bool(wrong_way(indicator)) or is_unrelated(indicator) or opposed(indicator)
