"""What is done on the pages of plans: mending, dispositions, approval, readings, checkpoints."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from plumbline.office.accounts.models import User
from plumbline.office.reports.services.exports import request_export
from plumbline.office.targets.models import Correction, Indicator, PlanVersion
from plumbline.office.targets.services.approval import open_errors
from plumbline.office.targets.services.findings import accept
from plumbline.office.targets.services.mending import mend
from plumbline.office.targets.services.readings import propose
from plumbline.office.targets.services.versions import adjust
from tests.office.targets.plans.conftest import NOW

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def vague(version: PlanVersion) -> Indicator:
    return Indicator.objects.get(project__version=version, level3="问题整改率", origin="table")


def test_a_value_is_mended_on_its_page(draft: PlanVersion, staff: User) -> None:
    client = signed_in(staff)
    url = reverse("targets:mend_indicator", args=[draft.plan_id, vague(draft).pk])
    shown = client.get(url)
    assert "达到上级要求" in shown.content.decode()
    values = {name: shown.context["form"][name].value() or "" for name in shown.context["form"].fields}
    assert client.post(url, values).status_code == 422
    answer = client.post(url, values | {"target": "≥95%", "reason": "按市里细则"})
    assert answer["Location"].endswith(f"?v=1#indicator-{vague(draft).pk}")
    assert vague(draft).target_raw == "≥95%"
    listed = client.get(reverse("targets:corrections", args=[draft.plan_id, 1])).content.decode()
    assert "按市里细则" in listed and "达到上级要求" in listed
    made = Correction.objects.get()
    client.post(reverse("targets:correction_undo", args=[draft.plan_id, made.pk]), {"revision": "2"})
    assert vague(draft).target_raw == "达到上级要求"


def test_the_second_of_two_people_keeps_what_was_typed(
    draft: PlanVersion, staff: User, administrator: User
) -> None:
    url = reverse("targets:mend_indicator", args=[draft.plan_id, vague(draft).pk])
    second = signed_in(administrator)
    form = second.get(url).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"target": "≥90%", "reason": "按细则"}
    mend(subject=vague(draft), values={"target": "≥95%"}, reason="先改", revision=1, actor=staff, now=NOW)

    told = second.post(url, typed)
    shown = told.content.decode()
    assert told.status_code == 422
    assert "李强" in shown and "≥95%" in shown and "≥90%" in shown and "按细则" in shown
    assert vague(draft).target_raw == "≥95%"

    renewed = told.context["form"]
    second.post(url, typed | {"revision": renewed["revision"].value()})
    assert vague(draft).target_raw == "≥90%"


def test_the_spend_plan_and_funds_are_mended_on_their_pages(draft: PlanVersion, staff: User) -> None:
    client = signed_in(staff)
    project = draft.projects.get(name="网络安全检查")
    head = {"row-TOTAL_FORMS": "2", "row-INITIAL_FORMS": "0", "reason": "批复", "revision": "1"}
    rows = {"row-0-day": "2024-06-30", "row-0-percent": "50", "row-1-day": "2024-12-31", "row-1-percent": ""}
    url = reverse("targets:project_spend_plan", args=[draft.plan_id, project.pk])
    assert "一起填写" in client.post(url, head | rows).content.decode()
    assert client.post(url, head | rows | {"row-1-percent": "100"}).status_code == 302
    assert project.spend_points.filter(origin="table").count() == 2
    url = reverse("targets:project_funds", args=[draft.plan_id, project.pk])
    rows = {"row-0-name": "财政资金", "row-0-amount": "20万元", "row-1-name": "", "row-1-amount": ""}
    assert client.post(url, head | rows | {"revision": "2"}).status_code == 302
    assert project.funds.get().amount_yuan == 200000


def test_projects_and_indicators_are_added_and_removed_on_their_pages(
    draft: PlanVersion, staff: User
) -> None:
    client = signed_in(staff)
    url = reverse("targets:add_project", args=[draft.plan_id, 1])
    client.post(url, {"name": "应急演练", "budget_yuan": "5万元", "reason": "漏列", "revision": "1"})
    project = draft.projects.get(name="应急演练")
    url = reverse("targets:add_indicator", args=[draft.plan_id, project.pk])
    values = {"level1": "产出指标", "level3": "演练次数", "target": "≥2次", "tracking": "tracked"}
    client.post(url, values | {"reason": "漏列", "revision": "2"})
    assert project.indicators.get().target_unit == "次"
    url = reverse("targets:remove_project", args=[draft.plan_id, project.pk])
    assert client.post(url, {"reason": "误加", "revision": "3"}).status_code == 302
    assert not draft.projects.filter(name="应急演练").exists()


def test_findings_are_accepted_by_tick_and_by_rule(draft: PlanVersion, staff: User) -> None:
    client = signed_in(staff)
    listed = client.get(reverse("targets:findings", args=[draft.plan_id]))
    assert listed.status_code == 200
    url = reverse("targets:finding_accept", args=[draft.plan_id, 1])
    ticked = [f.pk for f in open_errors(draft)][:2]
    client.post(url, {"finding": ticked, "reason": "已核实"})
    assert draft.findings.filter(state="accepted").count() == 2
    client.post(url, {"rule": "no-weights", "reason": "年底赋分"})
    assert draft.findings.get(rule="no-weights").disposition == "年底赋分"
    client.post(reverse("targets:finding_reopen", args=[draft.plan_id, ticked[0]]))
    assert draft.findings.get(pk=ticked[0]).state == "open"
    away = client.post(url, {"rule": "progress", "reason": "x", "next": "https://example.org/"})
    assert away["Location"].startswith("/plans/")


def test_the_list_of_findings_takes_a_constant_number_of_queries(
    draft: PlanVersion, staff: User, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(staff)
    with django_assert_max_num_queries(12):
        client.get(reverse("targets:findings", args=[draft.plan_id]))


def test_a_plan_is_approved_adjusted_compared_and_given_up(
    draft: PlanVersion, staff: User, leader: User
) -> None:
    clerk, head = signed_in(staff), signed_in(leader)
    approve = reverse("targets:version_approve", args=[draft.plan_id, 1])
    refused = head.post(approve, {"revision": "1"})
    assert refused.status_code == 422 and "项错误没有处理" in refused.content.decode()
    accept(version=draft, findings=[f.pk for f in open_errors(draft)], reason="x", actor=staff, now=NOW)
    assert "批准并固定" in head.get(approve).content.decode()
    assert head.post(approve, {"revision": "1"}).status_code == 302
    assert (
        clerk.get(reverse("targets:mend_indicator", args=[draft.plan_id, vague(draft).pk])).status_code == 403
    )
    versions = reverse("targets:versions", args=[draft.plan_id])
    assert "与批准时一致" in clerk.get(versions).content.decode()

    clerk.post(reverse("targets:version_adjust", args=[draft.plan_id]), {"reason": "财政追减"})
    copy = PlanVersion.objects.get(number=2)
    project = copy.projects.get(name="网络安全检查")
    mend(subject=project, values={"budget_yuan": "18万元"}, reason="x", revision=1, actor=staff, now=NOW)
    told = clerk.get(reverse("targets:version_difference", args=[draft.plan_id])).content.decode()
    assert "−" in told and "20,000.00" in told and "财政追减" in told
    assert "第 2 版正在核对" in clerk.get(reverse("targets:plan", args=[draft.plan_id])).content.decode()

    clerk.post(reverse("targets:version_discard", args=[draft.plan_id, 2]), {"reason": "不调整了"})
    assert "不调整了" in clerk.get(versions).content.decode()


def test_the_list_of_versions_takes_a_constant_number_of_queries(
    approved: PlanVersion, staff: User, django_assert_max_num_queries: Any
) -> None:
    from plumbline.office.targets.services.versions import discard

    for _ in range(4):
        discard(version=adjust(plan=approved.plan, reason="x", actor=staff), reason="x", actor=staff, now=NOW)
    client = signed_in(staff)
    with django_assert_max_num_queries(20):
        client.get(reverse("targets:versions", args=[approved.plan_id]))


def test_a_reading_is_proposed_and_approved_on_the_pages(
    draft: PlanVersion, staff: User, leader: User
) -> None:
    url = reverse("targets:reading", args=[draft.plan_id, vague(draft).pk])
    answer = signed_in(staff).post(url, {"reading": "≥95%", "reason": "考核细则"})
    assert answer.status_code == 302
    shown = signed_in(leader).get(reverse("targets:plan", args=[draft.plan_id])).content.decode()
    approve = reverse("targets:reading_approve", args=[draft.plan_id, vague(draft).pk])
    assert "待批准解释" in shown and approve in shown
    assert signed_in(staff).post(approve).status_code == 403
    signed_in(leader).post(approve)
    assert vague(draft).reading_approved_by == leader
    propose(indicator=vague(draft), reading="≥96%", reason="新细则", actor=staff, now=NOW)
    signed_in(staff).post(
        reverse("targets:reading_withdraw", args=[draft.plan_id, vague(draft).pk]), {"reason": "x"}
    )
    assert vague(draft).reading_raw == ""


def test_checkpoints_are_changed_on_their_page(draft: PlanVersion, staff: User) -> None:
    client = signed_in(staff)
    url = reverse("targets:checkpoints", args=[draft.plan_id])
    head = {"row-TOTAL_FORMS": "2", "row-INITIAL_FORMS": "0"}
    rows = {"row-0-day": "2024-06-30", "row-0-label": "", "row-1-day": "2024-11-15", "row-1-label": "年终前"}
    assert client.post(url, head | rows).status_code == 302
    assert [c.label for c in draft.plan.checkpoints.all()] == ["6月底", "年终前"]
    assert client.post(url, head | {"row-0-day": "2025-06-30"}).status_code == 422
    assert client.post(url, head).status_code == 422


def test_a_checkpoint_that_a_written_form_rests_on_stays(draft: PlanVersion, staff: User) -> None:
    point = draft.plan.checkpoints.last()
    request_export(
        version=draft, kind="monitoring", file_format="xlsx", actor=staff, now=NOW, checkpoint=point
    )
    url = reverse("targets:checkpoints", args=[draft.plan_id])
    rows = {"row-TOTAL_FORMS": "1", "row-INITIAL_FORMS": "0", "row-0-day": "2024-06-30", "row-0-label": ""}
    answer = signed_in(staff).post(url, rows)
    assert answer.status_code == 422
    assert f"“{point.label}”已用于" in answer.content.decode()
    assert draft.plan.checkpoints.count() == 4


def test_the_rules_are_explained(staff: User) -> None:
    client = signed_in(staff)
    shown = client.get(reverse("targets:rules")).content.decode()
    assert 'id="vague-value"' in shown
    assert "没有符合条件" in client.get(reverse("targets:rules") + "?q=没有这条").content.decode()


def test_the_uploaded_document_is_given_out_to_those_who_see_the_plan(
    draft: PlanVersion, staff: User
) -> None:
    url = reverse("targets:plan_source", args=[draft.plan_id, 1])
    assert signed_in(staff).get(url).status_code == 404
