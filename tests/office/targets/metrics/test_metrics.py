"""Every metric counts what its definition says, as of the period's last day."""

from __future__ import annotations

import inspect as inspection_of
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import METRICS, Metric
from plumbline.kernel.metrics.period import Period
from plumbline.kernel.metrics.shares import measured
from plumbline.office.findings.models import Finding, FindingEvent
from plumbline.office.targets.evidence.kinds import KINDS
from plumbline.office.targets.measuring.scope import Scope
from plumbline.office.targets.models import Project
from plumbline.office.units.models import UnitChange
from tests.office.targets.factories import Built, make_payment, make_plan
from tests.office.targets.metrics.work import make_finding, make_inspection, make_unit, step

YEAR = Period(date(2023, 1, 1), date(2023, 12, 31))
HALF = Period(date(2023, 1, 1), date(2023, 6, 30))
APRIL = Period(date(2023, 1, 1), date(2023, 4, 30))
SECOND = Period(date(2023, 4, 1), date(2023, 6, 30))
TODAY = date(2024, 2, 1)


@pytest.fixture
def built(cast: Any) -> Built:
    return make_plan(unit=cast.office, user=cast.staff)


def measure(key: str, built: Built, period: Period = YEAR, *, today: date = TODAY, **more: Any) -> Measure:
    fields = {"width": "county", "project": None} | more
    scope = Scope(built.plan, built.version, today=today, **fields)
    return METRICS.get(key).compute(scope, period)


def figures(found: Measure) -> tuple[Any, Any, Any]:
    return (found.value, found.numerator, found.denominator)


@pytest.mark.parametrize("metric", METRICS.all(), ids=lambda metric: metric.id)
def test_every_metric_says_what_it_counts(metric: Metric) -> None:
    assert str(metric.title) and len(str(metric.definition)) >= 20 and "：" in str(metric.sample)
    assert inspection_of.getdoc(metric.compute)
    assert all(kind in KINDS for kind in metric.kinds)
    assert metric.unit == "%" if metric.rule == "share" else metric.unit


@pytest.mark.parametrize("metric", METRICS.all(), ids=lambda metric: metric.id)
def test_every_metric_is_replayed_from_its_records(metric: Metric, built: Built, cast: Any) -> None:
    busy_year(built, cast)
    for today in (TODAY, date(2023, 7, 3)):
        for period in (YEAR, HALF, SECOND):
            found = measure(metric.key, built, period, today=today, project=built.projects[0])
            if found.unmeasured:
                continue
            records = list(found.records.records())
            again = measured(
                metric.rule, metric.unit,
                part=sum((r.part for r in records), Decimal(0)),
                whole=sum((r.whole for r in records), Decimal(0)),
            )  # fmt: skip
            assert figures(again) == figures(found)
            assert len(records) == found.records.count()
            assert sum(r.counted for r in records) == found.records.counted()


def busy_year(built: Built, cast: Any) -> None:
    make_inspection(cast.school, "2023-03-20", "2023-03-18")
    make_inspection(cast.school, "2023-05-20", "2023-06-02", method="self_check")
    make_inspection(cast.town, "2023-06-10", "2023-08-01", method="expert")
    make_inspection(cast.town, "2023-11-10")
    make_inspection(cast.town, "2023-04-10", state="cancelled")
    make_finding(cast.school, "2023-03-20", due="2023-04-20", closed="2023-04-10")
    make_finding(cast.school, "2023-04-02", due="2023-05-02", closed="2023-05-20")
    make_finding(cast.town, "2023-05-20", due="2023-06-20", severity="critical")
    make_payment(built.lines[0], "50000", day=date(2023, 3, 1))
    make_payment(built.lines[0], "54999", day=date(2023, 6, 1))
    make_payment(built.lines[1], "1000", day=date(2023, 6, 1))


