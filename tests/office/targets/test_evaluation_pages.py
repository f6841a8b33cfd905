"""Self-evaluation in the browser's eyes: pages, roles, conflicts, and query counts."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from plumbline.kernel.plans.rulesets import RULESETS, ruleset
from plumbline.office.accounts.models import User
from plumbline.office.targets.models import Checkpoint, Evaluation, IndicatorValue, PlanVersion
from plumbline.office.targets.services import evaluation as services

from .factories import Built, make_payment, make_plan

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 1, 8, 3, 0, tzinfo=UTC)


@pytest.fixture
def built(cast: Any) -> Built:
    return make_plan(unit=cast.school, user=cast.staff)


@pytest.fixture
def draft(built: Built, cast: Any) -> Evaluation:
    """A draft with everything measured, 90% spent, and nothing filled in."""
    make_payment(built.lines[0], "189000", day=date(2023, 11, 1))
    for indicator, value, text in zip(
        built.indicators(), ("12", "97", None), ("", "", "明显提升"), strict=True
    ):
        IndicatorValue.objects.create(
            indicator_line=indicator.line,
            checkpoint=built.checkpoints[3],
            value=Decimal(value) if value else None,
            unit=indicator.target_unit,
            text=text,
            computed_at=NOW,
        )
    return begin(built, cast.staff)


def begin(built: Built, actor: User, project: int = 0) -> Evaluation:
    return services.start(
        actor=actor,
        project_line=built.lines[project],
        checkpoint=built.checkpoints[3],
        rules=ruleset("national-2020", 1),
        now=NOW,
    )


def url(name: str, built: Built, **arguments: Any) -> str:
    return reverse(f"targets:{name}", kwargs={"plan_id": built.plan.pk, **arguments})


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the evaluation form."""
    form = page[
        page.index('id="evaluation-form"') : page.index("</form>", page.index('id="evaluation-form"'))
    ]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?([^<]*)</textarea>', form):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def page_of(client: Client, built: Built, project: int = 0) -> str:
    return client.get(url("evaluation_project", built, line_id=built.lines[project].pk)).content.decode()


def complete(typed: dict[str, str], evaluation: Evaluation) -> dict[str, str]:
    """The form filled in so that it can be frozen."""
    rows = {row.ordinal: row.pk for row in evaluation.rows.all()}
    return typed | {
        "goal_result": "年度目标全部完成。",
        f"r{rows[3]}-tier": "reached",
        f"r{rows[3]}-tier_share": "95",
        f"r{rows[3]}-tier_reason": "见年度总结",
        f"r{rows[0]}-deduction_reason": "项目结余",
        f"r{rows[2]}-deduction_reason": "个别单位逾期整改",
        f"r{rows[3]}-deduction_reason": "尚有短板",
    }


def test_the_overview_shows_every_project_and_starts_them_together(built: Built, cast: Any) -> None:
    client = signed_in(cast.staff)
    page = client.get(url("evaluation", built)).content.decode()
    assert "网络安全检查" in page and "未开始" in page
    sent = {"rules": "national-2020@1", "checkpoint": built.checkpoints[3].pk}
    after = client.post(url("evaluation_start_all", built), sent, follow=True).content.decode()
    assert "已开始 3 个项目的自评" in after
    assert Evaluation.objects.count() == 3
    assert client.get(url("evaluation", built), {"state": "none"}).content.decode().count("评分中") == 1


def test_a_plan_without_approval_says_why_it_cannot_be_evaluated(cast: Any) -> None:
    waiting = make_plan(unit=cast.school, user=cast.staff, year=2022, state=PlanVersion.State.DRAFT)
    page = signed_in(cast.staff).get(url("evaluation", waiting)).content.decode()
    assert "绩效目标尚未批准，还不能自评" in page


