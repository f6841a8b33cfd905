"""Working days of the Chinese calendar."""

from __future__ import annotations

from datetime import date

import pytest

from plumbline.office.lib.workdays import add_workdays, is_announced, is_workday, workdays_between


def test_a_public_holiday_is_off_and_its_make_up_day_is_on() -> None:
    assert not is_workday(date(2026, 10, 1))
    assert is_workday(date(2026, 2, 14))  # a Saturday that is worked for the spring festival


def test_a_deadline_over_the_national_day_skips_the_holidays() -> None:
    assert add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 3, 2), 5, date(2026, 3, 9)),
        (date(2026, 3, 7), 0, date(2026, 3, 9)),
        (date(2026, 3, 9), 0, date(2026, 3, 9)),
        (date(2026, 3, 9), -1, date(2026, 3, 6)),
    ],
)
def test_days_are_counted_after_the_start(start: date, days: int, end: date) -> None:
    assert add_workdays(start, days) == end


def test_a_year_whose_holidays_are_not_announced_counts_monday_to_friday() -> None:
    assert not is_announced(date(2199, 1, 1))
    assert add_workdays(date(2199, 1, 1), 5) == date(2199, 1, 8)
    assert not is_workday(date(2199, 1, 5))  # a Saturday


def test_days_between_turn_their_sign_with_the_order() -> None:
    assert workdays_between(date(2026, 9, 30), date(2026, 10, 8)) == 1
    assert workdays_between(date(2026, 10, 8), date(2026, 9, 30)) == -1
    assert workdays_between(date(2026, 3, 9), date(2026, 3, 9)) == 0
