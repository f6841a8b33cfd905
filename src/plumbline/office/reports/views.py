"""Choosing forms, waiting for them, taking them away, and sending filled ones back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.files.downloads import download_response
from plumbline.office.lib.paging import page_of
from plumbline.office.reports.forms import ExportForm, ReturnForm
from plumbline.office.reports.models import FormReturn
from plumbline.office.reports.queries import (
    export_or_404,
    plans_with_versions,
    return_or_404,
    visible_exports,
    visible_returns,
)
from plumbline.office.reports.services import exports, returns
from plumbline.office.targets.frame import plan_frame
from plumbline.office.targets.models import Plan, PlanVersion
from plumbline.office.targets.queries.plans import current_version, plan_or_404

RECENT = 10


@require_GET
@capability_required("reports.view")
def index(request: HttpRequest) -> HttpResponse:
    """Plans whose forms can be written, and the latest exports."""
    words = request.GET.get("q", "").strip()
    return render(
        request,
        "reports/index.html",
        {
            "page": page_of(plans_with_versions(request.user, words=words), request),
            "exports": visible_exports(request.user)[:RECENT],
            "words": words,
        },
    )


@require_http_methods(["GET", "POST"])
@capability_required("reports.view")
def forms(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The forms of one plan: choose, wait, take away; send filled ones back."""
    plan = plan_or_404(request.user, plan_id)
    version = current_version(plan)
    if request.method == "POST":
        return _request_export(request, plan, version)
    form = ExportForm(version=version, initial=request.GET.dict()) if version else None
    return _forms_page(request, plan, version, form)


@capability_required("reports.export")
def _request_export(request: HttpRequest, plan: Plan, version: PlanVersion | None) -> HttpResponse:
    if version is None:
        raise Http404
    form = ExportForm(request.POST, version=version)
    if not form.is_valid():
        return _forms_page(request, plan, version, form, status=422)
    exports.request_export(version=version, actor=request.user, now=timezone.now(), **form.wanted())
    return redirect("reports:forms", plan_id=plan.pk)


def _forms_page(
    request: HttpRequest,
    plan: Plan,
    version: PlanVersion | None,
    form: ExportForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = plan_frame(plan, tab="forms", version=version) | {
        "form": form,
        "return_form": ReturnForm(),
        "exports": visible_exports(request.user).filter(version__plan=plan)[:RECENT],
        "returns": visible_returns(request.user).filter(version__plan=plan)[:RECENT],
        "may_export": request.user.may("reports.export"),
        "may_fill": request.user.may("measures.edit"),
    }
    return render(request, "reports/forms.html", context, status=status)


@require_GET
@capability_required("reports.view")
def export_state(request: HttpRequest, export_id: int) -> HttpResponse:
    """One export as a row of the list; it asks again while the file is being written."""
    return render(request, "reports/_export.html", {"export": export_or_404(request.user, export_id)})


@require_GET
@capability_required("reports.view")
def export_file(request: HttpRequest, export_id: int) -> HttpResponse:
    """The finished file."""
    export = export_or_404(request.user, export_id)
    if export.file is None:
        raise Http404
    return download_response(export.file)


@require_POST
@capability_required("measures.edit")
def upload_return(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Take in a filled workbook and show what it would change."""
    plan = plan_or_404(request.user, plan_id)
    form = ReturnForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("请选择要上传的 .xlsx 文件。"))
        return redirect("reports:forms", plan_id=plan.pk)
    try:
        returned = returns.receive(
            plan=plan, upload=form.cleaned_data["file"], actor=request.user, now=timezone.now()
        )
    except PlumblineError as error:
        messages.error(request, str(error))
        return redirect("reports:forms", plan_id=plan.pk)
    return redirect("reports:return", return_id=returned.pk)


@require_GET
@capability_required("measures.edit")
def show_return(request: HttpRequest, return_id: int) -> HttpResponse:
    """Cell by cell: what was filled in, what is wrong, what somebody else changed meanwhile."""
    returned = return_or_404(request.user, return_id)
    context = plan_frame(returned.version.plan, tab="forms", version=returned.version)
    review = None if returned.state == FormReturn.State.REFUSED else returns.review(returned)
    return render(request, "reports/return.html", context | {"returned": returned, "review": review})


@require_POST
@capability_required("measures.edit")
def apply_return(request: HttpRequest, return_id: int) -> HttpResponse:
    """Take over the cells that are in order; all of them or none."""
    returned = return_or_404(request.user, return_id)
    try:
        done = returns.apply(
            returned, actor=request.user, now=timezone.now(), partial=request.POST.get("partial") == "yes"
        )
    except PlumblineError as error:
        messages.error(request, str(error))
        return redirect("reports:return", return_id=returned.pk)
    messages.success(request, _("已导入 %(count)d 个单元格。") % {"count": done.applied})
    return redirect("reports:forms", plan_id=returned.version.plan_id)


@require_POST
@capability_required("measures.edit")
def drop_return(request: HttpRequest, return_id: int) -> HttpResponse:
    """Give up a filled workbook; the file itself is kept."""
    returned = return_or_404(request.user, return_id)
    returns.drop(returned, actor=request.user, now=timezone.now())
    messages.info(request, _("已放弃这份填报表，没有导入任何内容。文件仍保留备查。"))
    return redirect("reports:forms", plan_id=returned.version.plan_id)


@require_GET
@capability_required("reports.view")
def return_file(request: HttpRequest, return_id: int) -> HttpResponse:
    """The workbook as it was sent back."""
    return download_response(return_or_404(request.user, return_id).file)
