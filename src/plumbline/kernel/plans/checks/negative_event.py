"""“Must not happen” is a count of 0, not a share of 98%."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, indicators, name_line, target_line
from plumbline.kernel.plans.polarity import is_negation, never
from plumbline.kernel.plans.wording import bare, ends, quoted, words


def denies_an_event(indicator: Indicator) -> bool:
    """The name denies an event and the value is not 0, or the description does and the value is a floor."""
    target = indicator.target
    if target.kind != "quantitative" or target.value is None or target.value == 0:
        return False
    if target.unit in words("money_unit"):
        return False  # 避免损失≥10万元: what was saved is measured, not how often it happened
    if never(indicator.level3):
        return True
    floor = target.comparator in (">=", ">", "=")
    return floor and is_negation(indicator.description) and not ends("ratio_head", bare(indicator.level3))


@rule(
    id="negative-event",
    severity="error",
    title="“不发生”类指标没有用0次",
    why="“不发生某事件”的目标是0次；写成≥98%既算不出来，也等于允许发生。",
    mend="改为“…发生次数=0次”，或改为可以统计的比率。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such indicators of the document together."""
    wrong = [i for _, i in indicators(document) if denies_an_event(i)]
    if wrong:
        lines = at(*(n for i in wrong for n in (name_line(i), target_line(i))))
        said = quoted((f"{called(i)} {i.target.raw}" for i in wrong), most=8)
        yield Finding("negative-event", "error", lines, f"否定事件应为=0次：{said}")
