"""The plan as JSON: the documented, stable schema of `plumbline plan read --format json`.

The schema stands in docs/plan-json.md. Amounts and values are exact decimal strings, dates ISO 8601,
lines 1-based numbers of the source. Keys are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from plumbline.kernel.plans.amount import yuan_text
from plumbline.kernel.plans.document import (
    Actual,
    Amount,
    Execution,
    Indicator,
    Organisation,
    PlanDocument,
    Project,
    ProjectStatement,
    SpendPoint,
    Target,
    Text,
)
from plumbline.kernel.plans.numerals import value_text
from plumbline.kernel.plans.source import Source

Json = dict[str, Any]


def document_json(document: PlanDocument) -> Json:
    """The whole document as plain data, ready for `json.dumps`."""
    source = document.source
    return {
        "year": document.year,
        "organisation": _organisation(document.organisation),
        "totals": [_amount(total) for total in document.totals],
        "goals": [goal.value for goal in document.goals],
        "projects": [_project(project, source) for project in document.projects],
        "layout": document.layout,
        "form": document.form,
        "complete": document.complete,
        "goal_lines": [_ends(goal.lines) for goal in document.goals],
        "category_goals": [
            {"name": goal.name, "text": goal.value, "lines": _ends(goal.lines)}
            for goal in document.category_goals
        ],
        "fields_of_work": [
            _statement(field, source) | {"indicators": [_indicator(i, source) for i in field.indicators]}
            for field in document.fields_of_work
        ],
        "safeguards": _texts(document.safeguards),
        "headings": _texts(document.headings),
        "noise": [{"what": text.value, "lines": list(text.lines)} for text in document.noise],
        "source": {
            "name": source.name,
            "format": source.format,
            "encoding": source.encoding,
            "lines": len(source.lines),
            "notes": list(source.notes),
        },
    }


def _organisation(organisation: Organisation) -> Json:
    return {
        "name": organisation.name,
        "aliases": [alias.value for alias in organisation.aliases],
        "code": organisation.code,
        "label": organisation.label,
        "division": organisation.division,
        "rank": organisation.rank,
        "departments": [department.value for department in organisation.departments],
        "declared_departments": organisation.declared_departments,
        "mentions": _texts(organisation.mentions),
    }


def _project(project: Project, source: Source) -> Json:
    """One project: the first value that a statement gives, the indicators of all, and each statement."""
    by_table_first = sorted(project.statements, key=lambda statement: statement.origin != "table")
    budget = project.budget
    return {
        "code": project.code,
        "name": project.name,
        "aliases": list(project.aliases),
        "budget_yuan": _yuan(budget),
        "funds": [_amount(fund) for fund in next((s.funds for s in by_table_first if s.funds), ())],
        "use": next((s.use for s in by_table_first if s.use), None),
        "spend_points": _points(next((s.spend_points for s in by_table_first if s.spend_points), ())),
        "basis": next((s.basis for s in project.statements if s.basis), None),
        "indicators": [_indicator(indicator, source) for indicator in project.indicators],
        "goal": next((s.goal for s in project.statements if s.goal), None),
        "statements": [_statement(statement, source) for statement in project.statements],
    }


def _statement(statement: ProjectStatement, source: Source) -> Json:
    return {
        "origin": statement.origin,
        "code": statement.code,
        "name": statement.name,
        "number": statement.number,
        "title": statement.title,
        "budget": _amount(statement.budget) if statement.budget else None,
        "funds": [_amount(fund) for fund in statement.funds],
        "use": statement.use,
        "goal": statement.goal,
        "goal_actual": statement.goal_actual,
        "basis": statement.basis,
        "spend_points": _points(statement.spend_points),
        "execution": [_execution(row) for row in statement.execution],
        "declared_level1": list(statement.declared_level1),
        "declared_count": statement.declared_count,
        "levels": {name: value_text(points) for name, points in statement.levels.items()},
        "total_weight": _value(statement.total_weight),
        "total_score": _value(statement.total_score),
        "attributes": {name: text.value for name, text in statement.attributes.items()},
        "indicators": len(statement.indicators),
        "complete": statement.complete,
        "lines": _ends(statement.lines),
        "where": source.where(statement.lines[0]) if statement.lines else "",
        "spans": dict(statement.spans),
    }


def _indicator(indicator: Indicator, source: Source) -> Json:
    return {
        "level1": indicator.level1,
        "level2": indicator.level2,
        "level3": indicator.level3,
        "description": indicator.description,
        "target": _target(indicator.target),
        "weight": _value(indicator.weight),
        "basis": indicator.basis,
        "origin": indicator.origin,
        "lines": _ends(indicator.lines),
        "where": source.where(indicator.lines[0]) if indicator.lines else "",
        "spans": dict(indicator.spans),
        "direction": indicator.direction,
        "actual": _actual(indicator.actual),
        "score": _value(indicator.score),
        "likelihood": indicator.likelihood,
        "cause": indicator.cause,
        "text": indicator.raw,
        "attributes": {name: text.value for name, text in indicator.attributes.items()},
    }


def _target(target: Target) -> Json:
    return {
        "raw": target.raw,
        "comparator": target.comparator,
        "value": _value(target.value),
        "unit": target.unit,
        "kind": target.kind,
        "high": _value(target.high),
        "date": target.day.isoformat() if target.day else None,
        "base": target.base,
        "change": target.change,
        "fraction": "/".join(map(str, target.fraction)) if target.fraction else None,
    }


def _actual(actual: Actual | None) -> Json | None:
    if actual is None:
        return None
    return {
        "raw": actual.raw,
        "value": _value(actual.value),
        "unit": actual.unit,
        "lines": _ends(actual.lines),
    }


def _execution(row: Execution) -> Json:
    return {
        "name": row.name,
        "initial": _amount(row.initial) if row.initial else None,
        "adjusted": _amount(row.adjusted) if row.adjusted else None,
        "executed": _amount(row.executed) if row.executed else None,
        "forecast": _amount(row.forecast) if row.forecast else None,
        "rate": _value(row.rate),
        "weight": _value(row.weight),
        "score": _value(row.score),
        "lines": _ends(row.lines),
    }


def _points(points: Iterable[SpendPoint]) -> list[Json]:
    return [
        {
            "date": point.day.isoformat(),
            "percent": value_text(point.percent),
            "raw_date": point.raw_day,
            "raw_percent": point.raw_percent,
            "lines": _ends(point.lines),
        }
        for point in points
    ]


def _amount(amount: Amount) -> Json:
    return {
        "name": amount.name,
        "yuan": _yuan(amount),
        "raw": amount.raw,
        "unit": amount.unit,
        "lines": _ends(amount.lines),
    }


def _yuan(amount: Amount | None) -> str | None:
    return None if amount is None or amount.yuan is None else yuan_text(amount.yuan)


def _value(value: Decimal | None) -> str | None:
    return None if value is None else value_text(value)


def _texts(texts: Iterable[Text]) -> list[Json]:
    return [{"text": text.value, "lines": _ends(text.lines)} for text in texts]


def _ends(lines: tuple[int, ...]) -> list[int]:
    """First and last line, ascending; empty where the place is not known."""
    return [min(lines), max(lines)] if lines else []
