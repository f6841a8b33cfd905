"""A target in words: its scoring has to be said beforehand."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import (
    at,
    called,
    indicators,
    target_line,
)
from plumbline.kernel.plans.wording import quoted


@rule(
    id="qualitative-target",
    severity="note",
    title="定性指标",
    why="定性指标要靠专家或调查打分，应事先说明评分标准。",
    mend="能量化的量化；不能量化的写明分档评分标准。",
)
def qualitative(document: PlanDocument) -> Iterator[Finding]:
    """All qualitative targets of the document together."""
    found = [i for _, i in indicators(document) if i.target.kind == "qualitative"]
    if found:
        said = quoted(f"{called(i)} {i.target.raw}" for i in found)
        yield Finding(
            "qualitative-target", "note", at(*map(target_line, found)), f"{len(found)}个定性指标：{said}"
        )
