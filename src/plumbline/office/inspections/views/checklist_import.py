"""Importing a checklist: the upload, what was read of it, and keeping it as a draft."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from plumbline.kernel.checklists.draft import ChecklistDraft
from plumbline.kernel.checklists.reading import read_checklist
from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import keep_unchecked, open_file
from plumbline.office.inspections.forms.checklists import FileForm, KeepForm
from plumbline.office.inspections.models import ChecklistItem
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
            _read(kept)
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
    file = get_object_or_404(StoredFile, pk=file_id, uploaded_by=request.user)
    draft = _read(file)
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


def _read(file: StoredFile) -> ChecklistDraft:
    with open_file(file) as content:
        return read_checklist(file.name, content.read())
