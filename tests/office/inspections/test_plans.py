"""The yearly plan: two people, readiness, changes with a reason, last year's, conflicts."""

from __future__ import annotations

from datetime import date

import pytest

from plumbline.kernel.errors import PlumblineError
from plumbline.office.audit.models import Record
from plumbline.office.inspections.models import Inspection, InspectionPlan, Inspector, Interest, PlanChange
from plumbline.office.inspections.queries.conflicts import conflicts
from plumbline.office.inspections.queries.figures import plan_progress, year_figures
from plumbline.office.inspections.services.arranging import Arrangement, arrange, rearrange, remove
from plumbline.office.inspections.services.inspectors import drop_inspector, put_inspector
from plumbline.office.inspections.services.plan_changes import PlanRefused
from plumbline.office.inspections.services.plans import (
    approve_plan,
    copy_last_year,
    return_plan,
    save_plan,
    submit_plan,
    withdraw_plan,
)
from plumbline.office.inspections.services.progress import InspectionRefused, move
from plumbline.office.inspections.services.readiness import NotReady
from plumbline.office.lib.revisions import Outdated
from tests.office.inspections.conduct import NOW, make_checklist, make_inspection, make_plan, make_visit

pytestmark = pytest.mark.django_db
State = InspectionPlan.State


def visit_of(cast, version, **more):
    fields = {
        "method": "on_site", "planned_from": date(2026, 3, 2), "planned_to": date(2026, 3, 4),
        "checklist": version, "lead": cast.staff, "members": (cast.administrator,), **more,
    }  # fmt: skip
    return Arrangement(**fields)


def test_a_plan_goes_from_draft_to_approved_through_two_people(cast):
    plan = save_plan(InspectionPlan(year=2026, quota_q1=3), actor=cast.staff, now=NOW)
    version = make_checklist()
    made = arrange([cast.school, cast.town], visit_of(cast, version), plan=plan, actor=cast.staff, now=NOW)
    assert [one.number for one in made] == ["JC-2026-0001", "JC-2026-0002"]
    # two visits on the same days by the same people: to be justified before approval
    submit_plan(plan, actor=cast.staff, now=NOW)
    with pytest.raises(PlanRefused, match="另一人"):
        approve_plan(plan, actor=cast.staff, now=NOW)
    with pytest.raises(PlanRefused, match="同日"):
        approve_plan(plan, actor=cast.leader, now=NOW)
    Inspector.objects.update(conflict_note="两单位相邻，上下午分别检查")
    approve_plan(plan, actor=cast.leader, now=NOW)
    plan.refresh_from_db()
    assert (plan.state, plan.approved_by) == (State.APPROVED, cast.leader)
    assert Record.objects.filter(action="inspections.plan_approve").count() == 1


def test_an_administrator_who_drafted_cannot_approve(cast):
    plan = make_plan(cast, state=State.SUBMITTED)
    plan.drafted_by = cast.administrator
    plan.save()
    make_visit(cast, version=make_checklist(), plan=plan)
    with pytest.raises(PlanRefused, match="另一人"):
        approve_plan(plan, actor=cast.administrator, now=NOW)


@pytest.mark.parametrize("lack", ["checklist", "second", "lead"])
def test_a_plan_with_an_unprepared_visit_is_not_approved_and_says_which(cast, lack):
    plan = make_plan(cast, state=State.SUBMITTED)
    visit = make_visit(cast, version=None if lack == "checklist" else make_checklist(), plan=plan)
    if lack == "second":
        visit.inspectors.get(user=cast.administrator).delete()
    elif lack == "lead":
        visit.inspectors.update(role=Inspector.Role.MEMBER)
    with pytest.raises(PlanRefused) as refusal:
        approve_plan(plan, actor=cast.leader, now=NOW)
    words = {"checklist": "检查表", "second": "至少要有两人", "lead": "组长"}[lack]
    assert words in refusal.value.what
    assert visit.number in refusal.value.where


def test_an_empty_plan_is_not_submitted_and_a_submitted_one_not_changed(cast):
    plan = make_plan(cast, state=State.DRAFT)
    with pytest.raises(PlanRefused, match="还没有安排"):
        submit_plan(plan, actor=cast.staff, now=NOW)
    make_inspection(cast, version=make_checklist(), plan=plan)
    submit_plan(plan, actor=cast.staff, now=NOW)
    with pytest.raises(PlanRefused, match="等待批准"):
        arrange([cast.town], visit_of(cast, None), plan=plan, actor=cast.staff, now=NOW)
    withdraw_plan(plan, actor=cast.staff, now=NOW)
    plan.refresh_from_db()
    assert plan.state == State.DRAFT


