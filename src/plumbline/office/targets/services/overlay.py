"""The document with the hand-made values laid over it: what the checks look at after mending.

A mended value counts for every place of the document that states it (prose and table), so that a
contradiction that a person settled is settled. Everything else is as it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from plumbline.kernel.plans import archive
from plumbline.kernel.plans import document as kernel
from plumbline.kernel.plans.target import parse
from plumbline.office.targets.models import Indicator, PlanVersion, Project, SpendPoint

Statement = kernel.ProjectStatement


def mended_document(version: PlanVersion) -> kernel.PlanDocument:
    """The version's document with its rows laid over it.

    Raises:
        UnreadableFile: the archive cannot be read.
    """
    document = archive.load(bytes(version.archive.data))
    rows = list(version.projects.prefetch_related("indicators", "funds", "spend_points"))
    placed = {row.place: row for row in rows if row.place}
    projects = [
        _project(said, placed[str(index)], index)
        for index, said in enumerate(document.projects)
        if str(index) in placed
    ]
    anchor = (len(document.source.lines),) if document.source.lines else ()
    projects += [_added_project(row, anchor) for row in rows if not row.place]
    return replace(
        document,
        organisation=_organisation(document.organisation, version),
        totals=_totals(document.totals, version),
        projects=tuple(projects),
    )


def _organisation(said: kernel.Organisation, version: PlanVersion) -> kernel.Organisation:
    if "organisation_name" in version.mended:
        said = replace(said, name=version.organisation_name)
    if "organisation_code" in version.mended:
        said = replace(said, code=version.organisation_code or None)
    return said


def _totals(said: Sequence[kernel.Amount], version: PlanVersion) -> tuple[kernel.Amount, ...]:
    rows = {row.ordinal: row for row in version.totals.all() if row.mended}

    def one(ordinal: int, amount: kernel.Amount) -> kernel.Amount:
        row = rows.get(ordinal)
        if row is None:
            return amount
        return replace(amount, name=row.name, **_money(amount, row.amount_yuan, "amount_yuan" in row.mended))

    return tuple(one(ordinal, amount) for ordinal, amount in enumerate(said))


def _money(said: kernel.Amount, yuan: Decimal | None, mended: bool) -> dict[str, Any]:
    return {"yuan": yuan, "raw": "" if yuan is None else f"{yuan:.2f}", "unit": "元"} if mended else {}


def _project(said: kernel.Project, row: Project, index: int) -> kernel.Project:
    kept = {indicator.place: indicator for indicator in row.indicators.all() if indicator.place}
    added = [indicator for indicator in row.indicators.all() if not indicator.place]
    statements = [
        _statement(statement, row, kept, f"{index}.{number}")
        for number, statement in enumerate(said.statements)
    ]
    if added:
        _append(statements, said, added)
    return kernel.Project(statements=tuple(statements))


def _append(statements: list[Statement], said: kernel.Project, added: Sequence[Indicator]) -> None:
    """Put added indicators where the counted ones stand: the first table, else the prose."""
    order = sorted(range(len(statements)), key=lambda n: said.statements[n].origin != "table")
    number = next((n for n in order if said.statements[n].indicators), order[0])
    statement = statements[number]
    anchor = (min(statement.lines),) if statement.lines else ()
    new = tuple(_added_indicator(row, statement.origin, anchor) for row in added)
    statements[number] = _counted(statement, statement.indicators + new)


def _statement(said: Statement, row: Project, kept: dict[str, Indicator], place: str) -> Statement:
    indicators = tuple(
        _indicator(stated, kept[f"{place}.{position}"])
        for position, stated in enumerate(said.indicators)
        if f"{place}.{position}" in kept
    )
    statement = _counted(said, indicators)
    for name in row.mended:
        statement = _mended(statement, row, name)
    return statement


def _counted(said: Statement, indicators: tuple[kernel.Indicator, ...]) -> Statement:
    """Indicators that a person added or removed are taken off or onto the number that the prose announces."""
    announced = said.declared_count
    if announced is not None:
        announced += len(indicators) - len(said.indicators)
    return replace(said, indicators=indicators, declared_count=announced)


def _mended(said: Statement, row: Project, name: str) -> Statement:
    if name == "name":
        renamed = {
            "title": said.title.replace(said.name, row.name),
            "raw": said.raw.replace(said.name, row.name),
        }
        return replace(said, name=row.name, **(renamed if said.name else {}))
    if name == "budget_yuan":
        budget = said.budget or kernel.Amount(None, "", name="预算数", lines=said.lines[:1])
        return replace(said, budget=replace(budget, **_money(budget, row.budget_yuan, True)))
    if name == "basis":
        # Prose that broke off before its basis has one now.
        return replace(said, basis=row.basis or None, complete=said.complete or said.origin == "text")
    if name == "code":
        return replace(said, code=row.code or None) if said.code or said.origin == "table" else said
    if name in ("use", "goal"):
        return replace(said, **{name: getattr(row, name) or None})
    if name == "funds":
        return replace(said, funds=_funds(row, said)) if said.funds or said.origin == "table" else said
    if name == "spend_plan":
        return replace(said, spend_points=_points(row, said))
    return said


def _funds(row: Project, said: Statement) -> tuple[kernel.Amount, ...]:
    lines = said.funds[0].lines if said.funds else said.lines[:1]
    return tuple(
        kernel.Amount(fund.amount_yuan, fund.raw, "元", fund.name, tuple(fund.lines) or lines)
        for fund in row.funds.all()
    )


def _points(row: Project, said: Statement) -> tuple[kernel.SpendPoint, ...]:
    rows = list(row.spend_points.all())
    origin = "table" if any(point.origin == "table" for point in rows) else "text"
    lines = said.spend_points[0].lines if said.spend_points else said.lines[:1]
    mended: Iterable[SpendPoint] = (point for point in rows if point.origin == origin)
    return tuple(
        kernel.SpendPoint(p.day, p.percent, p.raw_day, p.raw_percent, tuple(p.lines) or lines) for p in mended
    )


def _indicator(said: kernel.Indicator, row: Indicator) -> kernel.Indicator:
    reading = row.reading_raw if row.reading_approved_at else ""
    names = set(row.mended) - {"tracking"}
    if not names and not reading:
        return said
    values = {
        "level1": row.level1,
        "level2": row.level2,
        "level3": row.level3 or None,
        "description": row.description or None,
        "basis": row.basis or None,
        "direction": row.direction or None,
        "weight": row.weight,
        "target": parse(reading or row.target_raw),
    }
    changed = {name: values[name] for name in values if name in names or (name == "target" and reading)}
    spans = {**{name: said.lines[0] for name in changed if said.lines}, **said.spans}
    mended = replace(said, spans=spans, **changed)
    return replace(mended, raw=_prose(mended)) if said.raw else mended


def _prose(said: kernel.Indicator) -> str:
    """A mended indicator in the words of the prose."""
    description = f"（{said.description}）" if said.description else ""
    return f"{said.level1}-{said.level2}-{said.level3 or ''}{description}，指标值{said.target.raw}"


def _added_indicator(row: Indicator, origin: kernel.Origin, anchor: tuple[int, ...]) -> kernel.Indicator:
    names = ("level1", "level2", "level3", "description", "target", "basis")
    reading = row.reading_raw if row.reading_approved_at else ""
    return kernel.Indicator(
        level1=row.level1,
        level2=row.level2,
        level3=row.level3 or None,
        description=row.description or None,
        target=parse(reading or row.target_raw),
        basis=row.basis or None,
        weight=row.weight,
        origin=origin,
        lines=anchor,
        spans=dict.fromkeys(names, anchor[0]) if anchor else {},
        direction=row.direction or None,
    )


def _added_project(row: Project, anchor: tuple[int, ...]) -> kernel.Project:
    """A project that the document lacks, as a table of its own at the document's end."""
    names = ("code", "name", "budget", "use", "goal", "title", "basis")
    bare = Statement(
        origin="table", name=row.name, lines=anchor, spans=dict.fromkeys(names, *anchor) if anchor else {}
    )
    statement = replace(
        bare,
        title=row.name,
        code=row.code or None,
        budget=kernel.Amount(row.budget_yuan, f"{row.budget_yuan:.2f}", "元", "预算数", anchor)
        if row.budget_yuan is not None
        else None,
        use=row.use or None,
        goal=row.goal or None,
        basis=row.basis or None,
        funds=_funds(row, bare),
        spend_points=_points(row, bare),
        indicators=tuple(_added_indicator(indicator, "table", anchor) for indicator in row.indicators.all()),
    )
    return kernel.Project(statements=(statement,))
