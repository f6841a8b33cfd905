"""Who takes part in an inspection; experts for a time; ties that people declare."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.inspections.models import Inspection, InspectionPlan, Inspector, Interest
from plumbline.office.inspections.queries.conflicts import conflicts
from plumbline.office.inspections.services.plan_changes import demand_changeable, locked_plan, note_change
from plumbline.office.inspections.services.progress import InspectionRefused
from plumbline.office.lib.revisions import demand_current
from plumbline.office.units.models import Unit

FIELDS = ("user", "role", "starts_on", "ends_on", "conflict_note", "letter")
_ENDED = (Inspection.State.DONE, Inspection.State.CANCELLED)
#: longest engagement of an expert, in days
LONGEST = 366


@transaction.atomic
def put_inspector(
    inspection: Inspection,
    *,
    user: User,
    role: str,
    actor: User,
    now: datetime,
    starts_on: date | None = None,
    ends_on: date | None = None,
    conflict_note: str = "",
    letter: str = "",
    reason: str = "",
    revision: int | None = None,
) -> Inspector:
    """Add a person to an inspection, or change what he does in it. A new lead makes the old one a member.

    Raises:
        InspectionRefused: the inspection has ended; an expert without days, or with days that run backwards;
            an expert as anything else; somebody who may not conduct inspections; a conflict that nobody
            justified once the inspection is under way.
        PlanRefused: the approved plan is changed without a reason.
        Outdated: somebody else changed the inspection since.
    """
    locked = _locked(inspection, revision=revision, reason=reason)
    where = user.full_name or user.username
    if not user.may("inspections.conduct"):
        raise InspectionRefused(
            _("这个账号的角色不能参加检查。"),
            where=where,
            advice=_("请选工作人员或专家，或由管理员调整角色。"),
        )
    if (user.role == Role.EXPERT) != (role == Inspector.Role.EXPERT):
        raise InspectionRefused(
            _("专家账号只能以“专家”身份参加，工作人员不能以“专家”身份参加。"),
            where=where,
            advice=_("请改选分工。"),
        )
    if role == Inspector.Role.EXPERT:
        _demand_days(starts_on, ends_on, where=where)
    else:
        starts_on = ends_on = None
        letter = ""
    row = Inspector.objects.filter(inspection=locked, user=user).first() or Inspector(
        inspection=locked, user=user
    )
    before = snapshot(row, *FIELDS) if row.pk else {}
    if role == Inspector.Role.LEAD:
        others = locked.inspectors.filter(role=Inspector.Role.LEAD).exclude(user=user)
        others.update(role=Inspector.Role.MEMBER)
    row.role, row.starts_on, row.ends_on = role, starts_on, ends_on
    row.conflict_note, row.letter = conflict_note.strip(), letter.strip()
    row.save()
    _demand_justified(locked, row)
    changed = changes(before, snapshot(row, *FIELDS))
    if changed:
        _touch(inspection, locked)
        action = "inspections.engage" if role == Inspector.Role.EXPERT else "inspections.inspectors"
        record(
            actor=actor,
            action=action,
            target=locked,
            detail={"object": where, "old": _words(before), "new": _words(snapshot(row, *FIELDS))},
        )
        note_change(
            locked.plan, subject=locked.number, before=_words(before), after=_words(snapshot(row, *FIELDS)),
            reason=reason, actor=actor, now=now,
        )  # fmt: skip
    return row


@transaction.atomic
def drop_inspector(
    row: Inspector, *, actor: User, now: datetime, reason: str = "", revision: int | None = None
) -> None:
    """Take a person out of an inspection; an expert sees it no longer.

    Raises:
        InspectionRefused: the inspection has ended, or a visit under way would be left with fewer than two.
    """
    locked = _locked(row.inspection, revision=revision, reason=reason)
    is_visit = locked.method != Inspection.Method.SELF_CHECK
    if is_visit and locked.state == Inspection.State.RUNNING and locked.inspectors.count() <= 2:
        raise InspectionRefused(
            _("检查正在进行，至少要有两名检查人员。"), where=locked.number, advice=_("请先增补人员，再移除。")
        )
    before = _words(snapshot(row, *FIELDS))
    name = str(row.user)
    row.delete()
    _touch(row.inspection, locked)
    record(
        actor=actor,
        action="inspections.inspectors",
        target=locked,
        detail={"object": name, "old": before, "new": ""},
    )
    note_change(
        locked.plan, subject=locked.number, before=before, after="", reason=reason, actor=actor, now=now
    )


@transaction.atomic
def declare_interest(
    *, user: User, unit: Unit, reason: str, until: date | None, actor: User, now: datetime
) -> Interest:
    """Keep that a person should stay away from a unit's inspections; the latest declaration counts."""
    tie, _new = Interest.objects.update_or_create(
        user=user, unit=unit, defaults={"reason": reason.strip(), "until": until}
    )
    detail = {"单位": str(unit), "reason": reason.strip(), "有效期至": until}
    record(actor=actor, action="inspections.interest_add", target=tie, detail=detail)
    return tie


