"""Experts see the inspection that they are engaged for, from the first day to the last, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from plumbline.office.findings.access import visible_findings
from plumbline.office.inspections.access import GRACE_DAYS, visible_inspections
from plumbline.office.inspections.services.answering import save_answer
from plumbline.office.inspections.services.inspectors import drop_inspector, put_inspector
from plumbline.office.inspections.services.progress import InspectionRefused, move
from plumbline.office.inspections.services.visits import raise_from_item
from plumbline.office.lib.agenda import agenda
from tests.office.inspections.conduct import (
    NOW,
    item_of,
    make_checklist,
    make_inspection,
    make_plan,
    make_visit,
)

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 5), date(2026, 3, 20)


@pytest.fixture
def visit(cast):
    found = make_visit(cast, version=make_checklist())
    put_inspector(
        found, user=cast.expert, role="expert", starts_on=FIRST, ends_on=LAST, letter="渗透测试，注意保密",
        actor=cast.staff, now=NOW,
    )  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("day", "seen"),
    [
        (FIRST - timedelta(days=1), False),
        (FIRST, True),
        (LAST, True),
        (LAST + timedelta(days=1), False),
    ],
)
def test_access_begins_and_ends_by_itself(cast, visit, day, seen):
    assert visible_inspections(cast.expert, on=day).exists() == seen


def test_a_concluded_inspection_is_seen_for_a_few_days_more(cast, visit):
    visit.state, visit.finished_on = "done", date(2026, 3, 8)
    visit.save()
    last = date(2026, 3, 8) + timedelta(days=GRACE_DAYS)
    assert visible_inspections(cast.expert, on=last).exists()
    assert not visible_inspections(cast.expert, on=last + timedelta(days=1)).exists()


def walk(client, visit, finding):
    """Every address of the inspection, with what comes back."""
    names = ("inspection", "answers", "answers_state", "record", "sheet_export")
    found = {name: client.get(reverse(f"inspections:{name}", args=[visit.pk])).status_code for name in names}
    data = {"kind": "answer", "item": "1.1", "value": "no", "revision": "", "key": ""}
    save = reverse("inspections:answers_save", args=[visit.pk])
    found["save"] = client.post(save, data, headers={"Accept": "application/json"}).status_code
    found["finding"] = client.get(reverse("findings:finding", args=[finding.pk])).status_code
    return found


def test_after_the_last_day_every_address_is_404(cast, visit, signed_in):
    today = timezone.localdate()
    other = make_inspection(
        cast, version=visit.checklist, unit=cast.town, number="JC-2026-0002", method="on_site"
    )
    row = visit.inspectors.get(user=cast.expert)
    row.starts_on, row.ends_on = today - timedelta(days=2), today
    row.save()
    move(inspection=visit, act="visit", actor=cast.staff, now=NOW)
    save_answer(visit, item_of(visit.checklist, "1.1"), value="no", note="", actor=cast.expert, now=NOW)
    finding = raise_from_item(visit, item_of(visit.checklist, "1.1"), actor=cast.expert, now=NOW)
    client = signed_in(cast.expert)
    assert set(walk(client, visit, finding).values()) == {200}
    assert "渗透测试" in client.get(reverse("inspections:inspection", args=[visit.pk])).content.decode()
    assert list(visible_findings(cast.expert)) == [finding]
    assert set(walk(client, other, finding).values()) == {404, 200}  # the finding alone is his
    row.ends_on = today - timedelta(days=1)
    row.save()
    assert set(walk(client, visit, finding).values()) == {404}
    assert not visible_findings(cast.expert).exists()
    assert visit.number not in client.get(reverse("inspections:list")).content.decode()


def test_an_expert_does_not_conclude_what_he_helped_with(cast, visit, signed_in):
    move(inspection=visit, act="visit", actor=cast.staff, now=NOW)
    assert signed_in(cast.expert).get(reverse("inspections:conclude", args=[visit.pk])).status_code == 403
    with pytest.raises(InspectionRefused, match="您的角色"):
        move(inspection=visit, act="conclude", actor=cast.expert, now=NOW)


def test_an_expert_sees_neither_the_unit_nor_the_plan(cast, visit, signed_in):
    plan = make_plan(cast)
    client = signed_in(cast.expert)
    assert client.get(reverse("inspections:plan", args=[plan.pk])).status_code == 403
    assert client.get(reverse("inspections:of_unit", args=[visit.unit_id])).status_code in (403, 404)


def test_an_expert_who_is_taken_out_sees_it_no_longer(cast, visit):
    drop_inspector(visit.inspectors.get(user=cast.expert), actor=cast.staff, now=NOW)
    assert not visible_inspections(cast.expert, on=FIRST).exists()


def test_everybody_finds_what_he_has_to_do(cast, visit):
    check = make_inspection(cast, version=visit.checklist, number="JC-2026-0003", unit=cast.school)
    move(inspection=check, act="start", actor=cast.staff, now=NOW)
    plan = make_plan(cast, state="submitted")
    make_inspection(cast, plan=plan, number="JC-2026-0004", unit=cast.town)

    def titles(user, now=NOW):
        return [task.title for task in agenda(user, now=now)]

    assert any("参加对县一中的检查" in title for title in titles(cast.expert))
    assert not titles(cast.expert, now=NOW + timedelta(days=30))
    assert any("填写县一中的自查" in title for title in titles(cast.liaison))
    assert not any("自查" in title for title in titles(cast.other_liaison))
    assert any("审批2026 年检查计划" in title for title in titles(cast.leader))
    assert not any("审批" in title for title in titles(cast.staff))
    assert any("准备对县一中的检查" in title for title in titles(cast.staff))
    assert any("超过计划日期" in title for title in titles(cast.staff, now=NOW + timedelta(days=60)))
    check.state = "submitted"
    check.save()
    assert any("审核县一中的自查" in title for title in titles(cast.staff))


def test_a_person_who_was_deactivated_sees_nothing(cast, visit):
    cast.expert.state = "deactivated"
    cast.expert.save()
    assert not visible_inspections(cast.expert, on=FIRST).exists()
