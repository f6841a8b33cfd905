"""Importing a checklist: the upload, what was read of it, and keeping it as a draft."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import keep_unchecked
from plumbline.office.inspections.forms.checklists import FileForm, KeepForm
from plumbline.office.inspections.models import ChecklistItem
from plumbline.office.inspections.services import checklist_readings as readings
from plumbline.office.inspections.services.checklists import keep_draft
from plumbline.office.lib.paging import page_of

PER_PAGE = 100
LIMIT = 30 * 1024 * 1024


@require_http_methods(["GET", "POST"])
@capability_required("checklists.edit")
def checklist_import(request: HttpRequest) -> HttpResponse:
    """Choose a file; nothing but the file is kept before it was looked at."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep_unchecked(form.cleaned_data["file"], user=request.user, limit=LIMIT)
            if readings.is_large(kept):
                return redirect("inspections:checklist_reading", kept.pk, readings.begin(kept))
            readings.read(kept)
        except PlumblineError as error:
            form.add_error("file", str(error))
        else:
            return redirect("inspections:checklist_preview", kept.pk)
    status = 422 if form.errors else 200
    return render(request, "inspections/checklists/import.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@capability_required("checklists.edit")
def checklist_preview(request: HttpRequest, file_id: int) -> HttpResponse:
    """What was read, what is wrong with it, and what it shall become."""
    file = _own(request, file_id)
    if readings.is_large(file):
        reading = readings.reading_of(file, request.GET.get("task", ""), now=timezone.now())
        if reading is None or reading.state != "done":
            messages.warning(request, _("这个文件还没有读完，或读取结果已清理。请重新上传。"))
            return redirect("inspections:checklist_import")
        draft = readings.kept_reading(reading)
    else:
        draft = readings.read(file)
    form = KeepForm(request.POST or None, draft=draft)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["checklist"]
        draft = replace(
            draft,
            title=form.cleaned_data["title"].strip() or draft.title,
            edition=form.cleaned_data["edition"].strip(),
        )
        version = keep_draft(draft, actor=request.user, now=timezone.now(), checklist=chosen, file=file)
        messages.success(request, _("已存为草稿，核对后点“启用”。"))
        return redirect("inspections:checklist", version.pk)
    context = {
        "file": file,
        "draft": draft,
        "form": form,
        "page": page_of(draft.items, request, per_page=PER_PAGE),
        "blocking": [problem for problem in draft.problems if problem.blocking],
        "remarks": [problem for problem in draft.problems if not problem.blocking],
        "sections": len(draft.items) - len(draft.questions),
        "branched": sum(1 for item in draft.items if item.condition),
        "answers": dict(ChecklistItem.Answer.choices),
    }
    return render(request, "inspections/checklists/preview.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@capability_required("checklists.edit")
def checklist_reading(request: HttpRequest, file_id: int, task_id: str) -> HttpResponse:
    """A large file on its way; or why it could not be read, and reading it again."""
    file = _own(request, file_id)
    if request.method == "POST":
        return redirect("inspections:checklist_reading", file.pk, readings.begin(file))
    reading = readings.reading_of(file, task_id, now=timezone.now())
    if reading is None:
        messages.warning(request, _("这个文件的读取结果已清理。请重新上传。"))
        return redirect("inspections:checklist_import")
    if reading.state == "done":
        return redirect(f"{reverse('inspections:checklist_preview', args=[file.pk])}?task={task_id}")
    context = {"file": file, "task_id": task_id, "reading": reading}
    return render(request, "inspections/checklists/reading.html", context)


@require_GET
@capability_required("checklists.edit")
def checklist_reading_progress(request: HttpRequest, file_id: int, task_id: str) -> HttpResponse:
    """Asked for every second; once it is over the whole page is loaded again."""
    file = _own(request, file_id)
    reading = readings.reading_of(file, task_id, now=timezone.now())
    if reading is None or reading.is_over:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"file": file, "task_id": task_id, "reading": reading}
    return render(request, "inspections/checklists/_reading.html", context)


def _own(request: HttpRequest, file_id: int) -> StoredFile:
    return get_object_or_404(StoredFile, pk=file_id, uploaded_by=request.user)
