"""A plan in a few lines, to be compared with what a careful clerk read from the same form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.checking import check
from plumbline.kernel.plans.document import Amount, Execution, Indicator, PlanDocument, ProjectStatement
from plumbline.kernel.plans.numerals import value_text


def printed(document: PlanDocument) -> str:
    """Form, year, office; each project with its money and its indicators; the errors found."""
    office = document.organisation
    lines = [_row(document.form, document.year, office.code, office.name)]
    for project in document.projects:
        for statement in project.statements:
            lines.extend(_statement(statement))
    found = [f.rule for f in check(document) if f.severity == "error"]
    lines.append(_row("错误", *found))
    return "\n".join(lines) + "\n"


def _statement(statement: ProjectStatement) -> Iterator[str]:
    yield _row("项目", statement.code, statement.name, _money(statement.budget))
    yield from (_row("目标", text) for text in (statement.goal, statement.goal_actual) if text)
    yield from (_row("资金", fund.name, _money(fund)) for fund in statement.funds)
    yield from (_execution(row) for row in statement.execution)
    if statement.levels:
        yield _row("分值", *(f"{name}{value_text(points)}" for name, points in statement.levels.items()))
    yield from (_indicator(indicator) for indicator in statement.indicators)
    if statement.total_weight is not None:
        yield _row("总分", _number(statement.total_weight), _number(statement.total_score))


def _execution(row: Execution) -> str:
    amounts = (row.initial, row.adjusted, row.executed, row.forecast)
    numbers = (row.rate, row.weight, row.score)
    return _row("执行", row.name, *map(_money, amounts), *map(_number, numbers))


def _indicator(one: Indicator) -> str:
    target = one.target
    high = "" if target.high is None else f"~{value_text(target.high)}"
    value = f"{target.comparator or ''}{_number(target.value)}{high}{target.unit or ''}"
    actual = one.actual.raw if one.actual else ""
    cells = (value, _number(one.weight), actual, _number(one.score), one.likelihood, one.direction)
    return _row("指标", one.level1, one.level2, one.level3, target.raw, *cells)


def _money(amount: Amount | None) -> str:
    return "" if amount is None or amount.yuan is None else value_text(amount.yuan)


def _number(value: Decimal | None) -> str:
    return "" if value is None else value_text(value)


def _row(*cells: object) -> str:
    return "|".join("" if cell is None else str(cell).replace("\n", "⏎") for cell in cells)