def test_inspections_count_when_they_are_finished(built: Built, cast: Any) -> None:
    busy_year(built, cast)
    assert measure("inspections_done", built, HALF).value == 2
    assert measure("inspections_done", built).value == 3
    assert measure("inspections_planned", built, HALF).value == 3
    assert figures(measure("inspections_done_of_planned", built, HALF)) == (Decimal("66.66666667"), 2, 3)
    assert figures(measure("inspections_on_time", built, HALF)) == (Decimal("33.33333333"), 1, 3)
    assert measure("inspections_self_check", built).value == 1
    assert measure("inspections_on_site", built).value == 1
    assert measure("inspections_expert", built).value == 1


def test_a_unit_that_is_inspected_twice_counts_once(built: Built, cast: Any) -> None:
    busy_year(built, cast)
    found = measure("units_inspected", built)
    assert found.value == 2
    assert [(r.counted, r.why) for r in found.records.records()] == [
        (True, ""),
        (False, "该单位已计一次"),
        (True, ""),
    ]
    assert figures(measure("units_inspected_share", built, HALF)) == (50, 1, 2)


def test_a_unit_that_was_closed_later_still_counts_for_the_day(built: Built, cast: Any) -> None:
    gone = make_unit("示例县旧单位", state="closed")
    UnitChange.objects.create(unit=gone, kind="closed", on=date(2023, 9, 1), recorded_by=cast.staff)
    assert measure("units_inspected_share", built, HALF).denominator == 3
    assert measure("units_inspected_share", built).denominator == 2


def test_the_scope_of_a_unit_is_itself_and_those_below(built: Built, cast: Any) -> None:
    busy_year(built, cast)
    below = make_unit("示例县第一中学分校", parent=cast.school)
    make_inspection(below, "2023-02-01", "2023-02-01")
    plan = make_plan(unit=cast.school, user=cast.staff)
    assert measure("inspections_done", plan, width="unit").value == 3
    assert figures(measure("units_inspected_share", plan, width="unit")) == (100, 2, 2)


def test_findings_are_seen_as_they_stood_on_the_day(built: Built, cast: Any) -> None:
    busy_year(built, cast)
    assert figures(measure("findings_rectified_share", built, APRIL)) == (
        50,
        1,
        2,
    )
    assert figures(measure("findings_rectified_share", built, HALF)) == (Decimal("66.66666667"), 2, 3)
    assert figures(measure("findings_rectified_on_time", built, HALF)) == (Decimal("33.33333333"), 1, 3)
    assert measure("findings_rectified", built, SECOND).value == 2
    assert measure("findings_raised", built, SECOND).value == 2
    assert measure("findings_overdue", built, Period(YEAR.start, date(2023, 5, 10))).value == 1
    assert measure("findings_overdue", built, HALF).value == 1
    assert figures(measure("units_without_critical_findings", built, HALF)) == (50, 1, 2)
    assert measure("units_without_critical_findings", built, APRIL).value == 100


def test_the_present_columns_say_the_same_as_the_events(built: Built, cast: Any) -> None:
    busy_year(built, cast)
    now = Period(YEAR.start, date(2023, 6, 30))
    for metric in METRICS.latest():
        if metric.kinds == ("finding",) or ("unit" in metric.kinds and metric.key != "register_completeness"):
            live = measure(metric.key, built, now, today=date(2023, 6, 30))
            past = measure(metric.key, built, now, today=date(2023, 7, 30))
            assert figures(live) == figures(past), metric.key


def test_a_finding_that_came_back_is_open_again(built: Built, cast: Any) -> None:
    finding = make_finding(cast.school, "2023-03-20", due="2023-04-20", closed="2023-04-10")
    step(finding, "2023-08-01", "reopen", "closed", "confirmed")
    type(finding).objects.filter(pk=finding.pk).update(state="confirmed", closed_at=None)
    assert measure("findings_rectified_share", built, HALF).value == 100
    assert measure("findings_rectified_share", built).value == 0
    assert measure("findings_rectified", built).value == 0


