"""Spending against the spend plan."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumbline.kernel.plans.spending import (
    Paid,
    combine,
    cumulated,
    obligations,
    percent_of,
    planned_by,
    standing,
)

BUDGET = Decimal("730500.00")
POINTS = [
    (date(2023, 3, 31), Decimal(25)),
    (date(2023, 6, 30), Decimal(50)),
    (date(2023, 10, 31), Decimal(75)),
    (date(2023, 12, 31), Decimal(100)),
]
PLAN = obligations(budget=BUDGET, points=POINTS)


def look(today: date, *payments: tuple[date, str]) -> object:
    paid = [Paid(day, Decimal(amount)) for day, amount in payments]
    return standing(budget=BUDGET, plan=PLAN, payments=paid, today=today, year=2023)


def test_points_become_amounts_to_the_cent() -> None:
    plan = obligations(budget=Decimal("100.01"), points=reversed(POINTS))
    assert [o.amount for o in plan] == [Decimal(a) for a in ("25.00", "50.01", "75.01", "100.01")]


def test_the_plan_is_a_step_at_the_end_of_each_day() -> None:
    assert planned_by(PLAN, day=date(2023, 3, 30)) == 0
    assert planned_by(PLAN, day=date(2023, 3, 31)) == Decimal("182625.00")
    assert planned_by(PLAN, day=date(2023, 6, 29)) == Decimal("182625.00")


def test_what_is_due_next_names_day_amount_and_what_is_missing() -> None:
    view = look(date(2023, 5, 31), (date(2023, 3, 20), "190500"))
    assert view.next.day == date(2023, 6, 30)
    assert view.next.amount == Decimal("365250.00")
    assert view.next.missing == Decimal("174750.00")
    assert (view.next.state, view.next.days) == ("upcoming", 30)
    assert view.overdue is None


def test_an_unmet_point_is_overdue_from_the_day_after() -> None:
    assert look(date(2023, 3, 31)).overdue is None
    late = look(date(2023, 4, 10)).overdue
    assert (late.state, late.days, late.missing) == ("overdue", 10, Decimal("182625.00"))


def test_a_point_met_after_its_day_says_how_late() -> None:
    first = look(date(2023, 5, 1), (date(2023, 4, 12), "182625")).dues[0]
    assert (first.state, first.days, first.reached_on) == ("late", 12, date(2023, 4, 12))
    assert first.paid == 0


def test_a_refund_may_undo_what_was_reached() -> None:
    payments = ((date(2023, 3, 1), "200000"), (date(2023, 4, 1), "-50000"))
    view = look(date(2023, 4, 11), *payments)
    assert view.overdue.missing == Decimal("32625.00")
    again = look(date(2023, 5, 1), *payments, (date(2023, 4, 20), "50000"))
    assert again.dues[0].reached_on == date(2023, 4, 20)


def test_payments_dated_later_do_not_count_yet() -> None:
    view = look(date(2023, 4, 1), (date(2023, 4, 2), "500000"))
    assert view.paid == 0


def test_lag_is_in_points_and_ahead_is_negative() -> None:
    assert look(date(2023, 6, 30), (date(2023, 6, 1), "292200")).lag == Decimal("10.00")
    assert look(date(2023, 3, 31), (date(2023, 3, 1), "365250")).lag == Decimal("-25.00")


def test_no_budget_gives_no_percent_instead_of_zero() -> None:
    view = standing(budget=Decimal(0), plan=(), payments=[], today=date(2023, 6, 30), year=2023)
    assert view.paid_percent is None
    assert view.lag is None
    assert view.forecast is None
    assert percent_of(Decimal(1), Decimal(0)) is None


def test_the_forecast_goes_on_linearly() -> None:
    half = look(date(2023, 7, 1), (date(2023, 6, 1), "182000")).forecast
    assert (half.elapsed, half.days) == (182, 365)
    assert half.amount == Decimal("365000.00")


@pytest.mark.parametrize("today", [date(2023, 1, 29), date(2024, 1, 1), date(2022, 12, 31)])
def test_there_is_no_forecast_too_early_or_after_the_year(today: date) -> None:
    assert look(today, (date(2023, 1, 2), "1000")).forecast is None


def test_several_plans_add_up_day_by_day() -> None:
    other = obligations(budget=Decimal(1000), points=[(date(2023, 5, 31), Decimal(40)), POINTS[3]])
    both = combine([PLAN, other], budget=BUDGET + 1000)
    assert [o.day for o in both][:2] == [date(2023, 3, 31), date(2023, 5, 31)]
    assert both[1].amount == Decimal("182625.00") + 400
    assert both[-1].amount == BUDGET + 1000
    assert both[-1].percent == 100


# a loaded machine generates slowly; that says nothing of the code
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
amounts = st.integers(-100_000, 100_000).map(lambda cents: Decimal(cents) / 100)
payments = st.lists(
    st.builds(
        Paid,
        st.integers(0, 364).map(lambda n: date(2023, 1, 1) + timedelta(n)),
        amounts,
    ),
    max_size=20,
)


@unhurried
@given(payments)
def test_the_running_total_ends_at_the_sum_whatever_the_order(paid: list[Paid]) -> None:
    totals = cumulated(paid)
    assert totals == cumulated(reversed(paid))
    assert (totals[-1].amount if totals else 0) == sum(p.amount for p in paid)
    assert all(t.amount == sum(p.amount for p in paid if p.day <= t.day) for t in totals)


@unhurried
@given(payments, st.integers(0, 364))
def test_paid_and_missing_always_cover_each_obligation(paid: list[Paid], offset: int) -> None:
    today = date(2023, 1, 1) + timedelta(offset)
    view = standing(budget=BUDGET, plan=PLAN, payments=paid, today=today, year=2023)
    for due in view.dues:
        assert due.missing >= 0
        assert view.paid + due.missing >= due.amount
        assert (due.reached_on is None) == bool(due.missing)
