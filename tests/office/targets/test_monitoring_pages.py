"""Monitoring at a checkpoint: states, notes, conflicts, completion, print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plumbline.kernel.metrics.measure import Measure
from plumbline.office.audit.models import Record
from plumbline.office.targets.models import IndicatorLine, MonitoringNote
from plumbline.office.targets.queries.monitoring import project_states
from plumbline.office.targets.services.values import record_value
from tests.office.targets.factories import NOW, Built, make_payment, make_plan

pytestmark = pytest.mark.django_db
JULY = date(2023, 7, 10)


@pytest.fixture
def built(cast: Any) -> Built:
    return make_plan(unit=cast.school, user=cast.staff)


@pytest.fixture
def staff(client: Client, cast: Any) -> Client:
    client.force_login(cast.staff)
    return client


def page(built: Built, checkpoint: int = 1) -> str:
    return reverse("targets:monitoring_checkpoint", args=[built.plan.pk, built.checkpoints[checkpoint].pk])


def project_page(built: Built, project: int = 0, checkpoint: int = 1) -> str:
    line, point = built.lines[project].pk, built.checkpoints[checkpoint].pk
    return reverse("targets:monitoring_project", args=[built.plan.pk, point, line])


def typed(built: Built, *, seen: int = 0, **project: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "project-seen": seen,
        "project-likelihood": "possible",
        "project-cause": "",
        "project-measure": "",
    }
    for indicator in built.indicators():
        data |= {f"i{indicator.line_id}-seen": 0, f"i{indicator.line_id}-likelihood": ""}
    return data | {f"project-{name}": value for name, value in project.items()}


def value(built: Built, indicator: int, measure: Measure, user: Any, checkpoint: int = 1) -> None:
    line = built.indicators()[indicator].line
    point = built.checkpoints[checkpoint]
    record_value(actor=user, line=line, checkpoint=point, measure=measure, now=NOW, seen=None)


def test_spending_is_seen_as_of_the_checkpoint(built: Built) -> None:
    make_payment(built.lines[0], "52500", day=date(2023, 3, 31))
    make_payment(built.lines[0], "100000", day=date(2023, 7, 1))
    march, june = (
        project_states(built.version, checkpoint=built.checkpoints[n], today=JULY)[0].spending.standing
        for n in (0, 1)
    )
    assert (march.lag, june.lag) == (Decimal(0), Decimal("25.00"))


def test_an_indicator_is_forecast_from_its_values(built: Built, cast: Any) -> None:
    make_payment(built.lines[0], "105000", day=date(2023, 6, 1))
    value(built, 0, Measure(Decimal(3), "次"), cast.staff)
    value(built, 1, Measure(Decimal(99), "%"), cast.staff)
    state = project_states(built.version, checkpoint=built.checkpoints[1], today=JULY)[0]
    assert [i.outlook.state for i in state.indicators] == ["off_track", "met", "unknown"]
    assert [i.suggested for i in state.indicators] == ["possible", "certain", ""]
    assert [w.rule.key for w in state.warnings] == ["indicator_off_track", "value_missing"]
    assert (state.light, state.filled, state.is_explained) == ("yellow", 2, False)


def test_a_checkpoint_to_come_is_not_missing_anything(built: Built) -> None:
    state = project_states(built.version, checkpoint=built.checkpoints[3], today=JULY)[0]
    assert all(not i.warnings for i in state.indicators)


def test_the_tab_leads_to_the_last_checkpoint_reached(staff: Client, built: Built) -> None:
    response = staff.get(reverse("targets:monitoring", args=[built.plan.pk]))
    assert response.url == page(built, 3)


def test_the_page_names_warnings_in_words_and_prints_all(staff: Client, built: Built) -> None:
    shown = staff.get(page(built)).content.decode()
    assert "应支未支" in shown and "严重" in shown
    printed = staff.get(page(built) + "?print=1").content.decode()
    assert printed.count("检查次数") == 3
    assert "data-print" in printed


def test_projects_are_filtered_by_light_and_name_and_sorted(staff: Client, built: Built) -> None:
    make_payment(built.lines[0], "210000", day=date(2023, 6, 1))
    found = staff.get(page(built), {"light": "red", "sort": "-name"}).context["page"]
    assert [s.project.name for s in found] == ["设备运行维护", "教育培训"]
    assert len(staff.get(page(built), {"q": "p-002"}).context["page"].object_list) == 1


def test_notes_are_saved_once_and_recorded(staff: Client, built: Built) -> None:
    staff.post(project_page(built), typed(built, cause="招标推迟", measure="七月完成招标"))
    note = MonitoringNote.objects.get()
    assert (note.likelihood, note.cause, note.revision) == ("possible", "招标推迟", 1)
    assert Record.objects.filter(action="monitoring.note").count() == 1
    staff.post(project_page(built), typed(built, seen=1, cause="招标推迟", measure="七月完成招标"))
    assert Record.objects.filter(action="monitoring.note").count() == 1


def test_the_second_writer_is_told_and_sees_both(staff: Client, built: Built, cast: Any) -> None:
    other = Client()
    other.force_login(cast.administrator)
    staff.post(project_page(built), typed(built, cause="招标推迟"))
    response = other.post(project_page(built), typed(built, cause="人员不足"))
    shown = response.content.decode()
    assert response.status_code == 422
    assert "李强" in shown and "招标推迟" in shown and "人员不足" in shown
    again = dict(response.context["rows"][0][1].data.items())
    other.post(project_page(built), again)
    assert MonitoringNote.objects.get().cause == "人员不足"


def test_completion_is_put_on_record_and_locks_nothing(staff: Client, built: Built) -> None:
    staff.post(reverse("targets:monitoring_complete", args=[built.plan.pk, built.checkpoints[1].pk]))
    assert "确认完成" in staff.get(page(built)).content.decode()
    assert Record.objects.get(action="monitoring.complete").detail["total"] == 9
    assert staff.post(project_page(built), typed(built, cause="补充")).status_code == 302


def test_the_rules_are_shown_with_source_and_confidence(staff: Client, built: Built) -> None:
    shown = staff.get(reverse("targets:monitoring_rules", args=[built.plan.pk])).content.decode()
    assert "136号" in shown and "可信度" in shown


def test_another_units_liaison_gets_404_and_the_own_reads_only(
    client: Client, built: Built, cast: Any
) -> None:
    pages = [page(built), project_page(built), reverse("targets:monitoring", args=[built.plan.pk])]
    client.force_login(cast.other_liaison)
    assert {client.get(address).status_code for address in pages} == {404}
    client.force_login(cast.liaison)
    assert {client.get(address).status_code for address in pages[:2]} == {200}
    assert client.post(project_page(built), typed(built, cause="x")).status_code == 403
    assert not MonitoringNote.objects.exists()


def test_queries_do_not_grow_with_the_plan(
    staff: Client, cast: Any, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    counts = []
    for unit, projects in ((cast.school, 1), (cast.town, 12)):
        built = make_plan(unit=unit, user=cast.staff, projects=projects)
        for line in IndicatorLine.objects.filter(project_line__plan=built.plan):
            record_value(
                actor=cast.staff, line=line, checkpoint=built.checkpoints[1],
                measure=Measure(Decimal(3), "次"), now=NOW, seen=None,
            )  # fmt: skip
        staff.get(page(built))
        with django_assert_max_num_queries(22) as captured:
            staff.get(page(built))
        counts.append(len(captured))
    assert counts[0] == counts[1]
