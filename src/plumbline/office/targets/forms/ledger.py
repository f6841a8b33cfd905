"""Forms of the ledger. They check shape; whether a payment may be is the service's to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.dates import DayField
from plumbline.office.targets.forms.inputs import NumberField
from plumbline.office.targets.models import Payment, Project
from plumbline.office.targets.services.ledger import PaymentEntry


class PaymentForm(forms.Form):
    """One payment."""

    project = forms.ChoiceField(label=_("项目"))
    paid_on = DayField(label=_("支付日期"))
    amount_yuan = NumberField(
        label=_("金额"), max_digits=18, decimal_places=2, help_text=_("以元为单位，到分；退款填负数。")
    )
    fund = forms.ChoiceField(label=_("资金来源"))
    voucher_no = forms.CharField(
        label=_("凭证号"),
        max_length=60,
        help_text=_("记账凭证或支付凭证的编号；一张凭证分次支付的，在后面加序号。"),
    )
    purpose = forms.CharField(label=_("用途"), max_length=200, required=False)
    payee = forms.CharField(label=_("收款单位"), max_length=200, required=False)
    attachment = forms.FileField(
        label=_("附件"), required=False, help_text=_("发票、合同、回单等：PDF、图片或办公文档。")
    )
    over_budget_reason = forms.CharField(
        label=_("超预算理由"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("仅在超出项目预算时填写；由有权批准的人员放行后才计入支出。"),
    )

    def __init__(self, *args: Any, projects: Sequence[Project], funds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].choices = [(str(p.line_id), f"{p.code} {p.name}".strip()) for p in projects]
        self.fields["fund"].choices = [(name, name) for name in funds or ["财政资金"]]

    def entry(self) -> PaymentEntry:
        """What was typed, for the service; only of a valid form."""
        names = ("paid_on", "amount_yuan", "fund", "voucher_no", "purpose", "payee", "over_budget_reason")
        return PaymentEntry(**{name: self.cleaned_data[name] for name in names})


class ReplacementForm(PaymentForm):
    """The right payment in place of a wrong one."""

    reason = forms.CharField(label=_("更正理由"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500)


class PaymentFilter(forms.Form):
    """What a list of payments can be narrowed by; a wrong value narrows nothing."""

    project = forms.ChoiceField(label=_("项目"), required=False)
    fund = forms.ChoiceField(label=_("资金来源"), required=False)
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *Payment.State.choices]
    )
    since = DayField(label=_("自"), required=False)
    until = DayField(label=_("至"), required=False)

    def __init__(self, *args: Any, projects: Sequence[Project], funds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].choices = [("", _("全部")), *((str(p.line_id), p.name) for p in projects)]
        self.fields["fund"].choices = [("", _("全部")), *((name, name) for name in funds)]

    def conditions(self) -> dict[str, Any]:
        """Keyword arguments for `filter()`."""
        self.is_valid()
        fields = {
            "project": "project_line_id", "fund": "fund", "state": "state", "since": "paid_on__gte",
            "until": "paid_on__lte",
        }  # fmt: skip
        found = {lookup: self.cleaned_data.get(name) for name, lookup in fields.items()}
        return {lookup: value for lookup, value in found.items() if value not in (None, "")}


class SheetForm(forms.Form):
    """An .xlsx to be looked at."""

    sheet = forms.FileField(
        label=_("表格文件"),
        help_text=_("仅限 .xlsx，不超过 10 MB、2000 行。先显示核对结果，确认后才导入。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
