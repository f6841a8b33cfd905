"""Approving a draft: from then on it is frozen, in the services and in the database."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.targets.models import (
    Fund,
    Indicator,
    Plan,
    PlanFinding,
    PlanVersion,
    Project,
    ProjectLine,
    SpendPoint,
)
from plumbline.office.targets.services.errors import PlanError
from plumbline.office.targets.services.recheck import recheck_now
from plumbline.office.targets.services.versions import close, lock_draft

State = PlanVersion.State


def open_errors(version: PlanVersion) -> QuerySet[PlanFinding]:
    """The findings that stand in the way of an approval."""
    return version.findings.filter(severity=PlanFinding.Severity.ERROR, state=PlanFinding.State.OPEN)


def approve(*, version: PlanVersion, revision: int, actor: User, now: datetime) -> PlanVersion:
    """Freeze a draft; the version approved until now is superseded by it.

    Args:
        revision: the one that the approver looked at.

    Raises:
        Frozen, Conflict: as `versions.lock_draft`.
        PlanError: errors are open, or there is nothing to approve.
    """
    with transaction.atomic():
        _hold_payments(version.plan_id)
        # The plan first, as imports and adjustments lock it: they may not read it half approved.
        Plan.objects.select_for_update().get(pk=version.plan_id)
        draft = lock_draft(version, revision=revision)
        if draft.checked_revision != draft.revision:
            recheck_now(version=draft, actor=None, now=now)
        _refuse_unfit(draft)
        for before in draft.plan.versions.select_for_update().filter(state=State.APPROVED):
            close(before, state=State.SUPERSEDED, reason=draft.reason, actor=actor, now=now)
        draft.state, draft.approved_by, draft.approved_at = State.APPROVED, actor, now
        draft.frozen_digest = content_digest(draft)
        draft.save(update_fields=["state", "approved_by", "approved_at", "frozen_digest"])
        record(
            actor=actor,
            action="plans.approve",
            target=draft,
            detail={"version": draft.number, "revision": draft.revision, "content_sm3": draft.frozen_digest},
        )
    return draft


def _hold_payments(plan_id: int) -> None:
    """Lock the plan's lines, so that no payment is judged by a budget that is superseded meanwhile.

    Before everything else, because who posts payments or evaluates locks lines first; without their keys,
    because who mends a draft holds the draft and refers to lines.
    """
    list(ProjectLine.objects.select_for_update(no_key=True).filter(plan=plan_id).order_by("pk"))


def _refuse_unfit(draft: PlanVersion) -> None:
    errors = open_errors(draft).count()
    if errors:
        raise PlanError(
            ngettext("还有 %(n)d 项错误没有处理，不能批准", "还有 %(n)d 项错误没有处理，不能批准", errors)
            % {"n": errors},
            advice=_("请逐项更正，或说明后接受。"),
        )
    if not draft.projects.exists():
        raise PlanError(_("没有任何项目，不能批准"))


def content(version: PlanVersion) -> dict[str, Any]:
    """What an approval freezes, as plain data: texts, amounts, days; no ids of rows."""

    def rows(query: QuerySet[Any], *names: str) -> list[list[str]]:
        return [["" if value is None else str(value) for value in row] for row in query.values_list(*names)]

    inside = {"project__version": version}
    return {
        "organisation": [version.organisation_name, version.organisation_code],
        "totals": rows(version.totals.order_by("ordinal"), "name", "amount_yuan"),
        "goals": rows(version.goals.order_by("kind", "ordinal"), "kind", "text"),
        "projects": rows(
            Project.objects.filter(version=version).order_by("ordinal"),
            *("line__key", "code", "name", "category", "department", "implementer", "budget_yuan"),
            *("use", "goal", "basis"),
        ),
        "funds": rows(
            Fund.objects.filter(**inside).order_by("project__ordinal", "ordinal"),
            *("project__line__key", "name", "amount_yuan"),
        ),
        "spend": rows(
            SpendPoint.objects.filter(**inside).order_by("project__ordinal", "origin", "day"),
            *("project__line__key", "origin", "day", "percent"),
        ),
        "indicators": rows(
            Indicator.objects.filter(**inside).order_by("project__ordinal", "ordinal"),
            *("line__key", "origin", "use", "level1", "level2", "level3", "description", "basis", "weight"),
            *("direction", "target_raw"),
        ),
    }


def content_digest(version: PlanVersion) -> str:
    """SM3 over what an approval freezes."""
    return hashlib.new("sm3", orjson.dumps(content(version), option=orjson.OPT_SORT_KEYS)).hexdigest()


def unchanged(version: PlanVersion) -> bool | None:
    """Whether an approved version still is what was approved; None for one that was never approved."""
    return content_digest(version) == version.frozen_digest if version.frozen_digest else None
