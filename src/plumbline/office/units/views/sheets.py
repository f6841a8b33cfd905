"""Register sheets: templates, exports, and imports that are looked at before they are written."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.sheet_columns import sheet_rows
from plumbline.office.lib.spreadsheets import XLSX
from plumbline.office.units.access import visible_units
from plumbline.office.units.forms.sheets import SheetUploadForm
from plumbline.office.units.models import Asset, Contact, SheetImport, System
from plumbline.office.units.queries.sheets import sheet_imports
from plumbline.office.units.services import sheet_jobs
from plumbline.office.units.services.sheet_exports import error_workbook, export_response, template_workbook
from plumbline.office.units.services.sheet_work import content_of, may_import
from plumbline.office.units.sheets import SHEETS, SheetKind

#: errors that the page draws; the workbook of errors has more
SHOWN = 200


@require_GET
@capability_required("register.edit")
def sheet_list(request: HttpRequest) -> HttpResponse:
    """What can be taken along and filled in, and what was uploaded before."""
    rows = sheet_imports(
        request.user,
        kind=request.GET.get("kind", ""),
        state=request.GET.get("state", ""),
        search=request.GET.get("q", "").strip(),
    )
    context = {
        "page": page_of(rows, request),
        "sheets": [sheet for key, sheet in SHEETS.items() if may_import(request.user, key)],
        "kinds": SheetImport.Kind.choices,
        "states": SheetImport.State.choices,
        "filtered": any(request.GET.get(name) for name in ("kind", "state", "q")),
    }
    return render(request, "units/sheets/list.html", context)


@require_http_methods(["GET", "POST"])
@capability_required("register.edit")
def sheet_new(request: HttpRequest) -> HttpResponse:
    """Choose a list and a filled-in sheet."""
    initial = {"kind": request.GET.get("kind", "")}
    form = SheetUploadForm(request.POST or None, request.FILES or None, user=request.user, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            job = sheet_jobs.start(
                upload=form.cleaned_data["sheet"],
                kind=form.cleaned_data["kind"],
                actor=request.user,
                now=timezone.now(),
            )
        except PlumblineError as problem:
            form.add_error("sheet", problem.sentence)
        else:
            return redirect("units:sheet", job_id=job.pk)
    return render(
        request,
        "units/sheets/new.html",
        {"form": form, "sheets": [SHEETS[key] for key, _title in form.fields["kind"].choices]},
        status=422 if form.is_bound else 200,
    )


@require_GET
@capability_required("register.edit")
def sheet_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty sheet with its instructions."""
    sheet = _sheet(request, kind)
    response = HttpResponse(template_workbook(sheet, user=request.user), content_type=XLSX)
    name = quote(_("%(list)s导入模板.xlsx") % {"list": sheet.title})
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@require_GET
@capability_required("register.edit")
def sheet_export(request: HttpRequest, kind: str) -> HttpResponse:
    """A whole list as the person may see it; numbers in full only for those who ask and may have them."""
    _sheet(request, kind)
    in_full = request.GET.get("numbers") == "full"
    if in_full and not request.user.may("contacts.see"):
        raise PermissionDenied(_("您不能导出完整的联系方式。"))
    units = visible_units(request.user)
    rows = {
        "units": units.select_related("parent").order_by("name"),
        "contacts": Contact.objects.filter(unit__in=units, state=Contact.State.CURRENT)
        .select_related("unit")
        .order_by("unit__name", "role"),
        "systems": System.objects.filter(unit__in=units)
        .select_related("unit")
        .order_by("unit__name", "name"),
        "assets": Asset.objects.filter(unit__in=units, state=Asset.State.ACTIVE)
        .select_related("unit", "system")
        .order_by("unit__name", "kind", "low", "value"),
    }[kind]
    return export_response(
        kind, rows, actor=request.user, today=timezone.localdate(), in_full=in_full and kind == "contacts"
    )


@require_GET
@capability_required("register.edit")
def sheet_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """One sheet, in whatever state it is."""
    job = _job(request, job_id)
    context = {
        "job": job,
        "interrupted": sheet_jobs.interrupted(job, now=timezone.now()),
        "errors": job.errors[:SHOWN],
        "mine": job.made_by_id == request.user.pk,
        "touched": job.added + job.changed,
    }
    return render(request, "units/sheets/job.html", context)


@require_GET
@capability_required("register.edit")
def sheet_progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The bar, asked for every second; once the job is over the whole page is loaded again."""
    job = _job(request, job_id)
    over = job.state not in (SheetImport.State.QUEUED, SheetImport.State.RUNNING)
    if over or sheet_jobs.interrupted(job, now=timezone.now()):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "units/sheets/_progress.html", {"job": job})


@require_POST
@capability_required("register.edit")
def sheet_confirm(request: HttpRequest, job_id: int) -> HttpResponse:
    """Write what was looked at."""
    job = sheet_jobs.confirm(job=_job(request, job_id), actor=request.user, now=timezone.now())
    if job.state == SheetImport.State.DONE:
        messages.success(
            request,
            _("已导入：新增 %(added)d，修改 %(changed)d。") % {"added": job.added, "changed": job.changed},
        )
    return redirect("units:sheet", job_id=job.pk)


@require_POST
@capability_required("register.edit")
def sheet_again(request: HttpRequest, job_id: int) -> HttpResponse:
    """Check it anew."""
    sheet_jobs.again(job=_job(request, job_id), actor=request.user, now=timezone.now())
    return redirect("units:sheet", job_id=job_id)


@require_POST
@capability_required("register.edit")
def sheet_cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Give it up."""
    sheet_jobs.cancel(job=_job(request, job_id), actor=request.user)
    messages.info(request, _("已放弃这次导入，没有写入任何内容，上传的文件仍保留备查。"))
    return redirect("units:sheets")


@require_GET
@capability_required("register.edit")
def sheet_file(request: HttpRequest, job_id: int) -> HttpResponse:
    """The upload as it came; numbers of people only for those who may have them."""
    job = _job(request, job_id)
    _demand_numbers(request, job)
    return _download(content_of(job), job.file.name, "application/octet-stream")


@require_GET
@capability_required("register.edit")
def sheet_errors(request: HttpRequest, job_id: int) -> HttpResponse:
    """The rows with errors, the errors beside them."""
    job = _job(request, job_id)
    if not job.errors:
        raise Http404
    _demand_numbers(request, job)
    rows = ((number, [cell.text for cell in cells]) for number, cells in sheet_rows(content_of(job)))
    name = _("%(file)s的错误.xlsx") % {"file": job.file.name.removesuffix(".xlsx")}
    return _download(error_workbook(job, rows), name, XLSX)


def _job(request: HttpRequest, job_id: int) -> SheetImport:
    return get_object_or_404(sheet_imports(request.user).defer(None), pk=job_id)


def _sheet(request: HttpRequest, kind: str) -> SheetKind:
    if not may_import(request.user, kind):
        raise Http404
    return SHEETS[kind]


def _demand_numbers(request: HttpRequest, job: SheetImport) -> None:
    if job.kind == SheetImport.Kind.CONTACTS and not request.user.may("contacts.see"):
        raise PermissionDenied(_("您不能查看完整的联系方式。"))


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
