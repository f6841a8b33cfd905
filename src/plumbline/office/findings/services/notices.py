"""The way of a notice: submitted, approved by a second person, sealed, sent, received; or withdrawn."""

from __future__ import annotations

from datetime import date, datetime, time

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.files.kinds import IMAGES
from plumbline.office.files.services import store
from plumbline.office.findings.models import Escalation, Finding, Notice
from plumbline.office.findings.notice_defaults import notice_defaults
from plumbline.office.findings.rules import steps
from plumbline.office.findings.services.drafting import demand_complete
from plumbline.office.findings.services.escalating import finish_escalation
from plumbline.office.findings.services.letters import changes_since, freeze, letterhead, own_name
from plumbline.office.findings.services.notice_steps import StepRefused, UnseenChange, step_on
from plumbline.office.findings.services.notifying import Marked, mark_notified, unmark_notified
from plumbline.office.findings.services.numbering import take_number

#: what a sealed paper or a receipt is scanned into
SCANS = IMAGES | {"pdf", "ofd"}


@transaction.atomic
def submit(*, notice: Notice, actor: User, now: datetime, revision: int | None = None) -> Notice:
    """Send a draft for approval.

    Raises:
        StepRefused: it is no draft. DraftRefused: it is not complete. Outdated: changed since.
    """
    step_on(notice=notice, step="submit", actor=actor, now=now, revision=revision)
    demand_complete(notice, now=now)
    return notice


def recall(*, notice: Notice, actor: User, now: datetime, revision: int | None = None) -> Notice:
    """Take it back before anybody approved it."""
    step_on(notice=notice, step="recall", actor=actor, now=now, revision=revision)
    return notice


def return_(
    *, notice: Notice, reason: str, actor: User, now: datetime, revision: int | None = None
) -> Notice:
    """Send it back to the drafter, with a reason."""
    step_on(
        notice=notice, step="return", actor=actor, now=now, note=reason, revision=revision,
        fields={"withdrawn_reason": reason.strip()},
    )  # fmt: skip
    return notice


@transaction.atomic
def approve(
    *,
    notice: Notice,
    actor: User,
    now: datetime,
    seen: str,
    note: str = "",
    revision: int | None = None,
) -> Notice:
    """Approve: the number is given, and the document is drawn for good and kept.

    Args:
        seen: `letters.fingerprint` of what the approver looked at. The words of a finding, the issuer or the
            template change without the notice: what nobody else looked at is not approved.

    Raises:
        StepRefused: not submitted, or the person wrote on it; or nobody filled in who issues it.
        DraftRefused: it is not complete any more. NumberRefused: see `take_number`.
        TemplateRefused: the office's template cannot be drawn.
        Outdated: the notice was changed since, or what `seen` stands for; says what.
    """
    step_on(
        notice=notice, step="approve", actor=actor, now=now, note=note, revision=revision,
        fields={"approved_by": actor, "approved_at": now, "withdrawn_reason": ""},
    )  # fmt: skip
    demand_complete(notice, now=now)
    changed = changes_since(seen, notice, now=now)
    if changed:
        raise UnseenChange("、".join(changed) if seen else "", where=str(notice))
    if not (letterhead().issuer or own_name(notice.drafted_by)):
        raise StepRefused(
            _("还没有填写发文机关。"), advice=_("请到“系统 > 文书与文号”填写发文机关后再批准。")
        )
    notice.number = take_number(notice_defaults().series_of[notice.kind], year=timezone.localtime(now).year)
    notice.file = freeze(notice, actor=actor, now=now)
    notice.save(update_fields=["number", "file", "words"])
    return notice


@transaction.atomic
def seal(
    *,
    notice: Notice,
    scan: File | None,
    sealer: str,
    on: date,
    actor: User,
    now: datetime,
    revision: int | None = None,
) -> Notice:
    """The paper bears the seal: its scan is kept, or it is said who sealed it.

    Raises:
        StepRefused: not approved; neither a scan nor a name; a day before the approval or after today.
        ContentRefused: the scan is no picture or PDF.
    """
    if scan is None and not sealer.strip():
        raise StepRefused(
            _("没有上传用印扫描件，也没有填写用印人。"), advice=_("请上传扫描件，或写明由谁在纸质件上用印。")
        )
    _demand_day(on, since=notice.approved_at, now=now, what=_("用印日期"))
    note = f"用印人：{sealer.strip()}" if sealer.strip() else ""
    how = Notice.Sealing.SCAN if scan else Notice.Sealing.PAPER
    kept = store(scan, user=actor, allowed=SCANS) if scan else None
    fields = {
        "sealed_by": actor, "sealed_at": _moment(on, now), "sealing": how, "sealer": sealer.strip(),
        "sealed_file": kept,
    }  # fmt: skip
    detail = {"notice_how": str(how), "notice_person": sealer.strip()} | (
        {"file": kept.name, "sm3": kept.digest} if kept else {}
    )
    step_on(
        notice=notice, step="seal", actor=actor, now=now, note=note, revision=revision, fields=fields,
        detail=detail,
    )  # fmt: skip
    return notice


