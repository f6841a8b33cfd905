"""What every page of one plan shows around its content: unit, year, version, and the tabs."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse

from plumbline.office.lib.navigation import Link
from plumbline.office.targets.models import Plan, PlanVersion
from plumbline.office.targets.tabs import PLAN_TABS

#: kind of state (lib.templatetags.office.STATES) of a version's state
VERSION_STATES = {
    PlanVersion.State.DRAFT: "waiting",
    PlanVersion.State.APPROVED: "good",
    PlanVersion.State.SUPERSEDED: "idle",
    PlanVersion.State.DISCARDED: "idle",
}


def plan_frame(plan: Plan, *, tab: str, version: PlanVersion | None) -> dict[str, Any]:
    """The context of `targets/plan_frame.html`.

    Args:
        tab: key of the current tab.
        version: the version that the page shows; None while there is none.
    """
    return {
        "plan": plan,
        "version": version,
        "version_kind": VERSION_STATES[PlanVersion.State(version.state)] if version else "nodata",
        "plan_tabs": plan_tabs(plan, current=tab),
    }


def plan_tabs(plan: Plan, *, current: str) -> list[Link]:
    """The tabs whose pages this installation has; the template draws those that the person may open."""
    links = []
    for tab in PLAN_TABS:
        try:
            url = reverse(tab.url, kwargs={"plan_id": plan.pk})
        except NoReverseMatch:
            continue
        links.append(Link(tab.title, url, "", tab.key == current, tab.capability))
    return links
