"""An indicator without a description where others have one."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import Origin, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import Placed, at, at_break, indicators, name_line
from plumbline.kernel.plans.wording import plain, quoted

_PLACES: tuple[tuple[Origin, str], ...] = (("text", "文字"), ("table", "表"))


def _has_descriptions(placed: list[Placed]) -> bool:
    """Whether the form has descriptions at all."""
    return any(plain(i.description) for _, i in placed)


@rule(
    id="desc-missing",
    severity="warning",
    title="指标没有描述",
    why="没有描述就不知道统计口径，不同的人会算出不同的数。",
    mend="补写统计口径和计算方法。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such indicators of the prose together, and all of the tables, where the form has descriptions."""
    for origin, where in _PLACES:
        placed = list(indicators(document, origin))
        if not _has_descriptions(placed):
            continue
        empty = [i for s, i in placed if plain(i.level3) and not plain(i.description) and not at_break(s, i)]
        if empty:
            message = f"{where}中{len(empty)}个指标没有描述：{quoted(i.level3 or '' for i in empty)}"
            yield Finding("desc-missing", "warning", at(*map(name_line, empty)), message)
