"""The days of a plan's year at which spend and indicators are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.targets.day_labels import day_label
from plumbline.office.targets.models import (
    Checkpoint,
    IndicatorValue,
    MonitoringNote,
    Plan,
    PlanVersion,
    SpendPoint,
)
from plumbline.office.targets.services.errors import PlanError

#: (month, day) where the plan has no spend points of its own
USUAL = ((3, 31), (6, 30), (10, 31), (12, 31))
MOST = 24


def set_up(*, plan: Plan, version: PlanVersion) -> None:
    """Give a new plan its checkpoints: the days of its spend points, else the usual four."""
    if plan.checkpoints.exists():
        return
    points = SpendPoint.objects.filter(project__version=version, day__year=plan.year)
    days = sorted(set(points.values_list("day", flat=True)))
    if not days or len(days) > MOST:
        days = [date(plan.year, month, day) for month, day in USUAL]
    Checkpoint.objects.bulk_create(Checkpoint(plan=plan, day=day, label=day_label(day)) for day in days)


def replace(*, plan: Plan, days: Sequence[tuple[date, str]], actor: User) -> None:
    """Set the plan's checkpoints; a day that has values or notes cannot be taken away.

    Args:
        days: (day, label); an empty label is made from the day.

    Raises:
        PlanError: none left, a day twice, a day of another year, or one that is in use.
    """
    wanted = {day: text.strip() or day_label(day) for day, text in days}
    if not wanted:
        raise PlanError(_("至少要有一个监控节点"))
    if len(wanted) != len(days):
        raise PlanError(_("同一日期填写了两次"))
    strange = [day for day in wanted if day.year != plan.year]
    if strange:
        raise PlanError(
            _("%(day)s 不在 %(year)d 年度内") % {"day": strange[0].isoformat(), "year": plan.year}
        )
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        before = {point.day: point for point in _in_use(plan)}
        for day, point in before.items():
            if day not in wanted and (point.has_values or point.has_notes):
                raise PlanError(_("“%(label)s”已有实测值或监控说明，不能删除") % {"label": point.label})
        _remove(plan.checkpoints.exclude(day__in=wanted))
        for day, text in wanted.items():
            Checkpoint.objects.update_or_create(plan=plan, day=day, defaults={"label": text})
        record(
            actor=actor,
            action="plans.checkpoints",
            target=plan,
            detail={
                "days": {"old": [str(day) for day in before], "new": [str(day) for day in sorted(wanted)]}
            },
        )


def _remove(points: QuerySet[Checkpoint]) -> None:
    """Delete the points; an evaluation, or a form that was written, keeps the point it rests on."""
    for point in points:
        try:
            point.delete()
        except ProtectedError as error:
            raise PlanError(
                _("“%(label)s”已用于自评或导出的表格，不能删除") % {"label": point.label}
            ) from error


def _in_use(plan: Plan) -> list[Checkpoint]:
    here = OuterRef("pk")
    return list(
        plan.checkpoints.annotate(
            has_values=Exists(IndicatorValue.objects.filter(checkpoint=here)),
            has_notes=Exists(MonitoringNote.objects.filter(checkpoint=here)),
        )
    )
