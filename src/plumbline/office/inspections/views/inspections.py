"""Pages of inspections: the list, one inspection, who takes part, ties."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.inspections.access import visible_inspection
from plumbline.office.inspections.forms.conduct import InspectorForm, InterestForm
from plumbline.office.inspections.forms.plans import InspectionForm
from plumbline.office.inspections.frame import STATE_KINDS
from plumbline.office.inspections.models import Inspection, Inspector, Interest
from plumbline.office.inspections.queries.conflicts import conflicts
from plumbline.office.inspections.queries.figures import year_figures
from plumbline.office.inspections.queries.inspections import (
    COLUMNS,
    Filter,
    inspections,
    interests,
    possible_inspectors,
    years,
)
from plumbline.office.inspections.queries.scans import findings_of_inspection
from plumbline.office.inspections.queries.sheet_of_answers import answer_page
from plumbline.office.inspections.services.arranging import rearrange, remove, start_many
from plumbline.office.inspections.services.inspectors import (
    declare_interest,
    drop_inspector,
    put_inspector,
    withdraw_interest,
)
from plumbline.office.inspections.services.progress import TRANSITIONS, move, possible
from plumbline.office.inspections.services.readiness import lacking
from plumbline.office.inspections.services.reviewing import score_of
from plumbline.office.inspections.views.plans import pick_units
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.revisions import Outdated
from plumbline.office.lib.tables import Sorting
from plumbline.office.units.access import visible_unit
from plumbline.office.units.models import Unit

#: transitions that a button on the inspection's page makes; the others have pages of their own
BUTTONS = ("start", "visit", "withdraw", "reopen", "cancel", "restore")
#: findings that the page lists: a scan may have raised thousands
MOST_FINDINGS = 200


@require_GET
@capability_required("inspections.view")
def inspection_list(request: HttpRequest) -> HttpResponse:
    """The inspections that the person may see."""
    today = timezone.localdate()
    sorting = Sorting.asked(request.GET, columns=COLUMNS, default="-to")
    filter = Filter.asked(request.GET)
    found = inspections(request.user, filter, today=today)
    year = int(filter.year) if filter.year.isdecimal() and len(filter.year) == 4 else today.year
    page = page_of(sorting.apply(found, COLUMNS), request)
    context = {
        "page": page, "can_tick": any(_waits_to_start(one) for one in page),
        "sorting": sorting, "filter": filter,
        "states": Inspection.State, "methods": Inspection.Method, "kinds": Unit.Kind, "today": today,
        "years": years(request.user), "state_kinds": STATE_KINDS, "year": year,
        "figures": year_figures(request.user, year, today=today),
    }  # fmt: skip
    return render(request, "inspections/inspections/list.html", context)


def _waits_to_start(inspection: Inspection) -> bool:
    """A self-check that can be ticked, to be started together with others."""
    return inspection.state == Inspection.State.PLANNED and (
        inspection.method == Inspection.Method.SELF_CHECK
    )


@require_GET
@capability_required("inspections.view")
def of_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab of a unit."""
    unit = visible_unit(request.user, pk)
    today = timezone.localdate()
    sorting = Sorting.asked(request.GET, columns=COLUMNS, default="-to")
    found = inspections(request.user, Filter.asked(request.GET), today=today).filter(unit=unit)
    context = {
        "unit": unit, "tab": "inspections", "page": page_of(sorting.apply(found, COLUMNS), request),
        "sorting": sorting, "state_kinds": STATE_KINDS, "today": today,
    }  # fmt: skip
    return render(request, "inspections/inspections/of_unit.html", context)


@require_GET
@capability_required("inspections.view")
def inspection_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One inspection: facts, people, how far it is, what was found, what can be done now."""
    inspection = visible_inspection(request.user, pk)
    people = list(inspection.inspectors.select_related("user"))
    found = conflicts([inspection]).get(inspection.pk, [])
    is_unit = not request.user.may("checklists.view")
    is_planned = inspection.state == Inspection.State.PLANNED
    context = {
        "inspection": inspection, "people": people, "state_kinds": STATE_KINDS, "today": timezone.localdate(),
        "conflicts": found if request.user.may("inspections.oversee") else [], "is_unit": is_unit,
        "mine": next((person for person in people if person.user_id == request.user.pk), None),
        "acts": {entry.key: entry for entry in possible(inspection, request.user)},
        "lacking": lacking(inspection) if is_planned and not is_unit else [],
        "answers": answer_page(inspection) if inspection.checklist else None,
        "score": score_of(inspection) if inspection.checklist and not is_planned else None,
        "events": inspection.events.select_related("actor").order_by("-at", "-pk"),
        "titles": {key: entry.title for key, entry in TRANSITIONS.items()},
        "findings": findings_of_inspection(request.user, inspection)[: MOST_FINDINGS + 1],
        "most_findings": MOST_FINDINGS,
        "photos": inspection.photos.select_related("file", "item", "taken_by"),
    }  # fmt: skip
    return render(request, "inspections/inspections/inspection.html", context)


@require_POST
@capability_required("inspections.view")
def inspection_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One of the transitions that a button makes; `move` asks for the capability of each."""
    inspection = visible_inspection(request.user, pk)
    if act not in BUTTONS:
        raise Http404
    note = request.POST.get("reason", "")
    move(inspection=inspection, act=act, actor=request.user, now=timezone.now(), note=note)
    messages.success(
        request, _("已办理：%(act)s。检查现在是“%(state)s”。")
        % {"act": TRANSITIONS[act].title, "state": inspection.get_state_display()},
    )  # fmt: skip
    if act == "visit":
        return redirect("inspections:answers", inspection.pk)
    return redirect("inspections:inspection", inspection.pk)


