"""A self-check from its start to its score: autosave by revision, branching, review, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from plumbline.office.audit.models import Record
from plumbline.office.inspections.models import Answer, Delivery, Inspection
from plumbline.office.inspections.services.answering import AnswerConflict, add_evidence, save_answer
from plumbline.office.inspections.services.arranging import Arrangement, start_batch
from plumbline.office.inspections.services.progress import InspectionRefused, move
from plumbline.office.inspections.services.reviewing import (
    Decision,
    Incomplete,
    conclude,
    give_back,
    save_review,
    score_of,
    submit,
)
from tests.office.inspections.conduct import DAY, NOW, item_of, make_checklist, make_inspection

pytestmark = pytest.mark.django_db
State = Inspection.State
FULL = {"1.1": "yes", "1.2": "no", "2.1": "3", "2.2": "钓鱼邮件识别"}


@pytest.fixture
def version(db):
    return make_checklist()


@pytest.fixture
def running(cast, version):
    inspection = make_inspection(cast, version=version)
    move(inspection=inspection, act="start", actor=cast.staff, now=NOW)
    return inspection


def fill(inspection, cast, values=FULL, now=NOW):
    for key, value in values.items():
        item = item_of(inspection.checklist, key)
        save_answer(inspection, item, value=value, note="", actor=cast.liaison, now=now)


def test_a_batch_starts_a_self_check_for_each_unit(cast, version):
    arrangement = Arrangement(method="self_check", planned_from=DAY, planned_to=DAY, checklist=version)
    made = start_batch([cast.school, cast.town], arrangement, actor=cast.staff, now=NOW)
    assert {one.state for one in made} == {State.RUNNING}
    assert all(one.started_on == DAY for one in made)


def test_the_later_of_two_devices_is_told_with_both_texts(cast, running):
    item = item_of(running.checklist, "1.1")
    first = save_answer(running, item, value="yes", note="已发文", actor=cast.liaison, now=NOW, revision=0)
    with pytest.raises(AnswerConflict) as conflict:
        save_answer(running, item, value="no", note="没有", actor=cast.liaison, now=NOW, revision=0)
    assert (conflict.value.saved.value, conflict.value.saved.note) == ("yes", "已发文")
    assert Answer.objects.get().value == "yes"
    again = save_answer(
        running, item, value="no", note="没有", actor=cast.liaison, now=NOW, revision=first.revision
    )
    assert (again.value, again.revision) == ("no", 2)


def test_the_same_answer_from_two_devices_is_no_conflict(cast, running):
    item = item_of(running.checklist, "1.1")
    save_answer(running, item, value="yes", note="", actor=cast.liaison, now=NOW, revision=0)
    assert (
        save_answer(running, item, value="yes", note="", actor=cast.liaison, now=NOW, revision=0).revision
        == 1
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [("1.1", "perhaps"), ("1.2", "partly"), ("2.1", "三"), ("2.1", "NaN"), ("2.2", "长" * 2001)],
)
def test_what_is_no_answer_to_an_item_is_refused(cast, running, key, value):
    with pytest.raises(InspectionRefused) as refusal:
        save_answer(
            running, item_of(running.checklist, key), value=value, note="", actor=cast.liaison, now=NOW
        )
    assert refusal.value.where == key
    assert not Answer.objects.exists()


def test_submitting_lists_what_is_missing_and_asks_nothing_that_fell_away(cast, running):
    fill(running, cast, {"1.2": "no", "2.1": "not_applicable"})
    with pytest.raises(Incomplete) as refusal:
        submit(running, actor=cast.liaison, now=NOW)
    # 1.3 is asked only of units with a site
    assert [lack.item.key for lack in refusal.value.lacks] == ["1.1", "2.1", "2.2"]
    assert "理由" in refusal.value.lacks[1].what
    running.refresh_from_db()
    assert running.state == State.RUNNING


def test_a_self_check_is_handed_in_returned_mended_and_concluded_with_its_points(cast, running):
    fill(running, cast)
    submit(running, actor=cast.liaison, now=NOW)
    assert set(running.answers.values_list("state", flat=True)) == {"submitted"}
    save_review(running, {"1.1": Decision("returned", "请附任命文件")}, actor=cast.staff, now=NOW)
    give_back(running, note="一项需要补正", actor=cast.staff, now=NOW)
    assert running.state == State.RETURNED
    # only what was returned is to be changed
    with pytest.raises(InspectionRefused, match="已经认可"):
        fill(running, cast, {"1.2": "yes"})
    with pytest.raises(Incomplete, match="尚未修改"):
        submit(running, actor=cast.liaison, now=NOW)
    fill(running, cast, {"1.1": "partly"}, now=NOW + timedelta(hours=1))
    submit(running, actor=cast.liaison, now=NOW + timedelta(hours=2))
    with pytest.raises(InspectionRefused, match="人工评分"):
        conclude(running, conclusion="基本符合", actor=cast.staff, now=NOW)
    decisions = {"1.1": Decision("accepted"), "2.2": Decision("accepted", points=Decimal(4))}
    save_review(running, decisions, actor=cast.staff, now=NOW)
    conclude(running, conclusion="基本符合", actor=cast.staff, now=NOW, unraised_reason="已责成补发")
    running.refresh_from_db()
    assert (running.state, running.score, running.full_score) == (
        State.DONE,
        Decimal("9.00"),
        Decimal("15.00"),
    )
    assert running.finished_on == DAY
    acts = list(running.events.order_by("pk").values_list("act", flat=True))
    assert acts == ["start", "submit", "return", "submit", "accept"]
    assert Record.objects.filter(action="inspections.accept").count() == 1


def test_evidence_after_the_return_counts_as_mended(cast, running, photo):
    fill(running, cast)
    submit(running, actor=cast.liaison, now=NOW)
    save_review(running, {"1.1": Decision("returned", "请附文件")}, actor=cast.staff, now=NOW)
    give_back(running, note="补文件", actor=cast.staff, now=NOW)
    add_evidence(
        running, item_of(running.checklist, "1.1"), photo("任命.png"), title="", actor=cast.liaison, now=NOW
    )
    submit(running, actor=cast.liaison, now=NOW)
    assert running.state == State.SUBMITTED


def test_a_return_without_reason_and_points_beyond_the_item_are_refused(cast, running):
    fill(running, cast)
    submit(running, actor=cast.liaison, now=NOW)
    with pytest.raises(InspectionRefused, match="理由"):
        save_review(running, {"1.1": Decision("returned")}, actor=cast.staff, now=NOW)
    with pytest.raises(InspectionRefused, match="得分须在"):
        save_review(running, {"2.2": Decision("accepted", points=Decimal(6))}, actor=cast.staff, now=NOW)
    with pytest.raises(InspectionRefused, match="没有标明"):
        give_back(running, note="无", actor=cast.staff, now=NOW)


def test_unanswered_points_are_open_and_neither_zero_nor_passed(cast, running):
    fill(running, cast, {"1.1": "yes"})
    points = score_of(running)
    assert (points.reached, points.reachable, points.open) == (Decimal("10.00"), Decimal("15.00"), 1)


def test_a_cancelled_inspection_is_restored_with_its_answers(cast, running):
    fill(running, cast)
    with pytest.raises(InspectionRefused, match="理由"):
        move(inspection=running, act="cancel", actor=cast.staff, now=NOW)
    move(inspection=running, act="cancel", actor=cast.staff, now=NOW, note="单位撤并")
    with pytest.raises(InspectionRefused, match="已取消"):
        fill(running, cast, {"1.1": "no"})
    move(inspection=running, act="restore", actor=cast.staff, now=NOW, note="撤并暂缓")
    assert running.state == State.PLANNED
    assert running.answers.count() == 4


def test_a_concluded_one_is_reopened_with_a_reason_and_loses_its_points(cast, running):
    fill(running, cast, {**FULL, "2.2": "not_applicable"})
    save_answer(
        running,
        item_of(running.checklist, "2.2"),
        value="not_applicable",
        note="无此项",
        actor=cast.liaison,
        now=NOW,
    )
    submit(running, actor=cast.liaison, now=NOW)
    conclude(running, conclusion="符合", actor=cast.staff, now=NOW)
    move(inspection=running, act="reopen", actor=cast.staff, now=NOW, note="材料有误")
    running.refresh_from_db()
    assert (running.state, running.score, running.finished_on) == (State.SUBMITTED, None, None)


def test_a_liaison_does_not_review_and_staff_of_no_capability_move_nothing(cast, running):
    fill(running, cast)
    submit(running, actor=cast.liaison, now=NOW)
    with pytest.raises(InspectionRefused):
        save_review(running, {"1.1": Decision("accepted")}, actor=cast.liaison, now=NOW)
    with pytest.raises(InspectionRefused, match="您的角色"):
        move(inspection=running, act="accept", actor=cast.leader, now=NOW)


# --- through the page -------------------------------------------------------------------------------


def post(client, inspection, **fields):
    url = reverse("inspections:answers_save", args=[inspection.pk])
    return client.post(url, {"kind": "answer", **fields}, headers={"Accept": "application/json"})


def test_a_change_that_is_sent_twice_is_made_once(cast, running, signed_in):
    client, key = signed_in(cast.liaison), uuid4().hex
    first = post(client, running, item="1.1", value="yes", note="", revision=0, key=key)
    second = post(client, running, item="1.1", value="yes", note="", revision=0, key=key)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert Answer.objects.get().revision == 1
    assert Delivery.objects.count() == 1


def test_a_photo_that_is_sent_twice_is_kept_once(cast, running, signed_in, photo):
    client, key = signed_in(cast.liaison), uuid4().hex
    for _ in range(2):
        answer = post(client, running, kind="photo", item="1.1", file=photo(), key=key)
        assert answer.json()["state"] == "saved"
    assert Answer.objects.get().files.count() == 1


def test_the_page_tells_the_later_device_with_409_and_what_is_saved(cast, running, signed_in):
    client = signed_in(cast.liaison)
    post(client, running, item="1.1", value="yes", note="甲", revision=0, key=uuid4().hex)
    late = post(client, running, item="1.1", value="no", note="乙", revision=0, key=uuid4().hex)
    assert late.status_code == 409
    assert late.json()["saved"]["note"] == "甲"
    assert Delivery.objects.count() == 1


def test_a_wrong_value_is_422_with_the_reason_and_may_be_sent_again(cast, running, signed_in):
    client, key = signed_in(cast.liaison), uuid4().hex
    assert post(client, running, item="2.1", value="三", revision=0, key=key).status_code == 422
    assert post(client, running, item="2.1", value="3", revision=0, key=key).status_code == 200


def test_without_the_script_the_items_form_saves_and_comes_back(cast, running, signed_in):
    url = reverse("inspections:answers_save", args=[running.pk])
    client = signed_in(cast.liaison)
    file = SimpleUploadedFile("制度.txt", "制度".encode(), "text/plain")
    data = {
        "kind": "answer",
        "item": "2.1",
        "value": "",
        "na": "1",
        "note": "新建单位",
        "revision": "0",
        "file": file,
    }
    answer = client.post(url, {**data, "file": file})
    assert answer.status_code == 302
    assert answer.url.endswith("#item-2.1")
    saved = Answer.objects.get()
    assert (saved.value, saved.note, saved.files.count()) == ("not_applicable", "新建单位", 1)


def test_another_units_liaison_finds_nothing_of_it(cast, running, signed_in, photo):
    fill(running, cast)
    kept = add_evidence(
        running, item_of(running.checklist, "1.1"), photo(), title="", actor=cast.liaison, now=NOW
    )
    client = signed_in(cast.other_liaison)
    for name in ("inspection", "answers", "answers_state", "record", "sheet_export"):
        assert client.get(reverse(f"inspections:{name}", args=[running.pk])).status_code == 404, name
    assert client.get(reverse("inspections:evidence", args=[running.pk, kept.pk])).status_code == 404
    for name in ("submit", "answers_save"):
        assert client.post(reverse(f"inspections:{name}", args=[running.pk])).status_code == 404, name
    assert running.number not in client.get(reverse("inspections:list")).content.decode()


def test_a_unit_does_not_see_visits_that_are_only_planned(cast, version, signed_in):
    visit = make_inspection(cast, version=version, method="on_site")
    client = signed_in(cast.liaison)
    assert client.get(reverse("inspections:inspection", args=[visit.pk])).status_code == 404
    assert visit.number not in client.get(reverse("inspections:list")).content.decode()


def test_nothing_answered_shows_no_points(cast, running, signed_in):
    address = reverse("inspections:inspection", args=[running.pk])
    assert "按已填内容暂计" not in signed_in(cast.staff).get(address).content.decode()
    fill(running, cast)
    assert "按已填内容暂计" in signed_in(cast.staff).get(address).content.decode()


def test_the_review_page_decides_and_concludes(cast, running, signed_in):
    fill(running, cast)
    submit(running, actor=cast.liaison, now=NOW)
    running.refresh_from_db()
    client = signed_in(cast.staff)
    url = reverse("inspections:review", args=[running.pk])
    assert "钓鱼邮件识别" in client.get(url).content.decode()
    text = running.answers.get(item__key="2.2").pk
    stale = client.post(url, {"act": "save", "revision": running.revision - 1, f"state-{text}": "accepted"})
    assert stale.status_code == 409
    lacking = client.post(url, {"act": "accept", "revision": running.revision, "conclusion": "好"})
    assert lacking.status_code == 422
    running.refresh_from_db()
    done = client.post(
        url, {"act": "accept", "revision": running.revision, "conclusion": "好", f"points-{text}": "5"}
    )
    assert done.status_code == 302
    running.refresh_from_db()
    assert (running.state, running.score) == (State.DONE, Decimal("15.00"))


def test_whoever_handed_in_for_the_unit_does_not_pass_it_himself(cast, running):
    for key, value in (("1.1", "yes"), ("1.2", "no"), ("2.1", "3"), ("2.2", "防钓鱼")):
        item = item_of(running.checklist, key)
        save_answer(running, item, value=value, note="", actor=cast.staff, now=NOW)
    submit(running, actor=cast.staff, now=NOW)
    save_review(running, {"2.2": Decision("accepted", points=Decimal(5))}, actor=cast.staff, now=NOW)
    with pytest.raises(InspectionRefused, match="另一人"):
        conclude(running, conclusion="符合", actor=cast.staff, now=NOW)
    conclude(running, conclusion="符合", actor=cast.administrator, now=NOW)
    assert running.state == "done"


def test_line_breaks_of_a_browser_and_of_a_workbook_are_the_same_text(cast, running):
    item = item_of(running.checklist, "2.2")
    first = save_answer(running, item, value="甲\r\n乙", note="", actor=cast.liaison, now=NOW, revision=0)
    again = save_answer(running, item, value="甲\n乙", note="", actor=cast.liaison, now=NOW, revision=0)
    assert (first.value, again.revision) == ("甲\n乙", 1)
