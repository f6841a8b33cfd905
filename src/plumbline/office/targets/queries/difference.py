"""What changed from one version of a plan to another, in words and amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from plumbline.office.targets.models import Indicator, PlanVersion, Project
from plumbline.office.targets.queries.review import with_parts
from plumbline.office.targets.services import fields
from plumbline.office.targets.services.structure import fund_text, point_text

Kind = Literal["added", "removed", "changed", "same"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value: label, before, after; `delta` where both are amounts in yuan."""

    label: str
    old: str
    new: str
    delta: Decimal | None = None


@dataclass(frozen=True, slots=True)
class IndicatorChange:
    """An indicator that was added, removed or changed."""

    kind: Kind
    name: str
    level: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """A project with what changed in it."""

    kind: Kind
    name: str
    old_budget: Decimal | None
    new_budget: Decimal | None
    changes: tuple[FieldChange, ...]
    indicators: tuple[IndicatorChange, ...]

    @property
    def delta(self) -> Decimal:
        return (self.new_budget or Decimal(0)) - (self.old_budget or Decimal(0))


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions side by side. `projects` holds only those that differ."""

    old: PlanVersion
    new: PlanVersion
    changes: tuple[FieldChange, ...]
    projects: tuple[ProjectChange, ...]
    same: int
    old_budget: Decimal
    new_budget: Decimal

    @property
    def delta(self) -> Decimal:
        return self.new_budget - self.old_budget

    @property
    def empty(self) -> bool:
        return not self.changes and not self.projects


def difference(old: PlanVersion, new: PlanVersion) -> Difference:
    """What `new` says differently from `old`; projects and indicators are matched by their lines."""
    before, after = _projects(old), _projects(new)
    lines = list(dict.fromkeys([*after, *before]))
    projects = [_project(before.get(line), after.get(line)) for line in lines]
    changed = [project for project in projects if project.kind != "same"]
    return Difference(
        old=old,
        new=new,
        changes=(*_changes(old, new, fields.VERSION), *_totals(old, new)),
        projects=tuple(changed),
        same=len(projects) - len(changed),
        old_budget=_sum(before.values()),
        new_budget=_sum(after.values()),
    )


def _projects(version: PlanVersion) -> dict[int, Project]:
    return {project.line_id: project for project in with_parts(version.projects.all())}


def _sum(projects: Iterable[Project]) -> Decimal:
    return sum((project.budget_yuan or Decimal(0) for project in projects), Decimal(0))


def _changes(old: Any, new: Any, table: Sequence[fields.Field]) -> tuple[FieldChange, ...]:
    changes = []
    for field in table:
        before = field.get(old) if old is not None else ""
        after = field.get(new) if new is not None else ""
        if before != after:
            label = str(field.label)
            money = field.name in ("budget_yuan", "amount_yuan") and old is not None and new is not None
            delta = _delta(getattr(old, field.name), getattr(new, field.name)) if money else None
            changes.append(
                FieldChange(label, fields.show(field.name, before), fields.show(field.name, after), delta)
            )
    return tuple(changes)


def _delta(old: Decimal | None, new: Decimal | None) -> Decimal:
    return (new or Decimal(0)) - (old or Decimal(0))


def _totals(old: PlanVersion, new: PlanVersion) -> tuple[FieldChange, ...]:
    before = {total.ordinal: total for total in old.totals.all()}
    after = {total.ordinal: total for total in new.totals.all()}
    changes = []
    for ordinal in sorted({*before, *after}):
        one, two = before.get(ordinal), after.get(ordinal)
        for change in _changes(one, two, fields.TOTAL):
            name = (two or one).name  # type: ignore[union-attr]
            changes.append(FieldChange(f"{name} {change.label}", change.old, change.new, change.delta))
    return tuple(changes)


def _project(old: Project | None, new: Project | None) -> ProjectChange:
    either = new or old
    assert either is not None  # noqa: S101 - a line comes from one of the two
    changes = list(_changes(old, new, fields.PROJECT))
    parts = (
        ("funds", _text(old, "funds"), _text(new, "funds")),
        ("spend_plan", _text(old, "spend_plan"), _text(new, "spend_plan")),
    )
    changes += [FieldChange(fields.label_of(name), one, two) for name, one, two in parts if one != two]
    indicators = _indicators(old, new)
    kind: Kind = "added" if old is None else "removed" if new is None else "changed"
    return ProjectChange(
        kind=kind if changes or indicators or kind != "changed" else "same",
        name=either.name,
        old_budget=old.budget_yuan if old else None,
        new_budget=new.budget_yuan if new else None,
        changes=tuple(changes),
        indicators=indicators,
    )


def _text(project: Project | None, name: str) -> str:
    if project is None:
        return ""
    if name == "funds":
        return fund_text(project.funds.all())
    points = list(project.spend_points.all())
    tables = [point for point in points if point.origin == "table"]
    return point_text(tables or points)


def _indicators(old: Project | None, new: Project | None) -> tuple[IndicatorChange, ...]:
    before = {row.line_id: row for row in old.indicators.all()} if old else {}
    after = {row.line_id: row for row in new.indicators.all()} if new else {}
    changes = []
    for line in dict.fromkeys([*after, *before]):
        one, two = before.get(line), after.get(line)
        differences = _changes(one, two, fields.INDICATOR)
        if differences:
            changes.append(_indicator(one, two, differences))
    return tuple(changes)


def _indicator(
    old: Indicator | None, new: Indicator | None, changes: tuple[FieldChange, ...]
) -> IndicatorChange:
    row = new or old
    assert row is not None  # noqa: S101 - a line comes from one of the two
    kind: Kind = "added" if old is None else "removed" if new is None else "changed"
    return IndicatorChange(kind, str(row), f"{row.level1} / {row.level2}", changes)