def test_a_plan_is_given_back_only_with_a_reason(cast):
    plan = make_plan(cast, state=State.SUBMITTED)
    with pytest.raises(PlanRefused, match="理由"):
        return_plan(plan, actor=cast.leader, now=NOW, reason=" ")
    return_plan(plan, actor=cast.leader, now=NOW, reason="学校太少")
    plan.refresh_from_db()
    assert (plan.state, plan.returned_reason) == (State.DRAFT, "学校太少")


def test_changes_after_approval_need_a_reason_and_are_kept(cast):
    plan = make_plan(cast)
    version = make_checklist()
    with pytest.raises(PlanRefused, match="理由"):
        arrange([cast.town], visit_of(cast, version), plan=plan, actor=cast.staff, now=NOW)
    (visit,) = arrange(
        [cast.town], visit_of(cast, version), plan=plan, actor=cast.staff, now=NOW, reason="上级交办"
    )
    visit.planned_to = date(2026, 3, 6)
    rearrange(visit, actor=cast.staff, now=NOW, reason="单位停电")
    move(inspection=visit, act="cancel", actor=cast.staff, now=NOW, note="已由上级检查")
    kept = list(PlanChange.objects.order_by("pk").values_list("subject", "reason"))
    assert kept == [(visit.number, "上级交办"), (visit.number, "单位停电"), (visit.number, "已由上级检查")]
    assert "2026-03-06" in PlanChange.objects.order_by("pk")[1].after


def test_the_later_of_two_savers_of_a_plan_is_told(cast):
    plan = make_plan(cast, state=State.DRAFT)
    plan.quota_q1 = 9
    save_plan(plan, actor=cast.staff, now=NOW, revision=1)
    plan.quota_q1 = 5
    with pytest.raises(Outdated):
        save_plan(plan, actor=cast.administrator, now=NOW, revision=1)


def test_last_years_plan_comes_a_year_later_without_who_left_and_what_is_there(cast):
    version = make_checklist()
    before = make_plan(cast, year=2025)
    days = {"planned_from": date(2025, 3, 2), "planned_to": date(2025, 3, 6)}
    make_visit(cast, version=version, plan=before, number="JC-2025-0001", **days)
    make_inspection(cast, version=version, plan=before, number="JC-2025-0002", unit=cast.town, **days)
    make_inspection(cast, plan=before, number="JC-2025-0003", unit=cast.office, state="cancelled", **days)
    cast.administrator.state = "deactivated"
    cast.administrator.save()
    plan = make_plan(cast, state=State.DRAFT)
    make_inspection(cast, version=version, plan=plan, unit=cast.town, number="JC-2026-0900")
    assert copy_last_year(plan, actor=cast.staff, now=NOW) == 1
    copy = plan.inspections.get(unit=cast.school)
    assert (copy.planned_from, copy.checklist, copy.method) == (date(2026, 3, 2), version, "on_site")
    assert [row.user for row in copy.inspectors.all()] == [cast.staff]


def test_days_outside_the_plans_year_are_refused(cast):
    plan = make_plan(cast, state=State.DRAFT)
    with pytest.raises(PlanRefused, match="2026"):
        arrange(
            [cast.town],
            visit_of(cast, None, planned_to=date(2027, 1, 2)),
            plan=plan,
            actor=cast.staff,
            now=NOW,
        )


def test_only_an_unbegun_inspection_of_a_draft_is_removed(cast):
    approved = make_inspection(cast, plan=make_plan(cast))
    with pytest.raises(InspectionRefused, match="草稿"):
        remove(approved, actor=cast.staff, now=NOW)
    draft = make_inspection(cast, plan=make_plan(cast, state=State.DRAFT, year=2027), number="JC-2027-0001")
    remove(draft, actor=cast.staff, now=NOW)
    assert not Inspection.objects.filter(number="JC-2027-0001").exists()


def test_conflicts_of_interest_are_flagged_and_stop_the_visit_until_justified(cast):
    visit = make_visit(cast, version=make_checklist(), second=cast.administrator, unit=cast.office)
    Interest.objects.create(user=cast.staff, unit=cast.office, reason="曾任该单位系统管理员")
    found = conflicts([visit])[visit.pk]
    # both belong to the office itself, and one has declared a tie to it
    assert sorted(one.kind for one in found) == ["interest", "member", "member"]
    with pytest.raises(NotReady):
        move(inspection=visit, act="visit", actor=cast.staff, now=NOW)
    for user, role in ((cast.staff, "lead"), (cast.administrator, "member")):
        put_inspector(visit, user=user, role=role, conflict_note="交叉复核", actor=cast.staff, now=NOW)
    move(inspection=visit, act="visit", actor=cast.staff, now=NOW)
    assert visit.state == Inspection.State.RUNNING


