"""Mending what a draft consists of: indicators and projects added or removed, funds, the spend plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core import serializers
from django.db import models, transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.targets.models import (
    Correction,
    Fund,
    Indicator,
    IndicatorLine,
    PlanVersion,
    Project,
    ProjectLine,
    SpendPoint,
    Statement,
)
from plumbline.office.targets.services.errors import PlanError
from plumbline.office.targets.services.fields import fields_of, money_text
from plumbline.office.targets.services.mending import about, fit, needed, row_mended, save_changes
from plumbline.office.targets.services.recheck import recheck
from plumbline.office.targets.services.versions import lock_draft

Kind = Correction.Kind
Edit = Callable[[PlanVersion], Correction]


def add_project(
    *, version: PlanVersion, values: Mapping[str, str], reason: str, revision: int, actor: User, now: datetime
) -> Project:
    """Add a project that the document lacks.

    Raises:
        Frozen, Conflict, PlanError: as `mending.mend`.
    """
    added: list[Project] = []

    def edit(draft: PlanVersion) -> Correction:
        last = draft.projects.order_by("-ordinal").values_list("ordinal", flat=True).first()
        row = Project(
            version=draft,
            line=ProjectLine.objects.create(plan_id=draft.plan_id),
            ordinal=1 if last is None else last + 1,
        )
        _fill(row, values)
        added.append(row)
        return Correction(kind=Kind.ADDED, field="project", new=row.name, **about(row))

    _apply(edit, version=version, reason=reason, revision=revision, actor=actor, now=now)
    return added[0]


def add_indicator(
    *, project: Project, values: Mapping[str, str], reason: str, revision: int, actor: User, now: datetime
) -> Indicator:
    """Add an indicator to a project, tracked unless `values` says otherwise.

    Raises:
        Frozen, Conflict, PlanError: as `mending.mend`.
    """
    added: list[Indicator] = []

    def edit(draft: PlanVersion) -> Correction:
        last = project.indicators.order_by("-ordinal").values_list("ordinal", flat=True).first()
        row = Indicator(
            project=project,
            line=IndicatorLine.objects.create(project_line_id=project.line_id),
            ordinal=0 if last is None else last + 1,
            origin=counted_origin(project),
        )
        _fill(row, {"target": "", **values})
        if not (row.level3 or row.description):
            raise PlanError(_("三级指标和描述至少填写一项"))
        added.append(row)
        return Correction(kind=Kind.ADDED, field="indicator", new=f"{row}：{row.target_raw}", **about(row))

    _apply(edit, version=project.version, reason=reason, revision=revision, actor=actor, now=now)
    return added[0]


def remove(*, subject: Project | Indicator, reason: str, revision: int, actor: User, now: datetime) -> None:
    """Take a project or an indicator out of a draft; an undo brings it back with all it holds.

    Raises:
        Frozen, Conflict, PlanError: as `mending.mend`.
    """

    def edit(draft: PlanVersion) -> Correction:
        row = type(subject)._default_manager.get(pk=subject.pk)
        parts: list[models.Model] = [row]
        if isinstance(row, Project):
            for model in (Statement, Fund, SpendPoint, Indicator):
                parts += list(model.objects.filter(project=row))
            field, old = "project", f"{row.name} {money_text(row.budget_yuan)}".strip()
        else:
            field, old = "indicator", f"{row}：{row.target_raw}"
        change = Correction(
            kind=Kind.REMOVED, field=field, old=old, snapshot={"rows": _frozen(parts)}, **about(row)
        )
        row.delete()
        return change

    version = subject.version if isinstance(subject, Project) else subject.project.version
    _apply(edit, version=version, reason=reason, revision=revision, actor=actor, now=now)


def set_funds(
    *,
    project: Project,
    funds: Sequence[tuple[str, Decimal | None]],
    reason: str,
    revision: int,
    actor: User,
    now: datetime,
) -> None:
    """Set the parts of a project's budget by source of funds.

    Raises:
        Frozen, Conflict, PlanError: as `mending.mend`; a source named twice.
    """
    names = [name.strip() for name, _amount in funds]
    if len(set(names)) != len(names) or not all(names):
        raise PlanError(_("资金来源不能为空，也不能重复"))
    rows = [
        Fund(project=project, ordinal=ordinal, name=name, amount_yuan=amount, raw=money_text(amount))
        for ordinal, (name, (_given, amount)) in enumerate(zip(names, funds, strict=True))
    ]
    _replace_parts(
        project,
        "funds",
        list(project.funds.all()),
        rows,
        fund_text,
        reason=reason,
        revision=revision,
        actor=actor,
        now=now,
    )


def set_spend_plan(
    *,
    project: Project,
    points: Sequence[tuple[date, Decimal]],
    reason: str,
    revision: int,
    actor: User,
    now: datetime,
) -> None:
    """Set a project's spend plan: cumulated percent by day.

    Raises:
        Frozen, Conflict, PlanError: as `mending.mend`; a day twice, or a percent out of 0 to 100.
    """
    if len({day for day, _percent in points}) != len(points):
        raise PlanError(_("同一日期填写了两次"))
    if any(not 0 <= percent <= 100 for _day, percent in points):
        raise PlanError(_("累计支出进度应在 0 到 100 之间"))
    origin = plan_origin(project)
    rows = [
        SpendPoint(
            project=project,
            origin=origin,
            day=day,
            percent=percent,
            raw_day=f"{day.month}月{day.day}日",
            raw_percent=f"{percent.normalize():f}%",
        )
        for day, percent in sorted(points)
    ]
    old = list(project.spend_points.filter(origin=origin))
    _replace_parts(
        project, "spend_plan", old, rows, point_text, reason=reason, revision=revision, actor=actor, now=now
    )


def counted_origin(project: Project) -> str:
    """Where the tracked indicators of a project come from."""
    origins = set(project.indicators.filter(use=Indicator.Use.TRACKED).values_list("origin", flat=True))
    stated = set(project.statements.values_list("origin", flat=True))
    return "text" if "text" in origins or (not origins and stated == {"text"}) else "table"


def plan_origin(project: Project) -> str:
    """Which of a project's spend plans counts: the table's, else the prose's."""
    origins = set(project.spend_points.values_list("origin", flat=True))
    stated = set(project.statements.values_list("origin", flat=True))
    return "text" if "table" not in origins and ("text" in origins or stated == {"text"}) else "table"


