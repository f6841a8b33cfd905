"""The unit puts right and reports; the office looks again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.findings.models import Finding, FindingEvent
from plumbline.office.findings.services.evidence import keep
from plumbline.office.findings.services.transitions import ActRefused, locked, move


@transaction.atomic
def reply(
    *,
    finding: Finding,
    actor: User,
    now: datetime,
    note: str,
    uploads: Sequence[File] = (),
    without_files: str = "",
    revision: int | None = None,
) -> FindingEvent:
    """The unit reports what it did, with evidence, or says why there is none.

    Args:
        without_files: why there is no file.

    Raises:
        ActRefused: the finding is not with the unit; no note; neither a file nor a reason.
        ContentRefused: a file is not fit to be kept.
        Outdated: it was changed since the form was opened.
    """
    if not uploads and not without_files.strip():
        raise ActRefused(
            _("没有附整改佐证。"),
            where=finding.number,
            advice=_("请至少上传一张照片、截图或一份文件；确实没有的，请写明原因。"),
        )
    text = note.strip()
    if text and not uploads:
        text = f"{text}\n无佐证材料的原因：{without_files.strip()}"
    row = locked(finding)
    return move(
        finding=finding, act="reply", actor=actor, now=now, note=text, files=keep(uploads, user=actor),
        revision=revision, round=row.rounds + 1, fields={"replied_at": now},
    )  # fmt: skip


@transaction.atomic
def retract(
    *, finding: Finding, actor: User, now: datetime, note: str = "", revision: int | None = None
) -> FindingEvent:
    """The unit takes its report back before the office looked again.

    Raises:
        ActRefused: there is no report that waits for a re-check.
    """
    row = locked(finding)
    replies = list(row.events.filter(act="reply").order_by("-at", "-pk")[:2])
    to = Finding.State(replies[0].before) if replies else None
    earlier = replies[1].at if len(replies) > 1 else None
    return move(
        finding=finding, act="retract", actor=actor, now=now, note=note, to=to, revision=revision,
        fields={"replied_at": earlier},
    )  # fmt: skip


@transaction.atomic
def pass_recheck(
    *,
    finding: Finding,
    actor: User,
    now: datetime,
    note: str,
    uploads: Sequence[File] = (),
    revision: int | None = None,
) -> FindingEvent:
    """Looked again, and it is put right: closed.

    Raises:
        ActRefused: nobody told the unit yet, it is closed already, or no record of the look.
    """
    row = locked(finding)
    rounds = row.rounds + 1
    return move(
        finding=finding, act="pass", actor=actor, now=now, note=note, files=keep(uploads, user=actor),
        revision=revision, round=rounds, fields={"rounds": rounds},
    )  # fmt: skip


@transaction.atomic
def return_recheck(
    *,
    finding: Finding,
    actor: User,
    now: datetime,
    note: str,
    due_on: date,
    uploads: Sequence[File] = (),
    revision: int | None = None,
) -> FindingEvent:
    """Looked again, and it is not put right: back to the unit with a reason and a new day.

    Raises:
        ActRefused: the unit did not report; no reason; the new day lies before today.
    """
    if due_on < timezone.localdate(now):
        raise ActRefused(
            _("新的整改期限早于今天。"), where=finding.number, advice=_("请选择今天或以后的日期。")
        )
    row = locked(finding)
    rounds = row.rounds + 1
    return move(
        finding=finding, act="return", actor=actor, now=now, note=note, files=keep(uploads, user=actor),
        revision=revision, due_on=due_on, round=rounds, fields={"rounds": rounds},
    )  # fmt: skip
