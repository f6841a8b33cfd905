"""How the indicators of a plan get their values: the list, one decision, its check, its history."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.metrics.metric import METRICS
from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.addresses import whole_number
from plumbline.office.lib.paging import page_of
from plumbline.office.targets.forms.bindings import BindingForm, initial_of
from plumbline.office.targets.models import Binding, Indicator, PlanVersion
from plumbline.office.targets.queries import bindings as queries
from plumbline.office.targets.queries.plans import plan_or_404
from plumbline.office.targets.queries.values import indicator_or_404, tracked_indicators
from plumbline.office.targets.services import bindings as services
from plumbline.office.targets.services.freezing import computer_of
from plumbline.office.targets.services.suggested import confirm_suggested
from plumbline.office.targets.views.values import values_frame


@require_GET
@capability_required("metrics.view")
def binding_list(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Every tracked indicator: how it is filled, or what is suggested."""
    plan = plan_or_404(request.user, plan_id)
    version, context = values_frame(plan, tab="bindings")
    if version is None:
        return render(request, "targets/bindings/closed.html", context)
    page = page_of(queries.narrowed(version, request.GET), request)
    computer = computer_of(version, today=timezone.localdate())
    context |= {
        "page": page,
        "rows": queries.binding_rows(version, list(page.object_list), computer=computer),
        "tally": queries.tally(version),
        "kinds": Binding.Kind.choices,
        "projects": list(version.projects.order_by("ordinal").values_list("line_id", "name")),
        "filtered": any(request.GET.get(name) for name in ("q", "project", "kind")),
    }
    return render(request, "targets/bindings/list.html", context)