@require_POST
@capability_required("inspections.plan")
def start_selected(request: HttpRequest) -> HttpResponse:
    """Start the ticked self-checks of the list; each that cannot is told."""
    chosen = [int(pk) for pk in request.POST.getlist("inspection") if pk.isdecimal() and len(pk) < 12]
    rows = list(inspections(request.user, Filter(), today=timezone.localdate()).filter(pk__in=chosen[:500]))
    results = start_many(rows, actor=request.user, now=timezone.now())
    begun = [inspection for inspection, problem in results if not problem]
    if begun:
        messages.success(request, _("已发起 %(n)d 项自查。") % {"n": len(begun)})
    for inspection, problem in results:
        if problem:
            messages.warning(request, f"{inspection.number} {inspection.unit}：{problem}")
    if not results:
        messages.warning(request, _("没有勾选检查。"))
    return redirect(
        request.POST.get("back")
        if request.POST.get("back", "").startswith("/inspections/")
        else "inspections:list"
    )


@require_http_methods(["GET", "POST"])
@capability_required("inspections.plan")
def batch(request: HttpRequest) -> HttpResponse:
    """Start self-checks for many units at once."""
    return pick_units(request, plan=None)


@require_http_methods(["GET", "POST"])
@capability_required("inspections.plan")
def inspection_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Days, method, checklist and place of an inspection that has not begun."""
    inspection = visible_inspection(request.user, pk)
    form = InspectionForm(request.POST or None, instance=inspection)
    if request.method == "POST" and form.is_valid():
        try:
            rearrange(
                form.save(commit=False), actor=request.user, now=timezone.now(), revision=form.opened_on,
                reason=form.cleaned_data.get("reason", ""),
            )  # fmt: skip
        except Outdated as problem:
            form.beside(InspectionForm(instance=visible_inspection(request.user, pk)), problem)
            context = {"form": form, "inspection": inspection}
            return render(request, "inspections/inspections/edit.html", context, status=409)
        messages.success(request, _("已保存检查安排。"))
        return redirect("inspections:inspection", pk)
    context = {"form": form, "inspection": inspection}
    return render(request, "inspections/inspections/edit.html", context, status=422 if form.errors else 200)


@require_POST
@capability_required("inspections.plan")
def inspection_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an inspection out of a draft."""
    inspection = visible_inspection(request.user, pk)
    plan = inspection.plan
    remove(inspection, actor=request.user, now=timezone.now())
    messages.success(request, _("已从计划草稿移除。"))
    return redirect("inspections:plan", plan.pk) if plan else redirect("inspections:list")


@require_http_methods(["GET", "POST"])
@capability_required("inspections.plan")
def inspectors(request: HttpRequest, pk: int) -> HttpResponse:
    """Who takes part: add, change, engage an expert, justify a conflict."""
    inspection = visible_inspection(request.user, pk)
    chosen = request.GET.get("user", "")
    initial, row = {}, None
    if chosen.isdecimal() and len(chosen) < 12:
        row = inspection.inspectors.filter(user=int(chosen)).first()
        if row is not None:
            names = ("role", "starts_on", "ends_on", "letter", "conflict_note")
            initial = {"user": row.user_id, **{name: getattr(row, name) for name in names}}
            initial = {key: value for key, value in initial.items() if value not in (None, "")}
    form = InspectorForm(request.POST or None, inspection=inspection, changing=row, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = dict(form.cleaned_data)
            try:
                put_inspector(
                    inspection, actor=request.user, now=timezone.now(), user=data.pop("user"),
                    role=data.pop("role"), **data,
                )  # fmt: skip
            except Outdated as problem:
                form.add_error(None, problem.sentence)
                status = 409
            except PlumblineError as problem:
                form.add_error(None, problem.sentence)
            else:
                messages.success(request, _("已保存检查人员。"))
                return redirect("inspections:inspectors", pk)
    people = list(inspection.inspectors.select_related("user"))
    found = conflicts([inspection]).get(inspection.pk, [])
    context = {
        "inspection": inspection, "form": form, "people": people, "conflicts": found, "changing": row,
        "needs_reason": "reason" in form.fields, "count": possible_inspectors().count(),
    }  # fmt: skip
    return render(request, "inspections/inspections/inspectors.html", context, status=status)


@require_POST
@capability_required("inspections.plan")
def inspector_drop(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Take a person out of an inspection."""
    inspection = visible_inspection(request.user, pk)
    person = get_object_or_404(
        Inspector.objects.select_related("inspection", "user"), inspection=inspection, pk=row
    )
    drop_inspector(person, actor=request.user, now=timezone.now(), reason=request.POST.get("reason", ""))
    messages.success(request, _("已移除检查人员。"))
    return redirect("inspections:inspectors", pk)


@require_http_methods(["GET", "POST"])
@capability_required("inspections.oversee")
def interest_list(request: HttpRequest) -> HttpResponse:
    """Declared ties: reasons to keep away from a unit's inspection."""
    form = InterestForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and request.user.may("inspections.plan"):
        declare_interest(**form.cleaned_data, actor=request.user, now=timezone.now())
        messages.success(request, _("已登记应回避情形。"))
        return redirect("inspections:interests")
    context = {"form": form, "page": page_of(interests(), request), "today": timezone.localdate()}
    return render(
        request, "inspections/inspections/interests.html", context, status=422 if form.errors else 200
    )


@require_POST
@capability_required("inspections.plan")
def interest_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a declaration back."""
    tie = get_object_or_404(Interest.objects.select_related("user", "unit"), pk=pk)
    withdraw_interest(tie, actor=request.user, now=timezone.now(), reason=request.POST.get("reason", ""))
    messages.success(request, _("已撤销。"))
    return redirect("inspections:interests")
