"""A value that only refers to somebody's requirements."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, indicators, target_line
from plumbline.kernel.plans.wording import quoted


@rule(
    id="vague-value",
    severity="error",
    title="指标值只写“达到…要求”",
    why="没有比较符、数字和单位，无法判断是否完成，也无法评分。",
    mend="把要求的内容写成数字或期限，如“≥4次”“2023年12月31日前”。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All vague values of the document together."""
    vague = [i for _, i in indicators(document) if i.target.kind == "vague"]
    if vague:
        message = f"{len(vague)}个指标值没有比较符、数字和单位：{quoted(i.target.raw for i in vague)}"
        yield Finding("vague-value", "error", at(*map(target_line, vague)), message)
