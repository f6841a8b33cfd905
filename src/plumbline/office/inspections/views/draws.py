"""Pages of random draws."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from plumbline.kernel.draws import DrawRefused
from plumbline.office.accounts.access import capability_required
from plumbline.office.accounts.roles import Role
from plumbline.office.inspections.forms.plans import ArrangementForm, DrawForm
from plumbline.office.inspections.frame import plan_context, visible_plan
from plumbline.office.inspections.models import Draw, Inspection, InspectionPlan
from plumbline.office.inspections.queries.inspections import candidate_units, possible_inspectors
from plumbline.office.inspections.services.draws import check, draw_inspectors, draw_units, use_draw
from plumbline.office.units.models import Category, Unit


@require_GET
@capability_required("inspections.oversee")
def draw_list(request: HttpRequest, plan_id: int) -> HttpResponse:
    """All draws of a plan, the latest first; none is ever taken away."""
    plan = visible_plan(request.user, plan_id)
    rows = plan.draws.select_related("drawn_by").annotate(pool=Count("entries"))
    return render(request, "inspections/draws/list.html", plan_context(request, plan, rows=rows))


@require_http_methods(["GET", "POST"])
@capability_required("inspections.plan")
def draw_new(request: HttpRequest, plan_id: int, kind: str) -> HttpResponse:
    """Choose the pool with filters, then draw from it."""
    plan = visible_plan(request.user, plan_id)
    again = plan.draws.filter(kind=kind).exists()
    query = request.GET
    units = kind == Draw.Kind.UNITS
    if units:
        pool = candidate_units(
            request.user, search=query.get("q", "").strip()[:80], kind=query.get("kind", ""),
            sector=query.get("sector", ""), last=query.get("last", ""), findings=query.get("findings", ""),
            outside=plan if query.get("outside", "1") == "1" else None, today=timezone.localdate(),
        ).order_by("name")  # fmt: skip
    else:
        pool = possible_inspectors()
        if query.get("role") in (Role.STAFF, Role.EXPERT):
            pool = pool.filter(role=query["role"])
    form = DrawForm(request.POST or None, needs_reason=again)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            draw = (draw_units if units else draw_inspectors)(
                plan, list(pool), seed=data["seed"], seed_source=data["seed_source"], wanted=data["wanted"],
                scope=_scope(request, units), reason=data.get("reason", ""), actor=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except DrawRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("抽取完成，结果已固定，任何人都可以验证。"))
            return redirect("inspections:draw", plan.pk, draw.pk)
    context = {
        "plan": plan, "form": form, "kind": kind, "pool": list(pool[:500]), "count": pool.count(),
        "again": again, "kinds": Unit.Kind, "sectors": Category.objects.filter(group=Category.Group.SECTOR),
    }  # fmt: skip
    return render(request, "inspections/draws/new.html", context, status=422 if form.errors else 200)


@require_GET
@capability_required("inspections.oversee")
def draw_page(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """One draw: the record to print, and whether repeating it gives the same."""
    plan = visible_plan(request.user, plan_id)
    draw = _draw_of(plan, pk)
    entries = list(draw.entries.select_related("unit", "user").order_by("rank"))
    arranged = dict(
        draw.inspections.exclude(state=Inspection.State.CANCELLED).values_list("unit_id", "number")
    )
    context = plan_context(
        request, plan, draw=draw, entries=entries, checked=check(draw), arranged=arranged,
        drawn=entries[: draw.wanted], rest=entries[draw.wanted :],
        left=[e for e in entries[: draw.wanted] if e.unit_id and e.unit_id not in arranged],
    )  # fmt: skip
    return render(request, "inspections/draws/draw.html", context)


@require_http_methods(["GET", "POST"])
@capability_required("inspections.plan")
def draw_use(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Arrange inspections for the units that were drawn."""
    plan = visible_plan(request.user, plan_id)
    draw = _draw_of(plan, pk)
    needs_reason = plan.state == InspectionPlan.State.APPROVED
    form = ArrangementForm(request.POST or None, needs_reason=needs_reason)
    if request.method == "POST" and form.is_valid():
        made = use_draw(
            draw, form.arrangement(), actor=request.user, now=timezone.now(),
            reason=form.cleaned_data.get("reason", ""),
        )  # fmt: skip
        messages.success(request, _("已按抽取结果安排 %(n)d 项检查。") % {"n": len(made)})
        return redirect("inspections:plan", plan.pk)
    context = plan_context(request, plan, draw=draw, form=form)
    return render(request, "inspections/draws/use.html", context, status=422 if form.errors else 200)


def _draw_of(plan: InspectionPlan, pk: int) -> Draw:
    return get_object_or_404(Draw.objects.select_related("drawn_by"), plan=plan, pk=pk)


def _scope(request: HttpRequest, units: bool) -> str:
    """The filters of the pool, in words, as the record keeps them."""
    query = request.GET
    if not units:
        role = query.get("role", "")
        return str(Role(role).label) if role in (Role.STAFF, Role.EXPERT) else _("全部可参加检查的人员")
    parts = []
    if query.get("kind") in Unit.Kind.values:
        parts.append(str(Unit.Kind(query["kind"]).label))
    if query.get("sector"):
        sector = Category.objects.filter(group=Category.Group.SECTOR, key=query["sector"]).first()
        parts.append(str(sector or query["sector"][:32]))
    last = query.get("last", "")
    if last == "never":
        parts.append(_("从未检查过"))
    elif last in {"1", "2", "3"}:
        parts.append(_("近 %(n)s 年未检查") % {"n": last})
    if query.get("findings") == "open":
        parts.append(_("有未整改问题"))
    if query.get("outside", "1") == "1":
        parts.append(_("本计划尚未安排"))
    if query.get("q"):
        parts.append(_("名称含“%(q)s”") % {"q": query["q"][:40]})
    return "；".join(parts) or _("全部在用单位")
