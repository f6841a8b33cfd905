"""One indicator twice in a project, perhaps with a word more or less."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, name_line, statements
from plumbline.kernel.plans.wording import bare, essence


@rule(
    id="duplicate-in-project",
    severity="warning",
    title="同一项目内指标重复",
    why="同一件事考核两次，等于加倍计分。",
    mend="合并为一个指标，或写明两者的区别。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """Names equal or equal but for words that add nothing; one finding a project."""
    for statement in statements(document):
        groups: dict[str, list[Indicator]] = {}
        for indicator in statement.indicators:
            key = essence(indicator.level3)
            if len(key) >= 2:
                groups.setdefault(key, []).append(indicator)
        if len(groups) > 1 and all(len(found) > 1 for found in groups.values()):
            continue  # a form with mid-term and yearly targets lists every indicator twice
        twins = [i for found in groups.values() if len(found) > 1 for i in found]
        if twins:
            exact = len({bare(i.level3) for i in twins}) < len(twins)
            message = f"{'重复' if exact else '近似重复'}的指标：{'、'.join(f'“{i.level3}”' for i in twins)}"
            yield Finding("duplicate-in-project", "warning", at(*map(name_line, twins)), message)
