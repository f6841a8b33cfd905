"""A plan may be changed freely while it is drafted, not while it waits, and with a reason once approved."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.inspections.models import Inspection, InspectionPlan, PlanChange


class PlanRefused(PlumblineError):
    """A plan cannot be changed or moved that way now."""


def locked_plan(plan: InspectionPlan) -> InspectionPlan:
    """The plan as it is now, locked until the transaction ends."""
    return InspectionPlan.objects.select_for_update().get(pk=plan.pk)


def demand_changeable(plan: InspectionPlan, *, reason: str) -> None:
    """Refuse a change that the plan's state does not allow.

    Raises:
        PlanRefused: it waits for approval, or it is approved and no reason was given.
    """
    if plan.state == InspectionPlan.State.SUBMITTED:
        raise PlanRefused(
            _("计划已提交，正在等待批准，不能修改。"),
            where=str(plan),
            advice=_("请先撤回计划，改好后再提交。"),
        )
    if plan.state == InspectionPlan.State.APPROVED and not reason.strip():
        raise PlanRefused(
            _("计划已经批准，调整须写明理由。"), where=str(plan), advice=_("请填写调整理由后再保存。")
        )


def note_change(
    plan: InspectionPlan | None,
    *,
    subject: str,
    before: str,
    after: str,
    reason: str,
    actor: User,
    now: datetime,
) -> None:
    """Keep what was changed in an approved plan; does nothing for drafts and outside of plans."""
    if plan is None or plan.state != InspectionPlan.State.APPROVED:
        return
    PlanChange.objects.create(
        plan=plan, at=now, by=actor, subject=subject[:200], before=before, after=after, reason=reason.strip()
    )
    detail = {"调整对象": subject, "old": before, "new": after, "reason": reason.strip()}
    record(actor=actor, action="inspections.plan_change", target=plan, detail=detail)


def words_of(inspection: Inspection) -> str:
    """An arrangement in one line, in Chinese, for the record of changes."""
    with translation.override(settings.LANGUAGE_CODE):
        return "；".join(
            (
                str(inspection.unit),
                str(inspection.get_method_display()),
                f"{inspection.planned_from:%Y-%m-%d} — {inspection.planned_to:%Y-%m-%d}",
                str(inspection.checklist or _("未选检查表")),
            )
        )
