"""Pages of the yearly plan."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.audit.services import record
from plumbline.office.inspections.forms.plans import ArrangementForm, PlanForm, SheetForm
from plumbline.office.inspections.frame import STATE_KINDS, plan_context, visible_plan
from plumbline.office.inspections.models import Inspection, InspectionPlan
from plumbline.office.inspections.queries.conflicts import conflicts
from plumbline.office.inspections.queries.figures import PlanProgress, plan_progress, progress_of_plans
from plumbline.office.inspections.queries.inspections import (
    CANDIDATE_COLUMNS,
    COLUMNS,
    Filter,
    candidate_units,
    inspections,
    visible_plans,
)
from plumbline.office.inspections.services.arranging import arrange, start_batch
from plumbline.office.inspections.services.plan_sheets import SheetRefused, import_plan, plan_sheet
from plumbline.office.inspections.services.plans import (
    approve_plan,
    copy_last_year,
    has_hand_in,
    return_plan,
    save_plan,
    submit_plan,
    unprepared,
    withdraw_plan,
)
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.revisions import Outdated
from plumbline.office.lib.spreadsheets import sheet_response
from plumbline.office.lib.tables import Sorting
from plumbline.office.units.models import Category, Unit


@require_GET
@capability_required("inspections.oversee")
def plan_list(request: HttpRequest) -> HttpResponse:
    """The years."""
    plans = list(visible_plans(request.user).select_related("approved_by")[:50])
    rows = progress_of_plans(plans, today=timezone.localdate())
    return render(request, "inspections/plans/list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@capability_required("inspections.plan")
def plan_create(request: HttpRequest) -> HttpResponse:
    """A new year."""
    latest = InspectionPlan.objects.order_by("-year").values_list("year", flat=True).first()
    year = latest + 1 if latest else timezone.localdate().year
    return _edit(request, InspectionPlan(year=year))


@require_http_methods(["GET", "POST"])
@capability_required("inspections.plan")
def plan_edit(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Quotas and words of a plan."""
    return _edit(request, visible_plan(request.user, plan_id))


def _edit(request: HttpRequest, plan: InspectionPlan) -> HttpResponse:
    form = PlanForm(request.POST or None, instance=plan)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_plan(
                form.save(commit=False),
                actor=request.user,
                now=timezone.now(),
                revision=form.opened_on,
                reason=form.cleaned_data.get("reason", ""),
            )
        except Outdated as problem:
            form.beside(PlanForm(instance=visible_plan(request.user, plan.pk)), problem)
            return render(request, "inspections/plans/edit.html", {"form": form, "plan": plan}, status=409)
        messages.success(request, _("已保存%(plan)s。") % {"plan": saved})
        return redirect("inspections:plan", saved.pk)
    status = 422 if form.errors else 200
    return render(request, "inspections/plans/edit.html", {"form": form, "plan": plan}, status=status)


@require_GET
@capability_required("inspections.oversee")
def plan_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A plan: progress by quarter, and its inspections."""
    plan = visible_plan(request.user, plan_id)
    today = timezone.localdate()
    sorting = Sorting.asked(request.GET, columns=COLUMNS, default="from")
    filter = Filter.asked(request.GET)
    found = inspections(request.user, filter, today=today, plan=plan)
    page = page_of(sorting.apply(found, COLUMNS), request)
    progress = plan_progress(plan, today=today)
    lacking = unprepared(plan) if plan.state != InspectionPlan.State.APPROVED else []
    context = plan_context(
        request, plan, page=page, sorting=sorting, filter=filter, progress=progress, today=today,
        lacking=lacking[:20], lacking_count=len(lacking), states=Inspection.State, methods=Inspection.Method,
        kinds=Unit.Kind, state_kinds=STATE_KINDS, conflicts=conflicts(page.object_list),
        chart=_chart(progress), may_decide=_may_decide(request, plan),
        last_year=InspectionPlan.objects.filter(year=plan.year - 1).exists(),
    )  # fmt: skip
    return render(request, "inspections/plans/plan.html", context)


@require_POST
@capability_required("inspections.plan")
def plan_act(request: HttpRequest, plan_id: int, act: str) -> HttpResponse:
    """Submit, withdraw, or take over last year's."""
    plan = visible_plan(request.user, plan_id)
    now = timezone.now()
    if act == "submit":
        submit_plan(plan, actor=request.user, now=now, revision=_revision(request))
        messages.success(request, _("计划已提交，等待批准。"))
    elif act == "withdraw":
        withdraw_plan(plan, actor=request.user, now=now)
        messages.success(request, _("已撤回，可以继续修改。"))
    else:
        count = copy_last_year(plan, actor=request.user, now=now)
        messages.success(request, _("已沿用上年 %(n)d 项检查，请逐项核对日期和人员。") % {"n": count})
    return redirect("inspections:plan", plan.pk)


@require_POST
@capability_required("inspections.approve")
def plan_decide(request: HttpRequest, plan_id: int, act: str) -> HttpResponse:
    """Approve a plan, or give it back."""
    plan = visible_plan(request.user, plan_id)
    if act == "approve":
        approve_plan(plan, actor=request.user, now=timezone.now(), revision=_revision(request))
        messages.success(request, _("计划已批准，可以开始其中的检查。"))
    else:
        return_plan(plan, actor=request.user, now=timezone.now(), reason=request.POST.get("reason", ""))
        messages.success(request, _("计划已退回。"))
    return redirect("inspections:plan", plan.pk)