@require_POST
@capability_required("measures.bind")
def binding_confirm(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Confirm the suggestions that were ticked, or with `all` every one that is open."""
    plan = plan_or_404(request.user, plan_id)
    version, _context = values_frame(plan, tab="bindings")
    if version is None:
        raise Http404
    lines = [pk for text in request.POST.getlist("line") if (pk := whole_number(text))]
    done, refused = confirm_suggested(
        version=version, actor=request.user, now=timezone.now(),
        lines=None if "all" in request.POST else lines,
    )  # fmt: skip
    if done:
        words = ngettext("已确认 %(n)d 个指标的取值方式。", "已确认 %(n)d 个指标的取值方式。", done)
        messages.success(request, words % {"n": done})
    for error in refused[:5]:
        messages.error(request, str(error))
    if not done and not refused:
        messages.info(request, _("没有选择待确认的指标。"))
    return redirect("targets:bindings", plan.pk)


@require_http_methods(["GET", "POST"])
@capability_required("metrics.view")
def binding_edit(request: HttpRequest, plan_id: int, line_id: int) -> HttpResponse:
    """One indicator: how it is filled, the form to change it, and what was decided before."""
    version, indicator, context = _one(request, plan_id, line_id)
    current = services.confirmed(line_id)
    if request.method == "POST":
        return _saved(request, version, indicator, context)
    form = BindingForm(initial=initial_of(indicator, current, unit_name=version.plan.unit.name))
    return _drawn(request, version, indicator, context | {"form": form, "current": current})


@capability_required("measures.bind")
def _saved(
    request: HttpRequest, version: PlanVersion, indicator: Indicator, context: dict[str, Any]
) -> HttpResponse:
    form = BindingForm(request.POST)
    current = services.confirmed(indicator.line_id)
    status = 422
    if form.is_valid():
        try:
            services.decide(
                indicator=indicator, choice=form.choice(current), actor=request.user, now=timezone.now(),
                seen=form.cleaned_data["seen"],
            )  # fmt: skip
            messages.success(request, _("已确认取值方式。"))
            return redirect("targets:indicator", version.plan_id, indicator.line_id)
        except services.BindingChanged as error:
            form.data = form.data.copy()
            form.data["seen"] = str(error.current.pk) if error.current else ""
            context |= {"conflict": error}
            current, status = error.current, 409
        except PlumblineError as error:
            context |= {"problem": error}
    context |= {"form": form, "current": current}
    return _drawn(request, version, indicator, context, status=status)


@require_POST
@capability_required("metrics.view")
def binding_check(request: HttpRequest, plan_id: int, line_id: int) -> HttpResponse:
    """A fragment: whether what is being written fits, and what it would give now."""
    version, indicator, _context = _one(request, plan_id, line_id)
    form = BindingForm(request.POST)
    context: dict[str, Any] = {"indicator": indicator, "plan": version.plan}
    # what is typed is checked as far as it goes; an unfinished form is no error yet
    if form.is_valid() and (way := form.way()) is not None:
        choice = form.choice(services.confirmed(line_id))
        try:
            if choice.kind == Binding.Kind.METRIC:
                context["metric"] = METRICS.get(choice.metric)
            services.demand_fitting(indicator, choice)
            context["fits"] = True
        except PlumblineError as error:
            context["problem"] = error
        try:
            computer = computer_of(version, today=timezone.localdate())
            context["computed"] = queries.compute_now(way, indicator, computer)
        except PlumblineError as error:
            context.setdefault("problem", error)
    return render(request, "targets/bindings/_check.html", context)


@require_POST
@capability_required("measures.bind")
def binding_withdraw(request: HttpRequest, plan_id: int, line_id: int, binding_id: int) -> HttpResponse:
    """Take the decision back, with a reason."""
    version, indicator, _context = _one(request, plan_id, line_id)
    binding = _binding_or_404(line_id, binding_id)
    reason = request.POST.get("reason", "")
    services.withdraw(
        indicator=indicator, binding=binding, actor=request.user, now=timezone.now(), reason=reason
    )
    messages.success(request, _("已撤销，可在历史中恢复。"))
    return redirect("targets:binding", version.plan_id, line_id)


@require_POST
@capability_required("measures.bind")
def binding_restore(request: HttpRequest, plan_id: int, line_id: int, binding_id: int) -> HttpResponse:
    """Let an earlier decision count again, with a reason."""
    version, indicator, _context = _one(request, plan_id, line_id)
    binding = _binding_or_404(line_id, binding_id)
    services.restore(
        indicator=indicator, binding=binding, actor=request.user, now=timezone.now(),
        reason=request.POST.get("reason", ""), seen=whole_number(request.GET.get("seen", "")),
    )  # fmt: skip
    messages.success(request, _("已恢复为现行取值方式。"))
    return redirect("targets:binding", version.plan_id, line_id)


def _one(request: HttpRequest, plan_id: int, line_id: int) -> tuple[PlanVersion, Indicator, dict[str, Any]]:
    """The approved version, the tracked indicator, and the frame of the page.

    Raises:
        Http404: not theirs to see, not approved, or not tracked.
    """
    plan = plan_or_404(request.user, plan_id)
    version, context = values_frame(plan, tab="bindings")
    if version is None:
        raise Http404
    return version, indicator_or_404(version, line_id), context


def _drawn(
    request: HttpRequest,
    version: PlanVersion,
    indicator: Indicator,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    current = context["current"]
    history = [b for b in queries.history(indicator.line_id) if current is None or b.pk != current.pk]
    following = tracked_indicators(version).filter(
        pk__in=queries.narrowed(version, {"kind": "undecided"}).exclude(pk=indicator.pk)
    )
    context |= {
        "indicator": indicator, "history": history, "seen_text": str(current.pk) if current else "",
        "suggestion": queries.suggestion_for(indicator), "metrics": insertable(),
        "following": following.first(),
    }  # fmt: skip
    return render(request, "targets/bindings/edit.html", context, status=status)


def insertable() -> list[tuple[str, str]]:
    """What the editor puts into a formula for each metric, and what the list calls it.

    A formula is kept in Chinese, whatever language its writer reads.
    """
    found = []
    for metric in METRICS.latest():
        with translation.override(settings.LANGUAGE_CODE):
            written = f"「{metric.title}」"
        found.append((written, f"{metric.title} ({metric.unit})"))
    return found


def _binding_or_404(line_id: int, binding_id: int) -> Binding:
    binding = Binding.objects.filter(indicator_line=line_id, pk=binding_id).first()
    if binding is None:
        raise Http404
    return binding
