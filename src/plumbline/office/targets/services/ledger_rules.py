"""What must hold of a payment before it is posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.lib.money import yuan_text
from plumbline.office.targets.models import Payment, PlanVersion, Project, ProjectLine

ZERO = Decimal(0)
#: Largest amount that a field of the ledger holds.
MOST = Decimal("9999999999999999.99")


class LedgerError(PlumblineError):
    """A payment cannot be posted, voided or restored."""


class OverBudget(LedgerError):
    """The project's budget does not suffice; `excess` is in yuan."""

    def __init__(self, *, excess: Decimal, budget: Decimal, where: str) -> None:
        self.excess = excess
        super().__init__(
            _("这笔支付将超出项目预算 %(budget)s 元，超出 %(excess)s 元。")
            % {"budget": yuan_text(budget), "excess": yuan_text(excess)},
            where=where,
            advice=_("请核对金额；确需支付的，请填写超预算理由，由有权批准的人员放行。"),
        )


@dataclass(frozen=True, slots=True)
class PaymentEntry:
    """What is said of one payment; the amount is in yuan, negative for a refund."""

    paid_on: date
    amount_yuan: Decimal
    fund: str
    voucher_no: str
    purpose: str = ""
    payee: str = ""
    over_budget_reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a payment becomes in view of the budget, and by how many yuan it exceeds it."""

    state: Payment.State
    excess: Decimal

    @property
    def is_over(self) -> bool:
        return self.excess > 0


def demand(text: str, message: str) -> None:
    """Refuse an empty reason with the message."""
    if not text.strip():
        raise LedgerError(message)


def check_entry(entry: PaymentEntry, *, project: Project, now: datetime) -> None:
    """Everything that one payment must be, whatever else was paid.

    Raises:
        LedgerError: amount, date, voucher or fund cannot be; or the project has no budget.
    """
    year = project.version.plan.year
    today = timezone.localdate(now)
    if not entry.amount_yuan or abs(entry.amount_yuan) > MOST:
        raise LedgerError(_("金额不能为 0，也不能超出可登记的范围。"), advice=_("退款请填负数。"))
    if entry.amount_yuan != round(entry.amount_yuan, 2):
        raise LedgerError(_("金额最多两位小数。"), advice=_("请填写到分。"))
    if entry.paid_on.year != year:
        raise LedgerError(
            _("支付日期不在 %(year)d 年度内。") % {"year": year},
            advice=_("请核对日期，或登记到相应年度的台账。"),
        )
    if entry.paid_on > today:
        raise LedgerError(_("支付日期在今天之后。"), advice=_("台账只登记已经发生的支付。"))
    if not entry.voucher_no.strip():
        raise LedgerError(_("没有凭证号。"), advice=_("请填写记账凭证或支付凭证的编号。"))
    known = [fund.name for fund in project.funds.all()]
    if not entry.fund.strip() or (known and entry.fund not in known):
        raise LedgerError(
            _("资金来源“%(fund)s”不在该项目的预算中。") % {"fund": entry.fund},
            advice=_("可填：%(funds)s。") % {"funds": "、".join(known) or _("财政资金")},
        )
    if project.budget_yuan is None:
        raise LedgerError(
            _("该项目没有预算数，不能登记支付。"), advice=_("请先在绩效目标中补填预算数并批准。")
        )


def check_voucher(entry: PaymentEntry, *, line: ProjectLine) -> None:
    """Refuse a voucher that stands for the project and fund already."""
    twin = Payment.objects.filter(
        project_line=line, voucher_no=entry.voucher_no, fund=entry.fund, state=Payment.State.POSTED
    ).first()
    if twin is not None:
        raise LedgerError(
            _("凭证号“%(voucher)s”在该项目同一资金来源下已于 %(day)s 登记过 %(amount)s 元。")
            % {
                "voucher": entry.voucher_no,
                "day": twin.paid_on.isoformat(),
                "amount": yuan_text(twin.amount_yuan),
            },
            advice=_("请核对是否重复登记；一张凭证分次支付的，请在凭证号后加序号。"),
        )


def paid_total(line_id: int) -> Decimal:
    """What is posted for a project, in yuan."""
    rows = Payment.objects.filter(project_line=line_id, state=Payment.State.POSTED)
    return rows.aggregate(total=Sum("amount_yuan"))["total"] or ZERO


def check_not_replaced(payment: Payment) -> None:
    """Refuse to bring back a payment beside the one that was entered in its place: it would count twice."""
    if payment.replaced_by.exclude(state=Payment.State.VOID).exists():
        raise LedgerError(
            _("这笔支付已由更正后的记录代替，不能恢复。"),
            where=payment.voucher_no,
            advice=_("请先作废更正后的那一笔。"),
        )


def check_total(payment: Payment, *, before: Decimal, actor: User) -> None:
    """What a project's total may be after a payment was voided, or voided and replaced.

    Args:
        before: the total until then. Who may not override must not bring it farther beyond the budget.
    """
    total = paid_total(payment.project_line_id)
    if total < 0:
        raise LedgerError(
            _("作废后该项目的退款将多于支付。"),
            where=payment.voucher_no,
            advice=_("请先作废与之对应的退款。"),
        )
    project = Project.objects.filter(
        line=payment.project_line_id, version__state=PlanVersion.State.APPROVED
    ).first()
    budget = project.budget_yuan if project else None
    if budget is not None and total > max(before, budget) and not actor.may("ledger.override"):
        raise LedgerError(
            _("没有这笔退款，该项目支付将超出预算 %(excess)s 元。") % {"excess": yuan_text(total - budget)},
            where=payment.voucher_no,
            advice=_("请先作废与之对应的支付，或由有权批准超预算支付的人员处理。"),
        )


def verdict(project: Project, *, amount: Decimal, reason: str, actor: User) -> Verdict:
    """What becomes of a payment of `amount` in view of the budget."""
    total = paid_total(project.line_id) + amount
    if total < 0:
        raise LedgerError(_("退款多于该项目已支付的金额。"), advice=_("请核对金额和项目。"))
    budget = project.budget_yuan or ZERO
    excess = total - budget
    if amount < 0 or excess <= 0:
        return Verdict(Payment.State.POSTED, ZERO)
    if not reason.strip():
        raise OverBudget(excess=excess, budget=budget, where=project.name)
    may = actor.may("ledger.override")
    return Verdict(Payment.State.POSTED if may else Payment.State.PENDING, excess)


def warnings_of(payment: Payment, project: Project, *, excess: Decimal) -> tuple[str, ...]:
    """What the office should know of a saved payment: budget exceeded, share of a fund exceeded."""
    found = []
    if excess > 0:
        found.append(_("已超出项目预算 %(excess)s 元。") % {"excess": yuan_text(excess)})
    share = next((f.amount_yuan for f in project.funds.all() if f.name == payment.fund), None)
    rows = Payment.objects.filter(
        project_line=payment.project_line_id, fund=payment.fund, state=Payment.State.POSTED
    )
    beyond = (rows.aggregate(total=Sum("amount_yuan"))["total"] or ZERO) - (share or ZERO)
    if beyond > 0 and payment.amount_yuan > 0 and project.funds.all():
        values = {"fund": payment.fund, "share": yuan_text(share or ZERO), "beyond": yuan_text(beyond)}
        found.append(_("“%(fund)s”已超出该项目预算中的份额 %(share)s 元，超出 %(beyond)s 元。") % values)
    return tuple(found)
