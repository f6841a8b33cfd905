"""Values are taken at their checkpoints with the records they rest on, and can be checked years later."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from plumbline.kernel.metrics.manifest import read, replay
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.forms.evaluation_form import evaluation_form
from plumbline.kernel.plans.forms.monitoring_form import monitoring_form
from plumbline.office.audit.models import Record
from plumbline.office.files.services import open_file, path_of
from plumbline.office.findings.models import Finding, FindingEvent
from plumbline.office.inspections.models import Inspection, InspectionEvent, Inspector
from plumbline.office.lib.chores import CHORES
from plumbline.office.reports.services.content import contents
from plumbline.office.targets.models import EvidenceRun, EvidenceSet, Indicator, IndicatorValue
from plumbline.office.targets.queries.values import readings
from plumbline.office.targets.services import bindings, evidence_runs, freezing, values, verifying
from plumbline.office.targets.services.bindings import Choice
from plumbline.office.targets.services.evaluation import start
from plumbline.office.targets.services.evaluation_rows import suggested_rules
from plumbline.office.units.models import Membership
from tests.office.targets.factories import Built, make_payment, make_plan
from tests.office.targets.metrics.work import make_finding, make_inspection, step, turn

JULY = datetime(2023, 7, 3, 2, 0, tzinfo=UTC)
JUNE = datetime(2023, 6, 30, 2, 0, tzinfo=UTC)


@pytest.fixture
def built(cast: Any) -> Built:
    return bound_year(cast)


def bound_year(cast: Any) -> Built:
    """A plan of 2023 with two bound indicators, and the work that they count."""
    built = make_plan(unit=cast.office, user=cast.staff)
    bind(built, cast, 0, Choice("metric", metric="inspections_done"))
    bind(built, cast, 1, Choice("metric", metric="findings_rectified_share"))
    make_inspection(cast.school, "2023-03-20", "2023-03-18")
    make_inspection(cast.town, "2023-06-20", "2023-06-10")
    make_finding(cast.school, "2023-03-20", due="2023-04-20", closed="2023-04-10")
    make_finding(cast.town, "2023-05-20", due="2023-06-20")
    return built


def bind(built: Built, cast: Any, number: int, choice: Choice) -> None:
    one = built.indicators()[number]
    before = bindings.confirmed(one.line_id)
    seen = before.pk if before else None
    bindings.decide(indicator=one, choice=choice, actor=cast.staff, now=JULY, seen=seen)


def current(built: Built, number: int, point: int) -> IndicatorValue | None:
    line = built.indicators()[number].line
    return IndicatorValue.objects.filter(
        indicator_line=line, checkpoint=built.checkpoints[point], state="current"
    ).first()


def manifest_of(value: IndicatorValue) -> Any:
    with open_file(value.evidence_set.file) as content:
        return read(content.read())


def freeze(
    built: Built, point: int, *, now: datetime = JULY, actor: Any = None, reason: str = ""
) -> list[Any]:
    return list(
        freezing.freeze(
            version=built.version, checkpoint=built.checkpoints[point], actor=actor, now=now, reason=reason
        )
    )


def test_the_chore_takes_what_is_due_and_nothing_twice(built: Built, cast: Any) -> None:
    chore = CHORES.get("targets.freeze_values")
    assert chore.run(JULY) == 4
    assert chore.run(JULY) == 0
    march, june = current(built, 0, 0), current(built, 0, 1)
    assert (march.value, march.metric, march.entered_by) == (1, "inspections_done@1", None)
    assert june.value == 2 and current(built, 0, 2) is None
    share = current(built, 1, 1)
    assert (share.value, share.numerator, share.denominator) == (50, 1, 2)
    assert Record.objects.filter(action="values.enter", actor=None).count() == 4


def test_a_past_checkpoint_is_taken_as_it_stood(built: Built, cast: Any) -> None:
    freeze(built, 0)
    share = current(built, 1, 0)
    assert (share.value, share.numerator, share.denominator) == (0, 0, 1)


def test_the_manifest_names_every_record_and_gives_the_value(built: Built) -> None:
    freeze(built, 1)
    value = current(built, 1, 1)
    kept = value.evidence_set
    assert (kept.records, kept.counted, kept.digest) == (2, 1, kept.file.digest)
    found = manifest_of(value)
    again = replay(found)
    assert (again.value, again.numerator, again.denominator) == (
        value.value,
        value.numerator,
        value.denominator,
    )
    assert found.operands[0].definition and found.head.facts["indicator"] == "整改完成率"
    lines = [(line.kind, line.counted, line.why) for line in found.lines]
    assert lines == [("finding", True, ""), ("finding", False, "到节点尚未办结")]
    with open_file(kept.file) as content:
        rows = [json.loads(line) for line in content]
    assert [row["type"] for row in rows] == ["head", "metric", "record", "record"]


def test_what_a_person_entered_is_never_overwritten(built: Built, cast: Any) -> None:
    line, point = built.indicators()[0].line, built.checkpoints[1]
    values.record_value(
        actor=cast.staff, line=line, checkpoint=point, measure=Measure(Decimal(7), "次"), now=JULY, seen=None
    )
    outcomes = {o.line: o for o in freeze(built, 1, reason="重新取值")}
    assert outcomes[line.pk].result == "hand" and "未覆盖" in outcomes[line.pk].why
    assert current(built, 0, 1).value == 7
    assert CHORES.get("targets.freeze_values").run(JULY) == 2


def test_what_was_taken_away_stays_away(built: Built, cast: Any) -> None:
    freeze(built, 1)
    values.withdraw_value(actor=cast.staff, value=current(built, 0, 1), reason="口径待定", now=JULY)
    CHORES.get("targets.freeze_values").run(JULY)
    assert current(built, 0, 1) is None


def test_an_early_value_is_taken_again_when_the_day_is_over(built: Built, cast: Any) -> None:
    freeze(built, 1, now=JUNE, actor=cast.staff)
    make_inspection(cast.school, "2023-06-30", "2023-06-30")
    assert current(built, 0, 1).value == 2
    assert CHORES.get("targets.freeze_values").run(JULY) == 4
    assert current(built, 0, 1).value == 3
    replaced = IndicatorValue.objects.get(state="replaced", indicator_line=built.indicators()[0].line)
    assert "节点日已过" in replaced.replaced_reason and replaced.evidence_set.counted == 2


def test_taking_again_needs_a_reason_and_keeps_the_old(built: Built, cast: Any) -> None:
    freeze(built, 1)
    make_inspection(cast.school, "2023-06-01", "2023-06-01")
    assert {o.result for o in freeze(built, 1, actor=cast.staff)} == {"kept"}
    assert {o.result for o in freeze(built, 1, actor=cast.staff, reason="补录检查")} == {"frozen"}
    assert current(built, 0, 1).value == 3
    assert EvidenceSet.objects.count() == 4
    old = IndicatorValue.objects.get(state="replaced", indicator_line=built.indicators()[0].line)
    assert replay(manifest_of(old)).value == 2


def test_a_restored_value_comes_back_with_its_records(built: Built, cast: Any) -> None:
    freeze(built, 1)
    old = current(built, 0, 1)
    freeze(built, 1, actor=cast.staff, reason="试")
    now = current(built, 0, 1)
    old.refresh_from_db()
    values.restore_value(actor=cast.staff, value=old, reason="以先前为准", seen=now.pk, now=JULY)
    assert current(built, 0, 1).evidence_set.digest == old.evidence_set.digest
    assert verifying.collected(built.plan).is_sound


def test_a_share_without_a_whole_is_kept_as_no_data(built: Built, cast: Any) -> None:
    bind(built, cast, 1, Choice("metric", metric="first_recheck_accepted", reason="换口径"))
    FindingEvent.objects.all().delete()
    freeze(built, 1)
    value = current(built, 1, 1)
    assert value.value is None and "没有首次复查" in value.unmeasured
    assert verifying.collected(built.plan).is_sound


def test_a_formula_keeps_the_records_of_all_its_metrics(built: Built, cast: Any) -> None:
    text = "ratio(「完成检查次数」, cumulative(「计划检查次数」) + 2)"
    bind(built, cast, 1, Choice("expression", expression=text, window="period", reason="换公式"))
    freeze(built, 1)
    value = current(built, 1, 1)
    assert (value.value, value.numerator, value.denominator, value.unit) == (25, 1, 4, "%")
    assert value.metric.startswith("expression@")
    assert [o.name for o in manifest_of(value).operands] == [
        "inspections_done@1/period",
        "inspections_planned@1/cumulative",
    ]
    assert verifying.collected(built.plan).is_sound


def test_money_is_replayed_to_the_fen(built: Built, cast: Any) -> None:
    make_payment(built.lines[0], "70000.01", day=date(2023, 2, 1))
    make_payment(built.lines[0], "-0.02", day=date(2023, 5, 1))
    bind(built, cast, 1, Choice("metric", metric="budget_execution", reason="换口径"))
    freeze(built, 1)
    value = current(built, 1, 1)
    assert value.numerator == Decimal("69999.99") and value.denominator == Decimal("210000")
    assert verifying.collected(built.plan).is_sound


def test_a_later_life_of_the_records_changes_nothing(built: Built, cast: Any) -> None:
    freeze(built, 1)
    finding = Finding.objects.get(state="notified")
    step(finding, "2023-08-01", "pass", "replied", "closed", round=1)
    Finding.objects.filter(pk=finding.pk).update(state="closed", closed_at=JULY + timedelta(days=30))
    Inspection.objects.create(
        number="JC-later", unit=cast.town, method="on_site", planned_from=date(2023, 9, 1),
        planned_to=date(2023, 9, 1), state="done", finished_on=date(2023, 9, 1),
    )  # fmt: skip
    assert verifying.collected(built.plan).is_sound


def test_what_was_altered_or_removed_is_named(built: Built) -> None:
    freeze(built, 1)
    Finding.objects.filter(state="closed").update(severity="low")
    Inspection.objects.filter(finished_on=date(2023, 6, 10)).delete()
    report = verifying.collected(built.plan)
    by_name = {value.indicator: value for value in report.values}
    assert not report.is_sound and report.problems == 2
    assert (by_name["整改完成率"].changed, by_name["整改完成率"].gone) == (1, 0)
    assert (by_name["检查次数"].changed, by_name["检查次数"].gone) == (0, 1)
    assert by_name["整改完成率"].altered[0].label.startswith("WT-")


def test_a_backdated_step_is_found(built: Built) -> None:
    freeze(built, 1)
    step(Finding.objects.get(state="notified"), "2023-06-01", "pass", "replied", "closed", round=1)
    assert verifying.collected(built.plan).values[1].changed == 1


def test_a_tampered_manifest_or_value_is_found(built: Built) -> None:
    freeze(built, 1)
    kept = current(built, 0, 1).evidence_set
    path = path_of(kept.digest)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b'"part":"1"', b'"part":"9"', 1))
    IndicatorValue.objects.filter(pk=current(built, 1, 1).pk).update(value=99)
    first, second = verifying.collected(built.plan).values
    assert "不一致" in first.problems[0] and "不同" in second.problems[0]


def test_the_button_queues_a_run_that_the_worker_does(
    built: Built, cast: Any, signed_in: Callable[..., Client], django_capture_on_commit_callbacks: Any
) -> None:
    client, point = signed_in(cast.staff), built.checkpoints[1]
    page = client.get(reverse("targets:evidence", args=[built.plan.pk])).content.decode()
    assert "2 项待取" in page and "还没有自动取的值" in page
    with django_capture_on_commit_callbacks():
        client.post(reverse("targets:evidence_freeze", args=[built.plan.pk, point.pk]))
        again = client.post(reverse("targets:evidence_freeze", args=[built.plan.pk, point.pk]))
    assert "正在进行" in again.content.decode()
    run = EvidenceRun.objects.get()
    url = reverse("targets:evidence_run", args=[built.plan.pk, run.pk])
    assert "hx-get" in client.get(url).content.decode()
    evidence_runs.run(run_id=run.pk, attempt=1)
    evidence_runs.run(run_id=run.pk, attempt=1)
    progress = client.get(reverse("targets:evidence_run_progress", args=[built.plan.pk, run.pk]))
    assert progress["HX-Refresh"] == "true"
    page = client.get(url).content.decode()
    assert "已取值" in page and "计入 2 条" in page
    assert "计入 2 条记录" in client.get(reverse("targets:values", args=[built.plan.pk])).content.decode()


def test_verification_is_shown_and_recorded(
    built: Built, cast: Any, signed_in: Callable[..., Client], django_capture_on_commit_callbacks: Any
) -> None:
    freeze(built, 1)
    client = signed_in(cast.leader)
    with django_capture_on_commit_callbacks():
        client.post(reverse("targets:evidence_verify", args=[built.plan.pk]))
    run = EvidenceRun.objects.get()
    evidence_runs.run(run_id=run.pk, attempt=1)
    url = reverse("targets:evidence_run", args=[built.plan.pk, run.pk])
    assert "全部相符" in client.get(url).content.decode()
    assert Record.objects.get(action="evidence.verify").detail["problems"] == 0
    assert signed_in(cast.other_liaison).get(url).status_code in (403, 404)


def test_a_run_whose_worker_stopped_is_started_again(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    run = evidence_runs.ask_to_verify(plan=built.plan, actor=cast.staff, now=JULY)
    EvidenceRun.objects.update(state="running", seen_at=JULY)
    with pytest.raises(evidence_runs.RunRefused):
        evidence_runs.again(run=run, now=JULY + timedelta(minutes=1))
    run = evidence_runs.again(run=run, now=JULY + timedelta(hours=1))
    evidence_runs.run(run_id=run.pk, attempt=1)
    assert EvidenceRun.objects.get().state == "queued"
    evidence_runs.run(run_id=run.pk, attempt=2)
    assert EvidenceRun.objects.get().state == "done"


def test_the_manifest_is_given_to_those_who_may_export(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    freeze(built, 1)
    url = reverse("targets:evidence_manifest", args=[built.plan.pk, EvidenceSet.objects.first().pk])
    assert signed_in(cast.staff).get(url).status_code == 200
    assert signed_in(cast.expert).get(url).status_code == 404


def test_the_page_of_an_indicator_opens_to_its_records(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    freeze(built, 0)
    freeze(built, 1)
    client, line = signed_in(cast.staff), built.indicators()[1].line_id
    url = reverse("targets:indicator", args=[built.plan.pk, line])
    page = client.get(url).content.decode()
    assert "1 ÷ 2" in page and "WT-" in page and "到节点尚未办结" in page and "第 1 版" in page
    assert "计入 1 条" in page and "SM3" in page
    counted = client.get(url, {"counted": "yes"}).content.decode()
    assert "到节点尚未办结" not in counted
    export = client.get(reverse("targets:indicator_records", args=[built.plan.pk, line]))
    assert export["Content-Type"].endswith("sheet")
    hand = client.get(reverse("targets:indicator", args=[built.plan.pk, built.indicators()[2].line_id]))
    assert hand.status_code == 200 and "待确认" in hand.content.decode()


def test_an_evaluation_takes_the_value_with_its_manifest(built: Built, cast: Any) -> None:
    freeze(built, 1)
    kept = current(built, 0, 1)
    measure = readings([built.indicators()[0].line_id])[built.indicators()[0].line_id][0].measure
    assert measure.metric == "inspections_done@1"
    assert [(e.kind, e.digest) for e in measure.evidence] == [("manifest", kept.evidence_set.digest)]


def test_the_official_forms_name_the_metric_and_cite_the_records(built: Built) -> None:
    freeze(built, 1)
    found = contents(built.version, checkpoint=built.checkpoints[1])
    note = found.projects[0].sources
    assert note.startswith(
        "实际完成值来源：检查次数：由“完成检查次数”（第 1 版）自动取值，佐证记录 2 条，计入 2 条；"
    )
    assert note in evaluation_form(found.projects[0]).notes
    assert note in monitoring_form(found.projects[0]).notes
    assert found.projects[1].sources == ""


def test_the_evaluation_page_names_the_metric(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    freeze(built, 1)
    evaluation = start(
        project_line=built.lines[0], checkpoint=built.checkpoints[1], actor=cast.staff, now=JULY,
        rules=suggested_rules(["产出指标", "效益指标"]),
    )  # fmt: skip
    url = reverse("targets:evaluation_sheet", args=[built.plan.pk, evaluation.pk])
    page = signed_in(cast.staff).get(url).content.decode()
    assert "由“完成检查次数”（第 1 版）自动取值，佐证记录 2 条" in page


def test_an_expert_sees_only_the_records_that_their_own_pages_show_him(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    for unit in (cast.office, cast.school):
        Membership.objects.create(user=cast.expert, unit=unit)
    line = built.indicators()[1].line_id
    client = signed_in(cast.expert)

    def shown() -> str:
        page = client.get(reverse("targets:indicator", args=[built.plan.pk, line])).content.decode()
        return page.split('id="records"')[1].split("</section>")[0]

    # judging a unit's plan does not open its weaknesses to him
    assert "弱口令" not in shown() and "另有 2 条记录，您无权查看" in shown()
    mine = make_inspection(cast.school, "2023-03-20", number="JC-mine", state="running")
    today = timezone.localdate()
    Inspector.objects.create(inspection=mine, user=cast.expert, role="expert", starts_on=today, ends_on=today)
    Finding.objects.filter(unit=cast.school).update(source="inspection", source_key=str(mine.pk))
    assert "县一中" in shown() and "城关镇" not in shown() and "另有 1 条记录，您无权查看" in shown()


def test_an_inspection_that_was_opened_again_was_done_then(built: Built, cast: Any) -> None:
    freeze(built, 1)
    one = Inspection.objects.get(finished_on=date(2023, 6, 10))
    turn(one, "2023-06-10", "conclude", "running", "done")
    assert verifying.collected(built.plan).is_sound
    turn(one, "2023-08-01", "reopen", "done", "running")
    Inspection.objects.filter(pk=one.pk).update(state="running", finished_on=None)
    assert verifying.collected(built.plan).is_sound
    turn(one, "2023-08-09", "conclude", "running", "done")
    Inspection.objects.filter(pk=one.pk).update(state="done", finished_on=date(2023, 8, 9))
    assert verifying.collected(built.plan).is_sound
    # a day that was altered without any step is found
    other = Inspection.objects.filter(finished_on=date(2023, 3, 18))
    other.update(finished_on=date(2023, 3, 19))
    assert verifying.collected(built.plan).values[0].changed == 1


def test_an_inspection_cancelled_later_was_still_planned(built: Built, cast: Any) -> None:
    bind(built, cast, 0, Choice("metric", metric="inspections_planned", reason="换口径"))
    one = make_inspection(cast.school, "2023-06-25")
    freeze(built, 1)
    assert current(built, 0, 1).value == 3
    turn(one, "2023-08-01", "cancel", "planned", "cancelled")
    Inspection.objects.filter(pk=one.pk).update(state="cancelled")
    assert verifying.collected(built.plan).is_sound
    InspectionEvent.objects.all().delete()
    assert not verifying.collected(built.plan).is_sound


def test_what_comes_later_on_the_day_of_an_early_value_is_no_alteration(built: Built, cast: Any) -> None:
    bind(built, cast, 0, Choice("metric", metric="inspections_planned", reason="换口径"))
    one = make_inspection(cast.school, "2023-06-30")
    freeze(built, 1, now=JUNE, actor=cast.staff)
    finding = Finding.objects.get(state="notified")
    step(finding, "2023-06-30", "pass", "replied", "closed", hour=17, round=1, due="2023-06-20")
    Finding.objects.filter(pk=finding.pk).update(state="closed", closed_at=JUNE + timedelta(hours=7))
    turn(one, "2023-06-30", "conclude", "running", "done", hour=17)
    Inspection.objects.filter(pk=one.pk).update(state="done", finished_on=date(2023, 6, 30))
    CHORES.get("targets.freeze_values").run(JULY)
    report = verifying.collected(built.plan)
    assert [value.current for value in report.values if value.checkpoint.startswith("6")].count(False) == 2
    assert report.is_sound


def test_a_manifest_that_is_unregistered_or_given_to_another_value_is_found(built: Built, cast: Any) -> None:
    freeze(built, 0)
    freeze(built, 1)
    EvidenceSet.objects.get(value=current(built, 1, 0)).delete()
    IndicatorValue.objects.filter(pk=current(built, 0, 0).pk).update(checkpoint=built.checkpoints[2])
    IndicatorValue.objects.filter(pk=current(built, 0, 1).pk).update(unit="千次")
    problems = [problem for value in verifying.collected(built.plan).values for problem in value.problems]
    assert len(problems) == 3
    assert any("登记已不存在" in problem for problem in problems)
    assert any("另一个监控节点" in problem for problem in problems)
    assert any("计量单位“千次”" in problem for problem in problems)


def test_a_binding_that_no_longer_fits_gives_no_value(built: Built, cast: Any) -> None:
    Indicator.objects.filter(pk=built.indicators()[0].pk).update(target_raw="≥98%")
    outcomes = {o.line: o for o in freeze(built, 1)}
    refused = outcomes[built.indicators()[0].line_id]
    assert refused.result == "refused" and "口径与指标不符" in refused.why
    assert current(built, 0, 1) is None and current(built, 1, 1) is not None


def test_the_page_of_an_indicator_needs_few_queries(
    built: Built, cast: Any, signed_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    freeze(built, 0)
    freeze(built, 1)
    client, line = signed_in(cast.staff), built.indicators()[1].line_id
    client.get(reverse("targets:indicator", args=[built.plan.pk, line]))
    for _more in range(20):
        make_finding(cast.town, "2023-05-20", due="2023-06-20")
    with django_assert_max_num_queries(24):
        client.get(reverse("targets:indicator", args=[built.plan.pk, line]))


def test_one_value_is_taken_on_its_own_page(
    built: Built, cast: Any, signed_in: Callable[..., Client], django_capture_on_commit_callbacks: Any
) -> None:
    client, line = signed_in(cast.staff), built.indicators()[0].line_id
    cell = reverse("targets:values_cell", args=[built.plan.pk, line, built.checkpoints[1].pk])
    assert "立即取值" in client.get(cell).content.decode()
    with django_capture_on_commit_callbacks():
        url = reverse("targets:evidence_freeze", args=[built.plan.pk, built.checkpoints[1].pk])
        client.post(url, {"line": line})
    evidence_runs.run(run_id=EvidenceRun.objects.get().pk, attempt=1)
    page = client.get(cell).content.decode()
    assert "记录 2 条，计入 2 条" in page and "重新取值" in page and "自动取值：完成检查次数" in page
    assert current(built, 1, 1) is None


def test_altered_records_are_named_to_the_office_alone(
    built: Built, cast: Any, signed_in: Callable[..., Client], django_capture_on_commit_callbacks: Any
) -> None:
    freeze(built, 1)
    Finding.objects.filter(state="closed").update(severity="low")
    Membership.objects.create(user=cast.expert, unit=cast.office)
    with django_capture_on_commit_callbacks():
        run = evidence_runs.ask_to_verify(plan=built.plan, actor=cast.staff, now=JULY)
    evidence_runs.run(run_id=run.pk, attempt=1)
    url = reverse("targets:evidence_run", args=[built.plan.pk, run.pk])
    seen = {user: signed_in(user).get(url).content.decode() for user in (cast.staff, cast.expert)}
    assert "1 条记录取值后被改动" in seen[cast.staff] and "WT-" in seen[cast.staff]
    assert "1 条记录取值后被改动" in seen[cast.expert] and "WT-" not in seen[cast.expert]


def test_the_page_shows_money_in_the_unit_of_the_target(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    one = built.indicators()[1]
    type(one).objects.filter(pk=one.pk).update(target_raw="≤21万元", level3="项目总成本")
    make_payment(built.lines[0], "157500", day=date(2023, 5, 1))
    bind(built, cast, 1, Choice("metric", metric="spend_amount", reason="换口径"))
    freeze(built, 1)
    page = signed_in(cast.staff).get(reverse("targets:indicator", args=[built.plan.pk, one.line_id]))
    chart = page.context["chart"]
    assert chart["unit"] == "万元"
    assert {Decimal(value) for _day, value in chart["values"]} == {Decimal("15.75")}
    assert Decimal(chart["now"][1]) == Decimal("15.75") and "15.75万元" in page.content.decode()
