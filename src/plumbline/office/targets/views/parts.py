"""Lists inside a plan that are changed as a whole: funds, spend plan, checkpoints; and undoing a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.addresses import whole_number
from plumbline.office.lib.paging import page_of
from plumbline.office.targets.forms.mending import (
    CheckpointFormSet,
    FundFormSet,
    PointFormSet,
    ReasonForm,
    fund_rows,
    given_funds,
    given_points,
    point_rows,
)
from plumbline.office.targets.frame import plan_frame
from plumbline.office.targets.models import Correction, Project
from plumbline.office.targets.queries.corrections import corrections
from plumbline.office.targets.queries.plans import current_version, plan_or_404
from plumbline.office.targets.services import checkpoints, mending, structure
from plumbline.office.targets.views.editing import attempt, draft_page, must_be_draft, saved
from plumbline.office.targets.views.mending import project_or_404
from plumbline.office.targets.views.plans import version_or_404


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def project_funds(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """The parts of a project's budget by source of funds."""
    project = project_or_404(request, plan_id, pk)
    formset = FundFormSet(request.POST or None, initial=fund_rows(list(project.funds.all())), prefix="row")

    def act(given: dict[str, Any]) -> None:
        structure.set_funds(project=project, funds=given_funds(formset), **given)

    return _parts(request, project, formset, act, title=_("更正资金来源"))


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def project_spend_plan(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """A project's spend plan."""
    project = project_or_404(request, plan_id, pk)
    rows = list(project.spend_points.filter(origin=structure.plan_origin(project)))
    formset = PointFormSet(request.POST or None, initial=point_rows(rows), prefix="row")

    def act(given: dict[str, Any]) -> None:
        structure.set_spend_plan(project=project, points=given_points(formset), **given)

    return _parts(request, project, formset, act, title=_("更正资金支出计划"))


def _parts(
    request: HttpRequest, project: Project, formset: Any, act: Callable[[dict[str, Any]], None], *, title: str
) -> HttpResponse:
    version = project.version
    must_be_draft(version)
    form = ReasonForm(request.POST or None, initial={"revision": version.revision})
    conflict = None
    if request.method == "POST" and form.is_valid() and formset.is_valid():
        given = {**form.cleaned_data, "actor": request.user, "now": timezone.now()}
        conflict = attempt(form, lambda: act(given))
        if not form.errors:
            return saved(request, version, f"project-{project.pk}")
    wrong = bool(form.errors) or (request.method == "POST" and not formset.is_valid())
    context = {"form": form, "formset": formset, "title": title, "subject": project, "conflict": conflict}
    return draft_page(request, version, "targets/plans/parts.html", context, wrong=wrong)


@require_GET
@capability_required("plans.view")
def correction_list(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """What was mended in a version, by whom and why."""
    version = version_or_404(request, plan_id, number)
    rows = corrections(version, search=request.GET.get("q", "").strip())
    context = plan_frame(version.plan, tab="plan", version=version) | {
        "page": page_of(rows, request),
        "may_edit": version.editable and request.user.may("plans.edit"),
    }
    return render(request, "targets/plans/corrections.html", context)


@require_POST
@capability_required("plans.edit")
def correction_undo(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Put back what a correction changed."""
    mine = plan_or_404(request.user, plan_id)
    row = get_object_or_404(Correction.objects.select_related("version"), version__plan=mine, pk=pk)
    revision = whole_number(request.POST.get("revision", ""))
    try:
        mending.undo(
            correction=row,
            revision=row.version.revision if revision is None else revision,
            actor=request.user,
            now=timezone.now(),
        )
    except PlumblineError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("已撤销，并重新校核。"))
    return redirect("targets:corrections", plan_id=mine.pk, number=row.version.number)


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def checkpoint_list(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The checkpoints of a plan's year."""
    mine = plan_or_404(request.user, plan_id)
    initial = [{"day": point.day, "label": point.label} for point in mine.checkpoints.all()]
    formset = CheckpointFormSet(request.POST or None, initial=initial, prefix="row")
    problem = None
    if request.method == "POST" and formset.is_valid():
        days = [
            (f.cleaned_data["day"], f.cleaned_data["label"]) for f in formset if f.cleaned_data.get("day")
        ]
        try:
            checkpoints.replace(plan=mine, days=days, actor=request.user)
        except PlumblineError as error:
            problem = error
        else:
            messages.success(request, _("已保存监控节点。"))
            return redirect("targets:checkpoints", plan_id=mine.pk)
    context = plan_frame(mine, tab="versions", version=current_version(mine)) | {
        "formset": formset,
        "problem": problem,
    }
    wrong = problem is not None or (request.method == "POST" and not formset.is_valid())
    return render(request, "targets/plans/checkpoints.html", context, status=422 if wrong else 200)
