"""From a document to the rows of a version: each statement stays beside the values that count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from django.db import models

from plumbline.kernel.errors import DocumentError
from plumbline.kernel.plans import document as kernel
from plumbline.office.targets.models import (
    CategoryTotal,
    Fund,
    Goal,
    Indicator,
    PlanArchive,
    PlanVersion,
    Project,
    SpendPoint,
    Statement,
)
from plumbline.office.targets.services.identity import Lines
from plumbline.office.targets.services.source_lines import write_lines

T = TypeVar("T")
BATCH = 500
#: first number that a target's column does not hold
LARGEST = Decimal(10) ** 16
#: what the forms call the two organisations of a project
DEPARTMENT = ("主管部门", "主管部门及代码", "部门名称")
IMPLEMENTER = ("实施单位", "项目执行单位", "项目单位", "项目实施单位", "单位名称")
#: words of the row that sums the others
TOTALS = ("总额", "合计", "总计")
CATEGORY = ("项目类别", "项目类型", "项目属性")


def write_rows(*, version: PlanVersion, document: kernel.PlanDocument, packed: bytes, lines: Lines) -> None:
    """Write everything that the document says as rows of a new version, in the caller's transaction.

    Args:
        packed: the document as `kernel.plans.archive` packs it.

    Raises:
        DocumentError: a value is longer or larger than any form allows.
    """
    PlanArchive.objects.create(version=version, data=packed)
    write_lines(version=version, source=document.source)
    _save(_totals(version, document))
    _save(_goals(version, document))
    projects = list(_projects(version, document, lines))
    lines.save()
    _save(projects)
    _save(
        row
        for project, said in zip(projects, document.projects, strict=True)
        for row in statements(project, said)
    )
    _save(
        row for project, said in zip(projects, document.projects, strict=True) for row in funds(project, said)
    )
    _save(
        row
        for project, said in zip(projects, document.projects, strict=True)
        for row in points(project, said)
    )
    stated = [
        row
        for index, (project, said) in enumerate(zip(projects, document.projects, strict=True))
        for row in indicators(project, said, index=index, lines=lines)
    ]
    lines.save()
    _save(stated)


def _save(rows: Iterable[T]) -> list[T]:
    kept = list(rows)
    for row in kept:
        refuse_oversize(row)  # type: ignore[arg-type]
    return type(kept[0])._default_manager.bulk_create(kept, batch_size=BATCH) if kept else []  # type: ignore


def refuse_oversize(row: models.Model) -> None:
    """Say which value does not fit, since SQLite would take it and PostgreSQL would not.

    Raises:
        DocumentError: a text is too long, or a number too large.
    """
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.CharField) and isinstance(value, str):
            if "\0" in value:
                setattr(row, field.attname, value.replace("\0", ""))
            if field.max_length and len(value) > field.max_length:
                _refuse(row, field, f"超过{field.max_length}个字", value)
        elif isinstance(field, models.TextField) and isinstance(value, str) and "\0" in value:
            setattr(row, field.attname, value.replace("\0", ""))
        elif isinstance(field, models.DecimalField) and isinstance(value, Decimal):
            whole = field.max_digits - field.decimal_places
            if not value.is_finite() or value.copy_abs() >= Decimal(10) ** whole:
                _refuse(row, field, f"超过{whole}位整数", str(value))
            setattr(
                row, field.attname, value.quantize(Decimal(1).scaleb(-field.decimal_places), ROUND_HALF_UP)
            )


def _refuse(row: models.Model, field: models.Field[Any, Any], why: str, value: str) -> None:
    places = getattr(row, "lines", None) or []
    raise DocumentError(
        f"“{field.verbose_name}”的内容{why}：{value[:40]}…",
        where=f"第{places[0]}行" if places else "",
        advice="请核对原文件此处是否把多项内容写在了一格里，修改后重新导入。",
    )


def _totals(version: PlanVersion, document: kernel.PlanDocument) -> Iterator[CategoryTotal]:
    for ordinal, total in enumerate(document.totals):
        yield CategoryTotal(
            version=version,
            ordinal=ordinal,
            name=total.name,
            amount_yuan=total.yuan,
            raw=total.raw,
            source_unit=total.unit,
            lines=list(total.lines),
        )


def _goals(version: PlanVersion, document: kernel.PlanDocument) -> Iterator[Goal]:
    for kind, texts in ((Goal.Kind.GOAL, document.goals), (Goal.Kind.SAFEGUARD, document.safeguards)):
        for ordinal, text in enumerate(texts):
            yield Goal(version=version, kind=kind, ordinal=ordinal, text=text.value, lines=list(text.lines))


def ranked(project: kernel.Project) -> list[kernel.ProjectStatement]:
    """The statements in the order in which they count: the official tables before the prose."""
    return sorted(project.statements, key=lambda statement: statement.origin != "table")


def first(project: kernel.Project, pick: Callable[[kernel.ProjectStatement], T | None]) -> T | None:
    """The first value that a statement has, tables before prose."""
    return next((value for value in map(pick, ranked(project)) if value), None)


def _attribute(project: kernel.Project, names: tuple[str, ...], limit: int) -> str:
    def pick(statement: kernel.ProjectStatement) -> str | None:
        return next(
            (statement.attributes[name].value for name in names if name in statement.attributes), None
        )

    # These three say who and what kind; they enter no check, and the statement keeps the whole text.
    return (first(project, pick) or "")[:limit]


def _projects(version: PlanVersion, document: kernel.PlanDocument, lines: Lines) -> Iterator[Project]:
    codes = [said.code or "" for said in document.projects]
    names = [first(said, lambda s: s.name) or "（未写项目名称）" for said in document.projects]
    own = lines.projects(list(zip(codes, names, strict=True)))
    for index, said in enumerate(document.projects):
        budget = first(said, lambda s: s.budget if s.budget and s.budget.yuan is not None else None)
        name = names[index]
        yield Project(
            version=version,
            line=own[index],
            ordinal=index + 1,
            place=str(index),
            code=codes[index],
            name=name,
            aliases=[s.name for s in said.statements if s.name and s.name != name],
            category=_attribute(said, CATEGORY, 100),
            department=_attribute(said, DEPARTMENT, 200),
            implementer=_attribute(said, IMPLEMENTER, 200),
            budget_yuan=budget.yuan if budget else None,
            source_unit=budget.unit if budget else "元",
            use=first(said, lambda s: s.use) or "",
            goal=first(said, lambda s: s.goal) or "",
            basis=first(said, lambda s: s.basis) or "",
        )


def statements(project: Project, said: kernel.Project) -> Iterator[Statement]:
    for ordinal, statement in enumerate(said.statements):
        budget = statement.budget
        yield Statement(
            project=project,
            ordinal=ordinal,
            origin=statement.origin,
            title=statement.title[:300],
            name=statement.name,
            code=statement.code or "",
            budget_yuan=budget.yuan if budget else None,
            budget_raw=budget.raw if budget else "",
            use=statement.use or "",
            goal=statement.goal or "",
            basis=statement.basis or "",
            lines=list(statement.lines),
            spans=dict(statement.spans),
            attributes={name: text.value for name, text in statement.attributes.items()},
        )


def funds(project: Project, said: kernel.Project) -> Iterator[Fund]:
    for ordinal, fund in enumerate(first(said, stated_funds) or ()):
        yield Fund(
            project=project,
            ordinal=ordinal,
            name=fund.name,
            amount_yuan=fund.yuan,
            raw=fund.raw,
            source_unit=fund.unit,
            lines=list(fund.lines),
        )


def stated_funds(statement: kernel.ProjectStatement) -> tuple[kernel.Amount, ...]:
    """The parts of the budget; forms that report execution state them there, beside a total."""
    rows = [row for row in statement.execution if not any(word in row.name for word in TOTALS)]
    planned = [(row, row.adjusted or row.initial) for row in rows]
    return statement.funds or tuple(
        replace(amount, name=row.name, lines=amount.lines or row.lines) for row, amount in planned if amount
    )


def points(project: Project, said: kernel.Project) -> Iterator[SpendPoint]:
    """Of each origin the first plan that it states; one point a day."""
    for origin in Statement.Origin.values:
        plan = next((s.spend_points for s in said.statements if s.origin == origin and s.spend_points), ())
        for point in {point.day: point for point in reversed(plan)}.values():
            yield SpendPoint(
                project=project,
                origin=origin,
                day=point.day,
                percent=point.percent,
                raw_day=point.raw_day,
                raw_percent=point.raw_percent,
                lines=list(point.lines),
            )


def indicators(project: Project, said: kernel.Project, *, index: int, lines: Lines) -> Iterator[Indicator]:
    """All statements' indicators; those of the first table that has any are tracked, else the prose's."""
    counted = next((statement for statement in ranked(said) if statement.indicators), None)
    own = lines.indicators(project.line, [stated for s in said.statements for stated in s.indicators])
    ordinal = 0
    for number, statement in enumerate(said.statements):
        for position, stated in enumerate(statement.indicators):
            row = Indicator(
                project=project,
                line=own[ordinal],
                ordinal=ordinal,
                place=f"{index}.{number}.{position}",
                origin=stated.origin,
                use=Indicator.Use.TRACKED if statement is counted else Indicator.Use.REFERENCE,
                level1=stated.level1,
                level2=stated.level2,
                level3=stated.level3 or "",
                description=stated.description or "",
                basis=stated.basis or "",
                weight=stated.weight,
                direction=stated.direction or "",
                lines=list(stated.lines),
                spans=dict(stated.spans),
            )
            set_target(row, stated.target)
            ordinal += 1
            yield row


def set_target(row: Indicator, target: kernel.Target) -> None:
    """Take over a reading; the raw text stays as it is. A number that no column holds is not scorable."""
    if any(number is not None and number.copy_abs() >= LARGEST for number in (target.value, target.high)):
        target = kernel.Target(raw=target.raw, kind="vague")
    row.target_raw = target.raw
    row.target_kind = target.kind
    row.target_comparator = target.comparator or ""
    row.target_value = target.value
    row.target_high = target.high
    row.target_unit = target.unit or ""
    row.target_day = target.day
    row.target_base = target.base or ""
