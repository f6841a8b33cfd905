"""Pages of the ledger: the plan's spending, a project's, and the list of payments."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.spreadsheets import sheet_response
from plumbline.office.lib.tables import Sorting
from plumbline.office.targets.curve import spend_curve
from plumbline.office.targets.forms.ledger import PaymentFilter
from plumbline.office.targets.frame import plan_frame
from plumbline.office.targets.models import Plan, PlanVersion
from plumbline.office.targets.queries import ledger as queries
from plumbline.office.targets.queries.plans import current_version, plan_or_404
from plumbline.office.targets.services.ledger_sheets import take_away

PAYMENT_COLUMNS = {
    "day": ("paid_on",),
    "project": ("project_name", "paid_on"),
    "amount": ("amount_yuan",),
    "fund": ("fund", "paid_on"),
    "voucher": ("voucher_no",),
    "state": ("state", "paid_on"),
}
PROJECT_COLUMNS = {
    "ordinal": lambda s: s.project.ordinal,
    "name": lambda s: s.project.name,
    "budget": lambda s: s.standing.budget,
    "paid": lambda s: s.standing.paid,
    "rate": lambda s: s.standing.paid_percent or 0,
    "lag": lambda s: -1000 if s.standing.lag is None else s.standing.lag,
    "late": lambda s: s.standing.overdue.days if s.standing.overdue else 0,
}


def ledger_frame(plan: Plan) -> tuple[PlanVersion | None, dict[str, Any]]:
    """The approved version (None: nothing can be posted yet), and the frame of the page."""
    approved = queries.approved_version(plan)
    shown = approved or current_version(plan)
    return approved, plan_frame(plan, tab="ledger", version=shown) | {"approved": approved}


@capability_required("plans.view")
def ledger(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The plan's spending: sums, curve, projects."""
    plan = plan_or_404(request.user, plan_id)
    approved, context = ledger_frame(plan)
    if approved is None:
        return render(request, "targets/ledger/closed.html", context)
    today = timezone.localdate()
    spendings = queries.project_spendings(approved, today=today)
    standing = queries.sum_of(spendings, today=today, year=plan.year)
    curve = spend_curve(
        plan=standing.dues,
        payments=[p for s in spendings for p in s.payments],
        budget=standing.budget,
        today=today,
        year=plan.year,
    )
    sorting = Sorting.asked(request.GET, columns=dict.fromkeys(PROJECT_COLUMNS, ()), default="ordinal")
    text = request.GET.get("q", "").strip()
    rows = [s for s in spendings if text.lower() in f"{s.project.code} {s.project.name}".lower()]
    rows.sort(key=PROJECT_COLUMNS[sorting.column], reverse=sorting.is_descending)
    context |= {
        "standing": standing, "curve": curve, "sorting": sorting, "page": page_of(rows, request),
        "totals": queries.payment_totals(queries.payments_of(plan)), "dues": standing.dues,
    }  # fmt: skip
    return render(request, "targets/ledger/plan.html", context)


@capability_required("plans.view")
def ledger_project(request: HttpRequest, plan_id: int, line_id: int) -> HttpResponse:
    """One project's spending: what is due, what was paid from which fund, and its payments."""
    plan = plan_or_404(request.user, plan_id)
    approved, context = ledger_frame(plan)
    today = timezone.localdate()
    project = approved.projects.filter(line=line_id).first() if approved else None
    if project is None:
        raise Http404
    view = queries.project_spending(
        project,
        points=queries.spend_points_of(project),
        paid=queries.paid_days([plan.pk], line_id=line_id).get(line_id, []),
        today=today,
        year=plan.year,
    )
    curve = spend_curve(
        plan=view.obligations,
        payments=view.payments,
        budget=view.standing.budget,
        today=today,
        year=plan.year,
    )
    sorting = Sorting.asked(request.GET, columns=PAYMENT_COLUMNS, default="-day")
    payments = queries.payments_of(plan).filter(project_line=line_id)
    context |= {
        "project": project, "spending": view, "standing": view.standing, "curve": curve, "sorting": sorting,
        "dues": view.standing.dues, "funds": queries.fund_shares(project),
        "page": page_of(sorting.apply(payments, PAYMENT_COLUMNS), request),
        "totals": queries.payment_totals(payments),
    }  # fmt: skip
    return render(request, "targets/ledger/project.html", context)


@capability_required("plans.view")
def ledger_payments(request: HttpRequest, plan_id: int) -> HttpResponse:
    """All payments of the plan: search, filters, sums, pages."""
    plan = plan_or_404(request.user, plan_id)
    approved, context = ledger_frame(plan)
    if approved is None:
        return render(request, "targets/ledger/closed.html", context)
    form, payments, sorting = _chosen(request, plan, approved)
    page = page_of(payments, request)
    context |= {"form": form, "page": page, "sorting": sorting, "totals": queries.payment_totals(payments)}
    return render(request, "targets/ledger/payments.html", context)


@capability_required("plans.view")
def ledger_export(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The list as filtered, as .xlsx; taking it away is recorded."""
    plan = plan_or_404(request.user, plan_id)
    approved = queries.approved_version(plan)
    if approved is None:
        raise Http404
    _form, payments, _sorting = _chosen(request, plan, approved)
    return sheet_response(take_away(payments, plan=plan, actor=request.user), kind="xlsx")


def _chosen(request: HttpRequest, plan: Plan, version: PlanVersion) -> tuple[PaymentFilter, Any, Sorting]:
    form = PaymentFilter(
        request.GET, projects=list(version.projects.order_by("ordinal")), funds=queries.fund_names(version)
    )
    payments = queries.payments_of(plan).filter(**form.conditions())
    payments = queries.matching(payments, request.GET.get("q", "").strip())
    sorting = Sorting.asked(request.GET, columns=PAYMENT_COLUMNS, default="-day")
    return form, sorting.apply(payments, PAYMENT_COLUMNS), sorting
