"""What stands in the way of closing: failures without a finding, ties declared since, a hand in the plan."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from plumbline.office.audit.models import Record
from plumbline.office.inspections.models import Inspection, InspectionPlan, Interest
from plumbline.office.inspections.services.answering import save_answer
from plumbline.office.inspections.services.arranging import Arrangement, arrange
from plumbline.office.inspections.services.closing import Unraised
from plumbline.office.inspections.services.inspectors import declare_interest, drop_inspector, put_inspector
from plumbline.office.inspections.services.plan_changes import PlanRefused
from plumbline.office.inspections.services.plans import approve_plan, save_plan, submit_plan
from plumbline.office.inspections.services.progress import InspectionRefused, move
from plumbline.office.inspections.services.reviewing import Decision, conclude, save_review, submit
from plumbline.office.inspections.services.visits import raise_from_item
from plumbline.office.inspections.views.plans import _usual_days
from tests.office.inspections.conduct import (
    NOW,
    item_of,
    make_checklist,
    make_inspection,
    make_plan,
    make_visit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_in(cast):
    """A self-check that says no to 1.1, handed in."""
    inspection = make_inspection(cast, version=make_checklist())
    move(inspection=inspection, act="start", actor=cast.staff, now=NOW)
    for key, value in {"1.1": "no", "1.2": "no", "2.1": "3", "2.2": "防钓鱼"}.items():
        item = item_of(inspection.checklist, key)
        save_answer(inspection, item, value=value, note="", actor=cast.liaison, now=NOW)
    submit(inspection, actor=cast.liaison, now=NOW)
    save_review(inspection, {"2.2": Decision("accepted", points=Decimal(5))}, actor=cast.staff, now=NOW)
    return inspection


def test_a_failure_without_a_finding_is_let_go_only_with_a_reason_that_is_kept(cast, handed_in):
    with pytest.raises(Unraised, match=r"1\.1"):
        conclude(handed_in, conclusion="通过", actor=cast.staff, now=NOW)
    conclude(handed_in, conclusion="通过", actor=cast.staff, now=NOW, unraised_reason="已当场改正")
    kept = Record.objects.get(action="inspections.unraised")
    assert kept.detail == {"检查项": ["1.1"], "reason": "已当场改正"}


def test_a_failure_with_a_finding_needs_no_reason(cast, handed_in):
    raise_from_item(handed_in, item_of(handed_in.checklist, "1.1"), actor=cast.staff, now=NOW)
    conclude(handed_in, conclusion="不符合", actor=cast.staff, now=NOW)
    assert handed_in.state == Inspection.State.DONE
    assert not Record.objects.filter(action="inspections.unraised").exists()


def test_the_review_page_warns_with_the_list_and_takes_the_reason(cast, handed_in, signed_in):
    client, url = signed_in(cast.staff), reverse("inspections:review", args=[handed_in.pk])
    assert 'id="unraised"' in client.get(url).content.decode()
    handed_in.refresh_from_db()
    data = {"act": "accept", "revision": handed_in.revision, "conclusion": "通过"}
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert "没有登记问题" in refused.content.decode()
    handed_in.refresh_from_db()
    data |= {"revision": handed_in.revision, "unraised_reason": "已当场改正"}
    assert client.post(url, data).status_code == 302


def test_whoever_has_a_tie_is_added_to_a_running_visit_only_with_a_reason(cast):
    visit = make_visit(cast, version=make_checklist())
    move(inspection=visit, act="visit", actor=cast.staff, now=NOW)
    Interest.objects.create(user=cast.expert, unit=cast.school, reason="参与该单位系统建设")
    days = {"role": "expert", "starts_on": date(2026, 3, 9), "ends_on": date(2026, 3, 20)}
    with pytest.raises(InspectionRefused, match="应回避"):
        put_inspector(visit, user=cast.expert, actor=cast.staff, now=NOW, **days)
    assert not visit.inspectors.filter(user=cast.expert).exists()
    put_inspector(visit, user=cast.expert, actor=cast.staff, now=NOW, conflict_note="仅做端口核对", **days)
    kept = Record.objects.filter(action="inspections.engage").latest("sequence")
    assert "仅做端口核对" in kept.detail["new"]


def test_a_tie_declared_during_a_visit_stops_its_conclusion_until_justified(cast):
    visit = make_visit(cast, version=make_checklist())
    move(inspection=visit, act="visit", actor=cast.staff, now=NOW)
    for key, value in {"1.1": "yes", "1.2": "no", "2.1": "3", "2.2": "not_applicable"}.items():
        item = item_of(visit.checklist, key)
        save_answer(visit, item, value=value, note="见记录", actor=cast.staff, now=NOW)
    declare_interest(
        user=cast.staff, unit=cast.school, reason="近亲属在该单位工作", until=None, actor=cast.staff, now=NOW
    )
    with pytest.raises(InspectionRefused, match="近亲属"):
        conclude(visit, conclusion="符合", actor=cast.staff, now=NOW)
    put_inspector(visit, user=cast.staff, role="lead", conflict_note="不接触", actor=cast.staff, now=NOW)
    conclude(visit, conclusion="符合", actor=cast.staff, now=NOW)
    assert visit.state == Inspection.State.DONE


def test_a_person_with_a_tie_may_be_replaced_during_a_visit(cast):
    visit = make_visit(cast, version=make_checklist())
    move(inspection=visit, act="visit", actor=cast.staff, now=NOW)
    days = {"starts_on": date(2026, 3, 9), "ends_on": date(2026, 3, 20)}
    put_inspector(visit, user=cast.expert, role="expert", actor=cast.staff, now=NOW, **days)
    Interest.objects.create(user=cast.administrator, unit=cast.school, reason="曾任职")
    drop_inspector(visit.inspectors.get(user=cast.administrator), actor=cast.staff, now=NOW)
    assert visit.inspectors.count() == 2


@pytest.fixture
def submitted(cast):
    """A plan of the staff, to which the administrator added a visit."""
    plan = save_plan(InspectionPlan(year=2026), actor=cast.staff, now=NOW)
    arrangement = Arrangement(
        method="on_site", planned_from=date(2026, 3, 2), planned_to=date(2026, 3, 4),
        checklist=make_checklist(), lead=cast.staff, members=(cast.administrator,),
    )  # fmt: skip
    arrange([cast.school], arrangement, plan=plan, actor=cast.administrator, now=NOW)
    submit_plan(plan, actor=cast.staff, now=NOW)
    return plan


def test_who_arranged_inspections_of_a_plan_does_not_approve_it(cast, submitted, signed_in):
    with pytest.raises(PlanRefused, match="另一人"):
        approve_plan(submitted, actor=cast.administrator, now=NOW)
    page = signed_in(cast.administrator).get(reverse("inspections:plan", args=[submitted.pk]))
    assert page.context["may_decide"] is False
    approve_plan(submitted, actor=cast.leader, now=NOW)
    submitted.refresh_from_db()
    assert submitted.state == InspectionPlan.State.APPROVED


def test_who_holds_no_power_of_approval_approves_no_plan(cast):
    plan = make_plan(cast, state="submitted")
    make_visit(cast, version=make_checklist(), plan=plan)
    InspectionPlan.objects.update(drafted_by=cast.administrator, submitted_by=cast.administrator)
    with pytest.raises(PlanRefused, match="您的角色"):
        approve_plan(plan, actor=cast.staff, now=NOW)


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), date(2026, 12, 31)),
        (date(2026, 2, 1), date(2026, 2, 1), date(2026, 5, 1)),
        (date(2025, 11, 24), date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_a_visit_that_is_added_is_offered_days_that_are_not_over(cast, today, first, last):
    assert _usual_days(make_plan(cast), today) == (first, last)


def test_the_page_offers_days_from_today(cast, signed_in, settings):
    plan = make_plan(cast, state="draft", year=datetime.now().year)
    form = signed_in(cast.staff).get(reverse("inspections:plan_add", args=[plan.pk])).context["form"]
    assert form["planned_from"].initial >= datetime.now().date() - timedelta(days=1)


def test_the_quarters_of_a_plan_name_their_columns_on_a_telephone(cast, signed_in):
    plan = make_plan(cast)
    page = signed_in(cast.staff).get(reverse("inspections:plan", args=[plan.pk])).content.decode()
    quarters = page.split("quarter-progress")[1].split("</table>")[0]
    assert 'class="table table-stack"' in quarters
    assert quarters.count('data-label="完成率"') == 5


def test_points_are_those_that_are_computed_by_hand(cast):
    """10 x 0.5 (partly) + 10 x 1 (yes) + 4 of 5 (by hand) + 1 x 0 (no) = 19 of 26; 1 not applicable."""
    inspection = make_inspection(cast, version=make_checklist(more=2))
    move(inspection=inspection, act="start", actor=cast.staff, now=NOW)
    said = {
        "1.1": "partly", "1.2": "yes", "1.3": "yes", "2.1": "3", "2.2": "防钓鱼", "2.3": "no",
        "2.4": "not_applicable",
    }  # fmt: skip
    for key, value in said.items():
        item = item_of(inspection.checklist, key)
        save_answer(inspection, item, value=value, note="无此系统", actor=cast.liaison, now=NOW)
    submit(inspection, actor=cast.liaison, now=NOW)
    save_review(inspection, {"2.2": Decision("accepted", points=Decimal(4))}, actor=cast.staff, now=NOW)
    conclude(inspection, conclusion="基本符合", actor=cast.staff, now=NOW, unraised_reason="限期补齐")
    inspection.refresh_from_db()
    assert (inspection.score, inspection.full_score) == (Decimal("19.00"), Decimal("26.00"))
