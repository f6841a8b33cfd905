"""The pages of findings: what they show, to whom, and how many questions they ask the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from plumbline.office.audit.models import Record
from plumbline.office.findings.models import Escalation, Extension, Finding, RiskAcceptance
from plumbline.office.findings.services import accepting, escalating, extending
from plumbline.office.findings.views.acts import PAGES
from plumbline.office.lib.agenda import agenda

S = Finding.State


@pytest.fixture
def now():
    return timezone.now()


def _url(name, *args):
    return reverse(f"findings:{name}", args=args)


def test_the_list_is_narrowed_by_its_address(cast, finding_in, signed_in, now):
    finding_in("new", title="端口暴露", severity="low", unit=cast.town)
    finding_in("notified", title="弱口令", now=now - timedelta(days=60))
    finding_in("closed", title="未备份")
    client = signed_in(cast.staff)

    def titles(**query):
        page = client.get(_url("list"), query).context["page"]
        return sorted(one.title for one in page)

    assert titles() == ["弱口令", "未备份", "端口暴露"]
    assert titles(state="open") == ["弱口令", "端口暴露"]
    assert titles(state="closed") == ["未备份"]
    assert titles(severity="low") == ["端口暴露"]
    assert titles(unit=cast.town.pk) == ["端口暴露"]
    assert titles(due="overdue") == ["弱口令"]
    assert titles(due="none") == ["端口暴露"]
    assert titles(waiting="confirm") == ["端口暴露"]
    assert titles(q="口令") == ["弱口令"]
    assert titles(q="城关") == ["端口暴露"]
    assert titles(q="没有这个") == []
    assert titles(sort="-severity") == titles(severity="nonsense") == titles(unit="x", due="y", state="z")


def test_counts_by_state_follow_the_other_conditions(cast, finding_in, signed_in):
    finding_in("new", severity="low")
    finding_in("new")
    finding_in("closed")
    context = signed_in(cast.staff).get(_url("list"), {"severity": "high", "state": "closed"}).context
    counts = {key: n for key, _label, n in context["states"]}
    assert (counts["new"], counts["closed"], context["total"], context["open_total"]) == (1, 1, 2, 1)
    assert context["page"].paginator.count == 1


def test_severity_is_sorted_by_weight(cast, finding_in, signed_in):
    for severity in ("low", "critical", "medium", "high"):
        finding_in("new", severity=severity)
    page = signed_in(cast.staff).get(_url("list"), {"sort": "-severity"}).context["page"]
    assert [one.severity for one in page] == ["critical", "high", "medium", "low"]


def test_the_number_of_queries_does_not_grow(cast, finding_in, signed_in, django_assert_max_num_queries):
    client = signed_in(cast.staff)
    for _ in range(2):
        finding_in("notified")
    client.get(_url("list"))
    with django_assert_max_num_queries(9):
        client.get(_url("list"))
    for _ in range(10):
        finding_in("notified", unit=cast.town)
    with django_assert_max_num_queries(9):
        client.get(_url("list"))


def test_a_liaison_sees_what_his_unit_was_told_of_and_nothing_else(cast, finding_in, signed_in):
    told, untold, other = (
        finding_in("notified"),
        finding_in("confirmed"),
        finding_in("notified", unit=cast.town),
    )
    client = signed_in(cast.liaison)
    assert [one.pk for one in client.get(_url("list")).context["page"]] == [told.pk]
    assert client.get(_url("finding", told.pk)).status_code == 200
    for hidden in (untold, other):
        assert client.get(_url("finding", hidden.pk)).status_code == 404
        assert client.get(_url("reply", hidden.pk)).status_code == 404
        assert client.post(_url("comment", hidden.pk), {"note": "x"}).status_code == 404
    assert client.get(_url("of_unit", cast.town.pk)).status_code == 404


def test_an_expert_sees_nothing_unless_another_room_grants_it(cast, finding_in, signed_in, monkeypatch):
    from django.db.models import Q

    from plumbline.kernel.registry import Registry
    from plumbline.office.findings import access

    shown, hidden = finding_in("new", unit=cast.school), finding_in("new", unit=cast.town)
    client = signed_in(cast.expert)
    monkeypatch.setattr(access, "GRANTS", Registry("grants"))
    assert client.get(_url("finding", shown.pk)).status_code == 404
    access.GRANTS.add("test", lambda user: Q(unit=cast.school))
    assert client.get(_url("finding", shown.pk)).status_code == 200
    assert client.get(_url("finding", hidden.pk)).status_code == 404


def test_files_go_to_those_who_may_see_the_finding(cast, finding_in, signed_in, photo):
    finding = finding_in("notified")
    liaison = signed_in(cast.liaison)
    sent = {"note": "已更换", "uploads": [photo("一.png"), photo("二.png")], "revision": finding.revision}
    assert liaison.post(_url("reply", finding.pk), sent).status_code == 302
    files = list(finding.files.all())
    assert [one.title for one in files] == ["一.png", "二.png"]
    assert liaison.get(_url("file", files[0].pk)).status_code == 200
    assert signed_in(cast.other_liaison).get(_url("file", files[0].pk)).status_code == 404


def test_a_finding_is_entered_with_its_evidence(cast, signed_in, photo):
    sent = {
        "unit": cast.school.pk, "title": "官网登录页无验证码", "severity": "medium", "place": "https://a.example",
        "uploads": [photo()], "confirmed": "on",
    }  # fmt: skip
    client = signed_in(cast.staff)
    assert client.get(_url("new")).status_code == 200
    answer = client.post(_url("new"), sent)
    finding = Finding.objects.get()
    assert answer.url == _url("finding", finding.pk)
    assert (finding.state, finding.raised_by, finding.files.count()) == (S.CONFIRMED, cast.staff, 1)
    assert client.post(_url("new"), {"unit": "x"}).status_code == 422
    assert signed_in(cast.liaison).get(_url("new")).status_code == 403


def test_systems_and_assets_are_those_of_the_unit(cast, signed_in):
    from plumbline.office.units.models import Asset, System

    System.objects.create(unit=cast.school, name="学籍系统")
    foreign = Asset.objects.create(unit=cast.town, kind="domain", value="town.example")
    client = signed_in(cast.staff)
    text = client.get(_url("places"), {"unit": cast.school.pk}).content.decode()
    assert "学籍系统" in text
    assert "town.example" not in text
    sent = {"unit": cast.school.pk, "asset": foreign.pk, "title": "x", "severity": "low"}
    assert client.post(_url("new"), sent).status_code == 422


@pytest.mark.parametrize("state", list(S))
def test_what_the_page_offers_opens_and_the_rest_says_why_not(cast, finding_in, signed_in, state):
    finding = finding_in(state)
    for person in (cast.administrator, cast.staff, cast.leader, cast.liaison):
        client = signed_in(person)
        answer = client.get(_url("finding", finding.pk))
        if answer.status_code == 404:
            continue
        assert sum(one.is_primary for one in answer.context["possible"]) <= 1
        for offer in answer.context["possible"]:
            if offer.key == "notice":
                continue
            page = client.get(offer.url)
            assert page.status_code == 200, offer.key
            assert page.context["form"].fields and not page.context["why_not"], offer.key
        for offer in answer.context["refused"]:
            assert offer.why_not


def test_an_act_is_done_by_its_form(cast, finding_in, signed_in):
    finding = finding_in("new")
    client = signed_in(cast.staff)
    assert client.post(_url("dismiss", finding.pk), {"revision": finding.revision}).status_code == 422
    sent = {"revision": finding.revision, "reason": "重复"}
    assert client.post(_url("dismiss", finding.pk), sent).status_code == 302
    assert Finding.objects.get().state == S.DISMISSED


def test_the_later_of_two_is_told_and_keeps_what_was_typed(cast, finding_in, signed_in):
    finding = finding_in("new")
    opened_on = finding.revision
    client = signed_in(cast.staff)
    client.post(_url("confirm", finding.pk), {"revision": opened_on})
    answer = client.post(_url("dismiss", finding.pk), {"revision": opened_on, "reason": "我写的理由"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "我写的理由" in text
    assert "待通报" in text
    again = {"revision": answer.context["form"]["revision"].value(), "reason": "我写的理由"}
    assert client.post(_url("dismiss", finding.pk), again).status_code == 302


def test_the_later_of_two_editors_is_told(cast, finding_in, signed_in):
    finding = finding_in("new")
    client = signed_in(cast.staff)
    sent = {"title": "新标题", "severity": "low", "revision": finding.revision}
    assert client.post(_url("edit", finding.pk), sent).status_code == 302
    answer = client.post(_url("edit", finding.pk), sent | {"title": "另一个"})
    assert answer.status_code == 409
    assert "新标题" in answer.content.decode()
    assert Finding.objects.get().title == "新标题"


def test_many_are_done_at_once_and_each_is_told_of(cast, finding_in, signed_in):
    fresh, done = finding_in("new"), finding_in("closed")
    client = signed_in(cast.staff)
    sent = {"findings": [fresh.pk, done.pk], "act": "confirm", "back": "state=new&sort=-due"}
    answer = client.post(_url("bulk"), sent)
    assert {one.finding.pk: one.is_done for one in answer.context["results"]} == {
        fresh.pk: True,
        done.pk: False,
    }
    assert "已整改" in next(one.words for one in answer.context["results"] if not one.is_done)
    assert f"{_url('list')}?state=new&amp;sort=-due" in answer.content.decode()
    assert client.post(_url("bulk"), {"act": "confirm"}).status_code == 302
    assert client.post(_url("bulk"), {"findings": [fresh.pk], "act": "destroy"}).status_code == 422
    assert signed_in(cast.liaison).post(_url("bulk"), sent).status_code == 403


def test_the_list_is_taken_away_as_filtered_and_that_is_recorded(cast, finding_in, signed_in):
    from io import BytesIO

    from openpyxl import load_workbook

    finding_in("new", title="=cmd|x")
    finding_in("closed", title="别的")
    answer = signed_in(cast.staff).get(_url("export"), {"state": "new"})
    sheet = load_workbook(BytesIO(answer.content)).active
    assert [row[4].value for row in sheet.iter_rows(min_row=2)] == ["=cmd|x"]
    assert sheet["E2"].data_type == "s"
    assert Record.objects.filter(action="findings.export").get().detail == {"count": 1}


def test_requests_are_decided_on_their_pages(cast, finding_in, signed_in, now):
    finding = finding_in("notified", now=now)
    day = finding.due_on + timedelta(days=7)
    asked = extending.ask_extension(finding=finding, until=day, reason="等补丁", actor=cast.liaison, now=now)
    staff, leader = signed_in(cast.staff), signed_in(cast.leader)
    url = _url("extension", asked.pk)
    assert "等补丁" in staff.get(_url("finding", finding.pk)).content.decode()
    assert leader.get(url).status_code == 403
    assert staff.post(url, {"verdict": "no"}).status_code == 422
    assert staff.post(url, {"verdict": "yes"}).status_code == 302
    finding.refresh_from_db()
    assert finding.due_on == day
    assert staff.post(url, {"verdict": "yes"}).status_code == 422
    risk = accepting.ask_acceptance(
        finding=finding, reason="老系统", safeguards="内网", expires_on=day, actor=cast.staff, now=now
    )
    assert leader.get(_url("acceptance", risk.pk)).status_code == 200
    assert leader.post(_url("acceptance", risk.pk), {"verdict": "yes"}).status_code == 302
    assert Finding.objects.get().state == S.ACCEPTED


def test_another_unit_withdraws_nothing(cast, finding_in, signed_in, now):
    finding = finding_in("notified", now=now)
    asked = extending.ask_extension(
        finding=finding, until=finding.due_on + timedelta(days=7), reason="等", actor=cast.liaison, now=now
    )
    url = _url("extension_withdraw", asked.pk)
    assert signed_in(cast.other_liaison).post(url).status_code == 404
    assert signed_in(cast.liaison).post(url).status_code == 302
    assert Extension.objects.get().state == Extension.State.WITHDRAWN


def test_steps_of_the_chain_are_done_on_their_page(cast, finding_in, signed_in, now):
    finding = finding_in("notified", now=now - timedelta(days=60))
    escalating.escalate(now)
    first = Escalation.objects.order_by("due_on").first()
    client = signed_in(cast.staff)
    assert "催办提醒" in client.get(_url("finding", finding.pk)).content.decode()
    assert client.get(_url("escalation", first.pk)).status_code == 200
    assert client.post(_url("escalation", first.pk), {"verdict": "done"}).status_code == 422
    sent = {"verdict": "done", "note": "已电话提醒刘芳"}
    assert client.post(_url("escalation", first.pk), sent).status_code == 302
    first.refresh_from_db()
    assert (first.state, first.done_by) == (Escalation.State.DONE, cast.staff)
    assert (
        "催办提醒" not in signed_in(cast.liaison).get(_url("finding", finding.pk)).context["standing"].steps
    )


def test_each_finds_his_work_on_the_agenda(cast, finding_in, now):
    finding_in("new")
    finding_in("replied")
    mine = finding_in("notified", title="弱口令")
    asked = accepting.ask_acceptance(
        finding=mine, reason="x", safeguards="y", expires_on=timezone.localdate(now) + timedelta(days=9),
        actor=cast.administrator, now=now,
    )  # fmt: skip
    assert RiskAcceptance.objects.get() == asked

    def words(user):
        labels = ("整改", "确认", "复查", "审批")
        return [task.title for task in agenda(user, now=now) if task.label in labels]

    assert words(cast.staff) == ["1 个问题待复查", "1 个问题待确认"]
    assert words(cast.leader) == ["1 份暂不整改申请待批准"]
    assert "1 份暂不整改申请待批准" not in words(cast.administrator)
    assert words(cast.liaison) == ["整改并回复：弱口令"]
    assert words(cast.other_liaison) == []


def test_every_act_has_a_page_of_its_own():
    assert len({page.key for page in PAGES}) == len(PAGES)
    assert {reverse(f"findings:{page.key}", args=[1]) for page in PAGES}


def test_the_first_page_names_what_waits_in_every_room(cast, finding_in, signed_in, now):
    client = signed_in(cast.staff)
    address = reverse("findings:my_waiting")
    assert f'hx-get="{address}"' in client.get("/").content.decode()
    assert "没有需要您处理的事项" in client.get(address).content.decode()
    finding_in("new")
    page = client.get(address).content.decode()
    assert "待确认" in page and "没有需要您处理的事项" not in page
    assert f'href="{reverse("findings:my")}"' in page and "1 项" in page