def fund_text(rows: Iterable[Fund]) -> str:
    """Funds as one line of text."""
    return "；".join(f"{row.name} {money_text(row.amount_yuan) or '未填'}" for row in rows)


def point_text(rows: Iterable[SpendPoint]) -> str:
    """A spend plan as one line of text."""
    return "；".join(f"{row.day.month}月{row.day.day}日 {row.percent.normalize():f}%" for row in rows)


def restore(correction: Correction) -> None:
    """Put back what an addition, a removal or a replaced list changed, in the caller's transaction."""
    version = correction.version
    projects = Project.objects.filter(version=version, line=correction.project_line_id)
    if correction.kind == Kind.ADDED:
        if correction.indicator_line_id:
            Indicator.objects.filter(project__version=version, line=correction.indicator_line_id).delete()
        else:
            projects.delete()
        return
    if correction.kind == Kind.CHANGED:
        project = projects.get()
        if correction.field == "funds":
            project.funds.all().delete()
        else:
            project.spend_points.filter(origin=correction.snapshot["origin"]).delete()
        if not correction.snapshot["mended"]:
            row_mended(project).remove(correction.field)
            project.save(update_fields=["mended"])
    for kept in serializers.deserialize("python", correction.snapshot["rows"]):
        kept.save()


def _apply(
    edit: Edit, *, version: PlanVersion, reason: str, revision: int, actor: User, now: datetime
) -> None:
    because = needed(reason)
    with transaction.atomic():
        draft = lock_draft(version, revision=revision)
        save_changes([edit(draft)], version=draft, reason=because, actor=actor)
        recheck(version=draft, actor=actor, now=now)


def _fill(row: Project | Indicator, values: Mapping[str, str]) -> None:
    for name, field in fields_of(row).items():
        if name in values:
            field.set(row, values[name].strip())
    fit(row)
    row.save()


def _replace_parts(
    project: Project,
    field: str,
    old: Sequence[Any],
    new: Sequence[Any],
    text: Callable[[Iterable[Any]], str],
    *,
    reason: str,
    revision: int,
    actor: User,
    now: datetime,
) -> None:
    def edit(draft: PlanVersion) -> Correction:
        row = Project.objects.select_for_update().get(pk=project.pk)
        was = field in row_mended(row)
        if text(old) == text(new) and was:
            raise PlanError(_("没有改动任何内容"))
        kept = {"rows": _frozen(old), "mended": was, "origin": plan_origin(row)}
        change = Correction(field=field, old=text(old), new=text(new), snapshot=kept, **about(row))
        for part in old:
            part.delete()
        for part in new:
            fit(part)
            part.save()
        if not was:
            row_mended(row).append(field)
            row.save(update_fields=["mended"])
        return change

    _apply(edit, version=project.version, reason=reason, revision=revision, actor=actor, now=now)


def _frozen(rows: Sequence[models.Model]) -> list[dict[str, Any]]:
    """Rows as plain data that `restore` turns back into the same rows."""
    kept: list[dict[str, Any]] = json.loads(serializers.serialize("json", rows))
    return kept
