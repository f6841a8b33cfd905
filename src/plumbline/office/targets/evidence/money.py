"""Payments, budgets and spend points as evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.evidence import Content
from plumbline.office.lib.dates import day_text
from plumbline.office.lib.templatetags.office import money
from plumbline.office.targets.evidence.kinds import Column, Kind, add, day, number, page
from plumbline.office.targets.models import Payment, Project, SpendPoint


def of_line(rows: QuerySet[Any], _as_of: date) -> QuerySet[Any]:
    return rows.select_related("project_line")


def payment_content(row: Any) -> Content:
    """Amount, day and voucher; a payment that was voided since is another fact."""
    return {
        "project": str(row.project_line.key), "paid_on": day(row.paid_on), "amount": number(row.amount_yuan),
        "fund": row.fund, "voucher": row.voucher_no, "posted": "yes" if row.state == "posted" else None,
    }  # fmt: skip


add(
    Kind(
        key="payment",
        title=_("支付"),
        model=Payment,
        label=lambda row: row.voucher_no,
        content=payment_content,
        columns=(
            Column(_("支付日期"), lambda row: day_text(row.paid_on)),
            Column(_("金额"), lambda row: money(row.amount_yuan)),
            Column(_("收款单位"), lambda row: row.payee or "—"),
            Column(_("用途"), lambda row: row.purpose or "—"),
        ),
        url=lambda row: page("targets:ledger_payment", row.project_line.plan_id, row.pk),
        prepared=of_line,
        order=("-paid_on", "-pk"),
    )
)


def of_version(rows: QuerySet[Any], _as_of: date) -> QuerySet[Any]:
    return rows.select_related("version", "line")


def project_content(row: Any) -> Content:
    """Its budget in an approved version, which no longer changes."""
    return {
        "project": str(row.line.key),
        "version": str(row.version.number),
        "budget": number(row.budget_yuan),
    }


add(
    Kind(
        key="project",
        title=_("项目预算"),
        model=Project,
        label=lambda row: row.name,
        content=project_content,
        columns=(Column(_("预算数"), lambda row: money(row.budget_yuan)),),
        url=lambda row: page("targets:ledger_project", row.version.plan_id, row.line_id),
        prepared=of_version,
        order=("ordinal",),
    )
)


def of_project(rows: QuerySet[Any], _as_of: date) -> QuerySet[Any]:
    return rows.select_related("project__version", "project__line")


def point_content(row: Any) -> Content:
    return {
        "project": str(row.project.line.key), "version": str(row.project.version.number),
        "day": day(row.day), "percent": number(row.percent),
    }  # fmt: skip


add(
    Kind(
        key="spend_point",
        title=_("支出节点"),
        model=SpendPoint,
        label=lambda row: f"{row.project.name} {row.day:%m-%d}",
        content=point_content,
        columns=(
            Column(_("日期"), lambda row: day_text(row.day)),
            Column(_("应累计支出"), lambda row: f"{number(row.percent)}%"),
        ),
        url=lambda row: page("targets:ledger", row.project.version.plan_id),
        prepared=of_project,
        order=("project__ordinal", "day"),
    )
)
