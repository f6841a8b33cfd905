"""The first page: what must I do today, and is the year on track?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from plumbline.office.accounts.access import capability_required
from plumbline.office.accounts.roles import Role
from plumbline.office.lib.paging import page_of
from plumbline.office.targets.curve import spend_curve
from plumbline.office.targets.queries import overview as queries


@capability_required("overview.view")
def overview(request: HttpRequest) -> HttpResponse:
    """One plan in full, or several as a table; by year and unit. A unit's liaison begins with his tasks."""
    if request.user.role == Role.LIAISON and not request.GET:
        return redirect("findings:my")
    today = timezone.localdate()
    chosen = queries.chosen_plans(
        request.user, year=request.GET.get("year", ""), unit=request.GET.get("unit", ""), today=today
    )
    context = {"chosen": chosen, "today": today}
    if not chosen.plans:
        return render(request, "targets/overview/empty.html", context)
    if chosen.single is not None:
        view = queries.plan_overview(chosen.single, user=request.user, today=today)
        context |= {"view": view, "plan": chosen.single}
        if view.version is not None:
            context["curve"] = spend_curve(
                plan=view.standing.dues, payments=view.payments, budget=view.standing.budget, today=today,
                year=chosen.single.year,
            )  # fmt: skip
        return render(request, "targets/overview/plan.html", context)
    view = queries.plans_overview(chosen.plans, today=today)
    context |= {"view": view, "page": page_of(view.lines, request)}
    return render(request, "targets/overview/plans.html", context)
