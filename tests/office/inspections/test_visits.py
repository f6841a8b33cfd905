"""Visits: readiness, record, findings from items, conclusion, and who is let in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from plumbline.office.findings.models import Finding
from plumbline.office.inspections.models import Inspection, Photo
from plumbline.office.inspections.services.answering import add_photo, save_answer
from plumbline.office.inspections.services.progress import InspectionRefused, move
from plumbline.office.inspections.services.readiness import NotReady
from plumbline.office.inspections.services.reviewing import Incomplete, conclude, give_points
from plumbline.office.inspections.services.visits import raise_from_item, save_record
from plumbline.office.lib.revisions import Outdated
from plumbline.office.units.models import Asset
from plumbline.office.units.services.assets import save_asset
from tests.office.inspections.conduct import NOW, item_of, make_checklist, make_inspection, make_visit
from tests.office.inspections.scan_files import nessus
from tests.office.inspections.test_scan_imports import imported

pytestmark = pytest.mark.django_db
ALL = (("1.1", "no"), ("1.2", "no"), ("2.1", "2"), ("2.2", "防钓鱼"))


@pytest.fixture
def visit(cast):
    found = make_visit(cast, version=make_checklist())
    move(inspection=found, act="visit", actor=cast.staff, now=NOW)
    return found


def fill(visit, cast, answers=ALL):
    for key, value in answers:
        save_answer(visit, item_of(visit.checklist, key), value=value, note="", actor=cast.staff, now=NOW)


def test_one_inspector_is_not_enough_and_the_refusal_says_so(cast):
    visit = make_visit(cast, version=make_checklist())
    visit.inspectors.get(user=cast.administrator).delete()
    with pytest.raises(NotReady, match="至少要有两人"):
        move(inspection=visit, act="visit", actor=cast.staff, now=NOW)
    visit.refresh_from_db()
    assert visit.state == Inspection.State.PLANNED


def test_a_visit_has_no_submission_and_a_self_check_no_visit(cast, visit):
    with pytest.raises(InspectionRefused, match="没有"):
        move(inspection=visit, act="submit", actor=cast.staff, now=NOW)


def test_a_finding_is_raised_from_an_item_once_however_often_it_is_tapped(cast, visit, photo):
    fill(visit, cast)
    item = item_of(visit.checklist, "1.1")
    add_photo(visit, photo(), item=item, title="", actor=cast.staff, now=NOW)
    first = raise_from_item(visit, item, actor=cast.staff, now=NOW)
    again = raise_from_item(visit, item, actor=cast.staff, now=NOW)
    assert first.pk == again.pk
    finding = Finding.objects.get()
    assert (finding.title, finding.severity, finding.advice) == ("未明确责任人", "high", "发文明确责任人")
    assert (finding.source, finding.source_name, finding.source_key) == (
        "inspection", "county-yearly", str(visit.pk),
    )  # fmt: skip
    assert finding.basis == "《网络安全法》"
    assert finding.files.count() >= 1
    assert visit.answers.get(item=item).finding == finding


def test_a_finding_says_how_the_question_was_answered_and_leads_back_to_its_inspection(
    cast, visit, signed_in
):
    fill(visit, cast, [("1.1", "no")])
    item = item_of(visit.checklist, "1.1")
    finding = raise_from_item(visit, item, actor=cast.staff, now=NOW)
    assert finding.detail.splitlines()[0] == f"{item.title}：不符合"
    body = signed_in(cast.staff).get(reverse("findings:finding", args=[finding.pk])).content.decode()
    address = reverse("inspections:inspection", args=[visit.pk])
    assert f'<a href="{address}">{visit.number}</a>' in body
    assert visit.checklist.checklist.key not in body


def test_a_read_only_page_of_answers_still_raises_findings_for_inspectors_only(cast, visit, signed_in):
    Inspection.objects.filter(pk=visit.pk).update(state="done")
    address = reverse("inspections:answers_state", args=[visit.pk])
    for user, raises in ((cast.staff, True), (cast.liaison, False)):
        facts = signed_in(user).get(address).json()
        assert (facts["open"], facts["raises"]) == (False, raises)
    Inspection.objects.filter(pk=visit.pk).update(state="cancelled")
    assert signed_in(cast.staff).get(address).json()["raises"] is False


def test_an_item_that_conforms_or_only_asks_raises_no_finding(cast, visit):
    fill(visit, cast, [("1.1", "yes"), ("1.2", "no")])
    for key in ("1.1", "1.2", "2.1"):
        with pytest.raises(InspectionRefused, match="不能据此登记"):
            raise_from_item(visit, item_of(visit.checklist, key), actor=cast.staff, now=NOW)
    assert not Finding.objects.exists()


def test_a_visit_is_concluded_when_every_item_is_answered_and_scored(cast, visit):
    with pytest.raises(Incomplete):
        conclude(visit, conclusion="不符合", actor=cast.staff, now=NOW)
    fill(visit, cast)
    with pytest.raises(InspectionRefused, match="没有写"):
        conclude(visit, conclusion=" ", actor=cast.staff, now=NOW)
    with pytest.raises(InspectionRefused, match="人工评分"):
        conclude(visit, conclusion="不符合", actor=cast.staff, now=NOW)
    with pytest.raises(InspectionRefused, match="得分须在"):
        give_points(visit, {"2.2": Decimal(50)}, actor=cast.staff, now=NOW)
    give_points(visit, {"2.2": Decimal(3)}, actor=cast.staff, now=NOW)
    conclude(visit, conclusion="不符合，限期整改", actor=cast.staff, now=NOW)
    visit.refresh_from_db()
    assert (visit.state, visit.score, visit.full_score) == ("done", Decimal("3.00"), Decimal("15.00"))
    with pytest.raises(InspectionRefused, match="不能填写"):
        fill(visit, cast)


def test_a_technical_test_without_a_checklist_is_concluded_without_points(cast):
    test = make_inspection(cast, method="expert")
    test.inspectors.create(user=cast.staff, role="lead")
    test.inspectors.create(
        user=cast.expert, role="expert", starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31)
    )
    move(inspection=test, act="visit", actor=cast.expert, now=NOW)
    conclude(test, conclusion="未见高危漏洞", actor=cast.staff, now=NOW)
    test.refresh_from_db()
    assert (test.state, test.score) == ("done", None)


def test_the_record_is_kept_by_revision(cast, visit):
    visit.refresh_from_db()
    opened = visit.revision
    save_record(
        visit, {"companions": "刘芳", "record": "查看机房"}, actor=cast.staff, now=NOW, revision=opened
    )
    with pytest.raises(Outdated):
        save_record(visit, {"companions": "张三"}, actor=cast.administrator, now=NOW, revision=opened)
    visit.refresh_from_db()
    assert visit.companions == "刘芳"


def test_the_printed_record_holds_items_findings_and_signature_lines(cast, visit, signed_in):
    fill(visit, cast)
    raise_from_item(visit, item_of(visit.checklist, "1.1"), actor=cast.staff, now=NOW)
    text = signed_in(cast.staff).get(reverse("inspections:record", args=[visit.pk])).content.decode()
    for words in (
        "现场检查记录",
        "检查人员（签字）",
        "被检查单位负责人（签字）",
        "日期：",
        "未明确责任人",
        "不符合",
        "王敏",
    ):
        assert words in text, words


def test_photos_of_a_visit_are_scoped_and_removed_with_a_record(cast, visit, signed_in, photo):
    kept = add_photo(visit, photo(), item=None, title="机房", actor=cast.staff, now=NOW)
    url = reverse("inspections:photo", args=[visit.pk, kept.pk])
    assert signed_in(cast.staff).get(url).status_code == 200
    assert signed_in(cast.liaison).get(url).status_code == 200
    assert signed_in(cast.other_liaison).get(url).status_code == 404
    remove = reverse("inspections:photo_remove", args=[visit.pk, kept.pk])
    assert signed_in(cast.liaison).post(remove).status_code == 403
    assert signed_in(cast.staff).post(remove).status_code == 302
    assert not Photo.objects.exists()


def test_a_unit_reads_a_visit_and_writes_nothing_into_it(cast, visit, signed_in):
    client = signed_in(cast.liaison)
    page = client.get(reverse("inspections:answers", args=[visit.pk])).content.decode()
    assert "data-photo" not in page
    url = reverse("inspections:answers_save", args=[visit.pk])
    data = {"kind": "answer", "item": "1.1", "value": "yes", "revision": 0, "key": uuid4().hex}
    assert client.post(url, data, headers={"Accept": "application/json"}).status_code == 422
    data["kind"] = "finding"
    assert client.post(url, data, headers={"Accept": "application/json"}).status_code == 422
    assert not visit.answers.exists()
    assert not Finding.objects.exists()


def test_a_unit_cannot_raise_findings_of_its_own_self_check(cast):
    version = make_checklist()
    check = make_inspection(cast, version=version, number="JC-2026-0077")
    move(inspection=check, act="start", actor=cast.staff, now=NOW)
    item = item_of(version, "1.1")
    save_answer(check, item, value="no", note="", actor=cast.liaison, now=NOW)
    with pytest.raises(InspectionRefused, match="角色"):
        raise_from_item(check, item, actor=cast.liaison, now=NOW)
    move(inspection=check, act="cancel", actor=cast.staff, now=NOW, note="重复")
    with pytest.raises(InspectionRefused, match="已取消"):
        raise_from_item(check, item, actor=cast.staff, now=NOW)
    assert not Finding.objects.exists()


def test_what_a_scan_of_the_inspection_found_stands_in_its_record(cast, visit, client):
    save_asset(Asset(unit=cast.school, kind="ip", value="10.8.1.0/24"), actor=cast.staff)
    data = nessus({"10.8.1.20": [("10001", 4, 443)]}, plugins=("10001",))
    imported(cast, data, inspection=visit)
    found = Finding.objects.get()
    client.force_login(cast.staff)
    record = client.get(reverse("inspections:record", args=[visit.pk]))
    assert list(record.context["findings"]) == [found]
    assert found.number in record.content.decode()
    concluding = client.get(reverse("inspections:conclude", args=[visit.pk])).content.decode()
    assert "已从这项检查登记 1 个问题" in concluding


def test_adding_a_person_again_does_not_take_the_place_of_what_is_kept_of_them(cast, visit, signed_in):
    lead = visit.inspectors.get(role="lead")
    client, path = signed_in(cast.staff), reverse("inspections:inspectors", args=[visit.pk])
    visit.refresh_from_db()
    given = {"user": lead.user_id, "role": "member", "revision": visit.revision, "reason": "调整"}
    answer = client.post(path, given)
    assert answer.status_code == 422 and "请在名单中点“修改”" in answer.content.decode()
    lead.refresh_from_db()
    assert lead.role == "lead"
    assert client.post(f"{path}?user={lead.user_id}", given).status_code == 302
    lead.refresh_from_db()
    assert lead.role == "member"


def test_a_part_that_nobody_has_looked_at_yet_has_no_points_rather_than_none_of_them(cast, visit, signed_in):
    fill(visit, cast, ALL[:1])
    answer = signed_in(cast.staff).get(reverse("inspections:inspection", args=[visit.pk]))
    parts = {part.key: part for part in answer.context["score"].per_section if part.depth == 0}
    assert [part.settled > 0 for part in parts.values()] == [True, False]
    text = answer.content.decode()
    assert text.count('<td class="number">—</td>') == 1 and '<td class="number">0</td>' in text
