"""Reading the chain, taking it away as a file, and having it verified."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.audit.exports import sheet_of_records
from plumbline.office.audit.forms import FilterForm
from plumbline.office.audit.queries import records
from plumbline.office.audit.services import record, verify
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.spreadsheets import sheet_response


@require_GET
@capability_required("audit.view")
def record_list(request: HttpRequest) -> HttpResponse:
    """The records that match the filter, a page at a time."""
    form = FilterForm(request.GET)
    found = records(form.wanted())
    return render(request, "audit/list.html", {"form": form, "page": page_of(found, request)})


@require_GET
@capability_required("audit.view")
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The same records as .xlsx or .csv; taking them away is itself recorded."""
    found = records(FilterForm(request.GET).wanted())
    detail = {"格式": kind, "条数": found.count()}
    # written first: a long list would hold up everybody who waits for the head of the chain
    response = sheet_response(sheet_of_records(found.iterator()), kind=kind)
    with transaction.atomic():
        record(actor=request.user, action="audit.export", detail=detail)
    return response


@require_POST
@capability_required("audit.view")
def verification(request: HttpRequest) -> HttpResponse:
    """Walk the chain and show what was found."""
    report = verify()
    with transaction.atomic():
        detail = {"条数": report.count, "问题": len(report.problems)}
        record(actor=request.user, action="audit.verify", detail=detail)
    return render(request, "audit/verification.html", {"report": report})
