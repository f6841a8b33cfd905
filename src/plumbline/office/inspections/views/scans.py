"""Pages of scan imports: the list, the upload, what is in a report, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.scans import FORMATS, opened
from plumbline.kernel.scans.formats.csv_table import heads_of, sample_of
from plumbline.office.accounts.access import capability_required
from plumbline.office.files.downloads import download_response
from plumbline.office.files.services import open_file
from plumbline.office.findings.models import Finding
from plumbline.office.inspections.forms.scans import AssignForm, ColumnsForm, ImportOptionsForm, UploadForm
from plumbline.office.inspections.models import ScanHit, ScanImport, ScanMapping
from plumbline.office.inspections.queries.scans import (
    COLUMNS,
    scan_hits,
    scan_imports,
    sees_owners,
    shown_summary,
    unmatched_sheet,
    visible_scan,
)
from plumbline.office.inspections.services import scans
from plumbline.office.inspections.services.scan_jobs import interrupted
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.spreadsheets import sheet_response
from plumbline.office.lib.tables import Sorting

State = ScanImport.State
STATE_KINDS = {
    State.QUEUED: "waiting",
    State.RUNNING: "info",
    State.MAPPING: "warning",
    State.READY: "warning",
    State.DONE: "good",
    State.FAILED: "bad",
    State.CANCELLED: "idle",
    State.WITHDRAWN: "idle",
}
#: rows of a .csv that the page of columns shows
_SAMPLE = 5


@require_GET
@capability_required("scans.import")
def scan_list(request: HttpRequest) -> HttpResponse:
    """What was uploaded, and what became of it."""
    given = {key: request.GET.get(key, "").strip() for key in ("q", "state", "tool")}
    rows = scan_imports(request.user, search=given["q"], state=given["state"], tool=given["tool"])
    sorting = Sorting.asked(request.GET, columns=COLUMNS, default="-uploaded")
    page = page_of(sorting.apply(rows, COLUMNS), request)
    now = timezone.now()
    for scan in page:
        scan.kind, scan.is_interrupted = STATE_KINDS[scan.state], interrupted(scan, now=now)
        scan.tool_title = FORMATS.get(scan.tool).title if scan.tool in FORMATS else ""
    context = {
        "page": page,
        "sorting": sorting,
        "states": State.choices,
        "tools": [(entry.key, entry.title) for entry in sorted(FORMATS, key=lambda entry: entry.order)],
        "filtered": any(given.values()),
    }
    return render(request, "inspections/scans/list.html", context)


@require_http_methods(["GET", "POST"])
@capability_required("scans.import")
def scan_new(request: HttpRequest) -> HttpResponse:
    """Choose a file and begin."""
    initial = {"inspection": request.GET.get("inspection"), "unit": request.GET.get("unit")}
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, user=request.user, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            scan = scans.upload(
                file=given["file"],
                actor=request.user,
                now=timezone.now(),
                inspection=given["inspection"],
                unit=given.get("unit"),
                target=given["target"],
            )
        except PlumblineError as error:
            form.add_error("file", str(error))
        else:
            return redirect("inspections:scan", pk=scan.pk)
    context = {"form": form, "formats": _titles()}
    return render(request, "inspections/scans/new.html", context, status=422 if form.errors else 200)


@require_GET
@capability_required("scans.import")
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """One report, in whatever state it is."""
    return render(request, "inspections/scans/scan.html", _context(request, visible_scan(request.user, pk)))


@require_GET
@capability_required("scans.import")
def scan_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar, asked for every second; once the step is over the whole page is loaded again."""
    found = visible_scan(request.user, pk)
    over = found.state not in (State.QUEUED, State.RUNNING)
    if over or interrupted(found, now=timezone.now()):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "inspections/scans/_progress.html", {"scan": found})


@require_http_methods(["GET", "POST"])
@capability_required("scans.import")
def scan_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What the columns of a .csv are."""
    found = visible_scan(request.user, pk)
    with open_file(found.file) as packed, opened(packed) as stream:
        heads, rows = heads_of(stream), sample_of(stream)
    sent = request.POST if request.method == "POST" else None
    form = ColumnsForm(sent, heads=heads, rows=rows, mapping=found.mapping)
    if form.is_valid():
        try:
            scans.explain_columns(
                scan=found,
                columns=form.columns(),
                severities=form.severities(),
                name=form.cleaned_data["name"],
                actor=request.user,
            )
        except scans.ScanError as error:
            form.add_error(None, str(error))
        else:
            return redirect("inspections:scan", pk=found.pk)
    shown = [[row.get(head, "")[:80] for head in heads] for row in rows[:_SAMPLE]]
    context = {"scan": found, "form": form, "heads": heads, "rows": shown}
    return render(request, "inspections/scans/columns.html", context, status=422 if form.errors else 200)


@require_POST
@capability_required("scans.import")
def scan_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Import what was looked at."""
    found = visible_scan(request.user, pk)
    form = ImportOptionsForm(request.POST, user=request.user, scan=found)
    if not form.is_valid():
        context = _context(request, found) | {"options": form}
        return render(request, "inspections/scans/scan.html", context, status=422)
    scans.confirm(scan=found, options=form.cleaned_data, actor=request.user)
    return redirect("inspections:scan", pk=pk)


