"""The evidence of a plan's frozen values, verified outside the browser."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from plumbline.kernel.errors import PlumblineError
from plumbline.office.targets.models import Plan
from plumbline.office.targets.services.evidence_runs import result_of
from plumbline.office.targets.services.verifying import Report, collected


def find_plan(text: str, *, year: int | None) -> Plan:
    """The plan of a unit (name, short name or code) and year; the only one where neither is named.

    Raises:
        PlumblineError: there is none, or more than one.
    """
    plans = Plan.objects.select_related("unit").order_by("-year", "pk")
    if text:
        named = Q(unit__name=text) | Q(unit__short_name=text) | Q(unit__code=text)
        plans = plans.filter(named)
    if year:
        plans = plans.filter(year=year)
    found = list(plans[:2])
    if not found:
        raise PlumblineError(
            "没有这样的绩效目标", where=text, advice="请检查单位的名称、简称或编码，以及 --year。"
        )
    if len(found) > 1:
        raise PlumblineError(
            "有多份绩效目标符合", where=text, advice="请写明单位的名称或编码，并用 --year 指定年度。"
        )
    return found[0]


def verify_plan(text: str, *, year: int | None) -> tuple[Plan, Report, dict[str, Any]]:
    """A plan with what verifying it found, as a report and as plain data. Nothing is changed.

    Raises:
        PlumblineError: no such plan.
    """
    plan = find_plan(text, year=year)
    report = collected(plan)
    return plan, report, result_of(report) | {"unit": plan.unit.name, "year": plan.year}
