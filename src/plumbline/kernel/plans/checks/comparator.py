"""The words say an upper (or a lower) bound, the comparator says “equal”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, indicators, name_line, target_line
from plumbline.kernel.plans.wording import bare, has, quoted

#: 控制 and 预算 near each other speak of a ceiling, in whichever order (项目控制预算数)
_CEILING = re.compile(r"控制\S{0,6}(?:预算|资金|经费|成本)|(?:预算|资金|经费|成本)\S{0,4}控制(?:在|数|额)")


def says_cap(indicator: Indicator) -> bool:
    """Whether name or description speak of an upper bound."""
    texts = (bare(indicator.level3), bare(indicator.description))
    return any(has("cap", t) or _CEILING.search(t) for t in texts if t)


def says_floor(indicator: Indicator) -> bool:
    """Whether name or description speak of a lower bound."""
    return any(has("floor", t) for t in (bare(indicator.level3), bare(indicator.description)) if t)


def opposed(indicator: Indicator) -> bool:
    """Whether “=” stands where the words ask for ≤ or ≥."""
    target = indicator.target
    exact = target.kind == "quantitative" and target.comparator == "="
    return exact and target.value != 0 and (says_cap(indicator) != says_floor(indicator))


@rule(
    id="comparator",
    severity="warning",
    title="上限（下限）写成了等于",
    why="“控制在预算内”“不超过”是上限，写“=100%”则节约也算没有完成。",
    mend="上限用≤，下限用≥。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such indicators of the document together."""
    wrong = [i for _, i in indicators(document) if opposed(i)]
    if wrong:
        lines = at(*(n for i in wrong for n in (name_line(i), target_line(i))))
        said = quoted(f"{called(i)} {i.target.raw}" for i in wrong)
        yield Finding("comparator", "warning", lines, f"文字说的是上限或下限，指标值用了等于：{said}")