@require_POST
@capability_required("scans.import")
def scan_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the step that failed anew."""
    scans.again(scan=visible_scan(request.user, pk), actor=request.user, now=timezone.now())
    return redirect("inspections:scan", pk=pk)


@require_POST
@capability_required("scans.import")
def scan_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up before anything was imported."""
    scans.cancel(scan=visible_scan(request.user, pk), actor=request.user)
    messages.info(request, _("已放弃导入，上传的文件仍保留备查。"))
    return redirect("inspections:scans")


@require_POST
@capability_required("findings.handle")
def scan_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    found = visible_scan(request.user, pk)
    scans.withdraw(scan=found, reason=request.POST.get("reason", ""), actor=request.user)
    return redirect("inspections:scan", pk=pk)


@require_GET
@capability_required("scans.import")
def scan_results(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each result."""
    found = visible_scan(request.user, pk)
    kind, severity = request.GET.get("kind", ""), request.GET.get("severity", "")
    context = {
        "scan": found,
        "page": page_of(scan_hits(request.user, found, kind=kind, severity=severity), request),
        "kinds": ScanHit.Kind.choices,
        "severities": Finding.Severity.choices,
        "filtered": bool(kind or severity),
    }
    return render(request, "inspections/scans/results.html", context)


@require_http_methods(["GET", "POST"])
@capability_required("scans.import")
def scan_hosts(request: HttpRequest, pk: int) -> HttpResponse:
    """Hosts without an asset, and giving them to a unit."""
    found = visible_scan(request.user, pk)
    form, sent = None, request.POST if request.method == "POST" else None
    if request.user.may("register.edit"):
        form = AssignForm(sent, user=request.user, scan=found)
    elif request.method == "POST":
        messages.error(request, _("您的角色不能登记资产，请联系工作人员。"))
        return redirect("inspections:scan_hosts", pk=pk)
    if form is not None and form.is_valid():
        given = form.cleaned_data
        registered, refused = scans.assign_hosts(
            scan=found, hosts=given["hosts"], unit=given["unit"], actor=request.user
        )
        for text in refused[:5]:
            messages.error(request, text)
        if len(refused) > 5:
            messages.error(request, _("另有 %(count)d 台主机未能登记。") % {"count": len(refused) - 5})
        if registered:
            said = _("已将 %(count)d 台主机登记到“%(unit)s”，正在重新匹配。")
            messages.success(request, said % {"count": registered, "unit": given["unit"]})
        return redirect("inspections:scan" if registered else "inspections:scan_hosts", pk=pk)
    rows = found.unmatched_hosts.select_related("owner").order_by("-results", "host")
    if search := request.GET.get("q", "").strip():
        rows = rows.filter(host__icontains=search)
    context = {"scan": found, "page": page_of(rows, request), "form": form, "search": search}
    context["hide_owner"] = not sees_owners(request.user)
    status = 422 if form is not None and form.errors else 200
    return render(request, "inspections/scans/hosts.html", context, status=status)


@require_GET
@capability_required("scans.import")
def scan_hosts_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The hosts without an asset, for whoever is to register them."""
    return sheet_response(unmatched_sheet(request.user, visible_scan(request.user, pk)), kind="xlsx")


@require_GET
@capability_required("scans.import")
def scan_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The upload as it came."""
    return download_response(visible_scan(request.user, pk).file)


@require_GET
@capability_required("findings.handle")
def scan_mappings(request: HttpRequest) -> HttpResponse:
    """The kinds of .csv that are known."""
    page = page_of(ScanMapping.objects.all(), request)
    for mapping in page:
        mapping.dialog = f"delete_{mapping.pk}"
    return render(request, "inspections/scans/mappings.html", {"page": page})


@require_POST
@capability_required("findings.handle")
def scan_mapping_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a kind of .csv."""
    mapping = get_object_or_404(ScanMapping, pk=pk)
    scans.delete_mapping(mapping=mapping, actor=request.user)
    messages.success(request, _("已删除“%(name)s”，下次上传这种表格时会重新询问。") % {"name": mapping.name})
    return redirect("inspections:scan_mappings")


def _titles() -> list[str]:
    return [entry.title for entry in sorted(FORMATS, key=lambda entry: entry.order)]


def _context(request: HttpRequest, found: ScanImport) -> dict[str, Any]:
    return {
        "scan": found,
        "kind": STATE_KINDS[State(found.state)],
        "tool_title": FORMATS.get(found.tool).title if found.tool in FORMATS else "",
        "interrupted": interrupted(found, now=timezone.now()),
        "options": ImportOptionsForm(user=request.user, scan=found) if found.state == State.READY else None,
        "was_imported": found.state == State.FAILED and found.hits.exists(),
        "summary": shown_summary(request.user, found),
        "older": found.hits.filter(kind=ScanHit.Kind.OLDER).count(),
        "can_withdraw": request.user.may("findings.handle") and scans.can_withdraw(found),
        "is_early": _is_early(found),
    }


def _is_early(found: ScanImport) -> bool:
    """Scanned before its inspection began: most likely the report of another one."""
    began = found.inspection.started_on if found.inspection else None
    return bool(began and found.scanned_at and timezone.localdate(found.scanned_at) < began)
