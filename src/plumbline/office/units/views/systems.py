"""Pages of the information systems."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.dates import DayField
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.revisions import Outdated
from plumbline.office.lib.tables import Sorting
from plumbline.office.units.access import visible_unit
from plumbline.office.units.categories import choices
from plumbline.office.units.forms.systems import SystemForm
from plumbline.office.units.models import System, Unit
from plumbline.office.units.protection import NEAR, next_due, rules
from plumbline.office.units.queries.systems import (
    ASSESSMENTS,
    SYSTEM_COLUMNS,
    SystemFilter,
    assessment_counts,
    systems,
    visible_systems,
)
from plumbline.office.units.services import systems as services
from plumbline.office.units.services.sheet_exports import export_response


@require_GET
@capability_required("units.view")
def system_list(request: HttpRequest) -> HttpResponse:
    """The systems of all units that the person may see."""
    return render(request, "units/systems/list.html", _listing(request, unit=None))


@require_GET
@capability_required("units.view")
def unit_systems(request: HttpRequest, pk: int) -> HttpResponse:
    """The systems of one unit, as a tab of its page."""
    unit = visible_unit(request.user, pk)
    return render(request, "units/systems/of_unit.html", _listing(request, unit=unit))


@require_GET
@capability_required("units.view")
def assessment_list(request: HttpRequest) -> HttpResponse:
    """What is overdue, near, and missing, the earliest first."""
    asked = request.GET.get("assessment", "")
    wanted = _wanted(request, unit=None, assessment=asked if asked in ASSESSMENTS else "due")
    sorting = Sorting.asked(request.GET, columns=SYSTEM_COLUMNS, default="due")
    found = systems(request.user, wanted=wanted, today=timezone.localdate())
    context = {
        "page": page_of(sorting.apply(found, SYSTEM_COLUMNS), request),
        "sorting": sorting,
        "wanted": wanted,
        "rules": rules(),
        **_frame(request, unit=None),
    }
    return render(request, "units/systems/assessments.html", context)


@require_GET
@capability_required("units.view")
def system_export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, as a sheet that can be imported again."""
    wanted = _wanted(request, unit=_unit_asked(request))
    found = systems(request.user, wanted=wanted, today=timezone.localdate()).order_by("unit__name", "name")
    return export_response("systems", found, actor=request.user, today=timezone.localdate())


@require_GET
@capability_required("units.view")
def system_page(request: HttpRequest, system_id: int) -> HttpResponse:
    """One system with its assets."""
    system = _system(request, system_id)
    context = {
        "system": system,
        "assets": system.assets.order_by("state", "kind", "low", "value")[:200],
        "term": rules().terms.get(system.level or 0),
        "rules": rules(),
        "today": timezone.localdate(),
        "near": timezone.localdate() + NEAR,
        "unfiled": system.level in rules().filed_levels and not system.filing_number,
    }
    return render(request, "units/systems/system.html", context)


@require_http_methods(["GET", "POST"])
@capability_required("register.edit")
def system_create(request: HttpRequest) -> HttpResponse:
    """A new system."""
    unit = request.GET.get("unit", "")
    return _edit(request, System(), initial={"unit": unit} if unit.isdecimal() else {})


@require_http_methods(["GET", "POST"])
@capability_required("register.edit")
def system_edit(request: HttpRequest, system_id: int) -> HttpResponse:
    """A system that is there already."""
    return _edit(request, _system(request, system_id), initial={})


@require_GET
@capability_required("register.edit")
def assessment_term(request: HttpRequest) -> HttpResponse:
    """What the rules say about the next assessment, beside the field while somebody fills the form."""
    level = request.GET.get("level", "")
    day = DayField(required=False)
    try:
        assessed_on = day.clean(request.GET.get("assessed_on", ""))
    except ValidationError:
        assessed_on = None  # half a day is being typed
    number = int(level) if level in ("1", "2", "3", "4") else None
    context = {"term": rules().terms.get(number or 0), "due": next_due(number, assessed_on)}
    return render(request, "units/systems/_term.html", context)


@require_POST
@capability_required("register.edit")
def system_stop(request: HttpRequest, system_id: int) -> HttpResponse:
    """Take it out of use."""
    system = services.stop_system(
        system=_system(request, system_id), actor=request.user, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("已停用“%(name)s”，资料仍保留。") % {"name": system.name})
    return redirect("units:system", system_id=system.pk)


@require_POST
@capability_required("register.edit")
def system_resume(request: HttpRequest, system_id: int) -> HttpResponse:
    """Put it back to work."""
    system = services.resume_system(
        system=_system(request, system_id), actor=request.user, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("“%(name)s”已恢复运行。") % {"name": system.name})
    return redirect("units:system", system_id=system.pk)


def _system(request: HttpRequest, system_id: int) -> System:
    return get_object_or_404(visible_systems(request.user).select_related("unit"), pk=system_id)


def _edit(request: HttpRequest, system: System, *, initial: dict[str, Any]) -> HttpResponse:
    form = SystemForm(request.POST or None, instance=system, user=request.user, initial=initial)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            services.save_system(form.save(commit=False), actor=request.user, revision=form.opened_on)
        except Outdated as problem:
            fresh = SystemForm(instance=_system(request, system.pk), user=request.user)
            form.beside(fresh, problem)
            status = 409
        except PlumblineError as problem:
            form.add_error(None, problem.sentence)
        else:
            messages.success(request, _("已保存信息系统“%(name)s”。") % {"name": system.name})
            return redirect("units:system", system_id=system.pk)
    return render(request, "units/systems/edit.html", {"form": form, "system": system}, status=status)


def _listing(request: HttpRequest, *, unit: Unit | None) -> dict[str, Any]:
    wanted = _wanted(request, unit=unit.pk if unit else _unit_asked(request))
    sorting = Sorting.asked(request.GET, columns=SYSTEM_COLUMNS, default="unit" if unit is None else "name")
    found = systems(request.user, wanted=wanted, today=timezone.localdate())
    return {
        "page": page_of(sorting.apply(found, SYSTEM_COLUMNS), request),
        "sorting": sorting,
        "wanted": wanted,
        "tab": "systems",
        **_frame(request, unit=unit),
    }


def _frame(request: HttpRequest, *, unit: Unit | None) -> dict[str, Any]:
    today = timezone.localdate()
    counts = assessment_counts(request.user, today=today, unit=unit.pk if unit else None)
    return {
        "unit": unit,
        "levels": [*System.Level.choices, ("none", _("未定级"))],
        "states": [("used", _("未停用")), *System.State.choices],
        "criticals": [("yes", _("拟认定和已认定")), *System.Critical.choices],
        "assessments": [(key, title, counts[key]) for key, title in ASSESSMENTS.items()],
        "sectors": choices("sector"),
        "kinds": choices("system"),
        "today": today,
        "near": today + NEAR,
        "query": request.GET.urlencode(),
    }


def _wanted(request: HttpRequest, *, unit: int | None, assessment: str | None = None) -> SystemFilter:
    given = {
        name: request.GET.get(name, "")
        for name in ("level", "assessment", "critical", "state", "sector", "kind")
    }
    if assessment is not None:
        given["assessment"] = assessment
    return SystemFilter(search=request.GET.get("q", "").strip(), unit=unit, **given)


def _unit_asked(request: HttpRequest) -> int | None:
    asked = request.GET.get("unit", "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None
