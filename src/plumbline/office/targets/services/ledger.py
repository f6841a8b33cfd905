"""The ledger: payments are posted, voided with a reason, and replaced; never changed and never deleted.

A project is never paid beyond its budget in the approved version, unless somebody who holds
`ledger.override` lets it pass with a reason: who holds it posts at once, who does not leaves the
payment waiting for approval, and until then it does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.models import StoredFile
from plumbline.office.targets.models import Payment, PaymentImport, PlanVersion, Project, ProjectLine
from plumbline.office.targets.services.ledger_rules import (
    LedgerError,
    OverBudget,
    PaymentEntry,
    check_entry,
    check_not_replaced,
    check_total,
    check_voucher,
    demand,
    paid_total,
    verdict,
    warnings_of,
)

__all__ = [
    "LedgerError", "OverBudget", "PaymentEntry", "Posted", "approve_payment", "entry_of", "locked_project",
    "post_payment", "refuse_payment", "replace_payment", "restore_payment", "void_payment",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posted:
    """A payment that was saved (posted or pending), and what the office should know of it."""

    payment: Payment
    warnings: tuple[str, ...] = ()


def post_payment(
    *,
    actor: User,
    line: ProjectLine,
    entry: PaymentEntry,
    now: datetime,
    attachment: StoredFile | None = None,
    imported: PaymentImport | None = None,
    replaces: Payment | None = None,
) -> Posted:
    """Post one payment, or leave it waiting where it exceeds the budget and the actor may not override.

    Raises:
        OverBudget: it exceeds the budget and gives no reason.
        LedgerError: no approved version, a date outside the year, a voucher twice, …
    """
    with transaction.atomic():
        project = locked_project(line)
        check_entry(entry, project=project, now=now)
        check_voucher(entry, line=line)
        state = verdict(project, amount=entry.amount_yuan, reason=entry.over_budget_reason, actor=actor)
        payment = Payment.objects.create(
            project_line=line,
            paid_on=entry.paid_on,
            amount_yuan=entry.amount_yuan,
            fund=entry.fund,
            voucher_no=entry.voucher_no,
            purpose=entry.purpose,
            payee=entry.payee,
            attachment=attachment,
            over_budget_reason=entry.over_budget_reason if state.is_over else "",
            over_budget_by=actor if state.is_over and state.state == Payment.State.POSTED else None,
            state=state.state,
            imported=imported,
            replaces=replaces,
            created_by=actor,
        )
        action = "ledger.pend" if payment.state == Payment.State.PENDING else "ledger.post"
        record(actor=actor, action=action, target=payment, detail=_detail(payment, project))
        return Posted(payment, warnings_of(payment, project, excess=state.excess))


def void_payment(*, actor: User, payment: Payment, reason: str) -> Payment:
    """Take a payment out of the sums; it stays readable, with the reason.

    Raises:
        LedgerError: no reason, somebody was faster, refunds would exceed what is left, or what is left
            without this refund exceeds the budget and the actor may not override.
    """
    with transaction.atomic():
        _lock({payment.project_line_id})
        before = paid_total(payment.project_line_id)
        payment = _void(actor=actor, payment=payment, reason=reason)
        check_total(payment, before=before, actor=actor)
        return payment


def restore_payment(*, actor: User, payment: Payment, now: datetime) -> Posted:
    """Undo a voiding; the budget is looked at again.

    Raises:
        LedgerError: it is not void, another stands in its place, its voucher was posted again, or the
            budget no longer suffices.
    """
    with transaction.atomic():
        project = locked_project(payment.project_line)
        payment = _fresh(payment, Payment.State.VOID)
        check_not_replaced(payment)
        check_entry(entry_of(payment), project=project, now=now)
        check_voucher(entry_of(payment), line=payment.project_line)
        state = verdict(project, amount=payment.amount_yuan, reason=payment.over_budget_reason, actor=actor)
        reason = payment.void_reason
        payment.state, payment.void_reason = state.state, ""
        payment.over_budget_by = actor if state.is_over and state.state == Payment.State.POSTED else None
        payment.save(update_fields=["state", "void_reason", "over_budget_by"])
        detail = _state_change(Payment.State.VOID, payment.state)
        detail |= {"void_reason": {"old": reason, "new": ""}} | _name(project)
        record(actor=actor, action="ledger.restore", target=payment, detail=detail)
        return Posted(payment, warnings_of(payment, project, excess=state.excess))


def replace_payment(
    *,
    actor: User,
    payment: Payment,
    line: ProjectLine,
    entry: PaymentEntry,
    reason: str,
    now: datetime,
    attachment: StoredFile | None = None,
) -> Posted:
    """Void a wrong payment and post the right one, both or neither.

    Args:
        line: the right project, of the same plan.
        attachment: a new one; the old one is taken over where none is given.
    """
    with transaction.atomic():
        _lock({payment.project_line_id, line.pk})
        before = paid_total(payment.project_line_id)
        old = _void(actor=actor, payment=payment, reason=reason)
        done = post_payment(
            actor=actor,
            line=line,
            entry=entry,
            now=now,
            attachment=attachment or old.attachment,
            replaces=old,
        )
        # only now: between the two the project's total may be anything
        check_total(old, before=before, actor=actor)
        changed = _changes(entry_of(old), entry_of(done.payment)) | {"reason": reason}
        record(actor=actor, action="ledger.replace", target=done.payment, detail=changed)
        return done


def approve_payment(*, actor: User, payment: Payment) -> Payment:
    """Let a waiting payment pass although it exceeds the budget.

    Raises:
        LedgerError: the actor may not, or it is no longer waiting.
    """
    if not actor.may("ledger.override"):
        raise LedgerError(_("您无权批准超预算支付。"), advice=_("请由领导或管理员批准。"))
    with transaction.atomic():
        project = locked_project(payment.project_line)
        payment = _fresh(payment, Payment.State.PENDING)
        check_voucher(entry_of(payment), line=payment.project_line)
        payment.state, payment.over_budget_by = Payment.State.POSTED, actor
        payment.save(update_fields=["state", "over_budget_by"])
        detail = _detail(payment, project) | {"over_budget_reason": payment.over_budget_reason}
        record(actor=actor, action="ledger.override", target=payment, detail=detail)
        return payment


def refuse_payment(*, actor: User, payment: Payment, reason: str) -> Payment:
    """Send a waiting payment back: it is voided with the reason.

    Raises:
        LedgerError: the actor may not, no reason, or it is no longer waiting.
    """
    if not actor.may("ledger.override"):
        raise LedgerError(_("您无权退回超预算支付。"), advice=_("请由领导或管理员处理。"))
    with transaction.atomic():
        _lock({payment.project_line_id})
        payment = _fresh(payment, Payment.State.PENDING)
        demand(reason, _("请说明退回理由。"))
        payment.state, payment.void_reason = Payment.State.VOID, reason
        payment.save(update_fields=["state", "void_reason"])
        detail = {"reason": reason} | _name(_newest_project(payment))
        record(actor=actor, action="ledger.refuse", target=payment, detail=detail)
        return payment


def entry_of(payment: Payment) -> PaymentEntry:
    """What a saved payment says, as an entry."""
    return PaymentEntry(
        paid_on=payment.paid_on,
        amount_yuan=payment.amount_yuan,
        fund=payment.fund,
        voucher_no=payment.voucher_no,
        purpose=payment.purpose,
        payee=payment.payee,
        over_budget_reason=payment.over_budget_reason,
    )


def locked_project(line: ProjectLine) -> Project:
    """The project in its approved version, its line locked until the transaction ends.

    Two payments of one project thus see each other's sum; on SQLite the whole transaction holds the
    write lock from its start.

    Raises:
        LedgerError: the plan has no approved version, or the project is no longer in it.
    """
    _lock({line.pk})
    approved = PlanVersion.objects.filter(plan=line.plan_id, state=PlanVersion.State.APPROVED)
    project = Project.objects.filter(line=line, version__in=approved).select_related("version__plan").first()
    if project is None:
        raise LedgerError(
            _("该项目不在已批准的绩效目标中，不能登记支付。"),
            advice=_("请先批准绩效目标，或核对项目是否已被调整取消。"),
        )
    return project


def _lock(line_ids: set[int]) -> None:
    """Lock lines in one order, so that two transactions never wait for each other."""
    list(ProjectLine.objects.select_for_update().filter(pk__in=line_ids).order_by("pk"))


def _void(*, actor: User, payment: Payment, reason: str) -> Payment:
    """Void under the lock of its line; whether the project's total may be that, the caller checks."""
    payment = _fresh(payment, Payment.State.POSTED, Payment.State.PENDING)
    demand(reason, _("请说明作废理由。"))
    detail = _state_change(payment.state, Payment.State.VOID) | {"reason": reason}
    payment.state, payment.void_reason = Payment.State.VOID, reason
    payment.save(update_fields=["state", "void_reason"])
    detail |= _name(_newest_project(payment))
    record(actor=actor, action="ledger.void", target=payment, detail=detail)
    return payment


