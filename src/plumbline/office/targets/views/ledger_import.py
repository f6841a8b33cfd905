"""Payments from a sheet: template, look, take in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.files.models import StoredFile
from plumbline.office.lib.spreadsheets import XLSX
from plumbline.office.targets.forms.ledger import SheetForm
from plumbline.office.targets.kept import kept_file, token_of
from plumbline.office.targets.models import PlanVersion
from plumbline.office.targets.queries.ledger import approved_version
from plumbline.office.targets.queries.plans import plan_or_404
from plumbline.office.targets.services.ledger_import import ImportRefused, import_payments, read_payments
from plumbline.office.targets.services.ledger_sheets import template_workbook
from plumbline.office.targets.uploads import content_of, keep_sheet
from plumbline.office.targets.views.ledger import ledger_frame

#: Rows and errors that the page draws; the sums are of all.
SHOWN = 200


@capability_required("ledger.edit")
def ledger_import(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Choose a sheet, see what it would do, take it in."""
    plan = plan_or_404(request.user, plan_id)
    approved, context = ledger_frame(plan)
    if approved is None:
        return render(request, "targets/ledger/closed.html", context)
    if request.method != "POST":
        return render(request, "targets/ledger/import.html", context | {"form": SheetForm()})
    if "kept" in request.POST:
        return _take_in(request, approved, context)
    form = SheetForm(request.POST, request.FILES)
    context |= {"form": form}
    if not form.is_valid():
        return render(request, "targets/ledger/import.html", context, status=422)
    try:
        stored = keep_sheet(form.cleaned_data["sheet"], user=request.user)
        context |= _preview(request, stored, approved)
    except PlumblineError as error:
        form.add_error("sheet", f"{error.what}{error.advice}")
        return render(request, "targets/ledger/import.html", context, status=422)
    return render(request, "targets/ledger/import.html", context)


@capability_required("ledger.edit")
def ledger_template(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The sheet to fill in, with the plan's projects."""
    plan = plan_or_404(request.user, plan_id)
    approved = approved_version(plan)
    if approved is None:
        raise Http404
    response = HttpResponse(template_workbook(approved), content_type=XLSX)
    name = quote(f"{plan.unit}{plan.year}年支付导入模板.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _preview(request: HttpRequest, stored: StoredFile, version: PlanVersion) -> dict[str, Any]:
    preview = read_payments(content_of(stored), version=version, now=timezone.now())
    return {
        "preview": preview,
        "rows": preview.rows[:SHOWN],
        "errors": preview.errors[:SHOWN],
        "stored": stored,
        "kept": token_of(stored, user=request.user),
    }


def _take_in(request: HttpRequest, version: PlanVersion, context: dict[str, Any]) -> HttpResponse:
    stored = kept_file(request.POST["kept"], user=request.user)
    if stored is None:
        raise Http404
    try:
        done = import_payments(
            actor=request.user, version=version, stored=stored, data=content_of(stored), now=timezone.now()
        )
    except ImportRefused:
        # somebody posted in between: what stands now is shown, nothing was taken in
        context |= {"form": SheetForm()} | _preview(request, stored, version)
        return render(request, "targets/ledger/import.html", context, status=422)
    messages.success(
        request,
        ngettext("已导入 %(count)d 笔支付。", "已导入 %(count)d 笔支付。", done.rows) % {"count": done.rows},
    )
    return redirect("targets:ledger_payments", plan_id=version.plan_id)
