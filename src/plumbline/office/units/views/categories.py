"""The page on which the office words its lists."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.navigation import Link
from plumbline.office.units.models import Category
from plumbline.office.units.queries.categories import used_categories
from plumbline.office.units.services import categories


@require_GET
@capability_required("units.edit")
def category_list(request: HttpRequest) -> HttpResponse:
    """The words of one list, each with how often it is borne."""
    group = request.GET.get("group", "")
    group = group if group in Category.Group.values else Category.Group.TYPE.value
    context = {
        "group": Category.Group(group),
        "groups": [
            Link(g.label, f"{reverse('units:categories')}?group={g.value}", "", g.value == group)
            for g in Category.Group
        ],
        "rows": used_categories(group),
    }
    return render(request, "units/categories.html", context)


@require_POST
@capability_required("units.edit")
def category_add(request: HttpRequest) -> HttpResponse:
    """A new word."""
    group = request.POST.get("group", "")
    group = group if group in Category.Group.values else Category.Group.TYPE.value
    category = categories.add_category(group=group, title=request.POST.get("title", ""), actor=request.user)
    messages.success(request, _("已添加“%(title)s”。") % {"title": category.title})
    return _back(category)


@require_POST
@capability_required("units.edit")
def category_rename(request: HttpRequest, category_id: int) -> HttpResponse:
    """Other wording."""
    category = get_object_or_404(Category, pk=category_id)
    categories.rename_category(category, title=request.POST.get("title", ""), actor=request.user)
    messages.success(request, _("已修改名称。"))
    return _back(category)


@require_POST
@capability_required("units.edit")
def category_retire(request: HttpRequest, category_id: int) -> HttpResponse:
    """No more offered."""
    category = get_object_or_404(Category, pk=category_id)
    categories.retire_category(category, actor=request.user)
    messages.success(request, _("已停用“%(title)s”，已使用它的记录不变。") % {"title": category.title})
    return _back(category)


@require_POST
@capability_required("units.edit")
def category_restore(request: HttpRequest, category_id: int) -> HttpResponse:
    """Offered again."""
    category = get_object_or_404(Category, pk=category_id)
    categories.restore_category(category, actor=request.user)
    messages.success(request, _("已恢复“%(title)s”。") % {"title": category.title})
    return _back(category)


@require_POST
@capability_required("units.edit")
def category_shift(request: HttpRequest, category_id: int) -> HttpResponse:
    """One place up or down."""
    category = get_object_or_404(Category, pk=category_id)
    by = -1 if request.POST.get("by") == "-1" else 1
    categories.shift_category(category, by=by, actor=request.user)
    return _back(category)


def _back(category: Category) -> HttpResponse:
    return redirect(f"{reverse('units:categories')}?group={category.group}")
