"""Pages of the measured values: the matrix, one value, its history, its evidence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.files.downloads import download_response
from plumbline.office.files.models import StoredFile
from plumbline.office.lib.addresses import whole_number
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.tables import Sorting
from plumbline.office.targets.forms.values import ValueForm, initial_of
from plumbline.office.targets.frame import plan_frame
from plumbline.office.targets.kept import kept_file, token_of
from plumbline.office.targets.models import Binding, Checkpoint, Indicator, IndicatorValue, Plan, PlanVersion
from plumbline.office.targets.queries import values as queries
from plumbline.office.targets.queries.ledger import approved_version
from plumbline.office.targets.queries.plans import current_version, plan_or_404
from plumbline.office.targets.services import values as services
from plumbline.office.targets.uploads import keep_evidence

COLUMNS = {
    "ordinal": ("project__ordinal", "ordinal"),
    "project": ("project__name", "ordinal"),
    "name": ("level3", "description", "level2"),
    "level": ("level1", "level2", "project__ordinal", "ordinal"),
}


@capability_required("plans.view")
def values(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Tracked indicators × checkpoints."""
    plan = plan_or_404(request.user, plan_id)
    approved, context = values_frame(plan)
    if approved is None:
        return render(request, "targets/values/closed.html", context)
    today = timezone.localdate()
    checkpoints = list(plan.checkpoints.all())
    rows = queries.tracked_indicators(approved)
    projects = list(approved.projects.order_by("ordinal").values_list("line_id", "name"))
    levels = list(rows.order_by("level1").values_list("level1", flat=True).distinct())
    chosen = queries.chosen(rows, request.GET, checkpoints=checkpoints, today=today)
    sorting = Sorting.asked(request.GET, columns=COLUMNS, default="ordinal")
    page = page_of(sorting.apply(chosen, COLUMNS), request)
    context |= {
        "checkpoints": queries.completeness(approved, checkpoints=checkpoints, today=today),
        "page": page, "sorting": sorting, "projects": projects, "levels": levels,
        "matrix": queries.value_matrix(list(page.object_list), checkpoints=checkpoints, today=today),
    }  # fmt: skip
    return render(request, "targets/values/matrix.html", context)


@capability_required("plans.view")
def values_cell(request: HttpRequest, plan_id: int, line_id: int, checkpoint_id: int) -> HttpResponse:
    """One indicator at one checkpoint: what counts, what counted before, and the form."""
    plan = plan_or_404(request.user, plan_id)
    approved, context = values_frame(plan)
    if approved is None:
        return render(request, "targets/values/closed.html", context)
    indicator = queries.indicator_or_404(approved, line_id)
    checkpoint = queries.checkpoint_or_404(plan, checkpoint_id)
    context |= cell_context(indicator, checkpoint)
    if request.method != "POST":
        form = ValueForm(initial=initial_of(indicator, context["current"]))
        return render(request, "targets/values/cell.html", context | {"form": form})
    return _saved(request, plan, context)


@capability_required("measures.edit")
def _saved(request: HttpRequest, plan: Plan, context: dict[str, Any]) -> HttpResponse:
    indicator, checkpoint = context["indicator"], context["checkpoint"]
    form = ValueForm(request.POST, request.FILES, initial=initial_of(indicator, context["current"]))
    files, refused = _files(request, form)
    if form.is_valid() and not refused:
        now = timezone.now()
        try:
            services.record_value(
                actor=request.user, line=indicator.line, checkpoint=checkpoint, measure=form.measure(now=now),
                now=now, seen=form.cleaned_data["seen"], reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"], proofs=[services.Proof(file, file.name) for file in files],
                keep=[pk for text in request.POST.getlist("keep") if (pk := whole_number(text))],
            )  # fmt: skip
            messages.success(request, _("已保存。"))
            return _onwards(request, plan, indicator, checkpoint)
        except services.ValueChanged as error:
            form.data = form.data.copy()
            form.data["seen"] = str(error.current.pk) if error.current else ""
            context |= cell_context(indicator, checkpoint) | {"conflict": error}
        except services.ValueRefused as error:
            context |= {"problem": error}
    kept = [(token_of(file, user=request.user), file) for file in files]
    return render(request, "targets/values/cell.html", context | {"form": form, "kept": kept}, status=422)


