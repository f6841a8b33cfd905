"""The list of plans, and one plan beside its document."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from plumbline.office.accounts.access import capability_required
from plumbline.office.files.downloads import download_response
from plumbline.office.lib.addresses import whole_number
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.tables import Sorting
from plumbline.office.targets.frame import plan_frame
from plumbline.office.targets.models import Plan, PlanFinding, PlanVersion
from plumbline.office.targets.queries.plan_list import COLUMNS, plan_rows, plan_years
from plumbline.office.targets.queries.plans import plan_or_404, visible_plans
from plumbline.office.targets.queries.review import (
    chosen_version,
    chunk,
    marks_of,
    project_view,
    review,
    with_parts,
)


@require_GET
@capability_required("plans.view")
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans that the person may see."""
    asked = request.GET
    sorting = Sorting.asked(asked, columns=COLUMNS, default="-changed")
    rows = plan_rows(
        request.user,
        search=asked.get("q", "").strip(),
        year=asked.get("year", ""),
        state=asked.get("state", ""),
        findings=asked.get("findings", ""),
    )
    context = {
        "page": page_of(sorting.apply(rows, COLUMNS), request),
        "sorting": sorting,
        "years": plan_years(request.user),
        "states": PlanVersion.State.choices,
        "filtered": any(asked.get(name) for name in ("q", "year", "state", "findings")),
    }
    return render(request, "targets/plans/list.html", context)


@require_GET
@capability_required("plans.view")
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One version of a plan beside its document; `?v=` chooses the version, `?line=` where to begin."""
    mine = plan_or_404(request.user, plan_id)
    version = chosen_version(mine, request.GET.get("v", ""))
    context = plan_frame(mine, tab="plan", version=version)
    if version is None:
        return render(request, "targets/plans/no_version.html", context)
    line = request.GET.get("line", "")
    context |= {
        "review": review(version, first_line=whole_number(line) or 1),
        "draft": _other_draft(mine, version),
        "may_edit": version.editable and request.user.may("plans.edit"),
        "start": {"line": line, "finding": request.GET.get("finding", "")},
    }
    return render(request, "targets/plans/review.html", context)


@require_GET
@capability_required("plans.view")
def plan_lines(request: HttpRequest, plan_id: int, number: int, first: int) -> HttpResponse:
    """Some lines of a version's document, as a fragment."""
    version = version_or_404(request, plan_id, number)
    context = {"plan": version.plan, "version": version, "chunk": chunk(version, first)}
    return render(request, "targets/plans/_lines.html", context)


@require_GET
@capability_required("plans.view")
def plan_project(request: HttpRequest, plan_id: int, project_id: int) -> HttpResponse:
    """The inside of one project, as a fragment."""
    mine = plan_or_404(request.user, plan_id)
    version = get_object_or_404(PlanVersion, plan=mine, projects=project_id)
    row = with_parts(version.projects.filter(pk=project_id)).get()
    open_ = version.findings.filter(state=PlanFinding.State.OPEN).only("lines", "severity", "state")
    context = {
        "plan": mine,
        "version": version,
        "project": project_view(row, marks_of(open_), full=True),
        "may_edit": version.editable and request.user.may("plans.edit"),
    }
    return render(request, "targets/plans/_project_body.html", context)


@require_GET
@capability_required("plans.view")
def plan_source(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """The document that a version was imported from, as it was uploaded."""
    version = version_or_404(request, plan_id, number)
    if version.source is None:
        raise Http404
    return download_response(version.source)


def version_or_404(request: HttpRequest, plan_id: int, number: int) -> PlanVersion:
    """One version of a plan that the person may see."""
    return get_object_or_404(
        PlanVersion.objects.select_related("plan__unit", "source"),
        plan__in=visible_plans(request.user),
        plan=plan_id,
        number=number,
    )


def _other_draft(mine: Plan, shown: PlanVersion) -> PlanVersion | None:
    return mine.versions.filter(state=PlanVersion.State.DRAFT).exclude(pk=shown.pk).first()
