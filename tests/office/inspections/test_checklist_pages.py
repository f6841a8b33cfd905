"""The pages of checklists: list, edition, import, editing in place, comparison, mapping, export."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from plumbline.kernel.checklists.draft import ItemDraft
from plumbline.kernel.checklists.reading import read_checklist
from plumbline.office.files.models import StoredFile
from plumbline.office.inspections.models import (
    Answer,
    Checklist,
    ChecklistVersion,
    Inspection,
    ItemMapping,
)
from plumbline.office.inspections.queries.checklists import earlier_answers
from plumbline.office.inspections.services import checklists as services
from plumbline.office.inspections.services.checklist_exports import to_toml, to_workbook
from plumbline.office.inspections.services.checklist_mappings import (
    confirm_sure,
    decide,
    pair_by_hand,
    propose_mapping,
)
from plumbline.office.inspections.services.checklist_shapes import draft_of
from plumbline.office.inspections.services.checklists import ChecklistRefused
from plumbline.office.inspections.services.checklists_shipped import load_shipped, shipped
from tests.kernel.checklists.sheets import ROWS, workbook
from tests.office.inspections.test_checklists import DRAFT, NOW, item, keep


def address(name: str, *args: object) -> str:
    return reverse(f"inspections:{name}", args=args)


def upload(client, data: bytes, name: str = "检查表.xlsx"):
    return client.post(address("checklist_import"), {"file": SimpleUploadedFile(name, data)})


@pytest.fixture
def published(cast) -> ChecklistVersion:
    return services.publish(keep(), actor=cast.staff, now=NOW)


@pytest.fixture
def client(cast, signed_in):
    return signed_in(cast.staff)


def test_the_list_searches_filters_and_sorts(client, published):
    load_shipped(now=NOW)
    page = client.get(address("checklists"))
    assert page.status_code == 200
    assert "机房检查表" in page.text and "县（市、区）网络安全年度检查表" in page.text
    assert "县（市、区）" not in client.get(address("checklists"), {"q": "机房"}).text
    assert "机房检查表" not in client.get(address("checklists"), {"origin": "shipped"}).text
    assert "没有符合条件的检查表" in client.get(address("checklists"), {"state": "draft"}).text
    ordered = client.get(address("checklists"), {"sort": "-items"}).text
    assert ordered.index("县（市、区）") < ordered.index("机房检查表")


def test_an_empty_list_says_how_the_first_comes_to_be(client):
    assert "还没有检查表" in client.get(address("checklists")).text


def test_the_list_asks_the_same_number_of_queries_however_long(client, django_assert_num_queries):
    keep()
    with django_assert_num_queries(4):
        client.get(address("checklists"))
    for number in range(12):
        keep(replace(DRAFT, key=f"k{number}", title=f"表{number}"))
    with django_assert_num_queries(4):
        client.get(address("checklists"))


def test_an_edition_asks_the_same_number_of_queries_however_long(client, django_assert_num_queries):
    short = keep()
    many = tuple(ItemDraft(f"2.{n}", f"项目 {n}", 0, "yes_no") for n in range(300))
    long = keep(replace(DRAFT, key="long", items=(*DRAFT.items, *many)))
    for version in (short, long):
        with django_assert_num_queries(5):
            client.get(address("checklist", version.pk))


def test_an_edition_shows_sections_points_conditions_and_finds_text(client, published):
    page = client.get(address("checklist", published.pk)).text
    assert "2 个检查项，1 个分组" in page and "100 分" in page
    assert "1.1 有门禁 = 是" in page
    found = client.get(address("checklist", published.pk), {"q": "记录"}).text
    assert "门禁记录" in found and "环境" in found
    assert f'"item-{item(published, "1.1").pk}"' not in found
    assert "没有符合条件的检查项" in client.get(address("checklist", published.pk), {"q": "无此内容"}).text


def test_liaisons_may_not_look_and_experts_see_no_drafts(cast, signed_in, published):
    draft = services.copy_to_draft(published, edition="2027", actor=cast.staff, now=NOW)
    for name in ("checklists", "checklist_import"):
        assert signed_in(cast.liaison).get(address(name)).status_code == 403
    assert signed_in(cast.other_liaison).get(address("checklist", published.pk)).status_code == 403
    expert = signed_in(cast.expert)
    assert expert.get(address("checklist", published.pk)).status_code == 200
    assert expert.get(address("checklist", draft.pk)).status_code == 404
    assert expert.get(address("checklist_xlsx", draft.pk)).status_code == 404
    assert expert.post(address("checklist_publish", draft.pk)).status_code == 403
    assert signed_in(cast.leader).post(address("checklist_discard", draft.pk)).status_code == 403


def test_a_file_is_looked_at_before_it_is_kept(client):
    answer = upload(client, ROWS)
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert "4 个检查项，4 个分组" in page.text and "不是 100 分" in page.text
    assert not Checklist.objects.exists()
    kept = client.post(answer.url, {"title": "改过的名称", "edition": "2026"}, follow=True)
    version = ChecklistVersion.objects.get()
    assert (version.checklist.title, version.state, version.file.name) == (
        "改过的名称",
        "draft",
        "检查表.xlsx",
    )
    assert "已存为草稿" in kept.text
    client.post(address("checklist_publish", version.pk))
    version.refresh_from_db()
    assert version.state == "published"


def test_the_next_edition_of_a_checklist_is_offered_and_kept(client):
    first = upload(client, ROWS)
    client.post(first.url, {"title": "示例县2026年网络安全检查表", "edition": "2026"})
    checklist = Checklist.objects.get()
    again = upload(client, ROWS)
    assert f'value="{checklist.pk}" selected' in client.get(again.url).text
    client.post(again.url, {"checklist": checklist.pk, "edition": "2027"})
    assert list(checklist.versions.values_list("number", "edition")) == [(2, "2027"), (1, "2026")]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"\x00\x01", "x.exe", "不认识这种检查表文件"),
        (b"{", "x.json", "不是可识别的检查表"),
        (b"objects: {risk_matrix: [1]}", "x.yaml", "风险矩阵"),
        (workbook(("S", [["姓名", "电话"]], [])), "x.xlsx", "没有找到检查表的表头"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_beside_the_field(client, data, name, words):
    answer = upload(client, data, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert not Checklist.objects.exists()


def test_a_file_with_mistakes_names_them_and_cannot_be_kept(client):
    answer = upload(client, workbook(("S", [["检查内容", "分值"], ["有门禁", "若干"]], [])))
    page = client.get(answer.url).text
    assert "S!B2" in page and "不是数" in page and "存为草稿" not in page
    assert client.post(answer.url, {"title": "硬要", "edition": ""}).status_code == 422
    assert not Checklist.objects.exists()


def test_another_persons_upload_is_not_found(cast, client, signed_in):
    answer = upload(client, ROWS)
    assert signed_in(cast.administrator).get(answer.url).status_code == 404
    assert StoredFile.objects.count() == 1


def form_of(version: ChecklistVersion, which: str, /, **more: object) -> dict:
    one = item(version, which)
    kept = {
        "key": one.key, "depth": one.depth, "answer": one.answer, "title": one.title,
        "points": one.points or "",
        "condition_line": "", "choice_lines": "", "guidance": "", "basis": "", "confidence": "",
        "evidence": "", "severity": "", "finding": "", "advice": "", "revision": one.revision,
    }  # fmt: skip
    return kept | more


def test_an_item_is_changed_in_place(client):
    version = keep()
    place = address("checklist_item", version.pk, item(version, "1.1").pk)
    opened = client.get(place, headers={"HX-Request": "true"})
    assert "<html" not in opened.text and "有门禁" in opened.text
    data = form_of(version, "1.1", title="有门禁和登记", severity="high", condition_line="")
    saved = client.post(place, data, headers={"HX-Request": "true"})
    assert saved.status_code == 200 and "有门禁和登记" in saved.text and "<form" not in saved.text
    assert item(version, "1.1").revision == 2
    assert client.get(place).status_code == 200
    assert client.post(place, form_of(version, "1.1", title="又改")).status_code == 302


def test_what_is_typed_as_choices_and_condition_is_kept(client):
    version = keep()
    place = address("checklist_item", version.pk, item(version, "1.2").pk)
    data = form_of(
        version, "1.2", answer="choice", choice_lines="1|全部|1\n2|部分|0.5", condition_line="1.1=是"
    )
    assert client.post(place, data).status_code == 302
    kept = item(version, "1.2")
    assert kept.choices == [["1", "全部", "1"], ["2", "部分", "0.5"]]
    assert kept.condition == {"item": "1.1", "in": ["yes"]}
    wrong = client.post(place, form_of(version, "1.2", choice_lines="1|全部|7", condition_line="听说"))
    assert wrong.status_code == 422
    assert "0 至 1 之间" in wrong.text and "适用条件无法识别" in wrong.text


def test_a_wrong_change_says_why_and_keeps_what_was_typed(client):
    version = keep()
    place = address("checklist_item", version.pk, item(version, "1.2").pk)
    answer = client.post(
        place, form_of(version, "1.2", key="1.1", title="保留我"), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert "出现 2 次" in answer.text and "保留我" in answer.text


def test_the_later_saver_is_told_what_stands_there_now(client):
    version = keep()
    place = address("checklist_item", version.pk, item(version, "1.1").pk)
    stale = form_of(version, "1.1", title="乙的写法")
    client.post(place, form_of(version, "1.1", title="甲的写法"))
    answer = client.post(place, stale)
    assert answer.status_code == 409
    assert "甲的写法" in answer.text and "乙的写法" in answer.text
    assert item(version, "1.1").title == "甲的写法"


def test_items_are_added_and_removed_in_the_page(client):
    version = keep()
    add = f"{address('checklist_item_add', version.pk)}?after={item(version, '1.1').pk}"
    assert 'value="1.3"' in client.get(add).text
    data = form_of(version, "1.1", key="1.3", title="有灭火器")
    data.pop("revision")
    assert client.post(add, data).status_code == 302
    assert [i.key for i in version.items.all()] == ["1", "1.1", "1.3", "1.2"]
    remove = address("checklist_item_remove", version.pk, item(version, "1.3").pk)
    assert client.post(remove, {"reason": ""}).status_code == 422
    assert client.post(remove, {"reason": "重复"}).status_code == 302
    assert not version.items.filter(key="1.3").exists()


def test_a_published_edition_offers_no_editing(client, published):
    page = client.get(address("checklist", published.pk)).text
    assert "另起草稿" in page and address("checklist_item", published.pk, 1)[:-2] not in page
    place = address("checklist_item", published.pk, item(published, "1.1").pk)
    assert client.get(place).status_code == 422
    assert client.post(place, form_of(published, "1.1", title="别的")).status_code == 422


def test_an_edition_is_copied_renamed_compared_and_taken_out_of_use(client, published):
    client.post(address("checklist_copy", published.pk), {"edition": "2027"})
    draft = ChecklistVersion.objects.get(state="draft")
    names = {"title": "机房与配线间检查表", "edition": "2027", "description": "", "licence": ""}
    assert client.post(address("checklist_names", draft.pk), names).status_code == 302
    client.post(
        address("checklist_item", draft.pk, item(draft, "1.1").pk),
        form_of(draft, "1.1", title="机房有门禁系统"),
    )
    page = client.get(address("checklist_difference", draft.pk)).text
    assert "有改动 1" in page and "机房有门禁系统" in page and "相同 2" in page
    assert "没有这类改动" in client.get(address("checklist_difference", draft.pk), {"kind": "added"}).text
    assert client.post(address("checklist_retire", published.pk), {"reason": "换新"}).status_code == 302
    assert client.post(address("checklist_restore", published.pk)).status_code == 302
    assert client.post(address("checklist_discard", draft.pk)).status_code == 302
    assert not ChecklistVersion.objects.filter(pk=draft.pk).exists()


@pytest.fixture
def two(cast, published) -> tuple[ChecklistVersion, ChecklistVersion]:
    items = (
        ItemDraft("1", "环境"),
        ItemDraft("1.1", "有灭火器", 1, "yes_no"),
        ItemDraft("1.2", "有门禁", 1, "yes_no"),
        ItemDraft("1.3", "机房的门禁记录", 1, "conformity"),
    )
    after = keep(replace(DRAFT, edition="2027", items=items), checklist=published.checklist)
    return published, after


def test_the_mapping_is_proposed_and_decided(cast, two):
    before, after = two
    assert propose_mapping(before, after) == 2
    assert propose_mapping(before, after) == 0
    assert confirm_sure(before, after, actor=cast.staff) == 1
    likely = ItemMapping.objects.get(state="proposed")
    assert (likely.before.key, likely.after.key) == ("1.2", "1.3") and likely.reason.startswith("likeness 0.")
    decide(likely, state="rejected", actor=cast.staff)
    assert propose_mapping(before, after) == 0
    decide(likely, state="confirmed", actor=cast.staff)
    with pytest.raises(ChecklistRefused, match="已与别的检查项对应"):
        pair_by_hand(item(before, "1.2").pk, item(after, "1.1").pk, actor=cast.staff)
    with pytest.raises(ChecklistRefused, match="自身"):
        propose_mapping(after, after)


def test_the_mapping_page_leads_through_the_decisions(client, two):
    before, after = two
    empty = client.get(address("checklist_mapping", after.pk)).text
    assert "没有对应 3" in empty
    other = {"with": before.pk}
    assert client.post(address("checklist_mapping_propose", after.pk), other).status_code == 302
    page = client.get(address("checklist_mapping", after.pk), {"state": "proposed"}).text
    assert "内容相同" in page and "内容相似" in page and "确认内容相同的 1 条" in page
    client.post(address("checklist_mapping_sure", after.pk), other)
    likely = ItemMapping.objects.get(state="proposed")
    decided = client.post(
        address("checklist_mapping_decide", after.pk, likely.pk),
        {"state": "rejected", "query": f"with={before.pk}&state=proposed"},
    )
    assert decided.url.endswith(f"?with={before.pk}&state=proposed#item-{likely.after_id}")
    pair = {"with": before.pk, "old": "1.2", "new": item(after, "1.1").pk}
    client.post(address("checklist_mapping_pair", after.pk), pair)
    assert ItemMapping.objects.filter(state="confirmed").count() == 2
    assert client.post(address("checklist_mapping_pair", after.pk), pair | {"old": "x"}).status_code == 422


def test_last_years_answers_follow_the_mapping(cast, two):
    before, after = two

    def inspection(number: str, version: ChecklistVersion, unit, state: str) -> Inspection:
        return Inspection.objects.create(
            number=number, unit=unit, method="self_check", checklist=version, state=state,
            planned_from=date(2026, 3, 1), planned_to=date(2026, 3, 31), finished_on=date(2026, 3, 20),
        )  # fmt: skip

    def answer(on: Inspection, key: str, value: str) -> None:
        Answer.objects.create(
            inspection=on, item=item(before, key), value=value, answered_by=cast.staff, answered_at=NOW
        )

    answer(inspection("J-1", before, cast.school, "done"), "1.1", "yes")
    answer(inspection("J-2", before, cast.town, "done"), "1.1", "no")
    answer(inspection("J-3", before, cast.school, "running"), "1.2", "no")
    new = inspection("J-4", after, cast.school, "planned")
    assert earlier_answers(new) == {}
    propose_mapping(before, after)
    confirm_sure(before, after, actor=cast.staff)
    hints = earlier_answers(new)
    assert {key: hint.value for key, hint in hints.items()} == {item(after, "1.2").pk: "yes"}


def test_what_leaves_comes_back_the_same(cast):
    condition = {"any": [{"item": "1.1", "in": ["yes"]}, {"all": [{"item": "1.1", "in": ["no"]}]}]}
    hard = ItemDraft(
        "2",
        '选 "一"\\项\n次行',
        0,
        "choice",
        choices=(("a", "甲", "1"), ("b", "乙", None)),
        condition=condition,
    )
    for draft in (*shipped(), replace(DRAFT, items=(*DRAFT.items, hard))):
        own = read_checklist("x.toml", to_toml(draft).encode())
        assert own.digest == draft.digest
        sheet = read_checklist(f"{draft.title}（{draft.edition}）.xlsx", to_workbook(draft))
        assert sheet.title == draft.title and sheet.edition == draft.edition
        assert [replace(i, where="") for i in sheet.items] == [replace(i, where="") for i in draft.items]


def test_both_exports_leave_with_their_name_and_a_record(client, published):
    sheet = client.get(address("checklist_xlsx", published.pk))
    assert sheet.content.startswith(b"PK") and "xlsx" in sheet["Content-Disposition"]
    own = client.get(address("checklist_toml", published.pk))
    assert read_checklist("x.toml", own.content).digest == draft_of(published).digest


def test_a_catalogue_of_six_thousand_items_is_kept_and_shown(client, worker):
    nodes = [
        {
            "urn": f"u:{n}",
            "assessable": True,
            "ref_id": f"R-{n}",
            "name": f"要求 {n}",
            "description": "说明" * 40,
        }
        for n in range(6000)
    ]
    data = json.dumps({"name": "大目录", "objects": {"framework": {"requirement_nodes": nodes}}}).encode()
    answer = upload(client, data, "big.json")
    worker()
    began = datetime.now(UTC)
    client.post(client.get(answer.url).url, {"title": "大目录", "edition": "1"})
    page = client.get(address("checklist", ChecklistVersion.objects.get().pk), {"page": 15})
    assert "R-5999" in page.text
    assert (datetime.now(UTC) - began).total_seconds() < 20


def test_the_page_of_answers_shows_what_was_answered_last_time(cast, signed_in, two):
    before, after = two
    common = {"unit": cast.school, "method": "self_check", "planned_from": date(2026, 3, 1)}
    last = Inspection.objects.create(
        number="J-1", checklist=before, state="done", finished_on=date(2026, 3, 20),
        planned_to=date(2026, 3, 31), **common,
    )  # fmt: skip
    Answer.objects.create(
        inspection=last,
        item=item(before, "1.1"),
        value="no",
        note="在办",
        answered_by=cast.staff,
        answered_at=NOW,
    )
    services.publish(after, actor=cast.staff, now=NOW)
    pair_by_hand(item(before, "1.1").pk, item(after, "1.2").pk, actor=cast.staff)
    new = Inspection.objects.create(
        number="J-2", checklist=after, state="running", started_on=date(2026, 9, 1),
        planned_to=date(2026, 9, 30), **common,
    )  # fmt: skip
    page = signed_in(cast.liaison).get(address("answers", new.pk))
    assert page.status_code == 200
    assert "上次（2026年3月20日）作答：否；在办" in page.text
    assert page.text.count("上次（") == 1


def test_what_is_the_same_is_not_confirmed_where_an_item_is_confirmed_with_another(cast, two):
    before, after = two
    ItemMapping.objects.create(before=item(before, "1.1"), after=item(after, "1.1"), reason="key")
    pair_by_hand(item(before, "1.2").pk, item(after, "1.1").pk, actor=cast.staff)
    assert confirm_sure(before, after, actor=cast.staff) == 0
    assert ItemMapping.objects.filter(state="confirmed").count() == 1
