"""Which way a target points: a wanted share must not be capped, an unwanted one must not be a floor."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.checks.negative_event import denies_an_event
from plumbline.kernel.plans.checks.unit_conflict import in_conflict
from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, by_project, called, indicators, name_line, target_line
from plumbline.kernel.plans.polarity import Polarity, polarity
from plumbline.kernel.plans.wording import bare, ends, has, level2, quoted, words


def pointing(indicator: Indicator) -> Polarity:
    """Which way the indicator points: by its name, and by its description where the name is silent."""
    way = polarity(indicator.level3)
    return way if way != "unknown" else polarity(indicator.description)


def wrong_way(indicator: Indicator) -> str:
    """What is wrong with the comparator; "" where nothing is, or where the words do not say."""
    target = indicator.target
    if target.kind != "quantitative" or denies_an_event(indicator):
        return ""
    way = pointing(indicator)
    if way == "lower" and target.comparator in (">=", ">"):
        return "越低越好，却要求不低于"
    timed = target.unit in words("time_unit")
    cost = level2(indicator.level2) == "成本" or has("cost_name", bare(indicator.level3))
    if way == "higher" and target.comparator in ("<=", "<") and not timed and not cost:
        return "越高越好，却要求不超过"
    return ""


def _is_sure(indicator: Indicator) -> bool:
    """An unwanted event, counted in counts or shared in shares, with an upper bound or none at all."""
    name, target = bare(indicator.level3), indicator.target
    if target.kind != "quantitative" or polarity(name) != "lower" or not has("negative_event", name):
        return False
    if ends("time_head", name):
        return False
    capped = target.comparator in ("<=", "<") or (target.comparator in ("=", None) and target.value == 0)
    share = ends("ratio_head", name)
    fits = target.unit in words("ratio_unit") if share else target.unit not in words("ratio_unit")
    return capped and fits and target.unit is not None


@rule(
    id="direction",
    severity="confirmed",
    title="越低越好的指标用了上限",
    why="负面事件的发生率、次数应当用≤或=0，这样写是对的，不应误改。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """An unwanted event with an upper bound in a fitting unit, with which no other place disagrees."""
    disputed = in_conflict(document)
    for _, indicator in indicators(document):
        if _is_sure(indicator) and id(indicator) not in disputed:
            lines = at(name_line(indicator), target_line(indicator))
            message = f"“{called(indicator)}”{indicator.target.raw}：越低越好，用上限，方向正确"
            yield Finding("direction", "confirmed", lines, message)


@rule(
    id="direction",
    severity="error",
    title="指标值方向相反",
    why="方向相反的指标做得越差得分越高，自评结果无效。",
    mend="越高越好的用≥，越低越好的用≤，并核对数值与单位。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """A wanted thing with an upper bound, or an unwanted one with a lower bound; one finding a project."""
    for found in by_project(document):
        wrong = [(i, said) for i in found if (said := wrong_way(i))]
        if wrong:
            lines = at(*(n for i, _ in wrong for n in (name_line(i), target_line(i))))
            said = "；".join(
                dict.fromkeys(f"{quoted([called(i)])}{text}（{i.target.raw}）" for i, text in wrong)
            )
            yield Finding("direction", "error", lines, said)
