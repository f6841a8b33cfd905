"""A text that the template left over."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, start, statements
from plumbline.kernel.plans.wording import patterns, quoted

_FIELDS = ("goal", "goal_actual", "use", "name", "basis")
_INDICATOR_FIELDS = ("level3", "description", "basis", "cause")


def is_placeholder(text: str | None) -> bool:
    """Whether the text is one that a template leaves to be replaced."""
    stripped = (text or "").strip()
    return bool(stripped) and any(p.search(stripped) for p in patterns("placeholder"))


def _left_over(statement: ProjectStatement) -> Iterator[tuple[str, int | None]]:
    for name in _FIELDS:
        value = getattr(statement, name)
        if is_placeholder(value):
            yield value, field_line(statement, name) or start(statement)
    for attribute in statement.attributes.values():
        if is_placeholder(attribute.value):
            yield attribute.value, min(attribute.lines, default=None)
    for indicator in statement.indicators:
        for name in _INDICATOR_FIELDS:
            value = getattr(indicator, name)
            if is_placeholder(value):
                yield value, field_line(indicator, name) or min(indicator.lines, default=None)
        if is_placeholder(indicator.target.raw):
            yield indicator.target.raw, field_line(indicator, "target") or min(indicator.lines, default=None)


@rule(
    id="placeholder",
    severity="error",
    title="模板占位文字未替换",
    why="占位文字不是内容，说明这一栏没有填。",
    mend="按项目实际填写这一栏。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All left-over texts of the document together."""
    found = [place for s in statements(document) for place in _left_over(s)]
    if found:
        message = f"{quoted(text for text, _ in found)}为模板占位，未填写"
        yield Finding("placeholder", "error", at(*(line for _, line in found)), message)
