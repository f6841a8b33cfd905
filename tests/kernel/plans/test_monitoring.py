"""Forecasts of indicators, and warnings by rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.document import Target
from plumbline.kernel.plans.monitoring import (
    Reading,
    indicator_warnings,
    is_counted,
    light,
    load_rules,
    outlook,
    spend_warnings,
)
from plumbline.kernel.plans.spending import Paid, obligations, standing
from plumbline.kernel.plans.target import parse

JUNE = date(2023, 6, 30)


def target(comparator: str | None, value: str, unit: str | None, high: str | None = None) -> Target:
    return Target(
        raw=f"{comparator}{value}{unit}",
        kind="quantitative",
        comparator=comparator,
        value=Decimal(value),
        high=Decimal(high) if high else None,
        unit=unit,
    )


def reading(value: str, unit: str | None, day: date = JUNE) -> Reading:
    return Reading(day, Measure(Decimal(value), unit))


def see(goal: Target, *readings: Reading, as_of: date = JUNE) -> object:
    return outlook(goal, readings=readings, as_of=as_of, year=2023)


def test_a_count_is_drawn_on_from_the_elapsed_days() -> None:
    view = see(target(">=", "12", "次"), reading("6", "次"))
    assert (view.method, view.elapsed, view.days) == ("linear", 181, 365)
    assert view.predicted == Decimal("12.10")
    assert view.state == "on_track"


@pytest.mark.parametrize(
    ("unit", "values", "counted"),
    [
        ("家", ("20", "24.00"), True), ("次", ("0",), True), ("人次", ("300",), True),
        ("家", ("2.5",), False),
        ("%", ("98",), False), ("分", ("90",), False), ("小时", ("24",), False), ("次/家", ("2",), False),
        ("元", ("5000",), False), ("万元", ("5",), False), ("亿元", ("1",), False), ("公里", ("3",), False),
        ("", ("3",), False),
    ],
)  # fmt: skip
def test_things_are_counted_and_money_shares_and_times_are_not(
    unit: str, values: tuple[str, ...], counted: bool
) -> None:
    assert is_counted(unit, [Decimal(value) for value in values]) is counted


@pytest.mark.parametrize(
    ("done", "state"),
    [("12", "met"), ("6", "on_track"), ("5.5", "at_risk"), ("3", "off_track"), ("0", "off_track")],
)
def test_a_count_against_its_floor(done: str, state: str) -> None:
    assert see(target(">=", "12", "次"), reading(done, "次")).state == state


@pytest.mark.parametrize(
    ("done", "state"), [("0", "on_track"), ("3", "missed"), ("2", "off_track"), ("1", "at_risk")]
)
def test_a_count_against_its_ceiling(done: str, state: str) -> None:
    assert see(target("<=", "2", "次"), reading(done, "次")).state == state


def test_one_event_too_many_cannot_be_taken_back() -> None:
    assert see(target("=", "0", "次"), reading("1", "次")).state == "missed"
    assert see(target("=", "0", "次"), reading("0", "次")).state == "on_track"
    assert see(target("<", "2", "次"), reading("2", "次")).state == "missed"


@pytest.mark.parametrize(("rate", "state"), [("98", "met"), ("97", "at_risk"), ("60", "off_track")])
def test_a_ratio_stays_at_its_latest_value(rate: str, state: str) -> None:
    goal = target(">=", "98", "%")
    view = see(goal, reading("10", "%", date(2023, 3, 31)), reading(rate, "%"))
    assert (view.method, view.predicted, view.state) == ("latest", Decimal(rate), state)


def test_a_ratio_with_a_ceiling_and_a_range() -> None:
    assert see(target("<=", "2", "%"), reading("2.1", "%")).state == "at_risk"
    assert see(target("range", "80", "%", "90"), reading("85", "%")).state == "met"
    assert see(target("range", "80", "%", "90"), reading("95", "%")).state == "at_risk"


@pytest.mark.parametrize(
    ("value", "unit", "state"),
    [("30000", "元", "off_track"), ("50000", "元", "met"), ("6", "万元", "met"), ("50000", "次", "unknown")],
)
def test_a_value_is_brought_to_the_unit_of_the_target(value: str, unit: str, state: str) -> None:
    december = date(2023, 12, 31)
    given = [reading(value, unit, december)]
    assert outlook(parse("≥5万元"), readings=given, as_of=december, year=2023).state == state


def test_a_fraction_is_compared_in_percent() -> None:
    for rate, state in (("50", "off_track"), ("66", "at_risk"), ("67", "met")):
        view = outlook(parse("≥三分之二"), readings=[reading(rate, "%")], as_of=JUNE, year=2023)
        assert view.state == state


def test_without_a_value_nothing_is_foretold() -> None:
    unmeasured = Reading(JUNE, Measure(None, unmeasured="平台停机"))
    assert see(target(">=", "98", "%")).state == "unknown"
    assert see(target(">=", "98", "%"), unmeasured).state == "unknown"


def test_an_unmeasured_checkpoint_does_not_hide_the_value_before_it() -> None:
    unmeasured = Reading(JUNE, Measure(None, unmeasured="平台停机"))
    view = see(target(">=", "98", "%"), reading("99", "%", date(2023, 3, 31)), unmeasured)
    assert view.latest.day == date(2023, 3, 31)


def test_values_after_the_day_do_not_count() -> None:
    assert see(target(">=", "98", "%"), reading("99", "%"), as_of=date(2023, 3, 31)).state == "unknown"


def test_a_deadline_is_met_missed_or_open() -> None:
    goal = Target(raw="2023年6月底前", kind="date", day=JUNE)
    done = Reading(JUNE, Measure(None, day=date(2023, 6, 2)))
    late = Reading(date(2023, 10, 31), Measure(None, day=date(2023, 7, 2)))
    assert see(goal, done).state == "met"
    assert see(goal, late, as_of=date(2023, 10, 31)).state == "missed"
    assert see(goal).state == "unknown"
    assert see(goal, as_of=date(2023, 7, 1)).state == "missed"


def test_a_wording_is_left_to_a_person() -> None:
    goal = Target(raw="效果明显", kind="qualitative")
    view = see(goal, Reading(JUNE, Measure(None, text="已办结")))
    assert (view.state, view.method) == ("unknown", "judged")


def spending(paid: str, today: date = JUNE) -> object:
    budget = Decimal(1000)
    plan = obligations(budget=budget, points=[(date(2023, 3, 31), Decimal(25)), (JUNE, Decimal(50))])
    return standing(
        budget=budget, plan=plan, payments=[Paid(date(2023, 3, 1), Decimal(paid))], today=today, year=2023
    )


@pytest.mark.parametrize(
    ("paid", "keys"),
    [
        ("500", []),
        ("401", ["spend_forecast_low"]),
        ("400", ["spend_lag", "spend_forecast_low"]),
        ("300", ["spend_lag_severe", "spend_forecast_low"]),
        ("0", ["spend_none", "spend_forecast_low"]),
        ("700", ["spend_ahead"]),
        ("1000.1", ["spend_over", "spend_ahead"]),
    ],
)
def test_spending_is_warned_of_by_rule(paid: str, keys: list[str]) -> None:
    assert [w.rule.key for w in spend_warnings(spending(paid))] == keys


def test_every_rule_names_source_and_confidence() -> None:
    rules = load_rules()
    assert rules.rules
    assert all(rule.source and rule.confidence in ("high", "medium", "low") for rule in rules.rules.values())


def test_the_light_is_the_worst_warning_and_grey_without_data() -> None:
    red = spend_warnings(spending("0"))
    yellow = spend_warnings(spending("401"))
    assert light(warnings=[*yellow, *red], known=True) == "red"
    assert light(warnings=yellow, known=True) == "yellow"
    assert light(warnings=[], known=True) == "green"
    assert light(warnings=[], known=False) == "grey"


def test_a_missing_value_is_a_warning_of_its_own() -> None:
    view = see(target(">=", "98", "%"))
    assert [w.rule.key for w in indicator_warnings(view, missing=True)] == ["value_missing"]
    assert indicator_warnings(view, missing=False) == ()
