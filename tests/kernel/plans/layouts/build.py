"""Sources of invented forms: text as it stands, or tables with merged cells."""

from __future__ import annotations

from plumbline.kernel.plans.document import Execution, Indicator, PlanDocument, ProjectStatement
from plumbline.kernel.plans.layouts.table_form import TableForm
from plumbline.kernel.plans.source import Cell, Line, Source, Table

#: text, columns covered, rows covered
Entry = str | tuple[str, int, int]


def text_source(text: str, *, name: str = "表.txt") -> Source:
    """A text file of these lines."""
    lines = tuple(Line(n, line, f"第{n}行") for n, line in enumerate(text.split("\n"), 1))
    return Source(name, "txt", lines)


def table_source(*parts: str | list[list[Entry]], name: str = "表.docx") -> Source:
    """A document of paragraphs and tables; one line per filled cell."""
    lines: list[str] = []
    tables: list[Table] = []
    for part in parts:
        if isinstance(part, str):
            lines.append(part)
        else:
            tables.append(_table(part, lines))
    numbered = tuple(Line(n, line, f"第{n}段") for n, line in enumerate(lines, 1))
    return Source(name, "docx", numbered, tuple(tables))


def _table(rows: list[list[Entry]], lines: list[str]) -> Table:
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row, entries in enumerate(rows):
        column = 0
        for entry in entries:
            text, width, height = entry if isinstance(entry, tuple) else (entry, 1, 1)
            while (row, column) in taken:
                column += 1
            taken.update((row + a, column + b) for a in range(height) for b in range(width))
            if text.strip():
                lines.append(text)
            cells.append(Cell(row, column, text, len(lines) if text.strip() else 0, height, width))
            column += width
    return Table(tuple(cells))


def read(source: Source) -> PlanDocument:
    """Read it, after making sure that the layout claims it."""
    layout = TableForm()
    assert layout.recognise(source) > 0.3
    return layout.read(source)


def only(document: PlanDocument) -> ProjectStatement:
    """The one statement of a document on one project."""
    assert len(document.projects) == 1
    return document.projects[0].statements[0]


def row(indicator: Indicator) -> tuple[str, str, str | None, str]:
    """Levels and target of an indicator."""
    return indicator.level1, indicator.level2, indicator.level3, indicator.target.raw


def scored(indicator: Indicator) -> tuple[str | None, str | None, str | None, str | None]:
    """Name, weight, actual and score of an indicator, as texts."""
    return (
        indicator.level3,
        None if indicator.weight is None else str(indicator.weight),
        indicator.actual.raw if indicator.actual else None,
        None if indicator.score is None else str(indicator.score),
    )


def money(execution: Execution) -> tuple[str, ...]:
    """Name and raw amounts (年初, 全年, 执行, 预计) of a row on money; "" where a cell is empty."""
    amounts = (execution.initial, execution.adjusted, execution.executed, execution.forecast)
    return (execution.name, *(amount.raw if amount else "" for amount in amounts))
