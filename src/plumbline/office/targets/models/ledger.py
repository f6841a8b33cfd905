"""The ledger: what was paid for a project."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.office.targets.models.numbers import MONEY
from plumbline.office.targets.models.plans import Plan
from plumbline.office.targets.models.projects import ProjectLine


class PaymentImport(models.Model):
    """One .xlsx of payments that was taken in as a whole, or refused as a whole."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="payment_imports")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.file} ({self.rows})"


class Payment(models.Model):
    """One payment of a project. Amounts may be negative (a refund); a wrong one is voided."""

    class State(models.TextChoices):
        POSTED = "posted", _("已记账")
        #: over the budget, with a reason; counts once somebody with `ledger.override` lets it pass
        PENDING = "pending", _("超预算待批准")
        VOID = "void", _("已作废")

    project_line = models.ForeignKey(ProjectLine, models.PROTECT, related_name="payments")
    paid_on = models.DateField(_("支付日期"))
    amount_yuan = models.DecimalField(_("金额（元）"), **MONEY)
    fund = models.CharField(_("资金来源"), max_length=60)
    voucher_no = models.CharField(_("凭证号"), max_length=60)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    payee = models.CharField(_("收款单位"), max_length=200, blank=True)
    attachment = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("附件")
    )
    #: why it was posted although the budget was exceeded by it
    over_budget_reason = models.TextField(_("超预算理由"), blank=True)
    #: who let it pass all the same
    over_budget_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.POSTED)
    void_reason = models.TextField(_("作废理由"), blank=True)
    #: the wrong payment that this one stands for
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    imported = models.ForeignKey(
        PaymentImport, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("支付记录")
        ordering = ["-paid_on", "-id"]
        indexes = [models.Index(fields=["project_line", "state", "paid_on"], name="payment_by_project")]
        constraints = [
            models.UniqueConstraint(
                fields=["project_line", "voucher_no", "fund"],
                condition=Q(state="posted"),
                name="voucher_once_a_project_and_fund",
            )
        ]

    def __str__(self) -> str:
        return f"{self.paid_on} {self.amount_yuan}"
