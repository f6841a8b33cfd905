"""A finding is left as it is until a day: one asks, another approves, and on the day it opens again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.findings.models import Finding, RiskAcceptance
from plumbline.office.findings.rules import deadlines
from plumbline.office.findings.services.transitions import ActRefused, locked, move

_A = RiskAcceptance.State
_S = Finding.State


@transaction.atomic
def ask_acceptance(
    *,
    finding: Finding,
    reason: str,
    safeguards: str,
    expires_on: date,
    actor: User,
    now: datetime,
    revision: int | None = None,
) -> RiskAcceptance:
    """Ask to leave it as it is.

    Raises:
        ActRefused: not confirmed, answered or decided already; a request waits; no reason or safeguards; the
            day is past or too far.
    """
    row = locked(finding)
    today = timezone.localdate(now)
    last = today + timedelta(days=deadlines().acceptance_days)
    if row.acceptances.filter(state__in=(_A.ASKED, _A.ACTIVE)).exists():
        raise _refused(row, _("已有一份暂不整改申请在办。"), _("请刷新页面，查看最新进展。"))
    if not reason.strip() or not safeguards.strip():
        raise _refused(row, _("没有写明理由和期间的防护措施。"), _("两项都要填写。"))
    if not today < expires_on <= last:
        days = deadlines().acceptance_days
        words = _("有效期应在明天至 %(days)d 天之内。") % {"days": days}
        raise _refused(row, words, _("到期后可重新评估、再次申请。"))
    note = f"至 {expires_on:%Y-%m-%d}。理由：{reason.strip()}\n防护措施：{safeguards.strip()}"
    move(finding=finding, act="ask_acceptance", actor=actor, now=now, note=note, revision=revision)
    return RiskAcceptance.objects.create(
        finding=row, reason=reason.strip(), safeguards=safeguards.strip(), expires_on=expires_on,
        asked_by=actor, asked_at=now,
    )  # fmt: skip


@transaction.atomic
def decide_acceptance(
    *, acceptance: RiskAcceptance, approved: bool, decision: str, actor: User, now: datetime
) -> RiskAcceptance:
    """Approve or refuse; never by the person who asked.

    Raises:
        ActRefused: decided already, by the asker himself, refused without a reason, or past its day.
    """
    finding = locked(acceptance.finding)
    row = RiskAcceptance.objects.select_for_update().get(pk=acceptance.pk)
    if row.state != _A.ASKED:
        words = _("这份申请已处理：%(state)s。") % {"state": row.get_state_display()}
        raise _refused(finding, words, _("请刷新页面，查看最新进展。"))
    if row.asked_by_id == actor.pk:
        raise _refused(finding, _("申请人不能批准自己的申请。"), _("请另一位有审批权限的人办理。"))
    if finding.state == _S.REPLIED:
        raise _refused(
            finding,
            _("单位已报送整改情况，问题正待复查，暂时不能审批这份申请。"),
            _("请先复查：复查通过后不再需要这份申请，退回整改后可以继续审批。"),
        )
    words = decision.strip()
    if approved:
        if row.expires_on <= timezone.localdate(now):
            raise _refused(finding, _("申请的有效期已过。"), _("请不予批准，由申请人重新提出。"))
        note = f"有效期至 {row.expires_on:%Y-%m-%d}" + (f"：{words}" if words else "")
        move(finding=finding, act="accept", actor=actor, now=now, note=note)
    else:
        move(finding=finding, act="refuse_acceptance", actor=actor, now=now, note=words)
    row.state = _A.ACTIVE if approved else _A.REFUSED
    row.decided_by, row.decided_at, row.decision = actor, now, words
    row.save()
    return row


@transaction.atomic
def revoke_acceptance(
    *, finding: Finding, reason: str, actor: User, now: datetime, revision: int | None = None
) -> RiskAcceptance:
    """The risk is not borne any longer: the finding is to be put right.

    Raises:
        ActRefused: nothing is accepted, or no reason.
    """
    row = locked(finding)
    active = row.acceptances.select_for_update().filter(state=_A.ACTIVE).first()
    if active is None:
        raise _refused(row, _("这个问题没有生效的风险接受。"), _("请刷新页面，查看最新进展。"))
    _back(finding, act="revoke", actor=actor, now=now, note=reason, revision=revision)
    active.state = _A.REVOKED
    active.decision = f"{active.decision}\n撤销：{reason.strip()}".strip()
    active.save()
    return active


def expire(now: datetime) -> int:
    """Open again what was accepted until today or earlier; each by itself.

    Returns:
        How many were opened again.
    """
    today = timezone.localdate(now)
    due = RiskAcceptance.objects.filter(state=_A.ACTIVE, expires_on__lte=today)
    done = 0
    for pk, finding_id in due.order_by("expires_on", "pk").values_list("pk", "finding_id"):
        done += _expire_one(pk, finding_id, now=now)
    return done


@transaction.atomic
def _expire_one(pk: int, finding_id: int, *, now: datetime) -> bool:
    finding = Finding.objects.select_for_update().get(pk=finding_id)
    row = RiskAcceptance.objects.select_for_update().get(pk=pk)
    if row.state != _A.ACTIVE:
        return False  # somebody revoked it meanwhile
    row.state = _A.EXPIRED
    row.save(update_fields=["state"])
    if finding.state == _S.ACCEPTED:
        note = f"有效期至 {row.expires_on:%Y-%m-%d}，已到期。"
        _back(finding, act="expire", actor=None, now=now, note=note)
    return True


def _back(
    finding: Finding,
    *,
    act: str,
    actor: User | None,
    now: datetime,
    note: str,
    revision: int | None = None,
) -> None:
    """To the unit with a fresh deadline where it was told of it before; else to those to be told."""
    row = locked(finding)
    if row.first_due_on is None:
        move(finding=finding, act=act, actor=actor, now=now, note=note, to=_S.CONFIRMED, revision=revision)
        return
    day = deadlines().due_on(row.severity, since=timezone.localdate(now))
    move(
        finding=finding, act=act, actor=actor, now=now, note=note, to=_S.NOTIFIED, due_on=day,
        revision=revision,
    )  # fmt: skip


def _refused(finding: Finding, what: str, advice: str) -> ActRefused:
    return ActRefused(what, where=finding.number, advice=advice)
