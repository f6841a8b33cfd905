"""Pages of reports on inspections: asking for one, and what was written."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.files.downloads import download_response
from plumbline.office.inspections.forms.reports import ReportForm
from plumbline.office.inspections.models import InspectionReport
from plumbline.office.inspections.queries.reports import COLUMNS, reports, visible_report, visible_reports
from plumbline.office.inspections.services import reports as services
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.tables import Sorting

State = InspectionReport.State
STATE_KINDS = {State.QUEUED: "waiting", State.RUNNING: "info", State.DONE: "good", State.FAILED: "bad"}


@require_GET
@capability_required("reports.export")
def report_list(request: HttpRequest) -> HttpResponse:
    """What was written."""
    given = {key: request.GET.get(key, "").strip() for key in ("q", "kind", "year")}
    rows = reports(request.user, search=given["q"], kind=given["kind"], year=given["year"])
    sorting = Sorting.asked(request.GET, columns=COLUMNS, default="-made")
    page = page_of(sorting.apply(rows, COLUMNS), request)
    now = timezone.now()
    for row in page:
        row.state_kind, row.is_interrupted = STATE_KINDS[State(row.state)], services.interrupted(row, now=now)
    years = visible_reports(request.user).order_by("-year").values_list("year", flat=True).distinct()
    context = {
        "page": page,
        "sorting": sorting,
        "kinds": InspectionReport.Kind.choices,
        "years": [str(year) for year in years],
        "filtered": any(given.values()),
    }
    return render(request, "inspections/reports/list.html", context)


@require_http_methods(["GET", "POST"])
@capability_required("reports.export")
def report_new(request: HttpRequest) -> HttpResponse:
    """Choose what to write."""
    unit = request.GET.get("unit", "")
    initial = {"kind": "unit" if unit else request.GET.get("kind", "county"), "unit": unit}
    sent = request.POST if request.method == "POST" else None
    form = ReportForm(sent, user=request.user, initial=initial)
    if form.is_valid():
        report = services.request_report(**form.cleaned_data, actor=request.user, now=timezone.now())
        return redirect("inspections:report", pk=report.pk)
    return render(request, "inspections/reports/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@capability_required("reports.export")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: on its way, written, or why not."""
    found = visible_report(request.user, pk)
    context = {
        "report": found,
        "kind": STATE_KINDS[State(found.state)],
        "interrupted": services.interrupted(found, now=timezone.now()),
    }
    return render(request, "inspections/reports/report.html", context)


@require_GET
@capability_required("reports.export")
def report_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked for every second; once it is over the whole page is loaded again."""
    found = visible_report(request.user, pk)
    over = found.state not in (State.QUEUED, State.RUNNING)
    if over or services.interrupted(found, now=timezone.now()):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "inspections/reports/_progress.html", {"report": found})


@require_POST
@capability_required("reports.export")
def report_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Write it anew."""
    services.again(report=visible_report(request.user, pk), actor=request.user, now=timezone.now())
    return redirect("inspections:report", pk=pk)


@require_POST
@capability_required("reports.export")
def report_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off the list."""
    found = visible_report(request.user, pk)
    services.delete_report(report=found, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("已删除这份报告。"))
    return redirect("inspections:reports")


@require_GET
@capability_required("reports.export")
def report_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file."""
    found = visible_report(request.user, pk)
    if found.file is None:
        return redirect("inspections:report", pk=pk)
    return download_response(found.file)
