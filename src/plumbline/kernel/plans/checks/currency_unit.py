"""The table's head says yuan, its texts say ten thousand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, statements
from plumbline.kernel.plans.wording import plain, quoted

_TEN_THOUSAND = re.compile(r"\d[\d.,]*\s*万元?")
_YUAN = re.compile(r"\d[\d.,]*\s*(?:亿元|元)")


def _declared(document: PlanDocument, statement: ProjectStatement) -> tuple[str, int | None]:
    """The currency unit that the head of the table declares, and where."""
    line = field_line(statement, "currency")
    text = document.source.lines[line - 1].text if line and line <= len(document.source.lines) else ""
    return ("万元" if "万元" in plain(text) else "元" if "元" in plain(text) else ""), line


@rule(
    id="currency-unit",
    severity="warning",
    title="金额单位前后不一",
    why="表头单位是元，栏内写万，容易看错一万倍；省去“元”字也不规范。",
    mend="全表统一金额单位，并写全“元”或“万元”。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding for all tables of a declared unit, where a use text has the other."""
    heads: dict[str, list[int | None]] = {}
    uses: dict[str, list[tuple[str, int | None]]] = {}
    for statement in statements(document, "table"):
        unit, line = _declared(document, statement)
        heads.setdefault(unit, []).append(line)
        other = _TEN_THOUSAND if unit == "元" else _YUAN
        found = other.search(statement.use or "")
        if unit and found:
            uses.setdefault(unit, []).append((found.group(), field_line(statement, "use")))
    for unit, found_uses in uses.items():
        lines = at(*heads[unit], *(line for _, line in found_uses))
        message = f"表头单位为{unit}，用途写{quoted(text for text, _ in found_uses)}"
        yield Finding("currency-unit", "warning", lines, message)
