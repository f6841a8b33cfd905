"""The calendar of a plan: a month, or a quarter as three months."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from plumbline.office.accounts.access import capability_required
from plumbline.office.inspections.frame import STATE_KINDS, plan_context, visible_plan
from plumbline.office.inspections.queries.inspections import Filter, inspections, month_of
from plumbline.office.lib.workdays import is_workday


@require_GET
@capability_required("inspections.oversee")
def plan_calendar(request: HttpRequest, plan_id: int) -> HttpResponse:
    """`?month=5` a month, `?quarter=2` a quarter; today's month where neither is asked for."""
    plan = visible_plan(request.user, plan_id)
    today = timezone.localdate()
    quarter, month = _number(request, "quarter", 4), _number(request, "month", 12)
    if quarter:
        months = [3 * quarter - 2, 3 * quarter - 1, 3 * quarter]
    else:
        months = [month or (today.month if today.year == plan.year else 1)]
    found = inspections(request.user, Filter.asked(request.GET), today=today, plan=plan).filter(plan=plan)
    first = date(plan.year, months[0], 1) - timedelta(days=7)
    days = [first + timedelta(days=n) for n in range(31 * len(months) + 21)]
    workdays = {day: is_workday(day) for day in days}
    shown = [
        (date(plan.year, m, 1), month_of(found, year=plan.year, month=m, today=today, is_workday=workdays))
        for m in months
    ]
    context = plan_context(
        request, plan, shown=shown, quarter=quarter, month=None if quarter else months[0],
        months=range(1, 13), weekdays=_weekdays(), state_kinds=STATE_KINDS,
        before=_step(quarter, months[0], -1), after=_step(quarter, months[0], 1),
    )  # fmt: skip
    return render(request, "inspections/plans/calendar.html", context)


def _weekdays() -> tuple[str, ...]:
    return (
        pgettext("weekday", "一"),
        pgettext("weekday", "二"),
        pgettext("weekday", "三"),
        pgettext("weekday", "四"),
        pgettext("weekday", "五"),
        pgettext("weekday", "六"),
        pgettext("weekday", "日"),
    )


def _number(request: HttpRequest, name: str, most: int) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= most else None


def _step(quarter: int | None, month: int, by: int) -> str | None:
    """The address of the neighbour within the year; None at its ends."""
    value, most, name = (quarter, 4, "quarter") if quarter else (month, 12, "month")
    following = value + by
    return f"?{name}={following}" if 1 <= following <= most else None
