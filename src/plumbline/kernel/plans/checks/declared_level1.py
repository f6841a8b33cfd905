"""The level-1 indicators that the prose announces are those that it lists."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, start, statements
from plumbline.kernel.plans.wording import plain

_COUNT = "一级指标数"


def _miscounted(statement: ProjectStatement, listed: set[str]) -> bool:
    """Whether the prose announces another number of level-1 indicators than it lists."""
    count = statement.attributes.get(_COUNT)
    return count is not None and count.value != str(len(listed))


def _announced(document: PlanDocument) -> Iterator[tuple[ProjectStatement, set[str], set[str]]]:
    for statement in statements(document, "text"):
        if statement.declared_level1:
            announced = {plain(name) for name in statement.declared_level1}
            yield statement, announced, {plain(i.level1) for i in statement.indicators if plain(i.level1)}


@rule(
    id="declared-l1",
    severity="confirmed",
    title="声明的一级指标均已列出",
    why="文字先声明一级指标，再逐个展开。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """Announced = listed, all projects together."""
    right = [
        s
        for s, announced, listed in _announced(document)
        if announced == listed and not _miscounted(s, listed)
    ]
    if right:
        message = f"{len(right)}个项目声明的一级指标与列出的一致"
        yield Finding("declared-l1", "confirmed", at(*map(start, right)), message)


@rule(
    id="declared-l1",
    severity="error",
    title="声明的一级指标与列出的不一致",
    why="声明了却没有展开的一级指标无法考核。",
    mend="补齐缺少的一级指标，或改正声明。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """Announced ≠ listed."""
    for statement, announced, listed in _announced(document):
        if announced != listed:
            missing, extra = "、".join(sorted(announced - listed)), "、".join(sorted(listed - announced))
            parts = [f"声明而未列{missing}"] * bool(missing) + [f"列出而未声明{extra}"] * bool(extra)
            message = f"项目“{statement.name}”：{'，'.join(parts)}"
            yield Finding("declared-l1", "error", at(start(statement)), message)
        elif _miscounted(statement, listed):
            count = statement.attributes[_COUNT].value
            message = f"项目“{statement.name}”声明{count}个一级指标，列出{len(listed)}个"
            yield Finding("declared-l1", "error", at(start(statement)), message)
