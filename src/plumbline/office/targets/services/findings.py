"""What people do about findings: accept with a reason, one by one or a whole rule; open again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.targets.models import PlanFinding, PlanVersion
from plumbline.office.targets.services.errors import PlanError
from plumbline.office.targets.services.versions import lock_draft

State = PlanFinding.State


def accept(*, version: PlanVersion, findings: Sequence[int], reason: str, actor: User, now: datetime) -> int:
    """Accept open findings of a draft with one reason; returns how many.

    Args:
        findings: their ids; those that are not open, or of another version, are left alone.

    Raises:
        Frozen: the version is no draft.
        PlanError: no reason, or none of them is open.
    """
    if not reason.strip():
        raise PlanError(_("没有填写说明"), advice=_("请写明为何可以接受，说明会随版本保留。"))
    with transaction.atomic():
        draft = lock_draft(version)
        rows = list(draft.findings.filter(pk__in=findings, state=State.OPEN).exclude(severity="confirmed"))
        if not rows:
            raise PlanError(_("没有待处理的问题"), advice=_("可能已由他人处理，请刷新页面。"))
        for row in rows:
            row.state, row.disposition = State.ACCEPTED, reason.strip()
            row.disposed_by, row.disposed_at = actor, now
        PlanFinding.objects.bulk_update(
            rows, ["state", "disposition", "disposed_by", "disposed_at"], batch_size=200
        )
        record(
            actor=actor,
            action="plans.accept",
            target=draft,
            detail={
                "reason": reason.strip(),
                "count": len(rows),
                "findings": [{"rule": row.rule, "lines": row.lines} for row in rows[:200]],
            },
        )
    return len(rows)


def accept_rule(*, version: PlanVersion, rule: str, reason: str, actor: User, now: datetime) -> int:
    """Accept all open findings of one rule with one reason; returns how many.

    Raises:
        Frozen, PlanError: as `accept`.
    """
    ids = list(version.findings.filter(rule=rule, state=State.OPEN).values_list("pk", flat=True))
    return accept(version=version, findings=ids, reason=reason, actor=actor, now=now)


def reopen(*, finding: PlanFinding, actor: User) -> None:
    """Take back an acceptance.

    Raises:
        Frozen: the version is no draft.
        PlanError: it is not accepted.
    """
    with transaction.atomic():
        draft = lock_draft(finding.version)
        row = PlanFinding.objects.select_for_update().get(pk=finding.pk)
        if row.state != State.ACCEPTED:
            raise PlanError(_("只有“说明后接受”的问题可以重新打开"))
        before = row.disposition
        row.state, row.disposition, row.disposed_by, row.disposed_at = State.OPEN, "", None, None
        row.save(update_fields=["state", "disposition", "disposed_by", "disposed_at"])
        record(
            actor=actor,
            action="plans.reopen",
            target=draft,
            detail={"rule": row.rule, "lines": row.lines, "reason": {"old": before, "new": ""}},
        )
