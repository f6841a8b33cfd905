"""A statement without output, benefit or satisfaction."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.checks.truncated import breaks_off
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, head_line
from plumbline.kernel.plans.wording import level1, plain

_LEVELS = ("产出指标", "效益指标", "满意度指标")


@rule(
    id="level1-missing",
    severity="warning",
    title="缺少一级指标",
    why="产出、效益、满意度缺一类，绩效就只看到一部分。",
    mend="补上缺少的一级指标；确不适用的写明原因。",
)
def levels(document: PlanDocument) -> Iterator[Finding]:
    """One finding a project that lacks output, benefit or satisfaction and does not break off."""
    for project in document.projects:
        lacking: dict[str, list[int | None]] = {}
        for statement in project.statements:
            present = {level1(i.level1) for i in statement.indicators if plain(i.level1)}
            missing = [name for name in _LEVELS if name not in present]
            if present & set(_LEVELS) and missing and not breaks_off(statement):
                lacking.setdefault("、".join(missing), []).append(head_line(statement))
        for said, heads in lacking.items():
            message = f"项目“{project.name}”没有{said}"
            yield Finding("level1-missing", "warning", at(*heads), message)
