"""Pages of the units."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.revisions import Outdated
from plumbline.office.lib.tables import Sorting
from plumbline.office.units.access import visible_unit
from plumbline.office.units.forms import UnitForm
from plumbline.office.units.models import Unit
from plumbline.office.units.queries import UNIT_COLUMNS, units
from plumbline.office.units.services import save_unit


@require_GET
@capability_required("units.view")
def unit_list(request: HttpRequest) -> HttpResponse:
    """The units that the person may see."""
    sorting = Sorting.asked(request.GET, columns=UNIT_COLUMNS, default="name")
    found = units(request.user, search=request.GET.get("q", "").strip(), kind=request.GET.get("kind", ""))
    context = {
        "page": page_of(sorting.apply(found, UNIT_COLUMNS), request),
        "sorting": sorting,
        "kinds": Unit.Kind,
    }
    return render(request, "units/list.html", context)


@require_http_methods(["GET", "POST"])
@capability_required("units.edit")
def unit_create(request: HttpRequest) -> HttpResponse:
    """A new unit."""
    return _edit(request, Unit())


@require_http_methods(["GET", "POST"])
@capability_required("units.edit")
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit that is there already."""
    return _edit(request, visible_unit(request.user, pk))


def _edit(request: HttpRequest, unit: Unit) -> HttpResponse:
    form = UnitForm(request.POST or None, instance=unit)
    if request.method == "POST" and form.is_valid():
        try:
            save_unit(form.save(commit=False), user=request.user, revision=form.opened_on)
        except Outdated as problem:
            form.beside(UnitForm(instance=visible_unit(request.user, unit.pk)), problem)
            return render(request, "units/edit.html", {"form": form, "unit": unit}, status=409)
        messages.success(request, _("已保存单位“%(name)s”。") % {"name": unit.name})
        return redirect("units:list")
    return render(
        request, "units/edit.html", {"form": form, "unit": unit}, status=422 if form.errors else 200
    )
