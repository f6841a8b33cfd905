"""Spending against the spend plan: what is due, what is missing, how late, where it will end.

Amounts are exact `Decimal` yuan; percents are `Decimal` with 100 = all. A spend point falls due at
the end of its day. Nothing here reads a clock: `today` is passed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from typing import Literal

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
#: Fewer days of the year than these say nothing of its end.
FORECAST_DAYS = 30

DueState = Literal["met", "late", "overdue", "upcoming"]


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that left on a day; negative for a refund."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Obligation:
    """By the end of `day`, `amount` yuan are to be spent, cumulated; `percent` of the budget."""

    day: date
    percent: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Due:
    """One obligation, looked at on a day.

    Attributes:
        paid: spent by the due day, or by today where that is earlier.
        missing: still to be spent today, never negative.
        state: "met" in time; "late", met after its day; "overdue", not met although its day is
            over; "upcoming".
        days: how late ("late", "overdue"), or how many days are left ("upcoming"); 0 when met.
        reached_on: the day from which the amount has been spent, None while it has not.
    """

    day: date
    percent: Decimal
    amount: Decimal
    paid: Decimal
    missing: Decimal
    state: DueState
    days: int
    reached_on: date | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The year's end if spending goes on as it did: paid ÷ elapsed days × days of the year."""

    amount: Decimal
    percent: Decimal
    elapsed: int
    days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the spending of a project (or of several) stands on a day.

    Attributes:
        planned: amount that the plan wants spent by now: the last obligation whose day is reached.
        paid_percent: None where the budget is zero: no data, not 0 %.
        lag: percentage points behind the plan; negative when ahead; None without a percent.
        next: the first obligation from today on that is not met yet.
        overdue: the first obligation in the past that is still not met.
        forecast: None before `FORECAST_DAYS` days of the year and after its end.
    """

    as_of: date
    budget: Decimal
    paid: Decimal
    planned: Decimal
    planned_percent: Decimal
    paid_percent: Decimal | None
    lag: Decimal | None
    dues: tuple[Due, ...]
    next: Due | None
    overdue: Due | None
    forecast: Forecast | None

    @property
    def left(self) -> Decimal:
        """Budget not spent yet; negative when overspent."""
        return self.budget - self.paid

    @property
    def behind(self) -> Decimal:
        """Yuan that should have been spent by now and were not; never negative."""
        return max(self.planned - self.paid, Decimal(0))


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """`part` in percent of `whole`, to 0.01; None when there is no whole."""
    if not whole:
        return None
    return (part * HUNDRED / whole).quantize(CENT, ROUND_HALF_UP)


def obligations(*, budget: Decimal, points: Iterable[tuple[date, Decimal]]) -> tuple[Obligation, ...]:
    """The spend points (day, cumulated percent) of one budget as amounts, by day."""
    return tuple(
        Obligation(day, percent, (budget * percent / HUNDRED).quantize(CENT, ROUND_HALF_UP))
        for day, percent in sorted(points)
    )


def combine(plans: Iterable[Sequence[Obligation]], *, budget: Decimal) -> tuple[Obligation, ...]:
    """The spend plans of several projects as one: on each day of any, the sum of all."""
    steps: dict[date, Decimal] = {}
    for plan in plans:
        before = Decimal(0)
        for obligation in plan:
            steps[obligation.day] = steps.get(obligation.day, Decimal(0)) + obligation.amount - before
            before = obligation.amount
    days = sorted(steps)
    totals = accumulate(steps[day] for day in days)
    return tuple(
        Obligation(day, percent_of(amount, budget) or Decimal(0), amount)
        for day, amount in zip(days, totals, strict=True)
    )


def planned_by(plan: Sequence[Obligation], *, day: date) -> Decimal:
    """What is to be spent by the end of a day: a step at each obligation, 0 before the first."""
    reached = [o.amount for o in plan if o.day <= day]
    return reached[-1] if reached else Decimal(0)


def cumulated(payments: Iterable[Paid]) -> tuple[Paid, ...]:
    """Running total, one entry a day, by day."""
    by_day: dict[date, Decimal] = {}
    for payment in payments:
        by_day[payment.day] = by_day.get(payment.day, Decimal(0)) + payment.amount
    days = sorted(by_day)
    totals = accumulate(by_day[day] for day in days)
    return tuple(Paid(day, total) for day, total in zip(days, totals, strict=True))


def standing(
    *, budget: Decimal, plan: Sequence[Obligation], payments: Iterable[Paid], today: date, year: int
) -> Standing:
    """Where spending stands at the end of `today`; payments dated later are not counted.

    Args:
        plan: obligations by day, from `obligations` or `combine`.
        year: the plan's year, for the forecast.
    """
    totals = tuple(p for p in cumulated(payments) if p.day <= today)
    paid = totals[-1].amount if totals else Decimal(0)
    planned = planned_by(plan, day=today)
    planned_percent = percent_of(planned, budget) or Decimal(0)
    paid_percent = percent_of(paid, budget)
    dues = tuple(_due(obligation, totals=totals, today=today) for obligation in plan)
    return Standing(
        as_of=today,
        budget=budget,
        paid=paid,
        planned=planned,
        planned_percent=planned_percent,
        paid_percent=paid_percent,
        lag=None if paid_percent is None else planned_percent - paid_percent,
        dues=dues,
        next=next((d for d in dues if d.state == "upcoming"), None),
        overdue=next((d for d in dues if d.state == "overdue"), None),
        forecast=forecast(budget=budget, paid=paid, today=today, year=year),
    )


def forecast(*, budget: Decimal, paid: Decimal, today: date, year: int) -> Forecast | None:
    """Spending at the year's end, drawn on linearly from its elapsed days."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    elapsed, days = (today - first).days + 1, (last - first).days + 1
    if not budget or not FORECAST_DAYS <= elapsed <= days:
        return None
    amount = (paid * days / elapsed).quantize(CENT, ROUND_HALF_UP)
    return Forecast(amount, percent_of(amount, budget) or Decimal(0), elapsed, days)


def _due(obligation: Obligation, *, totals: Sequence[Paid], today: date) -> Due:
    paid = next((t.amount for t in reversed(totals) if t.day <= obligation.day), Decimal(0))
    now = totals[-1].amount if totals else Decimal(0)
    missing = max(obligation.amount - now, Decimal(0))
    reached = None if missing else _reached_on(obligation.amount, totals)
    state: DueState
    if missing:
        state = "overdue" if obligation.day < today else "upcoming"
    else:
        state = "late" if reached and reached > obligation.day else "met"
    until = reached if state == "late" and reached else today
    days = 0 if state == "met" else abs((until - obligation.day).days)
    return Due(
        day=obligation.day,
        percent=obligation.percent,
        amount=obligation.amount,
        paid=paid,
        missing=missing,
        state=state,
        days=days,
        reached_on=reached,
    )


def _reached_on(amount: Decimal, totals: Sequence[Paid]) -> date | None:
    """The day from which the running total never fell below `amount` again (refunds may undo it)."""
    reached: date | None = None
    for total in totals:
        if total.amount < amount:
            reached = None
        elif reached is None:
            reached = total.day
    return reached