@require_http_methods(["GET", "POST"])
@capability_required("inspections.plan")
def plan_add(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Pick units, and arrange the same inspection for each."""
    plan = visible_plan(request.user, plan_id)
    return pick_units(request, plan=plan)


def pick_units(request: HttpRequest, *, plan: InspectionPlan | None) -> HttpResponse:
    """The picker of units with its filters in the address; with a plan, or to start self-checks at once."""
    today = timezone.localdate()
    needs_reason = plan is not None and plan.state == InspectionPlan.State.APPROVED
    methods = () if plan else (Inspection.Method.SELF_CHECK,)
    initial = dict(zip(("planned_from", "planned_to"), _usual_days(plan, today), strict=True))
    form = ArrangementForm(request.POST or None, initial=initial, needs_reason=needs_reason, methods=methods)
    chosen = [int(pk) for pk in request.POST.getlist("unit") if pk.isdecimal() and len(pk) < 12]
    if request.method == "POST" and form.is_valid():
        units = candidate_units(request.user, today=today).filter(pk__in=chosen)
        if not chosen:
            form.add_error(None, _("没有选定单位。请至少勾选一个单位。"))
        elif plan is not None:
            made = arrange(
                units, form.arrangement(), plan=plan, actor=request.user, now=timezone.now(),
                reason=form.cleaned_data.get("reason", ""),
            )  # fmt: skip
            messages.success(request, _("已安排 %(n)d 项检查。") % {"n": len(made)})
            return redirect("inspections:plan", plan.pk)
        else:
            made = start_batch(units, form.arrangement(), actor=request.user, now=timezone.now())
            messages.success(request, _("已向 %(n)d 个单位发起自查。") % {"n": len(made)})
            return redirect(f"{reverse('inspections:list')}?state=running")
    query = request.GET
    found = candidate_units(
        request.user, search=query.get("q", "").strip()[:80], kind=query.get("kind", ""),
        sector=query.get("sector", ""), last=query.get("last", ""), findings=query.get("findings", ""),
        outside=plan if query.get("outside", "1") == "1" else None, today=today,
    )  # fmt: skip
    sorting = Sorting.asked(query, columns=CANDIDATE_COLUMNS, default="name")
    sectors = Category.objects.filter(group=Category.Group.SECTOR)
    page = page_of(sorting.apply(found, CANDIDATE_COLUMNS), request, per_page=100)
    context = {
        "form": form, "chosen": chosen, "page": page, "sorting": sorting, "kinds": Unit.Kind,
        "sectors": sectors, "plan": plan,
    }  # fmt: skip
    return render(request, "inspections/plans/add.html", context, status=422 if form.errors else 200)


@require_GET
@capability_required("inspections.oversee")
def plan_changes(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What was changed after the approval, and why."""
    plan = visible_plan(request.user, plan_id)
    page = page_of(plan.changes.select_related("by"), request)
    return render(request, "inspections/plans/changes.html", plan_context(request, plan, page=page))


@require_GET
@capability_required("inspections.oversee")
def plan_export(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The plan as a workbook."""
    plan = visible_plan(request.user, plan_id)
    with transaction.atomic():
        record(actor=request.user, action="inspections.plan_export", target=plan)
    return sheet_response(plan_sheet(plan), kind="xlsx")


@require_http_methods(["GET", "POST"])
@capability_required("inspections.plan")
def plan_import(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Add the rows of a workbook to a draft."""
    plan = visible_plan(request.user, plan_id)
    form = SheetForm(request.POST or None, request.FILES or None)
    errors: tuple[object, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            count = import_plan(plan, form.cleaned_data["file"], actor=request.user, now=timezone.now())
        except SheetRefused as refusal:
            form.add_error(None, refusal.sentence)
            errors = refusal.errors
        else:
            messages.success(request, _("已导入 %(n)d 项检查。") % {"n": count})
            return redirect("inspections:plan", plan.pk)
    context = {"plan": plan, "form": form, "errors": errors}
    return render(request, "inspections/plans/import.html", context, status=422 if form.errors else 200)


def _chart(progress: PlanProgress) -> dict[str, object]:
    """What the chart draws; the table beside it says the same."""
    return {
        "quarters": [_("第 %(n)d 季度") % {"n": q.quarter} for q in progress.quarters],
        "series": [
            {"name": _("任务数"), "data": [q.quota for q in progress.quarters]},
            {"name": _("计划完成"), "data": [q.planned for q in progress.quarters]},
            {"name": _("实际完成"), "data": [q.done for q in progress.quarters]},
            {"name": _("按期完成"), "data": [q.on_time for q in progress.quarters]},
        ],
        "unit": _("项"),
    }


def _usual_days(plan: InspectionPlan | None, today: date) -> tuple[date, date]:
    """Days to begin with: from today for two weeks, or for a quarter of the plan's year that is not over."""
    if plan is None:
        return today, today + timedelta(days=14)
    first, last = date(plan.year, 1, 1), date(plan.year, 12, 31)
    start = today if first <= today <= last else first
    return start, min(start + timedelta(days=89), last)


def _may_decide(request: HttpRequest, plan: InspectionPlan) -> bool:
    return request.user.may("inspections.approve") and not has_hand_in(plan, request.user)


def _revision(request: HttpRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
