"""A measurable reading of a target that the document leaves vague: proposed by one, approved by an approver.

The raw text is never touched. A reading may still be agreed on after the plan was approved: it says how
a promise is measured, not what was promised.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.plans.document import Target
from plumbline.kernel.plans.target import parse
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.targets.models import Indicator, PlanVersion
from plumbline.office.targets.services.errors import Frozen, PlanError
from plumbline.office.targets.services.mending import bump
from plumbline.office.targets.services.recheck import recheck

FIELDS = (
    "reading_raw",
    "reading_reason",
    "reading_proposed_by",
    "reading_proposed_at",
    "reading_approved_by",
    "reading_approved_at",
)
LIVE = (PlanVersion.State.DRAFT, PlanVersion.State.APPROVED)


def effective_target(indicator: Indicator) -> Target:
    """The target that is measured and scored: the approved reading, else the document's text."""
    return parse(indicator.reading_raw if indicator.reading_approved_at else indicator.target_raw)


def propose(*, indicator: Indicator, reading: str, reason: str, actor: User, now: datetime) -> None:
    """Propose a measurable reading; an earlier proposal or approved reading is replaced.

    Raises:
        PlanError: the target needs none, the reading cannot be measured either, or there is no reason.
        Frozen: the version is no longer in force.
    """
    if not parse(reading).scorable or parse(reading).kind == "qualitative":
        raise PlanError(
            _("“%(reading)s”仍无法衡量") % {"reading": reading.strip()[:60]},
            advice=_("请写成可测的形式，如“≥12次”“≤30分钟”“2023年6月30日前”。"),
        )
    if not reason.strip():
        raise PlanError(_("没有填写理由"), advice=_("请写明这样解释的依据。"))
    with transaction.atomic():
        row = _locked(indicator)
        if parse(row.target_raw).kind in ("quantitative", "date"):
            raise PlanError(_("这个指标值本身就可以衡量，无需解释"))
        before = row.reading_raw
        row.reading_raw, row.reading_reason = reading.strip(), reason.strip()
        row.reading_proposed_by, row.reading_proposed_at = actor, now
        row.reading_approved_by = row.reading_approved_at = None
        _save(row, "plans.reading_propose", actor, {"old": before, "new": row.reading_raw}, reason.strip())
        _check_draft(row, actor, now)


def approve_reading(*, indicator: Indicator, actor: User, now: datetime, seen: str | None = None) -> None:
    """Approve the proposed reading; the indicator can be scored from now on.

    Args:
        seen: the reading that the approver looked at; None where there was no page.

    Raises:
        PlanError: nothing is proposed, it is approved already, or another one was proposed meanwhile.
        Frozen: the version is no longer in force.
    """
    with transaction.atomic():
        row = _locked(indicator)
        if not row.reading_raw or row.reading_approved_at:
            raise PlanError(_("没有待批准的解释"), advice=_("可能已由他人批准或撤回，请刷新页面。"))
        if seen is not None and seen != row.reading_raw:
            raise PlanError(
                _("您打开此页后，解释已改为“%(reading)s”，没有批准") % {"reading": row.reading_raw[:60]},
                advice=_("请核对新的解释后再批准。"),
            )
        row.reading_approved_by, row.reading_approved_at = actor, now
        _save(
            row,
            "plans.reading_approve",
            actor,
            {"old": row.target_raw, "new": row.reading_raw},
            row.reading_reason,
        )
        _check_draft(row, actor, now)


def withdraw(*, indicator: Indicator, reason: str, actor: User, now: datetime) -> None:
    """Take back a proposed or approved reading.

    Raises:
        PlanError: there is none, or no reason is given.
        Frozen: the version is no longer in force.
    """
    if not reason.strip():
        raise PlanError(_("没有填写理由"))
    with transaction.atomic():
        row = _locked(indicator)
        if not row.reading_raw:
            raise PlanError(_("没有可撤回的解释"))
        before = row.reading_raw
        row.reading_raw = row.reading_reason = ""
        row.reading_proposed_by = row.reading_proposed_at = None
        row.reading_approved_by = row.reading_approved_at = None
        _save(row, "plans.reading_withdraw", actor, {"old": before, "new": ""}, reason.strip())
        _check_draft(row, actor, now)


def _locked(indicator: Indicator) -> Indicator:
    version = PlanVersion.objects.select_for_update().get(pk=indicator.project.version_id)
    if version.state not in LIVE:
        raise Frozen(
            _("第 %(number)d 版“%(state)s”，不能再修改")
            % {"number": version.number, "state": version.get_state_display()}
        )
    row = Indicator.objects.select_for_update().get(pk=indicator.pk)
    row.project.version = version
    return row


def _save(row: Indicator, action: str, actor: User, change: dict[str, str], reason: str) -> None:
    row.save(update_fields=FIELDS)
    version = row.project.version
    if version.editable:
        bump(version)
    detail = {"object": f"{row.project.name} / {row}", "reading": change, "reason": reason}
    record(actor=actor, action=action, target=version, detail=detail)


def _check_draft(row: Indicator, actor: User, now: datetime) -> None:
    version = row.project.version
    if version.editable:
        recheck(version=version, actor=actor, now=now)
