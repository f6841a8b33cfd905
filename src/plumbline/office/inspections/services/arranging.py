"""Arranging inspections: who is inspected, how, when, with which checklist and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.inspections.models import (
    ChecklistVersion,
    Draw,
    Inspection,
    InspectionPlan,
    Inspector,
)
from plumbline.office.inspections.services.numbers import next_numbers
from plumbline.office.inspections.services.plan_changes import (
    PlanRefused,
    demand_changeable,
    locked_plan,
    note_change,
    words_of,
)
from plumbline.office.inspections.services.progress import InspectionRefused, move
from plumbline.office.inspections.services.readiness import NotReady
from plumbline.office.lib.revisions import demand_current
from plumbline.office.units.models import Unit

FIELDS = ("method", "planned_from", "planned_to", "checklist", "place")


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What several inspections have in common.

    Attributes:
        lead, members: inspectors; empty for self-checks, and where they are named later.
    """

    method: str
    planned_from: date
    planned_to: date
    checklist: ChecklistVersion | None = None
    place: str = ""
    lead: User | None = None
    members: Sequence[User] = field(default=())


@transaction.atomic
def arrange(
    units: Iterable[Unit],
    arrangement: Arrangement,
    *,
    plan: InspectionPlan | None,
    actor: User,
    now: datetime,
    reason: str = "",
    draw: Draw | None = None,
) -> list[Inspection]:
    """Arrange the same inspection for each of the units.

    Args:
        plan: None for inspections outside of a plan.
        reason: demanded when the plan is approved already.

    Raises:
        PlanRefused: the plan waits for approval; it is approved and no reason was given; days outside
            its year.
        InspectionRefused: no unit, or a unit that is closed.
    """
    chosen = list(units)
    if not chosen:
        raise InspectionRefused(_("没有选定单位。"), advice=_("请至少勾选一个单位。"))
    closed = [unit for unit in chosen if unit.state != Unit.State.ACTIVE]
    if closed:
        raise InspectionRefused(
            _("单位已撤销或并入其他单位，不能安排检查。"), where=str(closed[0]), advice=_("请改选现有单位。")
        )
    year = arrangement.planned_to.year
    if plan is not None:
        plan = locked_plan(plan)
        demand_changeable(plan, reason=reason)
        if year != plan.year or arrangement.planned_from.year != plan.year:
            raise PlanRefused(
                _("检查日期不在 %(year)d 年内。") % {"year": plan.year},
                where=str(plan),
                advice=_("请改日期，或在相应年度的计划中安排。"),
            )
    made: list[Inspection] = []
    for unit, number in zip(chosen, next_numbers(year, len(chosen)), strict=True):
        inspection = Inspection.objects.create(
            number=number, plan=plan, draw=draw, unit=unit, method=arrangement.method,
            checklist=arrangement.checklist, planned_from=arrangement.planned_from,
            planned_to=arrangement.planned_to, place=arrangement.place,
        )  # fmt: skip
        _put_inspectors(inspection, arrangement)
        made.append(inspection)
        if plan is not None:
            note_change(
                plan,
                subject=number,
                before="",
                after=words_of(inspection),
                reason=reason,
                actor=actor,
                now=now,
            )
    detail = {
        "count": len(made),
        "检查编号": [one.number for one in made],
        "单位": [str(unit) for unit in chosen],
        "安排": words_of(made[0]),
    }
    record(actor=actor, action="inspections.add", target=plan or made[0], detail=detail)
    return made


@transaction.atomic
def start_batch(
    units: Iterable[Unit], arrangement: Arrangement, *, actor: User, now: datetime
) -> list[Inspection]:
    """Start a self-check for each of the units at once, outside of a plan.

    Raises:
        InspectionRefused: no unit chosen, or a closed one.
        NotReady: no checklist.
    """
    made = arrange(units, arrangement, plan=None, actor=actor, now=now)
    for inspection in made:
        move(inspection=inspection, act="start", actor=actor, now=now)
    record(actor=actor, action="inspections.batch", detail={"count": len(made)})
    return made


