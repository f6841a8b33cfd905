"""Bases of a statement: its own, and those of its rows."""

from __future__ import annotations

from plumbline.kernel.plans.document import ProjectStatement
from plumbline.kernel.plans.places import field_line, start
from plumbline.kernel.plans.wording import plain


def bases(statement: ProjectStatement) -> list[tuple[str, int | None]]:
    """Every basis without white space, with its line."""
    own = (
        [(plain(statement.basis), field_line(statement, "basis") or start(statement))]
        if statement.basis
        else []
    )
    rows = [
        (plain(i.basis), field_line(i, "basis") or min(i.lines, default=None)) for i in statement.indicators
    ]
    return own + [(text, line) for text, line in rows if text]
