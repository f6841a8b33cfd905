"""Pages of the assets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.revisions import Outdated
from plumbline.office.lib.tables import Sorting
from plumbline.office.units.access import visible_unit
from plumbline.office.units.forms.assets import AssetForm
from plumbline.office.units.models import Asset, Unit
from plumbline.office.units.queries.assets import (
    ASSET_COLUMNS,
    MOST_CONFLICTS,
    AssetFilter,
    asset_conflicts,
    assets,
    visible_assets,
)
from plumbline.office.units.services import assets as services
from plumbline.office.units.services.sheet_exports import export_response


@require_GET
@capability_required("units.view")
def asset_list(request: HttpRequest) -> HttpResponse:
    """The assets of all units that the person may see."""
    return render(request, "units/assets/list.html", _listing(request, unit=None))


@require_GET
@capability_required("units.view")
def unit_assets(request: HttpRequest, pk: int) -> HttpResponse:
    """The assets of one unit, as a tab of its page."""
    unit = visible_unit(request.user, pk)
    return render(request, "units/assets/of_unit.html", _listing(request, unit=unit))


@require_GET
@capability_required("units.edit")
def asset_conflict_list(request: HttpRequest) -> HttpResponse:
    """What two units claim; the office sorts it out."""
    private = request.GET.get("space") == "private"
    found = asset_conflicts(private=private)
    context = {
        "page": page_of(found, request),
        "private": private,
        "cut": len(found) >= MOST_CONFLICTS,
        "most": MOST_CONFLICTS,
    }
    return render(request, "units/assets/conflicts.html", context)


@require_GET
@capability_required("units.view")
def asset_export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, as a sheet that can be imported again."""
    found = assets(request.user, wanted=_wanted(request, unit=_number(request, "unit")))
    rows = found.order_by("unit__name", "kind", "low", "value")
    return export_response("assets", rows, actor=request.user, today=timezone.localdate())


@require_GET
@capability_required("units.view")
def asset_page(request: HttpRequest, asset_id: int) -> HttpResponse:
    """One asset."""
    return render(request, "units/assets/asset.html", {"asset": _asset(request, asset_id)})


@require_http_methods(["GET", "POST"])
@capability_required("register.edit")
def asset_create(request: HttpRequest) -> HttpResponse:
    """A new asset."""
    initial = {
        name: request.GET[name] for name in ("unit", "system") if request.GET.get(name, "").isdecimal()
    }
    return _edit(request, Asset(), initial=initial)


@require_http_methods(["GET", "POST"])
@capability_required("register.edit")
def asset_edit(request: HttpRequest, asset_id: int) -> HttpResponse:
    """An asset that is there already."""
    return _edit(request, _asset(request, asset_id), initial={})


@require_GET
@capability_required("register.edit")
def asset_fields(request: HttpRequest) -> HttpResponse:
    """The fields that follow from the unit and the kind, while somebody fills the form."""
    form = AssetForm(instance=Asset(), user=request.user, initial=request.GET.dict())
    return render(request, "units/assets/_fields.html", {"form": form})


@require_POST
@capability_required("register.edit")
def asset_retire(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Take it out of use."""
    asset = services.retire_asset(
        asset=_asset(request, asset_id), actor=request.user, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("已停用“%(name)s”，资料仍保留。") % {"name": asset})
    return redirect("units:asset", asset_id=asset.pk)


@require_POST
@capability_required("register.edit")
def asset_restore(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Put it back to use."""
    asset = services.restore_asset(
        asset=_asset(request, asset_id), actor=request.user, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("“%(name)s”已恢复使用。") % {"name": asset})
    return redirect("units:asset", asset_id=asset.pk)


def _asset(request: HttpRequest, asset_id: int) -> Asset:
    return get_object_or_404(visible_assets(request.user).select_related("unit", "system"), pk=asset_id)


def _edit(request: HttpRequest, asset: Asset, *, initial: dict[str, Any]) -> HttpResponse:
    form = AssetForm(request.POST or None, instance=asset, user=request.user, initial=initial)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            services.save_asset(form.save(commit=False), actor=request.user, revision=form.opened_on)
        except Outdated as problem:
            form.beside(AssetForm(instance=_asset(request, asset.pk), user=request.user), problem)
            status = 409
        except PlumblineError as problem:
            form.add_error(None, problem.sentence)
        else:
            messages.success(request, _("已保存资产“%(name)s”。") % {"name": asset})
            if "another" in request.POST:
                return redirect(f"{request.path}?unit={asset.unit_id}")
            return redirect("units:asset", asset_id=asset.pk)
    return render(request, "units/assets/edit.html", {"form": form, "asset": asset}, status=status)


def _listing(request: HttpRequest, *, unit: Unit | None) -> dict[str, Any]:
    wanted = _wanted(request, unit=unit.pk if unit else _number(request, "unit"))
    sorting = Sorting.asked(request.GET, columns=ASSET_COLUMNS, default="unit" if unit is None else "value")
    found = assets(request.user, wanted=wanted)
    return {
        "page": page_of(sorting.apply(found, ASSET_COLUMNS), request),
        "sorting": sorting,
        "wanted": wanted,
        "tab": "assets",
        "unit": unit,
        "kinds": Asset.Kind.choices,
        "states": Asset.State.choices,
        "query": request.GET.urlencode(),
    }


def _wanted(request: HttpRequest, *, unit: int | None) -> AssetFilter:
    return AssetFilter(
        search=request.GET.get("q", "").strip(),
        unit=unit,
        kind=request.GET.get("kind", ""),
        state=request.GET.get("state", Asset.State.ACTIVE),
        system=_number(request, "system"),
    )


def _number(request: HttpRequest, name: str) -> int | None:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None