def _newest_project(payment: Payment) -> Project | None:
    """For its name: the project may have left the plan meanwhile, and its payments are still voided."""
    return Project.objects.filter(line=payment.project_line_id).order_by("-version__number").first()


def _fresh(payment: Payment, *states: Payment.State) -> Payment:
    """The payment as it is now, refused when it is no longer in one of the states."""
    fresh = Payment.objects.select_related("project_line", "attachment").get(pk=payment.pk)
    if fresh.state not in states:
        raise LedgerError(
            _("这笔支付现为“%(state)s”，不能进行此操作。") % {"state": fresh.get_state_display()},
            where=fresh.voucher_no,
            advice=_("可能已被他人处理，请刷新页面查看操作记录。"),
        )
    return fresh


def _detail(payment: Payment, project: Project) -> dict[str, object]:
    return _name(project) | {
        "paid_on": payment.paid_on,
        "amount_yuan": payment.amount_yuan,
        "fund": payment.fund,
        "voucher_no": payment.voucher_no,
    }


def _state_change(old: str, new: str) -> dict[str, object]:
    """Labels that the record itself writes out, in its own language."""
    return {"state": {"old": Payment.State(old).label, "new": Payment.State(new).label}}


def _name(project: Project | None) -> dict[str, object]:
    return {"project": project.name if project else ""}


def _changes(old: PaymentEntry, new: PaymentEntry) -> dict[str, object]:
    return {
        name: {"old": getattr(old, name), "new": getattr(new, name)}
        for name in PaymentEntry.__slots__
        if getattr(old, name) != getattr(new, name)
    }
