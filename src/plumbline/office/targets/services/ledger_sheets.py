"""The ledger as .xlsx: the list that leaves, and the template that comes back filled in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

import xlsxwriter
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.lib.spreadsheets import Sheet
from plumbline.office.targets.models import Payment, Plan, PlanVersion
from plumbline.office.targets.services.ledger_import import COLUMNS, MOST_PAYMENTS


def take_away(payments: QuerySet[Payment], *, plan: Plan, actor: User) -> Sheet:
    """The payments as a list to leave with; that somebody took them is recorded."""
    rows = list(payments)
    with transaction.atomic():
        record(actor=actor, action="ledger.export", target=plan, detail={"格式": "xlsx", "条数": len(rows)})
    return payment_sheet(rows, title=f"{plan.unit}{plan.year}年资金台账")


def payment_sheet(payments: Iterable[Payment], *, title: str) -> Sheet:
    """One row a payment, and a last row with the sum of what is posted."""
    heads = (
        _("项目编码"), _("项目名称"), _("支付日期"), _("金额（元）"), _("资金来源"), _("凭证号"), _("用途"),
        _("收款单位"), _("状态"), _("超预算理由"), _("作废理由"), _("登记人"),
    )  # fmt: skip
    return Sheet(name=title, heads=heads, rows=_rows(payments))


def _rows(payments: Iterable[Payment]) -> Iterator[tuple[object, ...]]:
    total = Decimal(0)
    for payment in payments:
        if payment.state == Payment.State.POSTED:
            total += payment.amount_yuan
        yield (
            payment.project_code, payment.project_name, payment.paid_on, payment.amount_yuan, payment.fund,
            payment.voucher_no, payment.purpose, payment.payee, payment.get_state_display(),
            payment.over_budget_reason, payment.void_reason, str(payment.created_by),
        )  # fmt: skip
    yield (_("合计"), _("仅计已记账"), None, total, *[None] * 8)


def template_workbook(version: PlanVersion) -> bytes:
    """An empty sheet with the heads, a second one with the projects, a third with what to mind."""
    projects = list(version.projects.prefetch_related("funds").order_by("ordinal"))
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#DCE6F1"})
        formats = {
            "paid_on": book.add_format({"num_format": "yyyy-mm-dd"}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
            "voucher_no": book.add_format({"num_format": "@"}),
        }
        page = book.add_worksheet(_("支付记录"))
        for column, (name, title, required) in enumerate(COLUMNS):
            page.write_string(0, column, f"{title}", head)
            page.set_column(
                column, column, 24 if name in ("project", "purpose", "payee") else 16, formats.get(name)
            )
            if required:
                page.write_comment(0, column, _("必填"))
        page.freeze_panes(1, 0)
        listing = book.add_worksheet(_("项目清单"))
        listing.write_row(0, 0, (_("项目编码"), _("项目名称"), _("预算数（元）"), _("资金来源")), head)
        for row, project in enumerate(projects, start=1):
            listing.write_string(row, 0, project.code)
            listing.write_string(row, 1, project.name)
            if project.budget_yuan is not None:
                listing.write_number(row, 2, project.budget_yuan, formats["amount"])
            listing.write_string(row, 3, "、".join(fund.name for fund in project.funds.all()))
        listing.set_column(0, 3, 30)
        if projects:
            # a list in the cell beats a code typed wrongly
            source = f"='{listing.get_name()}'!$A$2:$A${len(projects) + 1}"
            page.data_validation(
                1, 0, MOST_PAYMENTS, 0, {"validate": "list", "source": source, "error_type": "warning"}
            )
        notes = book.add_worksheet(_("填写说明"))
        notes.set_column(0, 0, 90)
        for row, line in enumerate(_notes()):
            notes.write_string(row, 0, line)
    return buffer.getvalue()


def _notes() -> tuple[str, ...]:
    return (
        _("1. 每行一笔支付；退款填负数。金额以元为单位，最多两位小数。"),
        _("2. 项目编码照抄“项目清单”；没有编码的项目填名称。"),
        _("3. 资金来源须是该项目预算中的名称；项目只有一种资金时可不填。"),
        _("4. 单元格不要用公式；从其他表复制时请选择性粘贴为数值。"),
        _("5. 上传后先显示核对结果；有一处错误，整个文件都不导入。超预算的支付请在系统中单独登记。"),
        _("6. 一个文件最多 %(most)d 行。") % {"most": MOST_PAYMENTS},
    )
