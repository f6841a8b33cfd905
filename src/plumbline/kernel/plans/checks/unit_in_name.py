"""The unit stands in the name and again in the value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, indicators, name_line
from plumbline.kernel.plans.wording import plain, quoted

_UNIT = re.compile(r"[（(\[](?:单位[:：])?(?P<unit>[^（）()\[\]]{1,6})[）)\]]$")


def _repeats(indicator: Indicator) -> bool:
    match = _UNIT.search(plain(indicator.level3))
    unit = indicator.target.unit
    return bool(match and unit) and match is not None and match["unit"].replace("％", "%") == unit


@rule(
    id="unit-in-name",
    severity="warning",
    title="单位同时写在名称和指标值里",
    why="名称里带单位，与指标值的单位重复，改一处就会不一致。",
    mend="名称里不写单位，只写在指标值里。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such indicators of the document together."""
    found = [i for _, i in indicators(document) if _repeats(i)]
    if found:
        message = f"名称带单位，值又带单位：{quoted(f'{i.level3} {i.target.raw}' for i in found)}"
        yield Finding("unit-in-name", "warning", at(*map(name_line, found)), message)
