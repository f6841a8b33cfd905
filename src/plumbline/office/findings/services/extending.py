"""More time: the unit asks with a reason and a day, the office decides."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.findings.models import Extension, Finding
from plumbline.office.findings.rules import deadlines
from plumbline.office.findings.services.transitions import ActRefused, locked, move
from plumbline.office.lib.dates import day_text
from plumbline.office.lib.workdays import add_workdays

_E = Extension.State


@transaction.atomic
def ask_extension(
    *,
    finding: Finding,
    until: date,
    reason: str,
    actor: User,
    now: datetime,
    revision: int | None = None,
) -> Extension:
    """Ask for more time.

    Raises:
        ActRefused: the unit is not working on it, one request waits already, the day is no later than the
            deadline or too far, or as many as may be were granted.
        Outdated: the finding was changed since the form was opened.
    """
    row = locked(finding)
    why_not = why_no_extension(row, until=until, now=now)
    if why_not:
        raise ActRefused(why_not, where=row.number, advice=_("请改选日期，或与网信办经办人联系。"))
    move(
        finding=finding, act="ask_extension", actor=actor, now=now, revision=revision,
        note=f"申请延期至 {until:%Y-%m-%d}：{reason.strip()}" if reason.strip() else "",
    )  # fmt: skip
    return Extension.objects.create(
        finding=row, until=until, reason=reason.strip(), asked_by=actor, asked_at=now
    )


def why_no_extension(finding: Finding, *, until: date, now: datetime) -> str:
    """Why a day cannot be asked for; "" where it can. Also whether any can, with `until` = the last day."""
    rule = deadlines()
    if finding.extensions.filter(state=_E.ASKED).exists():
        return _("已有一份延期申请等待审批。")
    if finding.due_on is None or finding.first_due_on is None:
        return _("这个问题还没有整改期限。")
    granted = finding.extensions.filter(state=_E.GRANTED, asked_at__gte=_since(finding)).count()
    if granted >= rule.extensions:
        return _("已延期 %(n)d 次，不能再申请。") % {"n": granted}
    if until <= max(finding.due_on, timezone.localdate(now)):
        return _("申请的日期应晚于现在的期限 %(day)s，且在今天之后。") % {"day": day_text(finding.due_on)}
    last = last_day(finding)
    if until > last:
        return _("最晚可延期至 %(day)s（首次期限后 %(n)d 个工作日）。") % {
            "day": day_text(last),
            "n": rule.extension_workdays,
        }
    return ""


def last_day(finding: Finding) -> date:
    """The last day that a deadline may be put off to."""
    base = finding.first_due_on or finding.due_on
    if base is None:
        raise ActRefused(_("这个问题还没有整改期限。"), where=finding.number)
    return add_workdays(base, deadlines().extension_workdays)


@transaction.atomic
def decide_extension(
    *, extension: Extension, granted: bool, decision: str, actor: User, now: datetime
) -> Extension:
    """Grant or refuse.

    Raises:
        ActRefused: it was decided or withdrawn already, or it is refused without a reason.
    """
    finding = locked(extension.finding)
    row = Extension.objects.select_for_update().get(pk=extension.pk)
    _demand_asked(row, finding)
    words = decision.strip()
    if granted:
        note = f"延期至 {row.until:%Y-%m-%d}" + (f"：{words}" if words else "")
        move(finding=finding, act="extend", actor=actor, now=now, note=note, due_on=row.until)
    else:
        move(finding=finding, act="refuse_extension", actor=actor, now=now, note=words)
    row.state = _E.GRANTED if granted else _E.REFUSED
    return _decided(row, words, actor=actor, now=now)


@transaction.atomic
def withdraw_extension(*, extension: Extension, actor: User, now: datetime) -> Extension:
    """The unit does not need it any more.

    Raises:
        ActRefused: it was decided already.
    """
    finding = locked(extension.finding)
    row = Extension.objects.select_for_update().get(pk=extension.pk)
    _demand_asked(row, finding)
    move(finding=finding, act="withdraw_extension", actor=actor, now=now)
    row.state = _E.WITHDRAWN
    return _decided(row, "", actor=actor, now=now)


def _since(finding: Finding) -> datetime:
    """When the finding's present life began: what was granted before it came back does not count."""
    last = finding.events.filter(act__in=("raise", "reopen")).order_by("-at", "-pk").first()
    return last.at if last else finding.raised_at


def _demand_asked(row: Extension, finding: Finding) -> None:
    if row.state != _E.ASKED:
        raise ActRefused(
            _("这份延期申请已处理：%(state)s。") % {"state": row.get_state_display()},
            where=finding.number,
            advice=_("请刷新页面，查看最新进展。"),
        )


def _decided(row: Extension, words: str, *, actor: User, now: datetime) -> Extension:
    row.decided_by, row.decided_at, row.decision = actor, now, words
    row.save()
    return row
