"""The direction column against the comparator."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, called, field_line, indicators, name_line, target_line
from plumbline.kernel.plans.polarity import polarity
from plumbline.kernel.plans.wording import plain

_UP = re.compile(r"正向|越高越好|望大")
_DOWN = re.compile(r"反向|负向|逆向|越低越好|望小")


def _opposed(indicator: Indicator) -> str:
    """What the direction column has wrong; "" where nothing is."""
    column, sign = plain(indicator.direction), indicator.target.comparator
    if _UP.search(column):
        if sign in ("<=", "<"):
            return "方向为正向，却用≤"
        return "越低越好，方向却为正向" if polarity(indicator.level3) == "lower" else ""
    if _DOWN.search(column):
        if sign in (">=", ">"):
            return "方向为反向，却用≥"
        return "越高越好，方向却为反向" if polarity(indicator.level3) == "higher" and sign != "<=" else ""
    return ""


def _directed(document: PlanDocument) -> list[Indicator]:
    return [i for _, i in indicators(document) if plain(i.direction) and i.target.kind == "quantitative"]


def _direction_line(indicator: Indicator) -> int | None:
    return field_line(indicator, "direction") or target_line(indicator)


@rule(
    id="direction-column",
    severity="confirmed",
    title="指标方向与比较符一致",
    why="正向指标用≥，反向指标用≤。",
    mend="无需整改。",
)
def column_right(document: PlanDocument) -> Iterator[Finding]:
    """All rows whose direction column agrees together."""
    right = [i for i in _directed(document) if not _opposed(i)]
    if right:
        said = "、".join(dict.fromkeys(plain(i.direction) for i in right))
        message = f"{len(right)}个指标的方向（{said}）与比较符一致"
        yield Finding("direction-column", "confirmed", at(*map(_direction_line, right)), message)


@rule(
    id="direction-column",
    severity="error",
    title="指标方向与比较符不一致",
    why="方向栏与比较符矛盾，评分时不知道越高越好还是越低越好。",
    mend="改正方向栏或比较符。",
)
def column_wrong(document: PlanDocument) -> Iterator[Finding]:
    """All rows whose direction column disagrees together."""
    wrong = [(i, said) for i in _directed(document) if (said := _opposed(i))]
    if wrong:
        lines = at(*(n for i, _ in wrong for n in (name_line(i), _direction_line(i))))
        said = "；".join(f"“{called(i)}”{i.target.raw}：{text}" for i, text in wrong)
        yield Finding("direction-column", "error", lines, said)