def test_an_expired_tie_is_no_conflict(cast):
    visit = make_visit(cast, version=make_checklist())
    Interest.objects.create(user=cast.staff, unit=cast.school, reason="曾任职", until=date(2026, 2, 1))
    assert not conflicts([visit]).get(visit.pk)


def test_a_new_lead_takes_the_place_of_the_old_and_two_remain_during_a_visit(cast):
    visit = make_visit(cast, version=make_checklist())
    put_inspector(visit, user=cast.administrator, role="lead", actor=cast.staff, now=NOW)
    assert visit.inspectors.get(role="lead").user == cast.administrator
    assert visit.inspectors.get(user=cast.staff).role == "member"
    move(inspection=visit, act="visit", actor=cast.staff, now=NOW)
    with pytest.raises(InspectionRefused, match="两名"):
        drop_inspector(visit.inspectors.get(user=cast.staff), actor=cast.staff, now=NOW)


def test_a_liaison_cannot_be_named_and_an_expert_only_for_days(cast):
    visit = make_visit(cast, version=make_checklist())
    with pytest.raises(InspectionRefused, match="不能参加"):
        put_inspector(visit, user=cast.liaison, role="member", actor=cast.staff, now=NOW)
    with pytest.raises(InspectionRefused, match="起止日期"):
        put_inspector(visit, user=cast.expert, role="expert", actor=cast.staff, now=NOW)
    days = {"starts_on": date(2026, 3, 9), "ends_on": date(2026, 3, 1)}
    with pytest.raises(InspectionRefused, match="早于"):
        put_inspector(visit, user=cast.expert, role="expert", actor=cast.staff, now=NOW, **days)


def test_progress_counts_by_quarter_and_leaves_out_what_was_cancelled(cast, django_assert_num_queries):
    plan = make_plan(cast)
    done = {"state": "done", "plan": plan}
    make_inspection(cast, number="A", finished_on=date(2026, 3, 30), **done)
    make_inspection(cast, number="B", finished_on=date(2026, 4, 2), **done)
    make_inspection(cast, number="C", state="cancelled", plan=plan)
    make_inspection(cast, number="D", plan=plan)
    with django_assert_num_queries(1):
        progress = plan_progress(plan, today=date(2026, 5, 1))
    first, second = progress.quarters[:2]
    assert (first.quota, first.planned, first.done, first.on_time) == (2, 3, 1, 1)
    assert (second.quota, second.planned, second.done, second.on_time) == (1, 0, 1, 0)
    assert progress.late == 1
    with django_assert_num_queries(1):
        figures = year_figures(cast.leader, 2026, today=date(2026, 5, 1))
    assert (figures.planned, figures.done, figures.on_time, figures.late, figures.units) == (3, 2, 1, 1, 1)
    assert figures.on_time_rate is not None
    make_inspection(cast, number="E", state="running", plan=plan)
    of_late = year_figures(cast.leader, 2026, today=date(2026, 5, 1))
    assert (of_late.late, of_late.running) == (2, 0), "what is late is not counted again beside it"
    in_time = year_figures(cast.leader, 2026, today=date(2026, 1, 1))
    assert (in_time.late, in_time.running) == (0, 1)
    assert year_figures(cast.leader, 2025, today=date(2026, 5, 1)).on_time_rate is None


def test_refusals_say_why_and_what_to_do(cast):
    plan = make_plan(cast, state=State.DRAFT)
    inspection = make_inspection(cast, version=make_checklist(), plan=plan)
    with pytest.raises(PlumblineError) as refusal:
        move(inspection=inspection, act="start", actor=cast.staff, now=NOW)
    assert "尚未批准" in refusal.value.what
    assert refusal.value.advice


def test_nothing_is_taken_out_of_a_plan_that_waits_for_approval(cast):
    one = make_inspection(cast, plan=make_plan(cast, state="submitted"), number="JC-2026-0078")
    with pytest.raises(PlanRefused, match="等待批准"):
        move(inspection=one, act="cancel", actor=cast.staff, now=NOW, note="不查了")
    one.refresh_from_db()
    assert one.state == "planned"
