"""The page of one indicator: value, target, trend, forecast, and the records behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.spreadsheets import Sheet, sheet_response
from plumbline.office.targets.forecast_words import forecast_sentence
from plumbline.office.targets.measuring.rows import Listing
from plumbline.office.targets.models import Indicator, PlanVersion
from plumbline.office.targets.queries.indicator_page import (
    IndicatorPage,
    chart_of,
    indicator_page,
    records_of,
)
from plumbline.office.targets.queries.plans import plan_or_404
from plumbline.office.targets.queries.values import indicator_or_404
from plumbline.office.targets.services.freezing import computer_of
from plumbline.office.targets.views.values import values_frame

#: records that an export holds at most
MOST_EXPORTED = 50_000
BATCH = 2000


@require_GET
@capability_required("metrics.view")
def indicator(request: HttpRequest, plan_id: int, line_id: int) -> HttpResponse:
    """One tracked indicator of an approved plan."""
    version, found, context = _one(request, plan_id, line_id)
    computer = computer_of(version, today=timezone.localdate())
    page = indicator_page(found, computer=computer)
    words = {
        "values": _("各节点实测值"), "now": _("目前"), "forecast": _("年末预测"), "target": _("目标值"),
    }  # fmt: skip
    context |= {
        "indicator": found,
        "view": page,
        "chart": chart_of(page, year=version.plan.year, words=words),
        "forecast_words": forecast_sentence(page.forecast, unit=page.unit),
        "counted": request.GET.get("counted", ""),
    }
    if page.row.computed is not None:
        listing, hidden = records_of(page.row.computed, request.user, counted=context["counted"])
        context |= {"records": page_of(listing, request), "hidden": hidden, "kinds": _kinds(listing)}
    return render(request, "targets/indicators/page.html", context)


@require_GET
@capability_required("metrics.view")
def indicator_records(request: HttpRequest, plan_id: int, line_id: int) -> HttpResponse:
    """The records behind the value of now, as .xlsx."""
    version, found, _context = _one(request, plan_id, line_id)
    page: IndicatorPage = indicator_page(found, computer=computer_of(version, today=timezone.localdate()))
    if page.row.computed is None:
        raise Http404
    listing, _hidden = records_of(page.row.computed, request.user, counted=request.GET.get("counted", ""))
    return sheet_response(
        records_sheet(listing, name=_("%(name)s的记录") % {"name": str(found)[:20]}), kind="xlsx"
    )


def _kinds(listing: Listing) -> list[Any]:
    return list({piece.kind: piece.sort for piece, count in listing.pieces if count}.values())


def _one(request: HttpRequest, plan_id: int, line_id: int) -> tuple[PlanVersion, Indicator, dict[str, Any]]:
    plan = plan_or_404(request.user, plan_id)
    version, context = values_frame(plan, tab="bindings")
    if version is None:
        raise Http404
    return version, indicator_or_404(version, line_id), context


def records_sheet(listing: Listing, *, name: str) -> Sheet:
    """All records as one table; the columns of several kinds stand beside each other."""
    kinds = _kinds(listing)
    columns = list({str(column.title): column for kind in kinds for column in kind.columns})
    heads = [_("种类"), _("记录"), _("是否计入"), _("说明"), *columns]
    return Sheet(name=name, heads=heads, rows=_lines(listing, columns))


def _lines(listing: Listing, columns: list[str]) -> Iterator[list[object]]:
    for start in range(0, min(len(listing), MOST_EXPORTED), BATCH):
        for piece, row, record in listing[start : start + BATCH]:
            kind = piece.sort
            texts = {str(c.title): strip_tags(str(c.text(row))).strip() for c in kind.columns}
            counted = _("计入") if record.counted else _("不计入")
            cells = [texts.get(column, "") for column in columns]
            yield [str(kind.title), kind.label(row), counted, record.why, *cells]
