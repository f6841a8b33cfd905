"""One indicator of one project has one value, in prose and table."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.checks.unit_conflict import in_conflict
from plumbline.kernel.plans.document import Indicator, PlanDocument, Target
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, name_line, target_line
from plumbline.kernel.plans.wording import bare, plain


def _pairs(document: PlanDocument) -> Iterator[tuple[Indicator, Indicator]]:
    """Indicators of one name in prose and table of one project, where the name stands once in each."""
    for project in document.projects:
        if project.text is None or project.table is None:
            continue
        told = _once(project.text.indicators)
        listed = _once(project.table.indicators)
        yield from ((told[name], listed[name]) for name in told if name in listed)


def _once(indicators: tuple[Indicator, ...]) -> dict[str, Indicator]:
    names = [bare(i.level3) for i in indicators]
    return {name: i for name, i in zip(names, indicators, strict=True) if name and names.count(name) == 1}


def _differ(a: Target, b: Target) -> bool:
    """Whether two targets promise different things; a missing unit or a vague value is another matter."""
    if {"empty", "vague"} & {a.kind, b.kind}:
        return False
    if a.kind != "quantitative" or b.kind != "quantitative":
        return a.kind != b.kind or plain(a.raw) != plain(b.raw)
    units = a.unit != b.unit and a.unit is not None and b.unit is not None
    return units or (a.comparator, a.value, a.high) != (b.comparator, b.value, b.high)


@rule(
    id="text-table-value",
    severity="error",
    title="同一指标在文字与表中的值不同",
    why="同一指标有两个目标，考核时不知道以哪个为准。",
    mend="确定一个指标值，文字与表都按它填写。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding an indicator."""
    disputed = in_conflict(document)
    for told, listed in _pairs(document):
        if _differ(told.target, listed.target) and id(told) not in disputed:
            lines = at(name_line(told), target_line(listed))
            message = f"“{told.level3}”：文字写{told.target.raw}，表写{listed.target.raw}"
            yield Finding("text-table-value", "error", lines, message)
