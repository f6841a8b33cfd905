"""Pages on which the office sees whose entries lack something, and asks for it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.spreadsheets import sheet_response
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.forms.reminders import ReminderForm
from plumbline.office.units.queries.completeness import rules
from plumbline.office.units.queries.reminders import incomplete_units
from plumbline.office.units.services.reminder_sheets import incomplete_sheet
from plumbline.office.units.services.reminders import remind


@require_GET
@capability_required("units.view")
def reminder_list(request: HttpRequest) -> HttpResponse:
    """Units in use whose entries lack something, the emptiest first."""
    return _listed(request, ReminderForm(user=request.user))


def _listed(request: HttpRequest, form: ReminderForm, *, status: int = 200) -> HttpResponse:
    search, missing = request.GET.get("q", "").strip(), request.GET.get("missing", "")
    rows = incomplete_units(request.user, search=search, missing=missing)
    context = {
        "page": page_of(rows, request),
        "form": form,
        "rules": rules(),
        "is_narrow": bool(search or missing),
        "chosen": set(request.POST.getlist("units")),
    }
    return render(request, "units/reminders.html", context, status=status)


@require_POST
@capability_required("units.edit")
def reminder_send(request: HttpRequest) -> HttpResponse:
    """Ask the liaisons of the chosen units."""
    form = ReminderForm(request.POST, user=request.user)
    if not form.is_valid():
        return _listed(request, form, status=422)
    try:
        sent, mute = remind(actor=request.user, now=timezone.now(), **form.cleaned_data)
    except RegisterError as problem:
        form.add_error(None, problem.what + problem.advice)
        return _listed(request, form, status=422)
    count = len(sent)
    messages.success(
        request,
        ngettext("已提醒 %(count)d 个单位的联络员。", "已提醒 %(count)d 个单位的联络员。", count)
        % {"count": count},
    )
    if mute:
        names = _("、").join(str(unit) for unit in mute[:10])
        messages.warning(
            request, _("以下单位没有联络员登录账号，未能提醒：%(names)s。请电话联系。") % {"names": names}
        )
    return redirect("units:reminders")


@require_GET
@capability_required("reports.export")
def reminder_export(request: HttpRequest) -> HttpResponse:
    """The list as a workbook, that somebody telephones along."""
    rows = incomplete_units(
        request.user, search=request.GET.get("q", "").strip(), missing=request.GET.get("missing", "")
    )
    return sheet_response(incomplete_sheet(rows, actor=request.user), kind="xlsx")
