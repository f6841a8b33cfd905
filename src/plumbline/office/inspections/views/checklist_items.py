"""Changing a draft, item by item, in the page that shows it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.inspections.forms.checklists import ItemForm
from plumbline.office.inspections.models import ChecklistItem, ChecklistVersion
from plumbline.office.inspections.queries.checklists import tree, visible_version
from plumbline.office.inspections.services import checklist_items as services
from plumbline.office.inspections.services.checklists import ChecklistRefused, demand_draft
from plumbline.office.lib.revisions import Outdated


@require_http_methods(["GET", "POST"])
@capability_required("checklists.edit")
def checklist_item(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """One item: in place where htmx asks, else a page of its own."""
    version = visible_version(request.user, pk)
    demand_draft(version)
    item = _item(version, item_id)
    form = ItemForm(request.POST or None, instance=item)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_item(form.save(commit=False), actor=request.user, revision=form.opened_on)
        except Outdated as problem:
            form.beside(ItemForm(instance=_item(version, item_id)), problem)
            return _form(request, version, form, status=409)
        except ChecklistRefused as problem:
            form.add_error(None, str(problem))
            return _form(request, version, form, status=422)
        return _shown(request, version, item_id)
    if request.method == "GET" and request.headers.get("HX-Request") and "shown" in request.GET:
        return _shown(request, version, item_id)
    return _form(request, version, form, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@capability_required("checklists.edit")
def checklist_item_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new item behind another (`?after=`), at the end without one."""
    version = visible_version(request.user, pk)
    demand_draft(version)
    asked = request.GET.get("after", "")
    after = _item(version, int(asked)) if asked.isdecimal() else version.items.last()
    depth = 0 if after is None else after.depth + (0 if after.answer else 1)
    new = ChecklistItem(
        version=version,
        key=services.next_key(version, after),
        depth=depth,
        answer=ChecklistItem.Answer.CONFORMITY,
    )
    form = ItemForm(request.POST or None, instance=new)
    if request.method == "POST" and form.is_valid():
        try:
            added = services.add_item(version, after=after, item=form.save(commit=False), actor=request.user)
        except ChecklistRefused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("已增加检查项 %(key)s。") % {"key": added.key})
            return redirect(f"{reverse('inspections:checklist', args=[pk])}#item-{added.pk}")
    context = {"form": form, "version": version, "after": after}
    status = 422 if form.errors else 200
    return render(request, "inspections/checklists/item.html", context, status=status)


@require_POST
@capability_required("checklists.edit")
def checklist_item_remove(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """Take an item out, and what belongs to it."""
    version = visible_version(request.user, pk)
    item = _item(version, item_id)
    services.remove_item(item, reason=request.POST.get("reason", ""), actor=request.user)
    messages.success(request, _("已移除“%(name)s”。") % {"name": item})
    return redirect("inspections:checklist", pk)


def _item(version: ChecklistVersion, item_id: int) -> ChecklistItem:
    found = version.items.filter(pk=item_id).first()
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest, version: ChecklistVersion, form: ItemForm, *, status: int) -> HttpResponse:
    item = form.instance
    context = {"form": form, "version": version, "item": item, "inside": services.count_below(item)}
    if request.headers.get("HX-Request"):
        # 409 is swapped in like 422: the page says what to do with either
        return render(
            request,
            "inspections/checklists/_item_form.html",
            context,
            status=422 if status == 409 else status,
        )
    return render(request, "inspections/checklists/item.html", context, status=status)


def _shown(request: HttpRequest, version: ChecklistVersion, item_id: int) -> HttpResponse:
    """The item as the tree draws it; the tree itself where there is no htmx."""
    if not request.headers.get("HX-Request"):
        messages.success(request, _("已保存。"))
        return redirect(f"{reverse('inspections:checklist', args=[version.pk])}#item-{item_id}")
    branch = next(branch for branch in tree(version) if branch.item.pk == item_id)
    return render(request, "inspections/checklists/_branch.html", {"branch": branch, "version": version})
