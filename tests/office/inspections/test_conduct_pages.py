"""Every page of plans, draws and inspections: opens, is found by whom it concerns, with few queries."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from plumbline.office.inspections.models import Draw, InspectionPlan
from plumbline.office.inspections.services.draws import draw_units
from plumbline.office.inspections.services.progress import move
from plumbline.office.units.models import Unit
from tests.office.inspections.conduct import DAY, NOW, make_checklist, make_inspection, make_plan, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(cast):
    """A plan with a visit, a self-check that runs, and a draw."""
    plan = make_plan(cast)
    version = make_checklist()
    visit = make_visit(cast, version=version, plan=plan)
    check = make_inspection(cast, version=version, plan=plan, number="JC-2026-0002", unit=cast.town)
    move(inspection=check, act="start", actor=cast.staff, now=NOW)
    draw = draw_units(
        plan, [cast.school, cast.town], seed="2026052", seed_source="福彩 3D 第 2026052 期", wanted=1,
        scope="全部", reason="", actor=cast.staff, now=NOW,
    )  # fmt: skip
    return plan, visit, check, draw


def pages(plan, visit, check, draw):
    """(address, capability of whom it is for)."""
    return {
        reverse("inspections:list"): "view",
        reverse("inspections:batch"): "plan",
        reverse("inspections:interests"): "oversee",
        reverse("inspections:sheets"): "answer",
        reverse("inspections:plans"): "oversee",
        reverse("inspections:plan_create"): "plan",
        **{
            reverse(f"inspections:{name}", args=[plan.pk]): who
            for name, who in (
                ("plan", "oversee"), ("plan_edit", "plan"), ("plan_add", "plan"), ("plan_changes", "oversee"),
                ("plan_export", "oversee"), ("plan_import", "plan"), ("plan_calendar", "oversee"),
                ("draws", "oversee"), ("draw_units", "plan"), ("draw_inspectors", "plan"),
            )
        },
        reverse("inspections:plan_calendar", args=[plan.pk]) + "?quarter=1": "oversee",
        reverse("inspections:draw", args=[plan.pk, draw.pk]): "oversee",
        reverse("inspections:draw_use", args=[plan.pk, draw.pk]): "plan",
        **{
            reverse(f"inspections:{name}", args=[visit.pk]): who
            for name, who in (
                ("inspection", "view"), ("edit", "plan"), ("inspectors", "plan"), ("answers", "view"),
                ("conclude", "review"), ("record", "view"),
            )
        },
        **{
            reverse(f"inspections:{name}", args=[check.pk]): who
            for name, who in (
                ("inspection", "view"), ("answers", "view"), ("answers_state", "view"), ("review", "review"),
                ("record", "view"), ("sheet_export", "view"),
            )
        },
        reverse("inspections:of_unit", args=[visit.unit_id]): "view",
        reverse("inspections:worker"): "view",
    }  # fmt: skip


def test_every_page_opens_for_the_staff_and_says_nothing_in_code(cast, county, signed_in):
    client = signed_in(cast.staff)
    for url, _who in pages(*county).items():
        answer = client.get(url)
        assert answer.status_code == 200, url
        if answer["Content-Type"].startswith("text/html"):
            text = answer.content.decode()
            for code in ("not_applicable<", "self_check<", "on_site<", "None", "conformity"):
                assert code not in text.replace('"None"', ""), (url, code)


def test_a_leader_reads_and_changes_nothing_and_a_unit_sees_its_own(cast, county, signed_in):
    _plan, visit, check, _draw = county
    for url, who in pages(*county).items():
        leader = signed_in(cast.leader).get(url).status_code
        assert leader == (200 if who in ("view", "oversee") else 403), url
        liaison = signed_in(cast.liaison).get(url).status_code
        if who in ("plan", "oversee", "review"):
            assert liaison == 403, url
        elif url.startswith((f"/inspections/{visit.pk}/", f"/inspections/{check.pk}/")):
            assert liaison == 404, url
        else:
            assert liaison == 200, url
        expert = signed_in(cast.expert).get(url).status_code
        open_to_all = url in (reverse("inspections:list"), reverse("inspections:worker"))
        assert expert in ((200,) if open_to_all else (403, 404)), url


@pytest.mark.parametrize("count", [3, 40])
def test_the_lists_ask_the_same_number_of_questions_however_long(
    cast, signed_in, count, django_assert_max_num_queries
):
    plan = make_plan(cast)
    version = make_checklist()
    for number in range(count):
        unit = Unit.objects.create(name=f"单位{number}", kind="other")
        make_visit(cast, version=version, plan=plan, unit=unit, number=f"JC-2026-{number:04d}")
    client = signed_in(cast.staff)
    client.get(reverse("inspections:list"))
    for url, most in (
        (reverse("inspections:list"), 16),
        (reverse("inspections:plan", args=[plan.pk]), 20),
        (reverse("inspections:plan_calendar", args=[plan.pk]) + "?quarter=1", 16),
        (reverse("inspections:plan_add", args=[plan.pk]), 14),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200


def test_filters_sort_and_pages_stay_in_the_address(cast, signed_in):
    version = make_checklist()
    for number in range(60):
        make_inspection(cast, version=version, number=f"JC-2026-{number:04d}", planned_to=date(2026, 6, 30))
    make_inspection(cast, version=version, unit=cast.town, number="JC-2026-0999", state="done")
    client = signed_in(cast.leader)
    url = reverse("inspections:list")
    page = client.get(url, {"quarter": "2", "sort": "-number", "page": "2"}).content.decode()
    assert "JC-2026-0009" in page
    assert "JC-2026-0010" not in page
    assert "quarter=2" in page
    assert "sort=number" in page
    found = client.get(url, {"q": "城关", "state": "done"}).content.decode()
    assert "JC-2026-0999" in found
    assert "JC-2026-0001" not in found
    assert "没有符合条件" in client.get(url, {"q": "没有这样的"}).content.decode()
    late = client.get(url, {"state": "late", "year": "2026"})
    assert late.status_code == 200
    for odd in ({"year": "abcd"}, {"quarter": "9"}, {"page": "zz"}, {"sort": "'"}, {"method": "x"}):
        assert client.get(url, odd).status_code == 200


def test_a_plan_is_made_filled_submitted_and_approved_through_the_pages(cast, signed_in):
    version = make_checklist()
    staff, leader = signed_in(cast.staff), signed_in(cast.leader)
    made = staff.post(
        reverse("inspections:plan_create"),
        {"year": 2026, "quota_q1": 1, "quota_q2": 0, "quota_q3": 0, "quota_q4": 0, "note": ""},
    )
    plan = InspectionPlan.objects.get()
    assert made.url == reverse("inspections:plan", args=[plan.pk])
    data = {
        "unit": [cast.school.pk], "method": "self_check", "checklist": version.pk,
        "planned_from": "2026-03-01", "planned_to": "2026-03-31",
    }  # fmt: skip
    none = staff.post(reverse("inspections:plan_add", args=[plan.pk]), {**data, "unit": []})
    assert none.status_code == 422
    assert "至少勾选一个单位" in none.content.decode()
    backwards = staff.post(
        reverse("inspections:plan_add", args=[plan.pk]), {**data, "planned_to": "2026-02-01"}
    )
    assert backwards.status_code == 422
    assert staff.post(reverse("inspections:plan_add", args=[plan.pk]), data).status_code == 302
    assert staff.post(reverse("inspections:plan_submit", args=[plan.pk])).status_code == 302
    assert "审批" in leader.get("/").content.decode() or plan.inspections.count() == 1
    assert staff.post(reverse("inspections:plan_approve", args=[plan.pk])).status_code == 403
    assert leader.post(reverse("inspections:plan_approve", args=[plan.pk])).status_code == 302
    plan.refresh_from_db()
    assert plan.state == "approved"
    late = staff.post(reverse("inspections:plan_add", args=[plan.pk]), {**data, "unit": [cast.town.pk]})
    assert late.status_code == 422  # an approved plan wants a reason
    inspection = plan.inspections.get()
    begun = staff.post(reverse("inspections:start_selected"), {"inspection": [inspection.pk]})
    assert begun.status_code == 302
    inspection.refresh_from_db()
    assert inspection.state == "running"


def test_a_form_that_was_opened_before_another_saved_is_409(cast, signed_in):
    plan = make_plan(cast, state="draft")
    client = signed_in(cast.staff)
    data = {
        "year": 2026,
        "quota_q1": 7,
        "quota_q2": 0,
        "quota_q3": 0,
        "quota_q4": 0,
        "note": "",
        "revision": 1,
    }
    assert client.post(reverse("inspections:plan_edit", args=[plan.pk]), data).status_code == 302
    late = client.post(reverse("inspections:plan_edit", args=[plan.pk]), {**data, "quota_q1": 8})
    assert late.status_code == 409
    assert "现在保存的是“7”" in late.content.decode()


def test_a_draw_is_verified_on_its_page_and_a_changed_one_is_told(cast, county, signed_in):
    plan, _visit, _check, draw = county
    client = signed_in(cast.leader)
    url = reverse("inspections:draw", args=[plan.pk, draw.pk])
    assert "验证通过" in client.get(url).content.decode()
    entries = list(draw.entries.order_by("rank"))
    entries[0].key, entries[1].key = entries[1].key, entries[0].key
    for entry in entries:
        entry.save()
    assert "验证不通过" in client.get(url).content.decode()
    assert Draw.objects.count() == 1


@pytest.mark.parametrize("count", [5, 60])
def test_the_items_are_drawn_with_the_same_number_of_questions_however_many(
    cast, signed_in, count, django_assert_max_num_queries
):
    version = make_checklist("long", more=count)
    check = make_inspection(cast, version=version)
    move(inspection=check, act="start", actor=cast.staff, now=NOW)
    for item in version.items.exclude(answer=""):
        check.answers.create(item=item, value="no", answered_by=cast.liaison, answered_at=NOW)
    client = signed_in(cast.staff)
    for name in ("answers", "inspection", "record"):
        url = reverse(f"inspections:{name}", args=[check.pk])
        with django_assert_max_num_queries(26):
            assert client.get(url).status_code == 200, name


def test_a_change_whose_answer_was_lost_may_be_followed_by_another(cast, signed_in):
    """The tablet sent, the network broke, the person wrote on: his own text is no conflict with him."""
    from plumbline.office.inspections.models import Answer, Inspection

    visit = make_visit(cast, version=make_checklist())
    Inspection.objects.update(state="running")
    client, url = signed_in(cast.staff), f"/inspections/{visit.pk}/answers/save/"
    told = {"kind": "answer", "item": "1.1", "value": "no", "revision": "0"}
    first = client.post(url, {**told, "key": "a", "note": "甲"}, headers={"Accept": "application/json"})
    second = client.post(
        url, {**told, "key": "b", "note": "甲乙", "follows": ["a"]}, headers={"Accept": "application/json"}
    )
    third = client.post(
        url, {**told, "key": "c", "note": "他人", "follows": ["x"]}, headers={"Accept": "application/json"}
    )
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 409)
    assert Answer.objects.get().note == "甲乙"


def test_what_stops_a_visit_is_said_once_with_where_to_mend_it(cast, signed_in):
    version = make_checklist()
    visit = make_visit(cast, version=version, planned_from=DAY, planned_to=DAY)
    other = make_visit(
        cast, version=version, number="JC-2026-0002", unit=cast.town, planned_from=DAY, planned_to=DAY
    )
    page = signed_in(cast.staff).get(reverse("inspections:inspection", args=[visit.pk])).content.decode()
    assert page.count(f"同日已安排检查 {other.number}") == 2  # of two inspectors
    for name in ("edit", "inspectors"):
        assert page.count(f'href="{reverse(f"inspections:{name}", args=[visit.pk])}"') == 2  # and in the menu


def test_ticks_are_offered_only_where_a_self_check_waits_to_be_started(cast, signed_in):
    visit = make_visit(cast, version=make_checklist())
    client, address = signed_in(cast.staff), reverse("inspections:list")
    page = client.get(address).content.decode()
    assert visit.number in page and "发起勾选的自查" not in page and "data-tick-all" not in page
    assert f'href="{reverse("inspections:plans")}"' in page.partition("<main")[2]
    make_inspection(cast, version=visit.checklist, number="JC-2026-0002", unit=cast.town)
    page = client.get(address).content.decode()
    assert "发起勾选的自查" in page and "data-tick-all" in page
