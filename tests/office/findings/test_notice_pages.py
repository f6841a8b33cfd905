"""Pages of notices, documents and the portal: who sees what, and what a refusal says."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from plumbline.office.audit.models import Record
from plumbline.office.findings.models import Finding, Notice
from plumbline.office.findings.services import notices
from tests.office.findings.notice_factories import PDF, make_finding, make_notice, take

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def now() -> Any:
    """Pages ask the clock themselves, so notices of these tests are of today."""
    return timezone.now()


def body(response: Any) -> str:
    return response.content.decode()


def test_the_list_is_narrowed_and_sorted_by_the_address(cast: Any, signed_in: SignIn) -> None:
    numbered = make_notice(cast, upto="approve", now=now() - timedelta(minutes=30))
    draft = make_notice(cast, unit=cast.town, now=now() - timedelta(minutes=20))
    client, url = signed_in(cast.staff), reverse("findings:notices")

    def shown(**query: Any) -> set[int]:
        return {row.pk for row in client.get(url, query).context["page"]}

    assert shown() == {numbered.pk, draft.pk}
    assert shown(q=numbered.number.replace("〔", "[").replace("〕", "]")) == {numbered.pk}
    assert shown(q=draft.items.get().finding.number) == {draft.pk}
    assert shown(state="draft") == shown(unit=cast.town.pk) == {draft.pk}
    assert shown(kind="second") == shown(state="unsigned") == set()
    assert shown(state="open") == {numbered.pk, draft.pk}
    assert shown(unit="9" * 30, since="nonsense") == {numbered.pk, draft.pk}
    for column in ("number", "-unit", "due", "sent", "nonsense"):
        assert shown(sort=column) == {numbered.pk, draft.pk}
    assert "没有符合条件的通知书" in body(client.get(url, {"q": "没有"}))


def test_the_list_asks_as_many_questions_for_many_notices_as_for_one(
    cast: Any, signed_in: SignIn, django_assert_num_queries: Any
) -> None:
    client, url = signed_in(cast.staff), reverse("findings:notices")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_notice(cast, now=now())
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _number in range(12):
        make_notice(cast, now=now())
    with django_assert_num_queries(len(one)):
        client.get(url)


def test_an_empty_list_says_how_the_first_notice_comes_to_be(cast: Any, signed_in: SignIn) -> None:
    text = body(signed_in(cast.staff).get(reverse("findings:notices")))
    assert "还没有通知书" in text
    assert reverse("findings:notice_new") in text
    assert reverse("findings:notice_new") not in body(signed_in(cast.leader).get(reverse("findings:notices")))


def test_chosen_findings_of_two_units_become_drafts_with_a_summary(cast: Any, signed_in: SignIn) -> None:
    mine, theirs = make_finding(cast, now=now()), make_finding(cast, unit=cast.town, now=now())
    client = signed_in(cast.staff)
    url = reverse("findings:notice_new")
    page = client.get(url, {"findings": f"{mine.pk},{theirs.pk}", "kind": "rectify"})
    assert page.context["chosen"] == {mine.pk, theirs.pk}
    assert "工作日" in body(page)
    answer = client.post(
        url, {"kind": "rectify", "findings": [mine.pk, theirs.pk], "due_on": ""}, follow=True
    )
    assert "2 份通知书" in body(answer)
    assert answer.request["QUERY_STRING"] == "state=draft"
    again = client.post(url, {"kind": "rectify", "findings": [mine.pk]})
    assert again.status_code == 422
    assert "已列入尚未送达的通知书" in body(again)
    nothing = client.post(url, {"kind": "rectify"})
    assert nothing.status_code == 422
    assert "没有选择问题" in body(nothing)


def test_the_second_of_two_savers_is_told_and_keeps_what_was_typed(cast: Any, signed_in: SignIn) -> None:
    notice = make_notice(cast, now=now())
    url = reverse("findings:notice_edit", args=[notice.pk])
    form = {
        "title": "甲的标题", "body": "正文", "due_on": str(notice.due_on), "revision": notice.revision,
        "findings": [item.finding_id for item in notice.items.all()],
    }  # fmt: skip
    assert signed_in(cast.staff).post(url, form).status_code == 302
    late = signed_in(cast.administrator).post(url, form | {"title": "乙的标题"})
    assert late.status_code == 409
    assert "甲的标题" in body(late) and "乙的标题" in body(late)
    assert Notice.objects.get(pk=notice.pk).title == "甲的标题"


def test_the_way_is_walked_by_pages_and_an_outdated_approval_is_stopped(cast: Any, signed_in: SignIn) -> None:
    notice = make_notice(cast, now=now() - timedelta(minutes=1))
    staff, leader = signed_in(cast.staff), signed_in(cast.leader)
    today = str(timezone.localdate())

    def post(client: Client, step: str, **data: Any) -> int:
        revision = data.pop("revision", Notice.objects.get(pk=notice.pk).revision)
        return client.post(
            reverse(f"findings:notice_{step}", args=[notice.pk]), {"revision": revision, **data}
        ).status_code

    assert post(staff, "submit") == 302
    assert post(leader, "approve", revision=1) == 409
    assert post(staff, "approve") == 403
    assert post(leader, "return", reason="") == 422
    assert post(leader, "return", reason="补充依据") == 302
    assert "补充依据" in body(staff.get(reverse("findings:notice", args=[notice.pk])))
    assert post(staff, "submit") == 302
    assert post(leader, "approve", seen="0" * 64) == 409
    assert post(leader, "approve") == 409
    page = body(leader.get(reverse("findings:notice", args=[notice.pk])))
    seen = re.search(r'name="seen" value="([0-9a-f-]+)"', page)
    assert seen and post(leader, "approve", seen=seen[1]) == 302
    assert post(staff, "seal", on=today) == 422
    assert post(staff, "seal", on=today, scan=SimpleUploadedFile("s.pdf", PDF)) == 302
    assert post(staff, "send", on=today, how="paper", note="专人送达") == 302
    assert post(staff, "remind", reason="电话联系刘芳，称明日签收") == 302
    assert post(staff, "receipt", on=today, receiver="王老师") == 302
    assert post(staff, "withdraw", reason="有误") == 422
    assert post(staff, "revoke", reason="有误") == 403
    assert "请由有批准权限的人办理" in body(staff.get(reverse("findings:notice", args=[notice.pk])))
    assert post(leader, "revoke", reason="有误") == 302
    text = body(staff.get(reverse("findings:notice", args=[notice.pk])))
    assert "已作废" in text and "专人送达" in text


@pytest.mark.parametrize("step", ["draft", "submit", "approve", "seal"])
def test_a_unit_does_not_know_of_a_notice_before_it_is_sent(cast: Any, signed_in: SignIn, step: str) -> None:
    notice = make_notice(cast, upto=step, now=now())
    client = signed_in(cast.liaison)
    for name in ("notice", "my_notice"):
        assert client.get(reverse(f"findings:{name}", args=[notice.pk])).status_code == 404
    assert client.get(reverse("findings:notice_file", args=[notice.pk, "document"])).status_code == 404
    assert list(client.get(reverse("findings:notices")).context["page"]) == []


def test_another_units_liaison_finds_nothing(cast: Any, signed_in: SignIn) -> None:
    notice = make_notice(cast, upto="send", now=now())
    finding = notice.items.get().finding
    client = signed_in(cast.other_liaison)
    for name, args in (
        ("notice", [notice.pk]), ("my_notice", [notice.pk]), ("my_finding", [finding.pk]),
        ("notice_file", [notice.pk, "document"]), ("notice_preview_state", [notice.pk, 1]),
    ):  # fmt: skip
        assert client.get(reverse(f"findings:{name}", args=args)).status_code == 404, name
    for name in ("my_receive", "notice_preview"):
        assert client.post(reverse(f"findings:{name}", args=[notice.pk])).status_code == 404, name
    assert client.post(reverse("findings:my_finding", args=[finding.pk]), {"note": "x"}).status_code == 404
    assert notice.number not in body(client.get(reverse("findings:my")))
    assert signed_in(cast.expert).get(reverse("findings:notices")).status_code == 403


def test_the_liaison_signs_in_the_portal_and_is_named(cast: Any, signed_in: SignIn) -> None:
    notice = make_notice(cast, upto="send", now=now() - timedelta(minutes=10))
    client = signed_in(cast.liaison)
    assert client.get("/").headers["Location"] == reverse("findings:my")
    assert "签收通知书" in body(client.get(reverse("findings:my")))
    assert client.get(reverse("findings:notice", args=[notice.pk])).status_code == 302
    url = reverse("findings:my_receive", args=[notice.pk])
    assert client.post(url, {"revision": 1}).status_code == 409
    answer = client.post(url, {"revision": notice.revision}, follow=True)
    assert "已签收" in body(answer)
    row = Notice.objects.get(pk=notice.pk)
    assert (row.received_by, row.receiver) == (cast.liaison, "刘芳")
    assert Record.objects.filter(action="notices.receive", actor=cast.liaison).exists()
    assert client.post(url, {"revision": row.revision}).status_code == 422


def test_a_void_notice_leads_the_unit_nowhere(cast: Any, signed_in: SignIn) -> None:
    notice = make_notice(cast, upto="send", now=now() - timedelta(minutes=10))
    finding = notice.items.get().finding
    notices.withdraw(notice=notice, reason="单位有误", actor=cast.leader, now=now())
    client = signed_in(cast.liaison)
    text = body(client.get(reverse("findings:my_notice", args=[notice.pk])))
    link = reverse("findings:my_finding", args=[finding.pk])
    assert "已作废，不需要再办理" in text and link not in text
    assert client.get(link).status_code == 404
    assert "签收通知书" not in body(client.get(reverse("findings:my")))


def test_the_liaison_answers_with_a_photo(cast: Any, signed_in: SignIn) -> None:
    notice = make_notice(cast, upto="receive", now=now() - timedelta(minutes=10))
    finding = notice.items.get().finding
    client, url = signed_in(cast.liaison), reverse("findings:my_finding", args=[finding.pk])
    assert "前完成整改" in body(client.get(url))
    finding.refresh_from_db()
    photo = SimpleUploadedFile("整改后.jpg", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xda")
    nothing = client.post(url, {"note": "已整改", "revision": finding.revision})
    assert nothing.status_code == 422 and "没有附整改佐证" in body(nothing)
    late = client.post(url, {"note": "已整改", "revision": 1, "uploads": photo})
    assert late.status_code == 409 and "已整改" in body(late)
    photo.seek(0)
    answer = client.post(url, {"note": "已整改", "revision": finding.revision, "uploads": photo}, follow=True)
    assert "等待网信办复查" in body(answer) and "整改后.jpg" in body(answer)
    finding.refresh_from_db()
    assert finding.state == Finding.State.REPLIED


def test_the_register_of_numbers_leaves_with_the_void_ones(cast: Any, signed_in: SignIn) -> None:
    notice = make_notice(cast, upto="approve", now=now())
    notices.withdraw(notice=notice, reason="单位有误", actor=cast.leader, now=now())
    answer = signed_in(cast.staff).get(reverse("findings:notice_export"))
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[1][0] == notice.number
    assert rows[1][6] == "已作废"
    assert Record.objects.filter(action="notices.export").exists()


def test_the_draft_and_the_final_document_can_be_taken_away(cast: Any, signed_in: SignIn) -> None:
    notice = make_notice(cast, upto="submit", now=now())
    client, url = signed_in(cast.leader), reverse("findings:notice_file", args=[notice.pk, "document"])
    with zipfile.ZipFile(io.BytesIO(client.get(url).content)) as draft:
        assert "文号待定" in draft.read("word/document.xml").decode()
    take(cast, notice, "approve", now=now())
    content = b"".join(client.get(url).streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as final:
        assert "〕1号" in final.read("word/document.xml").decode()
    assert client.get(reverse("findings:notice_file", args=[notice.pk, "sealed"])).status_code == 404


def test_numbering_is_changed_with_a_look_at_the_next_number(cast: Any, signed_in: SignIn) -> None:
    client, url = signed_in(cast.staff), reverse("findings:series", args=["rectify"])
    year = timezone.localdate().year
    assert f"网信整改〔{year}〕1号" in body(client.get(url))
    sample = client.get(
        reverse("findings:series_sample"), {"pattern": "示〔{year}〕{number:03}号", "following": "7"}
    )
    assert f"示〔{year}〕007号" in body(sample)
    assert "不认识" in body(client.get(reverse("findings:series_sample"), {"pattern": "{x}"}))
    wrong = client.post(url, {"pattern": "没有号", "following": 1, "revision": 1})
    assert wrong.status_code == 422 and "必须包含" in body(wrong)
    form = {"pattern": "示网信整改〔{year}〕{number}号", "following": 16, "revision": 1}
    assert client.post(url, form).status_code == 302
    stale = client.post(url, form | {"following": 20})
    assert stale.status_code == 409
    assert client.post(url, form | {"following": 3, "revision": 2}).status_code == 422
    assert make_notice(cast, upto="approve", now=now()).number == f"示网信整改〔{year}〕16号"
    assert client.get(reverse("findings:series", args=["nonsense"])).status_code == 404
    assert signed_in(cast.leader).get(url).status_code == 403


def test_the_issuer_is_saved_once(cast: Any, signed_in: SignIn) -> None:
    client, url = signed_in(cast.staff), reverse("findings:letterhead")
    assert "还没有填写发文机关" in body(client.get(reverse("findings:documents")))
    form = {"issuer": "示例县委网信办", "contact": "", "revision": 1}
    assert client.post(url, form).status_code == 302
    assert client.post(url, form | {"issuer": "另一个"}).status_code == 409
    assert "示例县委网信办" in body(client.get(reverse("findings:documents")))


def test_a_template_is_uploaded_tried_and_given_back(cast: Any, signed_in: SignIn) -> None:
    from tests.office.findings.notice_factories import docx

    client = signed_in(cast.staff)
    url = reverse("findings:template_upload", args=["rectify"])
    wrong = client.post(url, {"file": SimpleUploadedFile("t.docx", docx("{{ 文好 }}").read())})
    assert wrong.status_code == 422
    assert "文好" in body(wrong) and "主送单位" in body(wrong)
    assert client.post(url).status_code == 422
    good = client.post(
        url, {"file": SimpleUploadedFile("t.docx", docx("{{ 文号 }} 本办自己的版式").read())}, follow=True
    )
    assert "已改用新模板" in body(good)
    notice = make_notice(cast, upto="approve", now=now())
    content = b"".join(
        signed_in(cast.staff)
        .get(reverse("findings:notice_file", args=[notice.pk, "document"]))
        .streaming_content
    )
    with zipfile.ZipFile(io.BytesIO(content)) as final:
        assert "本办自己的版式" in final.read("word/document.xml").decode()
    trial = client.get(reverse("findings:template_file", args=["rectify", "trial"]))
    assert trial.content[:2] == b"PK"
    restored = client.post(reverse("findings:template_restore", args=["rectify"]), follow=True)
    assert "已恢复为随附模板" in body(restored) and "以前的模板" in body(restored)
    assert client.get(reverse("findings:template_file", args=["nonsense", "shipped"])).status_code == 404


def test_every_page_of_a_notice_draws_at_every_step(cast: Any, signed_in: SignIn) -> None:
    for step in ("draft", "submit", "approve", "seal", "send", "receive"):
        notice = make_notice(cast, upto=step, now=now() - timedelta(minutes=20))
        for user in (cast.staff, cast.leader, cast.administrator):
            text = body(signed_in(user).get(reverse("findings:notice", args=[notice.pk])))
            assert notice.get_state_display() in text
            assert "None" not in text