def test_the_first_recheck_counts_and_an_undone_decision_does_not(built: Built, cast: Any) -> None:
    make_finding(cast.school, "2023-03-20", closed="2023-04-10")
    second = make_finding(cast.school, "2023-03-21")
    step(second, "2023-04-01", "return", "replied", "returned", round=1)
    step(second, "2023-04-20", "pass", "replied", "closed", round=2)
    third = make_finding(cast.town, "2023-03-22")
    step(third, "2023-04-01", "return", "replied", "returned", round=1)
    step(third, "2023-04-01", "undo", "returned", "replied", hour=12)
    assert figures(measure("first_recheck_accepted", built, HALF)) == (50, 1, 2)
    step(third, "2023-04-02", "pass", "replied", "closed", round=1)
    assert figures(measure("first_recheck_accepted", built, HALF)) == (Decimal("66.66666667"), 2, 3)


def test_nothing_to_divide_by_is_no_data_and_not_zero(built: Built) -> None:
    for key in ("findings_rectified_share", "inspections_on_time", "first_recheck_accepted"):
        found = measure(key, built)
        assert found.value is None and found.unmeasured


def test_money_is_of_the_project_or_of_the_whole_plan(built: Built, cast: Any) -> None:
    busy_year(built, cast)
    one = built.projects[0]
    assert measure("spend_amount", built, HALF, project=one).value == Decimal("104999")
    assert measure("spend_amount", built, HALF).value == Decimal("105999")
    assert measure("spend_amount", built, SECOND, project=one).value == Decimal("54999")
    assert figures(measure("budget_execution", built, HALF, project=one))[1:] == (
        Decimal("104999"),
        Decimal("210000"),
    )
    assert figures(measure("spend_against_plan", built, SECOND, project=one))[1:] == (104999, 105000)
    assert figures(measure("payments_on_time", built, HALF, project=one)) == (0, 0, 2)


def test_the_register_is_measured_only_while_it_still_says_so(built: Built, cast: Any) -> None:
    found = measure("register_completeness", built, HALF, today=date(2023, 7, 3))
    assert found.denominator and found.value is not None
    late = measure("register_completeness", built, HALF, today=date(2023, 8, 3))
    assert late.value is None and "已无法计算" in late.unmeasured


def test_all_metrics_of_a_page_share_their_queries(built: Built, cast: Any) -> None:
    busy_year(built, cast)
    scope = Scope(built.plan, built.version, "county", built.projects[0], TODAY)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for metric in METRICS.latest():
            metric.compute(scope, YEAR)
    assert len(queries) <= 24


def test_without_a_budget_no_spend_point_is_met(built: Built, cast: Any) -> None:
    Project.objects.filter(pk=built.projects[0].pk).update(budget_yuan=None)
    built.projects[0].refresh_from_db()
    found = measure("payments_on_time", built, project=built.projects[0])
    assert found.value is None and "没有预算数" in found.unmeasured


def test_the_last_half_hour_of_the_year_is_of_the_year(built: Built, cast: Any) -> None:
    this, next_year = make_finding(cast.school, "2023-12-01"), make_finding(cast.town, "2023-12-01")
    before, after = (datetime(2023, 12, 31, *time, tzinfo=UTC) for time in ((15, 30), (16, 0)))
    for finding, moment in ((this, before), (next_year, after)):
        FindingEvent.objects.filter(finding=finding).update(at=moment)
        Finding.objects.filter(pk=finding.pk).update(raised_at=moment, state="closed", closed_at=moment)
        FindingEvent.objects.create(finding=finding, at=moment, act="pass", after="closed", round=1)
    for today in (date(2023, 12, 31), TODAY):
        assert measure("findings_raised", built, today=today).value == 1
        assert measure("findings_rectified", built, today=today).value == 1
        assert measure("first_recheck_accepted", built, today=today).denominator == 1