def test_settings_that_cannot_be_are_said(built: Built, cast: Any) -> None:
    client = signed_in(cast.staff)
    place = url("evaluation_start", built, line_id=built.lines[0].pk)
    page = client.post(place, {"rules": "no-such-rules", "checkpoint": ""}, follow=True).content.decode()
    assert not Evaluation.objects.exists()
    assert "no-such-rules" in page


def test_starting_one_project_leads_to_its_form(built: Built, cast: Any) -> None:
    client = signed_in(cast.staff)
    page = page_of(client, built)
    assert "全国通用" in page
    sent = {"rules": "local-strict@1", "checkpoint": built.checkpoints[3].pk}
    after = client.post(url("evaluation_start", built, line_id=built.lines[0].pk), sent, follow=True)
    assert 'id="evaluation-form"' in after.content.decode()
    assert Evaluation.objects.get().ruleset_key == "local-strict"


def test_the_form_shows_scores_with_their_formula_and_saves_everything_at_once(
    built: Built, draft: Evaluation, cast: Any
) -> None:
    client = signed_in(cast.staff)
    page = page_of(client, built)
    assert "97% ÷ 98% × 25 = 24.74" in page
    assert "189,000.00 元 ÷ 210,000.00 元 × 10 = 9.00" in page
    assert "待选档次" in page
    typed = complete(fields(page), draft)
    answer = client.post(url("evaluation_save", built, pk=draft.pk), typed, follow=True)
    assert "已保存。" in answer.content.decode()
    after = page_of(client, built)
    assert "96.74" in after and "见年度总结" in after
    assert fields(after)["goal_result"] == "年度目标全部完成。"


