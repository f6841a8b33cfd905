"""Outputs need quantity, quality, time and cost."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, head_line, start, statements
from plumbline.kernel.plans.wording import level1, level2

_FORMS = ("目标表", "申报表")
_KINDS = ("数量", "质量", "时效", "成本")


def _missing_kinds(statement: ProjectStatement) -> list[str]:
    """Kinds of output that the statement lacks; cost may stand as a level 1 of its own."""
    outputs = {level2(i.level2) for i in statement.indicators if level1(i.level1) == "产出指标"}
    if any(level1(i.level1) == "成本指标" for i in statement.indicators):
        outputs.add("成本")
    return [kind for kind in _KINDS if outputs and kind not in outputs]


def _line(statement: ProjectStatement) -> int | None:
    """The paragraph of the prose; in a table the line of its first output."""
    if statement.origin == "text":
        return start(statement)
    first = next((i for i in statement.indicators if level1(i.level1) == "产出指标"), None)
    return (field_line(first, "level1") or min(first.lines, default=None)) if first else head_line(statement)


@rule(
    id="output-coverage",
    severity="warning",
    title="产出指标缺少类别",
    why="产出应从数量、质量、时效、成本四方面考核，缺一类就看不到那一方面。",
    mend="补上缺少的一类指标。",
)
def outputs(document: PlanDocument) -> Iterator[Finding]:
    """All statements of a plan that lack a kind of output together; other forms only report on a plan."""
    if not any(form in document.form for form in _FORMS):
        return
    found = [(s, kinds) for s in statements(document) if (kinds := _missing_kinds(s)) and _is_whole(s)]
    if found:
        said = "；".join(f"“{s.name}”缺{'、'.join(kinds)}" for s, kinds in found[:12])
        more = f"等{len(found)}个" if len(found) > 12 else ""
        lines = at(*(_line(s) for s, _ in found))
        yield Finding("output-coverage", "warning", lines, f"产出指标{said}{more}")


def _is_whole(statement: ProjectStatement) -> bool:
    """A table that breaks off may have its missing rows beyond the break."""
    return statement.origin == "text" or statement.complete
