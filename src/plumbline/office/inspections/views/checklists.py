"""Pages of checklists: the list, one edition as a tree, and its turns of life."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.inspections.forms.checklists import CopyForm, NamesForm
from plumbline.office.inspections.models import Checklist, ChecklistVersion
from plumbline.office.inspections.queries.checklists import (
    COLUMNS,
    checklists,
    editions,
    tree,
    visible_version,
)
from plumbline.office.inspections.services import checklists as services
from plumbline.office.inspections.services.checklist_exports import export
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.spreadsheets import XLSX
from plumbline.office.lib.tables import Sorting

State = ChecklistVersion.State
MEDIA_TYPES = {"xlsx": XLSX, "toml": "application/toml; charset=utf-8"}
#: items of one page of the tree; the longest public catalogue has some 6,000
PER_PAGE = 400


@require_GET
@capability_required("checklists.view")
def checklist_list(request: HttpRequest) -> HttpResponse:
    """All checklists."""
    sorting = Sorting.asked(request.GET, columns=COLUMNS, default="title")
    rows = checklists(
        request.user,
        search=request.GET.get("q", "").strip(),
        origin=request.GET.get("origin", ""),
        state=request.GET.get("state", ""),
    )
    context = {
        "page": page_of(sorting.apply(rows, COLUMNS), request),
        "sorting": sorting,
        "origins": Checklist.Origin.choices,
        "states": State.choices,
        "filtered": any(request.GET.get(name) for name in ("q", "origin", "state")),
    }
    return render(request, "inspections/checklists/list.html", context)


@require_GET
@capability_required("checklists.view")
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition as a tree."""
    version = visible_version(request.user, pk)
    search = request.GET.get("q", "").strip()
    branches = tree(version, search=search)
    whole = branches if not search else tree(version)
    others = list(editions(request.user, version.checklist))
    context = {
        "version": version,
        "page": page_of(branches, request, per_page=PER_PAGE),
        "question_count": sum(1 for branch in whole if branch.number),
        "section_count": sum(1 for branch in whole if not branch.number),
        "point_sum": sum((b.points for b in whole if b.number and b.points is not None), start=0),
        "unsure": sum(1 for branch in whole if branch.item.confidence in ("medium", "low")),
        "others": others,
        "used": next((other.used for other in others if other.pk == version.pk), 0),
        "has_draft": any(other.state == State.DRAFT for other in others),
        "previous": next((other for other in others if other.number < version.number), None),
    }
    return render(request, "inspections/checklists/version.html", context)


@require_http_methods(["GET", "POST"])
@capability_required("checklists.edit")
def checklist_names(request: HttpRequest, pk: int) -> HttpResponse:
    """What the checklist is called, and the edition of the draft."""
    version = visible_version(request.user, pk)
    services.demand_draft(version)
    form = NamesForm.of(version, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.rename_draft(version, actor=request.user, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("inspections:checklist", pk)
    status = 422 if form.errors else 200
    context = {"form": form, "version": version}
    return render(request, "inspections/checklists/names.html", context, status=status)


@require_POST
@capability_required("checklists.edit")
def checklist_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft with the same items."""
    version = visible_version(request.user, pk)
    form = CopyForm(request.POST)
    edition = form.cleaned_data["edition"] if form.is_valid() else ""
    new = services.copy_to_draft(version, edition=edition, actor=request.user, now=timezone.now())
    messages.success(request, _("已另起草稿，可以逐项修改，改好后启用。"))
    return redirect("inspections:checklist", new.pk)


@require_POST
@capability_required("checklists.edit")
def checklist_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft to use."""
    version = services.publish(visible_version(request.user, pk), actor=request.user, now=timezone.now())
    messages.success(request, _("已启用“%(name)s”，新的检查可以选用。") % {"name": version})
    return redirect("inspections:checklist", pk)


@require_POST
@capability_required("checklists.edit")
def checklist_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an edition out of use."""
    version = visible_version(request.user, pk)
    services.retire(version, reason=request.POST.get("reason", ""), actor=request.user)
    messages.success(request, _("已停用，进行中的检查不受影响；需要时可以恢复使用。"))
    return redirect("inspections:checklist", pk)


@require_POST
@capability_required("checklists.edit")
def checklist_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a retired edition to use again."""
    services.restore(visible_version(request.user, pk), actor=request.user)
    messages.success(request, _("已恢复使用。"))
    return redirect("inspections:checklist", pk)


@require_POST
@capability_required("checklists.edit")
def checklist_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    version = visible_version(request.user, pk)
    services.discard(version, actor=request.user)
    messages.success(request, _("已删除草稿“%(name)s”。") % {"name": version})
    return redirect("inspections:checklists")


@require_GET
@capability_required("checklists.view")
def checklist_export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The checklist as .xlsx or as a file of our own."""
    version = visible_version(request.user, pk)
    content = export(version, kind=kind, actor=request.user)
    response = HttpResponse(content, content_type=MEDIA_TYPES[kind])
    name = f"{version.checklist.title}（{version.edition}）" if version.edition else version.checklist.title
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.{kind}', safe='')}"
    return response
