"""Self-checks as workbooks: out, back in, and what came of them."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.audit.services import record
from plumbline.office.inspections.access import visible_inspection, visible_inspections
from plumbline.office.inspections.forms.conduct import SheetsForm
from plumbline.office.inspections.models import AnswerSheet
from plumbline.office.inspections.services.answer_sheets import import_workbooks, settle
from plumbline.office.inspections.services.answer_words import word_of
from plumbline.office.inspections.services.answer_workbooks import write_workbook
from plumbline.office.inspections.services.reviewing import answers_of, items_of
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.spreadsheets import XLSX


@require_GET
@capability_required("inspections.view")
def sheet_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook of one inspection."""
    inspection = visible_inspection(request.user, pk)
    with transaction.atomic():
        record(actor=request.user, action="inspections.sheet_export", target=inspection)
    response = HttpResponse(write_workbook(inspection, now=timezone.now()), content_type=XLSX)
    name = quote(f"{inspection.number} {inspection.unit} 自查表.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@require_http_methods(["GET", "POST"])
@capability_required("inspections.answer")
def sheets(request: HttpRequest) -> HttpResponse:
    """Send workbooks back; below, what came of earlier ones."""
    form = SheetsForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = import_workbooks(form.files_given, actor=request.user, now=timezone.now())
        except PlumblineError as problem:
            form.add_error(None, str(problem))
        else:
            saved = sum(len(sheet.result["saved"]) for sheet in made)
            messages.success(
                request, _("已读取 %(sheets)d 张表，保存 %(n)d 项作答。") % {"sheets": len(made), "n": saved}
            )
            if len(made) == 1:
                return redirect("inspections:sheet", made[0].pk)
            return redirect("inspections:sheets")
    rows = _visible(request).select_related("inspection__unit", "file", "sent_by")
    context = {"form": form, "page": page_of(rows, request), "states": AnswerSheet.State}
    return render(request, "inspections/sheets/list.html", context, status=422 if form.errors else 200)


@require_GET
@capability_required("inspections.answer")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of one sheet: saved, wrong cells, conflicts with both texts."""
    found = _sheet(request, pk)
    conflicts = []
    if found.inspection is not None:
        items = {item.key: item for item in items_of(found.inspection)}
        answers = answers_of(found.inspection)
        for conflict in found.result["conflicts"]:
            item, answer = items.get(conflict["item"]), answers.get(conflict["item"])
            if item is not None:
                word = word_of(item, conflict["value"])
                online = word_of(item, answer.value) if answer else ""
                conflicts.append(
                    {**conflict, "title": item.title, "word": word, "online": online, "answer": answer}
                )
    return render(request, "inspections/sheets/sheet.html", {"sheet": found, "conflicts": conflicts})


@require_POST
@capability_required("inspections.answer")
def sheet_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide one conflict."""
    found = _sheet(request, pk)
    text = request.POST.get("revision", "")
    settle(
        found, request.POST.get("item", ""), take=request.POST.get("take") == "1",
        revision=int(text) if text.isdecimal() and len(text) < 10 else 0,
        actor=request.user, now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("已处理。"))
    return redirect("inspections:sheet", pk)


def _visible(request: HttpRequest) -> QuerySet[AnswerSheet]:
    mine = Q(sent_by=request.user) & (
        Q(inspection__isnull=True) | Q(inspection__in=visible_inspections(request.user))
    )
    return AnswerSheet.objects.filter(mine | Q(inspection__in=visible_inspections(request.user)))


def _sheet(request: HttpRequest, pk: int) -> AnswerSheet:
    rows = _visible(request).select_related(
        "inspection__unit", "inspection__checklist__checklist", "file", "sent_by"
    )
    return get_object_or_404(rows, pk=pk)
