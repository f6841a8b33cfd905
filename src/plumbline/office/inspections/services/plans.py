"""The yearly plan: drafted by one person, approved by another, and changed afterwards only with a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.audit.models import Record
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.inspections.models import ChecklistVersion, Inspection, InspectionPlan, Inspector
from plumbline.office.inspections.queries.conflicts import conflicts
from plumbline.office.inspections.services.numbers import next_numbers
from plumbline.office.inspections.services.plan_changes import (
    PlanRefused,
    demand_changeable,
    locked_plan,
    note_change,
)
from plumbline.office.inspections.services.readiness import lacking
from plumbline.office.lib.revisions import demand_current
from plumbline.office.units.models import Unit

State = InspectionPlan.State
FIELDS = ("year", "quota_q1", "quota_q2", "quota_q3", "quota_q4", "note")
QUOTAS = FIELDS[1:5]
#: acts that make or change a plan; who did one does not approve it
EDITS = (
    "inspections.plan_create", "inspections.plan_edit", "inspections.plan_copy", "inspections.plan_import",
    "inspections.add", "inspections.edit", "inspections.remove", "inspections.inspectors",
    "inspections.engage",
)  # fmt: skip


@transaction.atomic
def save_plan(
    plan: InspectionPlan, *, actor: User, now: datetime, revision: int | None = None, reason: str = ""
) -> InspectionPlan:
    """Create a plan, or change its quotas and its words.

    Raises:
        Outdated: somebody else saved it since.
        PlanRefused: it waits for approval, or it is approved and no reason was given.
    """
    if plan.pk is None:
        plan.drafted_by = actor
        plan.save()
        detail = changes({}, snapshot(plan, *FIELDS))
        record(actor=actor, action="inspections.plan_create", target=plan, detail=detail)
        return plan
    saved = locked_plan(plan)
    demand_current(saved, revision=revision)
    demand_changeable(saved, reason=reason)
    before, after = snapshot(saved, *FIELDS), snapshot(plan, *FIELDS)
    changed = changes(before, after)
    if not changed:
        return plan
    plan.revision = saved.revision + 1
    plan.save(update_fields=[*FIELDS, "revision"])
    record(actor=actor, action="inspections.plan_edit", target=plan, detail=changed)
    note_change(
        saved, subject=_quota_words(), before=_quotas(saved), after=_quotas(plan),
        reason=reason, actor=actor, now=now,
    )  # fmt: skip
    return plan


@transaction.atomic
def submit_plan(plan: InspectionPlan, *, actor: User, now: datetime, revision: int | None = None) -> None:
    """Ask for approval.

    Raises:
        PlanRefused: it is no draft, or holds no inspection.
        Outdated: somebody else saved it since.
    """
    locked = _in_state(plan, State.DRAFT, revision=revision)
    if not locked.inspections.exclude(state=Inspection.State.CANCELLED).exists():
        raise PlanRefused(
            _("计划里还没有安排检查。"), where=str(locked), advice=_("请先添加检查，或沿用上年计划。")
        )
    _move(locked, State.SUBMITTED, submitted_by=actor, submitted_at=now, returned_reason="")
    record(actor=actor, action="inspections.plan_submit", target=locked)


@transaction.atomic
def withdraw_plan(plan: InspectionPlan, *, actor: User, now: datetime, revision: int | None = None) -> None:
    """Take a submitted plan back to change it.

    Raises:
        PlanRefused: it does not wait for approval.
    """
    locked = _in_state(plan, State.SUBMITTED, revision=revision)
    _move(locked, State.DRAFT, submitted_by=None, submitted_at=None)
    record(actor=actor, action="inspections.plan_withdraw", target=locked)


@transaction.atomic
def return_plan(
    plan: InspectionPlan, *, actor: User, now: datetime, reason: str, revision: int | None = None
) -> None:
    """Give a submitted plan back to be changed.

    Raises:
        PlanRefused: it does not wait for approval, or no reason was given.
    """
    locked = _in_state(plan, State.SUBMITTED, revision=revision)
    if not reason.strip():
        raise PlanRefused(_("退回计划须写明理由。"), where=str(locked), advice=_("请填写理由后再退回。"))
    _move(locked, State.DRAFT, submitted_by=None, submitted_at=None, returned_reason=reason.strip())
    record(actor=actor, action="inspections.plan_return", target=locked, detail={"reason": reason.strip()})


@transaction.atomic
def approve_plan(plan: InspectionPlan, *, actor: User, now: datetime, revision: int | None = None) -> None:
    """Approve a plan: by somebody who had no hand in it, when every inspection is prepared.

    Raises:
        PlanRefused: it does not wait for approval; the same person; an inspection lacks something.
        Outdated: somebody else saved it since.
    """
    locked = _in_state(plan, State.SUBMITTED, revision=revision)
    if has_hand_in(locked, actor):
        raise PlanRefused(
            _("计划由您编制或提交，须由另一人批准。"),
            where=str(locked),
            advice=_("请交由其他有批准权限的人员办理。"),
        )
    if not actor.may("inspections.approve"):
        raise PlanRefused(
            _("您的角色不能批准计划。"), where=str(locked), advice=_("请交由有批准权限的人员办理。")
        )
    found = unprepared(locked)
    if found:
        inspection, what, advice = found[0]
        raise PlanRefused(
            _("有 %(n)d 处安排还不完备。%(what)s") % {"n": len(found), "what": what},
            where=str(inspection),
            advice=advice,
        )
    _move(locked, State.APPROVED, approved_by=actor, approved_at=now)
    detail = {"count": locked.inspections.count()}
    record(actor=actor, action="inspections.plan_approve", target=locked, detail=detail)


def has_hand_in(plan: InspectionPlan, actor: User) -> bool:
    """Whether a person drafted, changed or submitted a plan, or arranged inspections in it."""
    if actor.pk in (plan.drafted_by_id, plan.submitted_by_id):
        return True
    acts = Record.objects.filter(actor=actor, action__in=EDITS)
    own = acts.filter(object_type=plan._meta.label_lower, object_id=str(plan.pk))
    inspections = [str(pk) for pk in plan.inspections.values_list("pk", flat=True)]
    label = Inspection._meta.label_lower
    return own.exists() or acts.filter(object_type=label, object_id__in=inspections).exists()


def unprepared(plan: InspectionPlan) -> list[tuple[Inspection, str, str]]:
    """(inspection, what is missing, advice) of every inspection that could not begin as it is planned."""
    rows = list(
        plan.inspections.filter(state=Inspection.State.PLANNED)
        .select_related("unit", "checklist__checklist")
        .prefetch_related("inspectors")
        .order_by("planned_from", "pk")
    )
    open_conflicts = conflicts(rows)
    return [
        (row, what, advice)
        for row in rows
        for what, advice in lacking(
            row, conflicts=[c.text for c in open_conflicts.get(row.pk, []) if not c.is_justified]
        )
    ]


@transaction.atomic
def copy_last_year(plan: InspectionPlan, *, actor: User, now: datetime) -> int:
    """Take over last year's inspections into a draft: a year later, with the checklist's version in use.

    Units that are closed, units that the draft holds already with the same method, cancelled inspections
    and inspectors who left are not taken over.

    Returns:
        how many were taken over.

    Raises:
        PlanRefused: the plan is no draft, or there is no plan of last year.
    """
    locked = _in_state(plan, State.DRAFT)
    before = InspectionPlan.objects.filter(year=locked.year - 1).first()
    if before is None:
        raise PlanRefused(
            _("没有 %(year)d 年的检查计划可沿用。") % {"year": locked.year - 1},
            where=str(locked),
            advice=_("请逐项添加检查，或从 Excel 导入。"),
        )
    held = set(locked.inspections.values_list("unit", "method"))
    in_use = {
        version.checklist_id: version
        for version in ChecklistVersion.objects.filter(state=ChecklistVersion.State.PUBLISHED)
    }
    rows = [
        row
        for row in before.inspections.exclude(state=Inspection.State.CANCELLED)
        .filter(unit__state=Unit.State.ACTIVE)
        .select_related("checklist")
        .prefetch_related("inspectors__user")
        .order_by("planned_from", "pk")
        if (row.unit_id, row.method) not in held
    ]
    numbers = next_numbers(locked.year, len(rows))
    for row, number in zip(rows, numbers, strict=True):
        copy = Inspection.objects.create(
            number=number, plan=locked, unit_id=row.unit_id, method=row.method,
            checklist=in_use.get(row.checklist.checklist_id) if row.checklist else None,
            planned_from=_year_later(row.planned_from), planned_to=_year_later(row.planned_to),
        )  # fmt: skip
        Inspector.objects.bulk_create(
            Inspector(inspection=copy, user=person.user, role=person.role)
            for person in row.inspectors.all()
            if person.user.is_active and person.user.role != Role.EXPERT
        )
    _move(locked, State.DRAFT)
    detail = {"count": len(rows), "来源": before.year}
    record(actor=actor, action="inspections.plan_copy", target=locked, detail=detail)
    return len(rows)


def _in_state(plan: InspectionPlan, state: str, *, revision: int | None = None) -> InspectionPlan:
    locked = locked_plan(plan)
    demand_current(locked, revision=revision)
    if locked.state != state:
        raise PlanRefused(
            _("计划现在是“%(now)s”，只有“%(then)s”的计划可以这样办理。")
            % {"now": locked.get_state_display(), "then": State(state).label},
            where=str(locked),
            advice=_("请刷新页面看最新状态。"),
        )
    return locked


def _move(plan: InspectionPlan, state: str, **fields: object) -> None:
    plan.state = state
    plan.revision += 1
    for name, value in fields.items():
        setattr(plan, name, value)
    plan.save(update_fields=["state", "revision", *fields])


def _quotas(plan: InspectionPlan) -> str:
    return " / ".join(str(getattr(plan, name)) for name in QUOTAS) + (f"；{plan.note}" if plan.note else "")


def _quota_words() -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("季度任务数与工作安排")


def _year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)