def test_points_that_are_not_100_come_back_with_everything_that_was_typed(
    built: Built, draft: Evaluation, cast: Any
) -> None:
    client = signed_in(cast.staff)
    typed = complete(fields(page_of(client, built)), draft)
    row = draft.rows.get(ordinal=1)
    typed[f"r{row.pk}-weight"] = "30"
    answer = client.post(url("evaluation_save", built, pk=draft.pk), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "分值合计 105.00，比 100 多 5.00 分" in page
    assert fields(page)[f"r{row.pk}-weight"] == "30"
    assert fields(page)["goal_result"] == "年度目标全部完成。"


def test_a_row_that_cannot_be_scored_says_so_beside_itself(
    built: Built, draft: Evaluation, cast: Any
) -> None:
    client = signed_in(cast.staff)
    typed = complete(fields(page_of(client, built)), draft)
    row = draft.rows.get(ordinal=3)
    typed |= {f"r{row.pk}-tier_share": "50", f"r{row.pk}-weight": "四十"}
    answer = client.post(url("evaluation_save", built, pk=draft.pk), typed)
    assert answer.status_code == 422
    assert "有内容需要改正" in answer.content.decode()
    typed[f"r{row.pk}-weight"] = "40"
    again = client.post(url("evaluation_save", built, pk=draft.pk), typed)
    assert "的给分比例应在 100% 到 80% 之间" in again.content.decode()


def test_two_people_saving_the_same_evaluation_lose_nothing(
    built: Built, draft: Evaluation, cast: Any
) -> None:
    mine, theirs = signed_in(cast.staff), signed_in(cast.administrator)
    my_form, their_form = fields(page_of(mine, built)), fields(page_of(theirs, built))
    rows = {row.ordinal: row.pk for row in draft.rows.all()}
    their_form |= {"goal_result": "对方的说法", f"r{rows[1]}-improvement": "对方的措施"}
    theirs.post(url("evaluation_save", built, pk=draft.pk), their_form)
    my_form |= {"goal_result": "我的说法", f"r{rows[2]}-improvement": "我的措施"}
    answer = mine.post(url("evaluation_save", built, pk=draft.pk), my_form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "王敏已修改了这份自评" in page
    assert "对方的说法" in page and "我的说法" in page
    assert Evaluation.objects.get().goal_result == "对方的说法"
    merged = fields(page)
    assert merged["goal_result"] == "我的说法"
    assert merged[f"r{rows[1]}-improvement"] == "对方的措施"
    assert merged[f"r{rows[2]}-improvement"] == "我的措施"
    mine.post(url("evaluation_save", built, pk=draft.pk), merged)
    draft.refresh_from_db()
    assert draft.goal_result == "我的说法"
    assert draft.rows.get(ordinal=1).improvement == "对方的措施"


def test_an_approver_freezes_and_anybody_can_compute_it_again(
    built: Built, draft: Evaluation, cast: Any
) -> None:
    staff, leader = signed_in(cast.staff), signed_in(cast.leader)
    assert "处理后才能定稿" in page_of(leader, built)
    typed = complete(fields(page_of(staff, built)), draft)
    staff.post(url("evaluation_save", built, pk=draft.pk), typed)
    page = page_of(leader, built)
    action = html.unescape(re.search(r'action="([^"]*freeze/[^"]*)"', page)[1])  # type: ignore[index]
    answer = leader.post(action, follow=True).content.decode()
    assert "已定稿：96.74 分，优。" in answer
    assert 'id="evaluation-form"' not in page_of(staff, built)
    replayed = staff.post(url("evaluation_replay", built, pk=draft.pk), follow=True).content.decode()
    assert "复算一致" in replayed
    again = staff.post(
        url("evaluation_supersede", built, pk=draft.pk), {"reason": "补充佐证"}, follow=True
    ).content.decode()
    assert 'id="evaluation-form"' in again and "补充佐证" in again


def test_freezing_before_the_day_of_the_evaluation_is_warned_of(
    built: Built, draft: Evaluation, cast: Any
) -> None:
    staff, leader = signed_in(cast.staff), signed_in(cast.leader)
    staff.post(url("evaluation_save", built, pk=draft.pk), complete(fields(page_of(staff, built)), draft))
    warning = "定稿之后的支付和实测值都不会计入"
    assert warning not in page_of(leader, built)
    Checkpoint.objects.filter(pk=draft.checkpoint_id).update(day=timezone.localdate() + timedelta(days=1))
    assert warning in page_of(leader, built)


def test_freezing_too_early_lists_what_is_missing(built: Built, draft: Evaluation, cast: Any) -> None:
    address = url("evaluation_freeze", built, pk=draft.pk) + f"?revision={draft.revision}&seen=x"
    answer = signed_in(cast.leader).post(address)
    assert answer.status_code == 422
    assert "防护水平：须选择完成档次并写明理由。" in answer.content.decode()


def test_an_override_takes_two_people(built: Built, draft: Evaluation, cast: Any) -> None:
    row = draft.rows.get(ordinal=2)
    where = {"pk": draft.pk, "row_id": row.pk}
    staff, leader = signed_in(cast.staff), signed_in(cast.leader)
    refused = staff.post(url("evaluation_override", built, **where), {"points": "26", "reason": "理由"})
    assert refused.status_code == 422
    assert "应在 0 到 25" in refused.content.decode()
    staff.post(url("evaluation_override", built, **where), {"points": "25", "reason": "平台停运两天"})
    shown = leader.get(url("evaluation_override", built, **where)).content.decode()
    assert "待审定" in shown and 'name="seen" value="25.00"' in shown
    own = staff.post(url("evaluation_override_decide", built, **where), {"decision": "approve"})
    assert own.status_code == 403
    decision = {"decision": "approve", "answer": "属实", "seen": "24.00"}
    assert leader.post(url("evaluation_override_decide", built, **where), decision).status_code == 422
    leader.post(url("evaluation_override_decide", built, **where), decision | {"seen": "25.00"})
    row.refresh_from_db()
    assert row.override == "approved"
    assert "平台停运两天" in page_of(staff, built)


@pytest.mark.parametrize("ordinal", [0, 2])
def test_the_approver_finds_a_proposed_score_from_the_first_page_and_from_the_sheet(
    built: Built, draft: Evaluation, cast: Any, ordinal: int
) -> None:
    row = draft.rows.get(ordinal=ordinal)
    address = url("evaluation_override", built, pk=draft.pk, row_id=row.pk)
    signed_in(cast.staff).post(address, {"points": "5", "reason": "平台停运两天"})
    leader = signed_in(cast.leader)
    first = leader.get(reverse("targets:overview"), {"year": built.plan.year, "unit": built.plan.unit_id})
    assert f'href="{address}"' in first.content.decode()
    assert f'href="{address}"' in page_of(leader, built)


def test_names_with_markup_and_braces_are_shown_as_they_are(
    built: Built, draft: Evaluation, cast: Any
) -> None:
    client = signed_in(cast.staff)
    nasty = '<script>alert(1)</script>{{ 7|add:7 }}{% now "Y" %}"\'&'
    typed = complete(fields(page_of(client, built)), draft) | {"goal_result": nasty}
    client.post(url("evaluation_save", built, pk=draft.pk), typed)
    page = page_of(client, built)
    assert "<script>alert(1)" not in page
    assert fields(page)["goal_result"] == nasty
    assert json.loads(fields(page)["opened"])["goal_result"] == nasty


@pytest.mark.parametrize(
    "name", ["evaluation_sheet", "evaluation_save", "evaluation_freeze", "evaluation_replay"]
)
def test_an_evaluation_of_another_plan_is_not_found(
    built: Built, draft: Evaluation, cast: Any, name: str
) -> None:
    other = make_plan(unit=cast.town, user=cast.staff)
    address = url(name, other, pk=draft.pk)
    client = signed_in(cast.administrator)
    answer = client.get(address) if name == "evaluation_sheet" else client.post(address)
    assert answer.status_code == 404


def test_another_units_liaison_finds_nothing_and_the_anonymous_are_asked_to_sign_in(
    built: Built, draft: Evaluation, cast: Any
) -> None:
    addresses = [
        url("evaluation", built),
        url("evaluation_project", built, line_id=built.lines[0].pk),
        url("evaluation_sheet", built, pk=draft.pk),
    ]
    for address in addresses:
        assert signed_in(cast.other_liaison).get(address).status_code == 404
        assert signed_in(cast.liaison).get(address).status_code == 200
        assert Client().get(address).status_code == 302


def test_leaders_and_liaisons_read_but_do_not_fill_in(built: Built, draft: Evaluation, cast: Any) -> None:
    for reader in (cast.leader, cast.liaison):
        client = signed_in(reader)
        assert 'id="evaluation-form"' not in page_of(client, built)
        assert client.post(url("evaluation_save", built, pk=draft.pk), {}).status_code == 403


@pytest.mark.parametrize("rules", list(RULESETS), ids=lambda rules: rules.id)
def test_every_ruleset_is_readable_with_its_sources(cast: Any, rules: Any) -> None:
    client = signed_in(cast.leader)
    assert rules.title in client.get(reverse("targets:rulesets")).content.decode()
    page = client.get(reverse("targets:ruleset", args=[rules.key, rules.version])).content.decode()
    assert rules.digest in page
    assert html.escape(rules.quantitative.grounds["over"].source) in page
    assert client.get(reverse("targets:ruleset", args=["unknown", 1])).status_code == 404


def test_the_overview_needs_a_constant_number_of_queries(
    cast: Any, django_assert_max_num_queries: Any
) -> None:
    plan = make_plan(unit=cast.school, user=cast.staff, projects=12)
    for index in range(12):
        begin(plan, cast.staff, index)
    client = signed_in(cast.staff)
    client.get(url("evaluation", plan))
    with django_assert_max_num_queries(20):
        assert client.get(url("evaluation", plan)).status_code == 200


def test_a_projects_page_needs_few_queries(
    built: Built, draft: Evaluation, cast: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.staff)
    page_of(client, built)
    with django_assert_max_num_queries(22):
        page_of(client, built)
