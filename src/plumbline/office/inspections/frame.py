"""What every page of a plan shows around its own content."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.inspections.models import InspectionPlan
from plumbline.office.inspections.queries.inspections import visible_plans
from plumbline.office.lib.navigation import Link

#: what a state of an inspection looks like: kind of `{% state %}`
STATE_KINDS = {
    "planned": "idle",
    "running": "info",
    "submitted": "waiting",
    "returned": "warning",
    "done": "good",
    "cancelled": "nodata",
}


def visible_plan(user: User, pk: int) -> InspectionPlan:
    """One plan, or 404."""
    plan = (
        visible_plans(user).select_related("drafted_by", "submitted_by", "approved_by").filter(pk=pk).first()
    )
    if plan is None:
        raise Http404
    return plan


def plan_context(request: HttpRequest, plan: InspectionPlan, **more: Any) -> dict[str, Any]:
    """The plan, its tabs, and what the page adds."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    pages = (
        ("inspections:plan", _("检查安排"), "list-check"),
        ("inspections:plan_calendar", _("日历"), "calendar"),
        ("inspections:draws", _("随机抽取"), "scale"),
        ("inspections:plan_changes", _("调整记录"), "history"),
    )
    tabs = [
        Link(title, reverse(name, args=[plan.pk]), symbol, here == name or here.startswith(name[:-1] + "_"))
        for name, title, symbol in pages
    ]
    return {"plan": plan, "plan_tabs": tabs, **more}
