"""Walking a plan document: statements and indicators in reading order, and the lines of their fields."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.document import (
    Amount,
    Indicator,
    Origin,
    PlanDocument,
    ProjectStatement,
)

Placed = tuple[ProjectStatement, Indicator]


def at(*numbers: int | None) -> tuple[int, ...]:
    """Line numbers, ascending, without repeats and without what is unknown."""
    return tuple(sorted({n for n in numbers if n}))


def statements(document: PlanDocument, origin: Origin | None = None) -> list[ProjectStatement]:
    """All statements of the document in reading order, of one origin where given."""
    every = (s for p in document.projects for s in p.statements if origin in (None, s.origin))
    return sorted(every, key=lambda s: start(s) or 0)


def indicators(document: PlanDocument, origin: Origin | None = None) -> Iterator[Placed]:
    """Every indicator with its statement, in reading order."""
    for statement in statements(document, origin):
        for indicator in statement.indicators:
            yield statement, indicator


def by_project(document: PlanDocument) -> Iterator[list[Indicator]]:
    """The indicators of each project, of its prose and its table, in reading order."""
    for project in sorted(document.projects, key=lambda p: min((start(s) or 0) for s in p.statements)):
        yield list(project.indicators)


def start(statement: ProjectStatement) -> int | None:
    """The first line of a statement."""
    return min(statement.lines, default=None) or min(statement.spans.values(), default=None)


def field_line(item: Indicator | ProjectStatement, name: str) -> int | None:
    """The line of one field; for an indicator of the prose its paragraph."""
    line = item.spans.get(name)
    if line is None and item.origin == "text":
        return min(item.lines, default=None)
    return line


def name_line(indicator: Indicator) -> int | None:
    """Where the indicator's name stands, or else where the indicator begins."""
    return field_line(indicator, "level3") or min(indicator.lines, default=None)


def target_line(indicator: Indicator) -> int | None:
    """Where the value stands, or else the name."""
    return field_line(indicator, "target") or name_line(indicator)


def head_line(statement: ProjectStatement) -> int | None:
    """Where the statement's title stands, or else its name, or else its first line."""
    return field_line(statement, "title") or field_line(statement, "name") or start(statement)


def amount_line(amount: Amount | None) -> int | None:
    """The line of an amount."""
    return min(amount.lines, default=None) if amount else None


def called(indicator: Indicator) -> str:
    """The indicator's name; where it has none its description."""
    return indicator.level3 or indicator.description or indicator.level2


def at_break(statement: ProjectStatement, indicator: Indicator) -> bool:
    """Whether the indicator is the last one of a statement that breaks off: its cells may be beyond."""
    return not statement.complete and bool(statement.indicators) and indicator is statement.indicators[-1]


def unfinished(statement: ProjectStatement, indicator: Indicator) -> bool:
    """Whether the indicator is the one at which its statement breaks off."""
    return at_break(statement, indicator) and indicator.target.kind == "empty"


def number(value: Decimal) -> str:
    """A number without needless zeros and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal) -> str:
    """Yuan for a message: whole, or with two places (more where there are more)."""
    text = number(value)
    whole, point, cents = text.partition(".")
    return f"{whole}.{cents.ljust(2, '0')}元" if point else f"{whole}元"


def yuan(amount: Amount) -> str:
    """An amount in yuan for a message; the raw text where it is no number."""
    return amount.raw if amount.yuan is None else money(amount.yuan)
