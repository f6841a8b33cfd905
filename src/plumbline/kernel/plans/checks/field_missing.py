"""A field of a table that is left blank where the other tables have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from plumbline.kernel.plans.checks.truncated import breaks_off
from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, head_line, statements
from plumbline.kernel.plans.wording import plain

_FIELDS: tuple[tuple[str, Callable[[ProjectStatement], bool]], ...] = (
    ("项目编码", lambda s: bool(plain(s.code))),
    ("项目名称", lambda s: bool(plain(s.name))),
    ("预算数", lambda s: s.budget is not None and s.budget.yuan is not None),
    ("资金用途", lambda s: bool(plain(s.use))),
    ("资金支出计划", lambda s: bool(s.spend_points)),
    ("绩效目标", lambda s: bool(plain(s.goal))),
)


@rule(
    id="field-missing",
    severity="warning",
    title="表中有栏目空白",
    why="同样的表别的项目都填了，空白的一栏多半是漏填。",
    mend="补填空白的栏目。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding a table that lacks what more than half of the tables have."""
    tables = statements(document, "table")
    usual = [(name, has) for name, has in _FIELDS if sum(map(has, tables)) * 2 > len(tables)]
    for statement in tables:
        blank = [name for name, has in usual if not has(statement)]
        if blank and not breaks_off(statement):
            message = f"项目“{statement.name}”的表中{'、'.join(blank)}空白"
            yield Finding("field-missing", "warning", at(head_line(statement)), message)
