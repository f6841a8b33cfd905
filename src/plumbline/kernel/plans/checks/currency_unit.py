"""A use text that writes 万 without 元, or goes by several units."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.amount import find_amounts
from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, statements
from plumbline.kernel.plans.wording import plain, quoted

_BARE = ("万", "亿")


def _odd(use: str | None) -> list[str]:
    """The amounts that leave out 元, or all of them where a text goes by several units."""
    amounts = find_amounts(use or "")
    bare = [amount.raw for amount in amounts if amount.unit in _BARE]
    units = {amount.unit for amount in amounts}
    return bare or ([amount.raw for amount in amounts] if len(units) > 1 else [])


def _declared(document: PlanDocument, statement: ProjectStatement) -> tuple[str, int | None]:
    """The currency unit that the head of the table declares, and where."""
    line = field_line(statement, "currency")
    text = document.source.lines[line - 1].text if line and line <= len(document.source.lines) else ""
    return ("万元" if "万元" in plain(text) else "元" if "元" in plain(text) else ""), line


@rule(
    id="currency-unit",
    severity="warning",
    title="金额单位前后不一",
    why="省去“元”字，或一段文字里元与万元混用，容易看错一万倍。",
    mend="全表统一金额单位，并写全“元”或“万元”。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding for all tables of a declared unit, where a use text leaves out 元 or mixes units."""
    heads: dict[str, list[int | None]] = {}
    uses: dict[str, list[tuple[str, int | None]]] = {}
    for statement in statements(document, "table"):
        unit, line = _declared(document, statement)
        heads.setdefault(unit, []).append(line)
        found = _odd(statement.use)
        if unit and found:
            line = field_line(statement, "use")
            uses.setdefault(unit, []).extend((amount, line) for amount in found)
    for unit, found_uses in uses.items():
        lines = at(*heads[unit], *(line for _, line in found_uses))
        message = f"表头单位为{unit}，用途写{quoted(text for text, _ in found_uses)}"
        yield Finding("currency-unit", "warning", lines, message)
