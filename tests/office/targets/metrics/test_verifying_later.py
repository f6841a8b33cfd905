"""What verification says of records that were entered or corrected after a value was taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plumbline.office.commands.evidence import _print_value
from plumbline.office.findings.models import Finding
from plumbline.office.findings.services.correcting import amend
from plumbline.office.inspections.models import Inspection
from plumbline.office.inspections.services.arranging import rearrange
from plumbline.office.targets.services import evidence_runs, verifying
from plumbline.office.targets.services.bindings import Choice
from tests.office.targets.factories import Built, make_payment
from tests.office.targets.metrics.test_freezing import JULY, JUNE, bind, bound_year, freeze
from tests.office.targets.metrics.work import make_finding, make_inspection


@pytest.fixture
def built(cast: Any) -> Built:
    return bound_year(cast)


def report_of(built: Built) -> dict[str, verifying.ValueReport]:
    return {value.indicator: value for value in verifying.collected(built.plan).values if value.current}


def test_a_record_dated_inside_the_days_and_entered_later_is_named(
    built: Built, cast: Any, capsys: Any
) -> None:
    freeze(built, 1)
    assert verifying.collected(built.plan).is_sound
    inspection = make_inspection(cast.school, "2023-05-01", "2023-05-02")
    finding = make_finding(cast.school, "2023-05-03", due="2023-06-03")
    make_inspection(cast.school, "2023-08-01", "2023-08-02")  # of the days after: nothing to say
    found = report_of(built)
    for name, record, page in (
        ("检查次数", inspection, "inspections:inspection"),
        ("整改完成率", finding, "findings:finding"),
    ):
        value = found[name]
        assert (value.late, value.changed, value.gone, value.is_sound) == (1, 0, 0, False)
        (named,) = value.altered
        assert (named.how, named.url) == ("late", reverse(page, args=[record.pk]))
        assert named.label.startswith(record.number)
    _print_value(found["检查次数"])
    assert f"检查 {inspection.number}：补录" in capsys.readouterr().out
    # taken again with a reason it is counted, and the value that was replaced is not blamed for it
    freeze(built, 1, actor=cast.staff, reason="补录检查")
    assert verifying.collected(built.plan).is_sound


def test_a_payment_entered_later_is_named_too(built: Built, cast: Any) -> None:
    bind(built, cast, 1, Choice("metric", metric="budget_execution", reason="换口径"))
    make_payment(built.lines[0], "1000", day=date(2023, 2, 1))
    freeze(built, 1)
    late = make_payment(built.lines[0], "2000", day=date(2023, 3, 1))
    make_payment(built.lines[1], "2000", day=date(2023, 3, 1))  # of another project
    (named,) = report_of(built)["整改完成率"].altered
    assert (named.kind, named.key, named.how) == ("payment", str(late.pk), "late")


def test_what_comes_after_an_early_value_is_taken_with_its_day(built: Built, cast: Any) -> None:
    freeze(built, 1, now=JUNE, actor=cast.staff)
    make_inspection(cast.school, "2023-06-30", "2023-06-30")
    assert verifying.collected(built.plan).is_sound


def test_a_correction_on_record_is_no_alteration(built: Built, cast: Any) -> None:
    bind(built, cast, 0, Choice("metric", metric="inspections_planned", reason="换口径"))
    planned = make_inspection(cast.school, "2023-06-25")
    freeze(built, 1)
    finding = Finding.objects.get(state="notified")
    amend(finding=finding, values={"severity": "high"}, actor=cast.staff, now=JULY)
    amend(finding=finding, values={"severity": "low", "title": "口令过弱"}, actor=cast.staff, now=JULY)
    planned.planned_to = date(2023, 9, 30)
    rearrange(planned, actor=cast.staff, now=JULY)
    found = report_of(built)
    for name in ("检查次数", "整改完成率"):
        assert (found[name].amended, found[name].changed, found[name].is_sound) == (1, 0, True), name
        assert [named.how for named in found[name].altered] == ["amended"]
    # a change beside it that nobody recorded still shows
    Finding.objects.filter(pk=finding.pk).update(source="other")
    Inspection.objects.filter(pk=planned.pk).update(number="JC-其他")
    found = report_of(built)
    assert [(found[name].amended, found[name].changed) for name in ("检查次数", "整改完成率")] == [(0, 1)] * 2


def test_the_page_says_why(
    built: Built, cast: Any, signed_in: Callable[..., Client], django_capture_on_commit_callbacks: Any
) -> None:
    freeze(built, 1)
    late = make_inspection(cast.school, "2023-05-01", "2023-05-02")
    Finding.objects.filter(state="closed").update(severity="low")
    amend(
        finding=Finding.objects.get(state="notified"), values={"severity": "high"}, actor=cast.staff, now=JULY
    )
    with django_capture_on_commit_callbacks():
        run = evidence_runs.ask_to_verify(plan=built.plan, actor=cast.staff, now=JULY)
    evidence_runs.run(run_id=run.pk, attempt=1)
    page = signed_in(cast.staff).get(reverse("targets:evidence_run", args=[built.plan.pk, run.pk]))
    text = page.content.decode()
    assert "1 条记录取值后补录" in text and "没有计入" in text
    assert f'<a href="{reverse("inspections:inspection", args=[late.pk])}">{late.number}</a>' in text
    assert "1 条记录取值后被改动" in text and "没有能够说明的更正" in text
    assert "1 条记录取值后经办理更正" in text
