"""Safeguards that repeat the goals, and goals that repeat each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.checks.placeholder import is_placeholder
from plumbline.kernel.plans.document import PlanDocument, Text
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, head_line, statements
from plumbline.kernel.plans.wording import bare, plain

_NUMBER = re.compile(r"^[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.．）)]")
_LONG = 12
#: shorter ones count where most of the safeguards are copies
_SHORT = 4


def _content(text: str) -> str:
    """A numbered item without its number, spaces and closing punctuation."""
    return bare(_NUMBER.sub("", plain(text)))


def _copies(document: PlanDocument) -> list[tuple[Text, Text]]:
    goals = {_content(g.value): g for g in document.goals if len(_content(g.value)) >= _SHORT}
    found = [(goals[c], s) for s in document.safeguards if (c := _content(s.value)) in goals]
    if len(found) > 1 and len(found) * 2 > len(document.safeguards):
        return found
    return [(goal, s) for goal, s in found if len(_content(s.value)) >= _LONG]


@rule(
    id="copy",
    severity="warning",
    title="内容照抄",
    why="保障措施照抄目标，等于没有写怎样保障；几个项目共用一段目标，等于没有各自的目标。",
    mend="保障措施写组织、制度、资金、监督怎样落实；各项目写各自的目标。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """Safeguards copied from goals together; each goal that several projects share by itself."""
    copies = _copies(document)
    if copies:
        lines = at(*(n for pair in copies for text in pair for n in text.lines))
        message = f"工作保障措施有{len(copies)}条与总体目标逐字相同"
        yield Finding("copy", "warning", lines, message)
    shared: dict[str, list[tuple[str, int | None]]] = {}
    for origin in ("text", "table"):
        for statement in statements(document):
            goal = _content(statement.goal or "")
            if statement.origin == origin and len(goal) >= _LONG and not is_placeholder(statement.goal):
                line = field_line(statement, "goal") or head_line(statement)
                shared.setdefault(f"{origin}:{goal}", []).append((statement.name, line))
    for places in shared.values():
        if len({name for name, _ in places}) > 1:
            names = "、".join(f"“{name}”" for name, _ in places)
            yield Finding("copy", "warning", at(*(n for _, n in places)), f"项目{names}的绩效目标逐字相同")