@transaction.atomic
def send(
    *,
    notice: Notice,
    how: Notice.Sending,
    on: date,
    actor: User,
    now: datetime,
    note: str = "",
    revision: int | None = None,
) -> Marked:
    """It goes to the unit; its findings are now the unit's to put right.

    Raises:
        StepRefused: not sealed; a day before the seal or after today.
        ActRefused: a finding cannot be told of any more, or the deadline is over.
    """
    _demand_day(on, since=notice.sealed_at, now=now, what=_("送达日期"))
    fields = {"sent_by": actor, "sent_at": _moment(on, now), "sending": how}
    step_on(
        notice=notice, step="send", actor=actor, now=now, note=note, revision=revision, fields=fields,
        detail={"notice_how": str(how.label)},
    )  # fmt: skip
    # before the new deadline, which ends what still waits of the old chain
    _finish_steps(notice, actor=actor, now=now)
    return mark_notified(_findings(notice), notice.number, notice.due_on, actor, now)


def _finish_steps(notice: Notice, *, actor: User, now: datetime) -> None:
    """A step of the chain that is done with a notice of this kind is done when the notice is sent."""
    keys = [step.key for step in steps() if step.notice == notice.kind]
    due = Escalation.objects.filter(
        finding__in=notice.items.values("finding"), step__in=keys, state=Escalation.State.DUE
    )
    for row in due.select_related("finding").order_by("finding", "pk"):
        finish_escalation(escalation=row, note=f"已送达{notice.number}", actor=actor, now=now)


@transaction.atomic
def receive(*, notice: Notice, actor: User, now: datetime, revision: int | None = None) -> Notice:
    """The unit's liaison signs in the browser; whoever signs is named by the account.

    Raises:
        StepRefused: not sent; or the person is of the office, which must not sign for a unit.
    """
    if actor.role != Role.LIAISON:
        raise StepRefused(
            _("系统内签收由单位联络员本人办理。"),
            where=str(notice),
            advice=_("单位在纸质回执上签收的，请在通知书页面登记签收。"),
        )
    fields = {"received_by": actor, "received_at": now, "receiver": str(actor)[:40]}
    step_on(notice=notice, step="receive", actor=actor, now=now, revision=revision, fields=fields)
    return notice


@transaction.atomic
def record_receipt(
    *,
    notice: Notice,
    receiver: str,
    on: date,
    scan: File | None,
    actor: User,
    now: datetime,
    revision: int | None = None,
) -> Notice:
    """The unit signed on paper: who, when, and the scan of it.

    Raises:
        StepRefused: not sent; no name; a day before it was sent or after today.
        ContentRefused: the scan is no picture or PDF.
    """
    receiver = receiver.strip()
    if not receiver:
        raise StepRefused(_("没有填写签收人。"), advice=_("请填写在回执上签字的人。"))
    _demand_day(on, since=notice.sent_at, now=now, what=_("签收日期"))
    kept = store(scan, user=actor, allowed=SCANS) if scan else None
    fields = {
        "received_by": actor, "received_at": _moment(on, now), "receiver": receiver[:40],
        "receipt_file": kept,
    }  # fmt: skip
    step_on(
        notice=notice, step="receive", actor=actor, now=now, revision=revision, fields=fields,
        note=_("纸质签收：%(name)s") % {"name": receiver},
        detail={"notice_person": receiver} | ({"file": kept.name, "sm3": kept.digest} if kept else {}),
    )  # fmt: skip
    return notice


def remind(*, notice: Notice, note: str, actor: User, now: datetime, revision: int | None = None) -> Notice:
    """Say that the unit was asked to sign, and how; the notice stays as it is."""
    if not note.strip():
        raise StepRefused(_("没有填写催签情况。"), advice=_("请写明联系了谁、对方如何答复。"))
    step_on(notice=notice, step="remind", actor=actor, now=now, note=note, revision=revision)
    return notice


@transaction.atomic
def withdraw(
    *, notice: Notice, reason: str, actor: User, now: datetime, revision: int | None = None
) -> Marked:
    """Void it. Its number stays with it; findings that the unit has not answered go back.

    Raises:
        StepRefused: it is void already, or no reason; or it is approved, and the person may not approve.
    """
    step_on(
        notice=notice, step="withdraw", actor=actor, now=now, note=reason, revision=revision,
        fields={"withdrawn_reason": reason.strip()},
    )  # fmt: skip
    if notice.sent_at is None:
        return Marked((), ())
    return unmark_notified(_findings(notice), notice.number, reason.strip(), actor, now)


def _findings(notice: Notice) -> list[Finding]:
    return [item.finding for item in notice.items.select_related("finding")]


def _demand_day(day: date, *, since: datetime | None, now: datetime, what: str) -> None:
    first, today = timezone.localdate(since) if since else None, timezone.localdate(now)
    if day > today or (first and day < first):
        raise StepRefused(
            _("%(what)s应在上一步之后、今天之前（含今天）。") % {"what": what},
            advice=_("请核对日期。"),
        )


def _moment(day: date, now: datetime) -> datetime:
    """Now, where the day is today; else noon of that day, for only the day is known."""
    if day == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(day, time(12)))
