"""The list of findings: to look through, to take away, to act on several at once."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.findings.forms.filters import DUE, WAITING_WORDS, asked_of
from plumbline.office.findings.models import Finding
from plumbline.office.findings.queries import listing
from plumbline.office.findings.queries.offers import notice_address
from plumbline.office.findings.services import bulk, exporting
from plumbline.office.lib.spreadsheets import sheet_response
from plumbline.office.lib.tables import Sorting
from plumbline.office.units.access import visible_unit, visible_units


def list_context(request: HttpRequest, **fixed: Any) -> dict[str, Any]:
    """What the list shows; `fixed` conditions do not come from the address (the unit's tab)."""
    asked = replace(asked_of(request.GET), **fixed)
    today = timezone.localdate()
    sorting = Sorting.asked(request.GET, columns=listing.COLUMNS, default="-raised")
    counts = listing.totals(request.user, asked, today=today)
    rows = listing.in_order(listing.findings(request.user, asked, today=today), sorting)
    states = [(key, label, counts.get(key, 0)) for key, label in Finding.State.choices]
    return {
        "page": listing.page_of(rows, request, total=listing.total_of(counts, asked.state)),
        "sorting": sorting,
        "asked": asked,
        "narrowed": any(value for name, value in _conditions(asked) if name not in fixed),
        "states": states,
        "total": sum(counts.values()),
        "open_total": listing.total_of(counts, "open"),
        "severities": Finding.Severity.choices,
        "sources": Finding.Source.choices,
        "dues": DUE,
        "waitings": WAITING_WORDS,
        "today": today,
        "can_bulk": request.user.may("findings.handle"),
        "can_notice": request.user.may("notices.edit") and bool(notice_address([])),
    }


@require_GET
@capability_required("findings.view")
def finding_list(request: HttpRequest) -> HttpResponse:
    """The findings that the person may see."""
    context = list_context(request)
    context |= {
        "units": visible_units(request.user).values_list("pk", "name"),
        "sectors": listing.sectors(),
    }
    return render(request, "findings/list.html", context)


@require_GET
@capability_required("findings.view")
def unit_findings(request: HttpRequest, pk: int) -> HttpResponse:
    """The findings of one unit, on its tab."""
    unit = visible_unit(request.user, pk)
    context = list_context(request, unit=unit.pk) | {"unit": unit, "tab": "findings"}
    return render(request, "findings/of_unit.html", context)


@require_GET
@capability_required("findings.view")
def finding_export(request: HttpRequest) -> HttpResponse:
    """The list as filtered, as .xlsx; taking it away is recorded."""
    asked, today = asked_of(request.GET), timezone.localdate()
    sorting = Sorting.asked(request.GET, columns=listing.COLUMNS, default="-raised")
    rows = listing.findings(request.user, asked, today=today)
    sheet = exporting.take_away(rows, sorting=sorting, today=today, actor=request.user)
    return sheet_response(sheet, kind="xlsx")


@require_POST
@capability_required("findings.handle")
def finding_bulk(request: HttpRequest) -> HttpResponse:
    """One act on several findings; what became of each is told."""
    ids = [int(pk) for pk in request.POST.getlist("findings") if _is_key(pk)]
    back = _back(request.POST.get("back", ""))
    if not ids:
        messages.warning(request, _("没有选中任何问题。请先勾选，再选择要做的事。"))
        return redirect(back)
    rows = list(listing.findings_by_ids(request.user, ids[: listing.PER_PAGE]))
    act = request.POST.get("act", "")
    if act == "notice" and (url := notice_address([row.pk for row in rows])):
        return redirect(url)
    order = bulk.Order(
        act=act,
        reason=request.POST.get("reason", ""),
        due_on=bulk.day_of(request.POST.get("due_on", "")),
    )
    results = bulk.carry_out(rows, order=order, actor=request.user, now=timezone.now())
    context = {"results": results, "back": back, "done": sum(one.is_done for one in results)}
    return render(request, "findings/bulk.html", context)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18


def _back(query: str) -> str:
    """The list with its filters; the address comes from the form, so only its query is taken."""
    pairs = [(key, value) for key, values in QueryDict(query).lists() for value in values]
    return reverse("findings:list") + (f"?{urlencode(pairs)}" if pairs else "")


def _conditions(asked: listing.Asked) -> list[tuple[str, Any]]:
    return list(asdict(asked).items())
