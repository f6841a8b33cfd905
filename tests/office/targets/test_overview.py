"""The first page: what must I do today, and is the year on track?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plumbline.kernel.metrics.measure import Measure
from plumbline.office.targets.models import Payment, Plan, PlanFinding, PlanVersion, SpendPoint
from plumbline.office.targets.queries.overview import plan_overview, plans_overview
from plumbline.office.targets.services.approval import content_digest
from plumbline.office.targets.services.values import record_value
from plumbline.office.targets.services.versions import adjust
from tests.office.targets.factories import NOW, Built, make_payment, make_plan, make_unit

pytestmark = pytest.mark.django_db
JUNE = date(2023, 6, 10)


@pytest.fixture
def built(cast: Any) -> Built:
    return make_plan(unit=cast.office, user=cast.staff)


@pytest.fixture
def in_june(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2023, 6, 10, 4, tzinfo=UTC))


def see(built: Built, user: Any, today: date = JUNE) -> Any:
    return plan_overview(built.plan, user=user, today=today)


def texts(items: Any) -> str:
    return "\n".join(item.text for item in items)


def test_staff_are_told_what_is_late_and_missing(built: Built, cast: Any) -> None:
    view = see(built, cast.staff)
    assert "3 个项目支出逾期" in texts(view.todos)
    assert "3月底：9 项实测值未填" in texts(view.todos)
    assert "3月底：运行监控尚未确认完成" not in texts(view.todos)  # first the values
    assert view.light == "red"


def test_the_next_thirty_days_hold_spend_points_and_checkpoints(built: Built, cast: Any) -> None:
    view = see(built, cast.staff)
    assert [(u.day, u.title) for u in view.upcoming] == [
        (date(2023, 6, 30), "支出节点"),
        (date(2023, 6, 30), "监控节点：6月底"),
    ]
    assert "510,250.00" in view.upcoming[0].detail
    assert see(built, cast.staff, today=date(2023, 5, 1)).upcoming == []


def test_the_evaluation_is_announced_and_then_asked_for(built: Built, cast: Any) -> None:
    december = see(built, cast.staff, today=date(2023, 12, 10))
    assert any("自评" in u.title for u in december.upcoming)
    assert "3 个项目尚未完成自评" in texts(see(built, cast.staff, today=date(2024, 1, 2)).todos)


def test_a_leader_reads_and_approves_a_liaison_only_reads(built: Built, cast: Any) -> None:
    make_payment(built.lines[0], "300000", state=Payment.State.PENDING)
    leader = see(built, cast.leader)
    assert "1 笔超预算支付待批准" in texts(leader.todos)
    assert "未填" in texts(leader.watched)
    assert see(built, cast.liaison).todos == []


def test_a_draft_asks_for_findings_first_and_approval_then(cast: Any) -> None:
    built = make_plan(unit=cast.office, user=cast.staff, state=PlanVersion.State.DRAFT)
    finding = PlanFinding.objects.create(
        version=built.version, rule="sum", severity="error", message="合计不符"
    )
    view = see(built, cast.administrator)
    assert "1 个校核问题待处理，其中错误 1 个" in texts(view.todos)
    assert "等待批准" not in texts(view.todos)
    finding.state = PlanFinding.State.ACCEPTED
    finding.save()
    assert "等待批准" in texts(see(built, cast.administrator).todos)


def test_the_year_is_on_track_when_money_and_indicators_are(built: Built, cast: Any) -> None:
    for project, line in zip(built.projects, built.lines, strict=True):
        make_payment(line, project.budget_yuan * Decimal("0.30"))
        for indicator in project.indicators.all():
            measure = Measure(Decimal(98), "%") if indicator.target_unit == "%" else Measure(Decimal(4), "次")
            if indicator.target_kind == "qualitative":
                measure = Measure(None, text="良好")
            point = built.checkpoints[0]
            record_value(
                actor=cast.staff, line=indicator.line, checkpoint=point, measure=measure, now=NOW, seen=None
            )
    view = see(built, cast.staff)
    assert view.light == "green"
    assert dict(view.lights)["green"] == 3


def test_the_page_opens_on_the_own_unit_and_offers_the_others(
    client: Client, built: Built, cast: Any, in_june: None
) -> None:
    make_plan(unit=cast.school, user=cast.staff)
    client.force_login(cast.staff)
    page = client.get("/")
    assert page.context["plan"] == built.plan
    assert "2023 年度" in page.content.decode()
    everything = client.get("/?unit=all")
    assert len(everything.context["page"].object_list) == 2


def test_a_liaison_sees_the_own_plan_and_no_other(client: Client, cast: Any, in_june: None) -> None:
    own = make_plan(unit=cast.school, user=cast.staff)
    other = make_plan(unit=cast.town, user=cast.staff)
    client.force_login(cast.liaison)
    for query in ("?unit=", "?unit=all", f"?unit={cast.town.pk}", "?year=1999&unit=x"):
        page = client.get(f"/{query}")
        assert page.context["plan"] == own.plan
        assert other.plan.unit.name not in page.content.decode()


@pytest.mark.parametrize("person", ["administrator", "staff", "leader", "expert", "liaison"])
def test_without_a_plan_everybody_is_told_the_next_step(client: Client, cast: Any, person: str) -> None:
    client.force_login(getattr(cast, person))
    # without a filter a liaison begins with the own tasks
    page = client.get("/?year=")
    assert page.status_code == 200
    assert "还没有绩效目标" in page.content.decode()


def test_a_draft_alone_leads_to_its_review(client: Client, cast: Any) -> None:
    make_plan(unit=cast.office, user=cast.staff, state=PlanVersion.State.DRAFT)
    client.force_login(cast.staff)
    assert "去核对" in client.get("/").content.decode()


def test_a_value_that_an_adjustment_left_behind_fills_nothing(built: Built, cast: Any) -> None:
    """Nine indicators at one reached checkpoint; one was measured and is then taken out of the plan."""
    other = make_plan(unit=cast.school, user=cast.staff)
    dropped, point = built.indicators()[0], built.checkpoints[0]
    record_value(
        actor=cast.staff, line=dropped.line, checkpoint=point, measure=Measure(Decimal(4), "次"), now=NOW,
        seen=None,
    )  # fmt: skip

    def missing() -> dict[int, int]:
        lines = plans_overview([built.plan, other.plan], today=JUNE).lines
        return {line.plan.pk: line.missing for line in lines}

    assert missing() == {built.plan.pk: 8, other.plan.pk: 9}
    copy = adjust(plan=built.plan, reason="追减", actor=cast.staff)
    copy.projects.get(line=built.lines[0]).indicators.filter(line=dropped.line).delete()
    PlanVersion.objects.filter(pk=built.version.pk).update(state=PlanVersion.State.SUPERSEDED)
    PlanVersion.objects.filter(pk=copy.pk).update(state=PlanVersion.State.APPROVED)
    assert missing() == {built.plan.pk: 8, other.plan.pk: 9}


def test_what_a_frozen_version_plans_is_worked_out_once(built: Built, cast: Any) -> None:
    other = make_plan(unit=cast.school, user=cast.staff)
    for version in (built.version, other.version):
        PlanVersion.objects.filter(pk=version.pk).update(frozen_digest=content_digest(version))

    def planned() -> tuple[Any, str]:
        with CaptureQueriesContext(connection) as queries:
            view = plans_overview([built.plan, other.plan], today=JUNE)
        return view.standing.planned, " ".join(query["sql"] for query in queries.captured_queries)

    first, asked = planned()
    assert (first, "spendpoint" in asked) == (Decimal("510250.00"), True)
    again, asked = planned()
    assert (again, "spendpoint" in asked) == (first, False)
    copy = adjust(plan=built.plan, reason="推迟", actor=cast.staff)
    SpendPoint.objects.filter(project__version=copy).delete()
    PlanVersion.objects.filter(pk=built.version.pk).update(state=PlanVersion.State.SUPERSEDED)
    PlanVersion.objects.filter(pk=copy.pk).update(
        state=PlanVersion.State.APPROVED, frozen_digest=content_digest(copy)
    )
    assert planned()[0] == first / 2


def test_queries_do_not_grow(
    client: Client, cast: Any, django_assert_max_num_queries: Callable[..., Any], in_june: None
) -> None:
    client.force_login(cast.staff)
    counts: dict[str, list[int]] = {"": [], "?unit=all": []}
    built = make_plan(unit=cast.office, user=cast.staff, projects=2)
    make_plan(unit=cast.school, user=cast.staff, projects=3)
    make_payment(built.lines[0])
    for number in range(2):
        for query, found in counts.items():
            client.get(f"/{query}")
            with django_assert_max_num_queries(28) as captured:
                client.get(f"/{query}")
            found.append(len(captured))
        for line in make_plan(unit=make_unit(f"单位{number}"), user=cast.staff, projects=12).lines:
            make_payment(line)
        for line in built.lines * 5:
            make_payment(line, "10")
    assert all(first == second for first, second in counts.values())


def test_only_approved_plans_count_in_the_sums(built: Built, cast: Any, client: Any) -> None:
    make_plan(unit=cast.school, user=cast.administrator, state="draft")
    plans = list(Plan.objects.all())
    view = plans_overview(plans, today=JUNE)
    assert (len(view.lines), view.unapproved) == (2, 1)
    assert view.standing.budget == sum(p.budget_yuan for p in built.projects)
    client.force_login(cast.staff)
    page = client.get("/?unit=all&year=2023").content.decode()
    assert "另有 1 份未批准，未计入" in page


def test_a_plan_under_review_shows_no_budget_as_if_it_were_nothing(cast: Any, client: Any) -> None:
    make_plan(unit=cast.school, user=cast.administrator, state="draft")
    client.force_login(cast.liaison)
    page = client.get("/?year=2023").content.decode()
    assert "尚未批准" in page and "0.00 元" not in page


def test_the_years_inspections_stand_on_the_first_page_of_the_office_alone(
    client: Client, cast: Any, built: Built, in_june: None
) -> None:
    from tests.office.inspections.conduct import make_inspection

    client.force_login(cast.staff)
    assert "inspect-title" not in client.get("/").content.decode()
    days = {"planned_from": date(2023, 3, 1), "planned_to": date(2023, 3, 31)}
    make_inspection(cast, number="JC-2023-0001", **days)
    make_inspection(
        cast, number="JC-2023-0002", state="done", finished_on=date(2023, 3, 9), unit=cast.town, **days
    )
    for query in ("/", "/?unit=all"):
        response = client.get(query)
        assert "inspect-title" in response.content.decode()
        assert "超过计划日期" in response.content.decode()
    client.force_login(cast.liaison)
    assert "inspect-title" not in client.get("/?unit=all").content.decode()
