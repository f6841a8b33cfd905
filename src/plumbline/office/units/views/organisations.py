"""Pages of the organisations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.revisions import Outdated, RevisedForm
from plumbline.office.lib.tables import Sorting
from plumbline.office.units.access import visible_unit, visible_units
from plumbline.office.units.categories import choices
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.forms.organisations import FiguresForm, NewUnitForm, UnitForm
from plumbline.office.units.models import Unit
from plumbline.office.units.queries.organisations import parents, unit_tree
from plumbline.office.units.queries.unit_list import LIST_COLUMNS, Asked, listed_units
from plumbline.office.units.queries.unit_page import history_of, overview_of
from plumbline.office.units.services import save_figures, save_unit


@require_GET
@capability_required("units.view")
def unit_list(request: HttpRequest) -> HttpResponse:
    """The units that the person may see."""
    sorting = Sorting.asked(request.GET, columns=LIST_COLUMNS, default="name")
    asked = Asked.of(request.GET)
    rows = listed_units(request.user, asked=asked, sorting=sorting)
    context = {"page": page_of(rows, request), "sorting": sorting, **_filters(request, asked)}
    return render(request, "units/list.html", context)


@require_GET
@capability_required("units.view")
def unit_branches(request: HttpRequest) -> HttpResponse:
    """The same units as a tree."""
    asked = Asked.of(request.GET)
    sorting = Sorting("name", is_descending=False)
    found = [row.unit for row in listed_units(request.user, asked=asked, sorting=sorting)]
    tree = unit_tree(found, visible=visible_units(request.user))
    context = {"tree": tree, "count": len(found), **_filters(request, asked)}
    return render(request, "units/tree.html", context)


def _filters(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    return {
        "asked": asked,
        "kinds": choices("type", current=asked.kind),
        "sectors": choices("sector", current=asked.sector),
        "states": Unit.State,
        "parents": parents(request.user),
    }


@require_http_methods(["GET", "POST"])
@capability_required("units.edit")
def unit_create(request: HttpRequest) -> HttpResponse:
    """A new unit."""
    form = NewUnitForm(request.POST or None, instance=Unit(), initial={"parent": request.GET.get("parent")})
    if request.method == "POST" and form.is_valid():
        try:
            unit = save_unit(form.save(commit=False), user=request.user)
        except RegisterError as problem:
            form.add_error(None, problem.what + problem.advice)
        else:
            messages.success(request, _("已登记单位“%(name)s”。") % {"name": unit.name})
            return redirect("units:unit", pk=unit.pk)
    return render(request, "units/create.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@capability_required("units.view")
def unit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: what it is, how complete its entry is, what belongs to it."""
    unit = visible_unit(request.user, pk)
    context = {"unit": unit, "tab": "overview", "overview": overview_of(request.user, unit)}
    return render(request, "units/unit.html", context)


@require_GET
@capability_required("units.view")
def unit_history(request: HttpRequest, pk: int) -> HttpResponse:
    """The turns of a unit's life."""
    unit = visible_unit(request.user, pk)
    context = {"unit": unit, "tab": "history", "changes": history_of(request.user, unit)}
    return render(request, "units/history.html", context)


@require_http_methods(["GET", "POST"])
@capability_required("units.edit")
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What the office says about a unit."""
    unit = visible_unit(request.user, pk)
    form = UnitForm(request.POST or None, instance=unit)

    def save() -> None:
        save_unit(form.save(commit=False), user=request.user, revision=form.opened_on)

    return _edited(request, form, save, title=_("修改单位资料"))


@require_http_methods(["GET", "POST"])
@capability_required("register.edit")
def unit_figures(request: HttpRequest, pk: int) -> HttpResponse:
    """What the unit itself says: address, staff, whether it runs systems."""
    unit = visible_unit(request.user, pk)
    form = FiguresForm(request.POST or None, instance=unit)

    def save() -> None:
        save_figures(unit, actor=request.user, revision=form.opened_on, **form.values())

    return _edited(request, form, save, title=_("填报单位情况"))


def _edited(request: HttpRequest, form: RevisedForm, save: Any, *, title: str) -> HttpResponse:
    """The form, saved or shown again; the second of two savers is told."""
    pk, status = form.instance.pk, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save()
            except Outdated as problem:
                form.beside(type(form)(instance=visible_unit(request.user, pk)), problem)
                status = 409
            except RegisterError as problem:
                form.add_error(None, problem.what + problem.advice)
            else:
                messages.success(request, _("已保存。"))
                return redirect("units:unit", pk=pk)
    unit = visible_unit(request.user, pk)
    context = {"form": form, "unit": unit, "tab": "overview", "title": title}
    return render(request, "units/edit.html", context, status=status)


@require_GET
@capability_required("units.view")
def moved_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Addresses from before the register had a section of its own."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(f"/units/{rest}{query}", permanent=True)
