"""The pages of plans: who sees what, how many queries, what two people see who save at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.targets.models import Indicator, PlanVersion
from plumbline.office.targets.queries.review import CHUNK
from plumbline.office.targets.urls.plans import urlpatterns
from plumbline.office.units.models import Unit
from tests.office.targets.factories import make_plan, make_user

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def vague(version: PlanVersion) -> Indicator:
    return Indicator.objects.get(project__version=version, level3="问题整改率", origin="table")


def addresses(version: PlanVersion) -> dict[str, str]:
    """An address for every name in this part."""
    finding, project = version.findings.first(), version.projects.first()
    known = {
        "plan_id": version.plan_id,
        "number": version.number,
        "project_id": project.pk,
        "first": 1,
        "job_id": 0,
    }
    keys = {
        "mend_total": version.totals.first().pk,
        "finding_panel": finding.pk,
        "finding_reopen": finding.pk,
        "correction_undo": 0,
    }
    found = {}
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        pk = keys.get(pattern.name, vague(version).pk if "indicator" in str(pattern.pattern) else project.pk)
        if pattern.name == "add_indicator":
            pk = project.pk
        names = pattern.pattern.converters
        found[pattern.name] = reverse(
            f"targets:{pattern.name}", kwargs={name: pk if name == "pk" else known[name] for name in names}
        )
    return found


def test_another_units_liaison_finds_nothing(draft: PlanVersion) -> None:
    stranger = signed_in(make_user(Role.LIAISON, unit=Unit.objects.create(name="示例县第一中学")))
    for name, url in addresses(draft).items():
        if "/plans/" not in url or f"/{draft.plan_id}/" not in url:
            continue
        seen = {stranger.get(url).status_code, stranger.post(url).status_code}
        assert seen <= {403, 404, 405}, (name, seen)
    assert stranger.get(reverse("targets:plan", args=[draft.plan_id])).status_code == 404
    assert draft.plan.unit.name not in stranger.get(reverse("targets:plans")).content.decode()


def test_the_own_units_liaison_reads_and_changes_nothing(draft: PlanVersion) -> None:
    liaison = signed_in(make_user(Role.LIAISON, unit=draft.plan.unit))
    shown = liaison.get(reverse("targets:plan", args=[draft.plan_id]))
    assert shown.status_code == 200
    assert "/mend/" not in shown.content.decode()
    urls = addresses(draft)
    for name in (
        "mend_project",
        "mend_indicator",
        "add_project",
        "finding_accept",
        "version_approve",
        "import_new",
    ):
        assert liaison.post(urls[name]).status_code == 403, name


def test_strangers_are_sent_to_the_sign_in(draft: PlanVersion) -> None:
    for name, url in addresses(draft).items():
        answer = Client().get(url)
        assert answer.status_code in (302, 405), name
        if answer.status_code == 302:
            assert "login" in answer["Location"], name


def test_staff_may_not_approve_and_leaders_may_not_mend(
    draft: PlanVersion, staff: User, leader: User
) -> None:
    urls = addresses(draft)
    assert signed_in(staff).post(urls["version_approve"]).status_code == 403
    assert signed_in(leader).get(urls["mend_project"]).status_code == 403
    assert signed_in(leader).get(urls["version_approve"]).status_code == 200


@pytest.mark.parametrize("count", [2, 30])
def test_the_list_takes_a_constant_number_of_queries(
    administrator: User, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        make_plan(
            unit=Unit.objects.create(name=f"单位{number}"), user=administrator, projects=1, indicators=1
        )
    client = signed_in(administrator)
    with django_assert_max_num_queries(8):
        shown = client.get(reverse("targets:plans")).content.decode()
    assert f"共 {count} 条" in shown


def test_the_list_is_searched_filtered_and_sorted(draft: PlanVersion, administrator: User) -> None:
    make_plan(unit=Unit.objects.create(name="乙单位", code="999"), user=administrator, year=2023)
    client = signed_in(administrator)

    def names(query: str) -> list[str]:
        answer = client.get(reverse("targets:plans") + query)
        return [plan.unit.name for plan in answer.context["page"]]

    mine = draft.plan.unit.name
    assert set(names("")) == {mine, "乙单位"}
    assert names("?q=乙") == ["乙单位"]
    assert names("?q=999") == ["乙单位"]
    assert names("?q=网络安全宣传") == [mine]
    assert names("?year=2024") == [mine]
    assert names("?state=approved") == ["乙单位"]
    assert names("?findings=errors") == [mine]
    assert names("?sort=budget") == [mine, "乙单位"]
    assert names("?sort=-budget") == ["乙单位", mine]
    assert "没有符合条件" in client.get(reverse("targets:plans") + "?q=没有").content.decode()


def test_the_empty_list_says_how_to_begin(staff: User) -> None:
    shown = signed_in(staff).get(reverse("targets:plans")).content.decode()
    assert "还没有绩效目标" in shown and reverse("targets:import_new") in shown


def test_the_review_shows_document_plan_and_findings(
    draft: PlanVersion, staff: User, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(staff)
    with django_assert_max_num_queries(30):
        shown = client.get(reverse("targets:plan", args=[draft.plan_id])).content.decode()
    assert 'id="L68"' in shown and 'data-line="68"' in shown
    finding = draft.findings.get(rule="vague-value")
    assert f'data-findings="{finding.pk}' in shown
    panel = client.get(reverse("targets:finding_panel", args=[draft.plan_id, finding.pk])).content.decode()
    assert finding.message.replace("“", "")[:6] in panel.replace("“", "")
    assert reverse("targets:mend_indicator", args=[draft.plan_id, vague(draft).pk]) in panel


def test_a_long_document_is_shown_in_pieces(load: Callable[..., PlanVersion], staff: User) -> None:
    version = load(extra_lines=10_000)
    client = signed_in(staff)
    shown = client.get(reverse("targets:plan", args=[version.plan_id])).content.decode()
    assert shown.count("data-at=") == CHUNK
    assert shown.count("source-wait") == version.source_lines.count() // CHUNK
    assert len(shown) < 400_000
    piece = client.get(reverse("targets:plan_lines", args=[version.plan_id, 1, CHUNK + 1])).content.decode()
    assert f'id="L{CHUNK + 1}"' in piece and f'id="L{CHUNK * 2}"' in piece
    deep = client.get(reverse("targets:plan", args=[version.plan_id]) + "?line=5000").content.decode()
    assert 'id="L5000"' in deep


def test_many_projects_are_filled_when_they_are_opened(
    administrator: User, django_assert_max_num_queries: Any
) -> None:
    built = make_plan(user=administrator, projects=40)
    client = signed_in(administrator)
    with django_assert_max_num_queries(30):
        shown = client.get(reverse("targets:plan", args=[built.plan.pk])).content.decode()
    assert "检查次数" not in shown
    body = client.get(reverse("targets:plan_project", args=[built.plan.pk, built.projects[3].pk]))
    assert "检查次数" in body.content.decode()