@require_POST
@capability_required("measures.edit")
def values_withdraw(request: HttpRequest, plan_id: int, value_id: int) -> HttpResponse:
    """Take the current value away, with a reason."""
    plan = plan_or_404(request.user, plan_id)
    value = queries.value_or_404(plan, value_id)
    services.withdraw_value(
        actor=request.user, value=value, reason=request.POST.get("reason", ""), now=timezone.now()
    )
    messages.success(request, _("已撤回，可在下方历史中恢复。"))
    return _to_cell(plan, value)


@require_POST
@capability_required("measures.edit")
def values_restore(request: HttpRequest, plan_id: int, value_id: int) -> HttpResponse:
    """Let an earlier value count again, with a reason."""
    plan = plan_or_404(request.user, plan_id)
    value = queries.value_or_404(plan, value_id)
    services.restore_value(
        actor=request.user, value=value, reason=request.POST.get("reason", ""),
        seen=whole_number(request.GET.get("seen", "")), now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("已恢复为现行值。"))
    return _to_cell(plan, value)


@capability_required("plans.view")
def values_evidence(request: HttpRequest, plan_id: int, evidence_id: int) -> HttpResponseBase:
    """A file behind a value, for whoever may see the plan."""
    plan = plan_or_404(request.user, plan_id)
    return download_response(queries.evidence_or_404(plan, evidence_id).file)


def values_frame(plan: Plan, *, tab: str = "values") -> tuple[PlanVersion | None, dict[str, Any]]:
    """The approved version (None: nothing is measured yet), and the frame of the page."""
    approved = approved_version(plan)
    return approved, plan_frame(plan, tab=tab, version=approved or current_version(plan))


def cell_context(indicator: Indicator, checkpoint: Checkpoint) -> dict[str, Any]:
    """What the page of one value shows beside its form."""
    history = list(queries.history(indicator.line, checkpoint))
    current = next((v for v in history if v.state == IndicatorValue.State.CURRENT), None)
    return {
        "indicator": indicator,
        "checkpoint": checkpoint,
        "current": current,
        "seen_text": str(current.pk) if current else "",
        "history": [v for v in history if v is not current],
        "early": checkpoint.day > timezone.localdate(),
        "binding": Binding.objects.filter(
            indicator_line=indicator.line_id, state=Binding.State.CONFIRMED
        ).first(),
    }


def _files(request: HttpRequest, form: ValueForm) -> tuple[list[StoredFile], bool]:
    """Files of this and of refused sendings, kept at once; whether one of them is not acceptable."""
    found: list[StoredFile] = []
    refused = False
    try:
        found = [f for t in request.POST.getlist("kept") if (f := kept_file(t, user=request.user))]
        found += [keep_evidence(upload, user=request.user) for upload in request.FILES.getlist("files")]
    except PlumblineError as error:
        form.add_error("files", str(error))
        refused = True
    return found, refused


def _onwards(request: HttpRequest, plan: Plan, indicator: Indicator, checkpoint: Checkpoint) -> HttpResponse:
    """Back to the value, or to the next indicator without one."""
    if "next" in request.POST:
        following = queries.next_missing(indicator, checkpoint)
        if following is not None:
            return redirect("targets:values_cell", plan.pk, following.line_id, checkpoint.pk)
        messages.info(request, _("这个节点没有其他未填的指标了。"))
        return redirect("targets:values", plan.pk)
    return redirect("targets:values_cell", plan.pk, indicator.line_id, checkpoint.pk)


def _to_cell(plan: Plan, value: IndicatorValue) -> HttpResponse:
    return redirect("targets:values_cell", plan.pk, value.indicator_line_id, value.checkpoint_id)