@transaction.atomic
def withdraw_interest(tie: Interest, *, actor: User, now: datetime, reason: str) -> None:
    """Take a declaration back; the audit keeps it.

    Raises:
        InspectionRefused: no reason was given.
    """
    if not reason.strip():
        raise InspectionRefused(_("撤销应回避情形须写明理由。"), where=str(tie), advice=_("请填写理由。"))
    record(
        actor=actor, action="inspections.interest_remove", target=tie,
        detail={"单位": str(tie.unit), "old": tie.reason, "reason": reason.strip()},
    )  # fmt: skip
    tie.delete()


def _locked(inspection: Inspection, *, revision: int | None, reason: str) -> Inspection:
    locked = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("plan", "unit")
        .get(pk=inspection.pk)
    )
    demand_current(locked, revision=revision)
    if locked.state in _ENDED:
        raise InspectionRefused(
            _("检查现在是“%(state)s”，检查人员不能再改。") % {"state": locked.get_state_display()},
            where=locked.number,
            advice=_("如确需调整，请先重新打开检查。"),
        )
    plan: InspectionPlan | None = locked.plan
    if plan is not None:
        demand_changeable(locked_plan(plan), reason=reason)
    return locked


def _demand_justified(inspection: Inspection, row: Inspector) -> None:
    """Approval and beginning look at conflicts; of people named once it is under way, this does."""
    if inspection.state == Inspection.State.PLANNED:
        return
    for conflict in conflicts([inspection]).get(inspection.pk, []):
        if conflict.inspector.pk == row.pk and not conflict.is_justified:
            raise InspectionRefused(
                conflict.text,
                where=inspection.number,
                advice=_("检查正在进行，请换人，或在“回避说明”中写明为何仍可参加。"),
            )


def _touch(inspection: Inspection, locked: Inspection) -> None:
    locked.revision += 1
    locked.save(update_fields=["revision"])
    inspection.revision = locked.revision


def _demand_days(starts_on: date | None, ends_on: date | None, *, where: str) -> None:
    if starts_on is None or ends_on is None:
        raise InspectionRefused(
            _("聘请专家须写明起止日期。"), where=where, advice=_("到期后专家不再看到这项检查，无需另行收回。")
        )
    if ends_on < starts_on:
        raise InspectionRefused(_("聘请的结束日期早于开始日期。"), where=where, advice=_("请改正日期。"))
    if (ends_on - starts_on).days > LONGEST:
        raise InspectionRefused(
            _("一次聘请不超过一年。"), where=where, advice=_("请缩短期限；到期后可以再次聘请。")
        )


def _words(row: dict[str, object]) -> str:
    return "，".join(str(value) for value in row.values() if value)