@transaction.atomic
def start_many(
    inspections: Iterable[Inspection], *, actor: User, now: datetime
) -> list[tuple[Inspection, str]]:
    """Start planned self-checks; each that cannot begin is told with its reason, the others begin.

    Returns:
        (inspection, "" or why not).
    """
    results: list[tuple[Inspection, str]] = []
    for inspection in inspections:
        try:
            with transaction.atomic():
                move(inspection=inspection, act="start", actor=actor, now=now)
        except (InspectionRefused, NotReady) as refusal:
            results.append((inspection, refusal.sentence))
        else:
            results.append((inspection, ""))
    return results


@transaction.atomic
def rearrange(
    inspection: Inspection, *, actor: User, now: datetime, revision: int | None = None, reason: str = ""
) -> Inspection:
    """Save changed days, method, checklist or place of an inspection that has not begun.

    Raises:
        Outdated: somebody else changed it since.
        InspectionRefused: it has begun.
        PlanRefused: see `arrange`.
    """
    saved = _unbegun(inspection, revision=revision)
    plan = locked_plan(saved.plan) if saved.plan else None
    if plan is not None:
        demand_changeable(plan, reason=reason)
        if plan.year != inspection.planned_to.year or plan.year != inspection.planned_from.year:
            raise PlanRefused(
                _("检查日期不在 %(year)d 年内。") % {"year": plan.year},
                where=str(plan),
                advice=_("请改日期，或在相应年度的计划中安排。"),
            )
    changed = changes(snapshot(saved, *FIELDS), snapshot(inspection, *FIELDS))
    if not changed:
        return inspection
    inspection.revision = saved.revision + 1
    inspection.save(update_fields=[*FIELDS, "revision"])
    record(actor=actor, action="inspections.edit", target=inspection, detail=changed)
    note_change(
        plan, subject=saved.number, before=words_of(saved), after=words_of(inspection), reason=reason,
        actor=actor, now=now,
    )  # fmt: skip
    return inspection


@transaction.atomic
def remove(inspection: Inspection, *, actor: User, now: datetime) -> None:
    """Take an inspection out of a draft; its number is not given again.

    Raises:
        InspectionRefused: the plan is no draft any more, or it has begun.
    """
    saved = _unbegun(inspection, revision=None)
    if saved.plan is None or saved.plan.state != InspectionPlan.State.DRAFT:
        raise InspectionRefused(
            _("只有计划草稿中的检查可以移除。"), where=saved.number, advice=_("请改用“取消检查”并写明理由。")
        )
    if saved.events.exists():
        raise InspectionRefused(
            _("这项检查已有办理记录，不能移除。"),
            where=saved.number,
            advice=_("请改用“取消检查”并写明理由。"),
        )
    record(
        actor=actor,
        action="inspections.remove",
        target=saved,
        detail={"object": words_of(saved), "code": saved.number},
    )
    saved.delete()


def _put_inspectors(inspection: Inspection, arrangement: Arrangement) -> None:
    if inspection.method == Inspection.Method.SELF_CHECK:
        return
    rows: list[Inspector] = []
    if arrangement.lead is not None:
        rows.append(Inspector(inspection=inspection, user=arrangement.lead, role=Inspector.Role.LEAD))
    for user in arrangement.members:
        if arrangement.lead is not None and user.pk == arrangement.lead.pk:
            continue
        rows.append(_row(inspection, user))
    Inspector.objects.bulk_create(rows)


def _row(inspection: Inspection, user: User) -> Inspector:
    if user.role == Role.EXPERT:
        return Inspector(
            inspection=inspection, user=user, role=Inspector.Role.EXPERT,
            starts_on=inspection.planned_from, ends_on=inspection.planned_to,
        )  # fmt: skip
    return Inspector(inspection=inspection, user=user, role=Inspector.Role.MEMBER)


def _unbegun(inspection: Inspection, *, revision: int | None) -> Inspection:
    saved = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("plan", "unit", "checklist__checklist")
        .get(pk=inspection.pk)
    )
    demand_current(saved, revision=revision)
    if saved.state != Inspection.State.PLANNED:
        raise InspectionRefused(
            _("检查现在是“%(state)s”，安排不能再改。") % {"state": saved.get_state_display()},
            where=saved.number,
            advice=_("如需调整，请取消后另行安排。"),
        )
    return saved
