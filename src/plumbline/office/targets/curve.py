"""The spend curve as data for the chart; the page shows the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from plumbline.kernel.plans.spending import Due, Obligation, Paid, cumulated


def spend_curve(
    *, plan: Sequence[Obligation | Due], payments: Sequence[Paid], budget: Decimal, today: date, year: int
) -> dict[str, Any]:
    """Series of the chart: days as ISO text, amounts as exact decimal text in yuan.

    The plan is a step: nothing is due between two spend points. What was spent is drawn up to today.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    until = min(max(today, first), last)
    spent = [Paid(first, Decimal(0)), *(p for p in cumulated(payments) if p.day <= until)]
    spent.append(Paid(until, spent[-1].amount))
    planned = [(first, Decimal(0)), *((o.day, o.amount) for o in plan)]
    if planned[-1][0] < last:
        planned.append((last, planned[-1][1]))
    return {
        "planned": [[day.isoformat(), str(amount)] for day, amount in planned],
        "spent": [[p.day.isoformat(), str(p.amount)] for p in spent],
        "budget": str(budget),
        "today": today.isoformat() if first <= today <= last else "",
        "first": first.isoformat(),
        "last": last.isoformat(),
        "words": {
            "planned": _("计划累计支出"),
            "spent": _("实际累计支出"),
            "budget": _("预算"),
            "today": _("今天"),
            "yuan": _("元"),
            "wan": _("万元"),
        },
    }
