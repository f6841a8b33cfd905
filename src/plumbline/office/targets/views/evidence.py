"""Values taken by themselves, and their evidence verified: asked for, followed, read."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.files.downloads import download_response
from plumbline.office.lib.addresses import whole_number
from plumbline.office.lib.paging import page_of
from plumbline.office.targets.models import EvidenceRun, EvidenceSet, Plan
from plumbline.office.targets.queries.plans import plan_or_404
from plumbline.office.targets.queries.taken import taken_at_checkpoints
from plumbline.office.targets.queries.values import checkpoint_or_404
from plumbline.office.targets.services import evidence_runs as services
from plumbline.office.targets.services.verifying import frozen_evaluations, frozen_values
from plumbline.office.targets.views.values import values_frame


@require_GET
@capability_required("metrics.view")
def evidence_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What is frozen in a plan, and the runs over it."""
    plan = plan_or_404(request.user, plan_id)
    version, context = values_frame(plan, tab="bindings")
    if version is None:
        return render(request, "targets/bindings/closed.html", context)
    context |= {
        "page": page_of(frozen_values(plan), request),
        "evaluations": frozen_evaluations(plan).count(),
        "checkpoints": taken_at_checkpoints(version, today=timezone.localdate()),
        "runs": plan.evidence_runs.select_related("asked_by", "checkpoint")[:10],
        "now": timezone.now(),
    }
    return render(request, "targets/evidence/page.html", context)


@require_POST
@capability_required("measures.edit")
def evidence_freeze(request: HttpRequest, plan_id: int, checkpoint_id: int) -> HttpResponse:
    """Take the values of a checkpoint now; with a reason also those that were taken before."""
    plan = plan_or_404(request.user, plan_id)
    checkpoint = checkpoint_or_404(plan, checkpoint_id)
    lines = [pk for text in request.POST.getlist("line") if (pk := whole_number(text))]
    run = services.ask_to_freeze(
        checkpoint=checkpoint, actor=request.user, now=timezone.now(),
        reason=request.POST.get("reason", ""), lines=lines,
    )  # fmt: skip
    return redirect("targets:evidence_run", plan.pk, run.pk)


@require_POST
@capability_required("metrics.view")
def evidence_verify(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Verify everything that is frozen in a plan."""
    plan = plan_or_404(request.user, plan_id)
    run = services.ask_to_verify(plan=plan, actor=request.user, now=timezone.now())
    return redirect("targets:evidence_run", plan.pk, run.pk)


@require_GET
@capability_required("metrics.view")
def evidence_run(request: HttpRequest, plan_id: int, run_id: int) -> HttpResponse:
    """One run: how far it is, or what it found."""
    plan = plan_or_404(request.user, plan_id)
    _version, context = values_frame(plan, tab="bindings")
    context |= _run_context(plan, run_id)
    return render(request, "targets/evidence/run.html", context)


@require_GET
@capability_required("metrics.view")
def evidence_run_progress(request: HttpRequest, plan_id: int, run_id: int) -> HttpResponse:
    """A fragment that asks for itself until the run is over, then reloads the page."""
    plan = plan_or_404(request.user, plan_id)
    context = {"plan": plan, **_run_context(plan, run_id)}
    response = render(request, "targets/evidence/_progress.html", context)
    if context["run"].is_over or context["interrupted"]:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@capability_required("metrics.view")
def evidence_run_again(request: HttpRequest, plan_id: int, run_id: int) -> HttpResponse:
    """Start a failed or interrupted run again; the taking of values only for those who may take them."""
    plan = plan_or_404(request.user, plan_id)
    run = _run_or_404(plan, run_id)
    if run.kind == EvidenceRun.Kind.FREEZE and not request.user.may("measures.edit"):
        raise Http404
    services.again(run=run, now=timezone.now())
    return redirect("targets:evidence_run", plan.pk, run.pk)


@require_GET
@capability_required("metrics.view")
def evidence_manifest(request: HttpRequest, plan_id: int, set_id: int) -> HttpResponseBase:
    """The manifest of a frozen value as it is kept; for people who see all units, as it names records."""
    plan = plan_or_404(request.user, plan_id)
    rows = EvidenceSet.objects.select_related("file")
    kept = rows.filter(pk=set_id, value__checkpoint__plan=plan).first()
    if kept is None or not request.user.may("reports.export"):
        raise Http404
    return download_response(kept.file)


def _run_context(plan: Plan, run_id: int) -> dict[str, Any]:
    run = _run_or_404(plan, run_id)
    now = timezone.now()
    share = run.finished / run.total if run.total else None
    return {"run": run, "share": share, "interrupted": services.interrupted(run, now=now)}


def _run_or_404(plan: Plan, run_id: int) -> EvidenceRun:
    run = plan.evidence_runs.select_related("asked_by", "checkpoint").filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run
