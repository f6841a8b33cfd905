"""Spend plans: prose against table, shape, percent signs, the calendar."""

from __future__ import annotations

from tests.kernel.plans.checks.build import Plan

EVEN = ("25%", "50%", "84%", "100%")


def test_it_confirms_equal_plans_of_all_projects_together() -> None:
    plan = Plan()
    a = plan.text("甲", plan=EVEN)
    at = plan.table("甲", plan=EVEN)
    plan.text("乙", plan=EVEN)
    months = tuple(at[f"plan{m}"] for m in (3, 6, 10, 12))
    assert plan.lines_of("plan-equal") == [(a, *months)]


def test_it_reports_plans_that_differ() -> None:
    plan = Plan()
    a = plan.text("甲", plan=EVEN)
    at = plan.table("甲", plan=("20%", "50%", "84%", "100%"))
    months = tuple(at[f"plan{m}"] for m in (3, 6, 10, 12))
    assert plan.lines_of("plan-equal", "error") == [(a, *months)]


def test_it_reports_a_plan_that_falls_or_does_not_reach_100() -> None:
    plan = Plan()
    a = plan.text("甲", plan=("50%", "40%", "84%", "100%"))
    b = plan.text("乙", plan=("25%", "50%", "84%", "95%"))
    plan.text("丙", plan=EVEN)
    assert plan.lines_of("plan-shape") == [(a,), (b,)]


def test_it_reports_a_missing_percent_sign_once_for_all() -> None:
    plan = Plan()
    a = plan.text("甲", plan=("25", "50%", "84%", "100%"))
    b = plan.text("乙", plan=("25", "50%", "84%", "100%"))
    assert plan.lines_of("plan-format") == [(a, b)]


def test_a_table_whose_head_gives_the_percent_needs_no_signs() -> None:
    plan = Plan()
    plan.table("甲", plan=("25", "50", "84", "100"))
    assert plan.found("plan-format") == []


def test_a_table_that_mixes_signs_is_reported_at_the_bare_number() -> None:
    plan = Plan()
    at = plan.table("甲", plan=("25", "50%", "84%", "100%"))
    assert plan.lines_of("plan-format") == [(at["plan3"],)]


def test_a_point_behind_the_calendar_is_noted_once_and_in_the_table_first() -> None:
    plan = Plan()
    slow = ("25%", "50%", "75%", "100%")
    plan.text("甲", plan=slow)
    at = plan.table("甲", plan=slow)
    plan.table("乙", plan=slow)
    assert plan.lines_of("progress") == [(at["plan10"] - 1, at["plan10"])]


def test_a_plan_along_the_calendar_is_not_noted() -> None:
    plan = Plan()
    plan.table("甲", plan=("25%", "50%", "83.3%", "100%"))
    assert plan.found("progress") == []
