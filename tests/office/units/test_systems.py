"""Information systems: registered, due, stopped, and seen by whom they concern."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from plumbline.office.audit.models import Record
from plumbline.office.units.models import System
from plumbline.office.units.protection import demanded_due, months_later, next_due, rules
from plumbline.office.units.queries.assessments import assessment_tasks
from plumbline.office.units.queries.systems import SystemFilter, assessment_counts, systems
from plumbline.office.units.services.systems import (
    SystemRefused,
    resume_system,
    save_system,
    stop_system,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


def system(unit, name="教务系统", **values):
    return System.objects.create(unit=unit, name=name, **values)


def form_values(unit, **values):
    empty = dict.fromkeys(
        ("kind", "purpose", "url", "operator", "level", "filing_number", "filed_on", "assessed_on",
         "assessed_by", "assessment_due_on", "protected_by", "note"), ""
    )  # fmt: skip
    return {"unit": unit.pk, "name": "教务系统", "state": "running", "critical": "no", **empty, **values}


def test_the_rules_name_their_source_and_how_sure_they_are():
    for term in rules().terms.values():
        assert term.source
        assert term.confidence in ("high", "medium", "low")
    assert rules().demanded_levels == (3, 4)


def test_the_next_assessment_follows_from_the_level():
    assert next_due(3, date(2026, 2, 28)) == date(2027, 2, 28)
    assert next_due(4, date(2026, 8, 31)) == date(2027, 2, 28)
    assert next_due(2, date(2026, 2, 28)) == date(2028, 2, 28)
    assert demanded_due(2, date(2026, 2, 28)) is None
    assert next_due(1, date(2026, 2, 28)) is None
    assert next_due(3, None) is None
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)


def test_a_system_is_registered_and_its_due_day_filled_in(cast, signed_in):
    answer = signed_in(cast.liaison).post(
        reverse("units:system_create"),
        form_values(cast.school, level="3", assessed_on="2026-03-05"),
    )
    saved = System.objects.get()
    assert answer.status_code == 302
    assert saved.assessment_due_on == date(2027, 3, 5)
    detail = Record.objects.get(action="units.system_create").detail
    assert detail["level"]["new"] == "第三级"


def test_a_liaison_registers_nothing_for_another_unit(cast, signed_in):
    answer = signed_in(cast.liaison).post(reverse("units:system_create"), form_values(cast.town))
    assert answer.status_code == 422
    assert not System.objects.exists()


def test_critical_infrastructure_needs_its_protecting_department_and_the_office(cast, signed_in):
    values = form_values(cast.school, critical="designated")
    answer = signed_in(cast.staff).post(reverse("units:system_create"), values)
    assert "须填写保护工作部门" in answer.content.decode()
    signed_in(cast.staff).post(reverse("units:system_create"), {**values, "protected_by": "县教育局"})
    saved = System.objects.get()
    assert saved.critical == "designated"
    # what a liaison sends for it is not taken
    signed_in(cast.liaison).post(
        reverse("units:system_edit", args=[saved.pk]),
        {**form_values(cast.school, critical="no", purpose="排课"), "revision": saved.revision},
    )
    saved.refresh_from_db()
    assert (saved.critical, saved.protected_by, saved.purpose) == ("designated", "县教育局", "排课")
    saved.critical = "no"
    with pytest.raises(SystemRefused, match="网信办"):
        save_system(saved, actor=cast.liaison)


def test_the_due_day_lies_after_the_assessment(cast, signed_in):
    answer = signed_in(cast.staff).post(
        reverse("units:system_create"),
        form_values(cast.school, level="3", assessed_on="2026-03-05", assessment_due_on="2026-03-01"),
    )
    assert "须晚于最近测评日期" in answer.content.decode()


def test_the_second_to_save_is_told(cast, signed_in):
    saved = system(cast.school)
    client = signed_in(cast.staff)
    values = {**form_values(cast.school), "revision": saved.revision}
    save_system(System.objects.get(pk=saved.pk), actor=cast.staff)  # changes nothing
    changed = System.objects.get(pk=saved.pk)
    changed.purpose = "选课"
    save_system(changed, actor=cast.administrator)
    answer = client.post(reverse("units:system_edit", args=[saved.pk]), {**values, "purpose": "排课"})
    assert answer.status_code == 409
    assert answer.context["form"].errors["purpose"] == ["现在保存的是“选课”。"]
    assert System.objects.get().purpose == "选课"


def test_the_same_name_twice_in_a_unit_is_refused(cast, signed_in):
    system(cast.school)
    answer = signed_in(cast.staff).post(reverse("units:system_create"), form_values(cast.school))
    assert "本单位已登记同名系统" in answer.content.decode()


def test_a_system_is_stopped_with_a_reason_and_resumed(cast, signed_in):
    saved = system(cast.school)
    client = signed_in(cast.liaison)
    assert client.post(reverse("units:system_stop", args=[saved.pk])).status_code == 422
    client.post(reverse("units:system_stop", args=[saved.pk]), {"reason": "已下线"})
    saved.refresh_from_db()
    assert saved.state == System.State.STOPPED
    assert Record.objects.get(action="units.system_stop").detail["reason"] == "已下线"
    with pytest.raises(SystemRefused, match="已停用"):
        stop_system(system=saved, actor=cast.liaison, reason="再停")
    resume_system(system=saved, actor=cast.liaison, reason="重新启用")
    saved.refresh_from_db()
    assert saved.state == System.State.RUNNING


def test_a_closed_unit_takes_no_system(cast):
    cast.school.state = cast.school.State.CLOSED
    cast.school.save()
    with pytest.raises(SystemRefused, match="已撤销"):
        save_system(System(unit=cast.school, name="新系统"), actor=cast.staff)


def test_a_unit_with_a_system_no_longer_declares_that_it_has_none(cast):
    cast.school.no_systems_on = TODAY
    cast.school.save()
    save_system(System(unit=cast.school, name="教务系统"), actor=cast.liaison)
    cast.school.refresh_from_db()
    assert cast.school.no_systems_on is None
    assert Record.objects.filter(action="units.figures").count() == 1


def test_what_is_due_is_found(cast):
    system(cast.school, "过期", level=3, assessed_on=date(2025, 5, 1), assessment_due_on=date(2026, 5, 1),
           filing_number="A1")  # fmt: skip
    system(cast.school, "将到期", level=3, assessment_due_on=TODAY + timedelta(days=60), filing_number="A2",
           assessed_on=date(2025, 8, 1))  # fmt: skip
    system(cast.town, "未测", level=3, filing_number="A3")
    system(cast.town, "未备案", level=2)
    system(cast.town, "未定级")
    system(cast.town, "停用", level=3, assessment_due_on=date(2026, 5, 1), state="stopped")
    counts = assessment_counts(cast.staff, today=TODAY)
    assert counts == {"overdue": 1, "soon": 1, "never": 1, "unfiled": 1, "unlevelled": 1}

    def names(user, **wanted):
        found = systems(user, wanted=SystemFilter(**wanted), today=TODAY).order_by("assessment_due_on")
        return [found.name for found in found]

    assert names(cast.staff, assessment="due") == ["过期", "将到期"]
    assert names(cast.staff, level="none") == ["未定级"]
    assert names(cast.staff, search="A3") == ["未测"]
    assert names(cast.staff, state="used", unit=cast.town.pk, level="3") == ["未测"]
    assert names(cast.liaison, assessment="never") == []


def test_due_assessments_are_tasks(cast):
    system(cast.school, "过期", level=3, assessed_on=date(2025, 5, 1), assessment_due_on=date(2026, 5, 1))
    system(cast.town, "未测", level=3)
    (task,) = assessment_tasks(cast.liaison, NOW)
    assert (task.title, task.due) == ("为“过期”安排等级测评", date(2026, 5, 1))
    (task,) = assessment_tasks(cast.other_liaison, NOW)
    assert task.due is None
    (task,) = assessment_tasks(cast.staff, NOW)
    assert task.count == 1
    assert list(assessment_tasks(cast.leader, NOW)) == []


def test_the_rule_is_shown_while_the_form_is_filled(cast, signed_in):
    client = signed_in(cast.liaison)
    page = client.get(reverse("units:assessment_term"), {"level": "3", "assessed_on": "2026-03-05"})
    assert 'data-fill-with="2027-03-05"' in page.content.decode()
    assert (
        client.get(reverse("units:assessment_term"), {"level": "x", "assessed_on": "20"}).status_code == 200
    )


@pytest.mark.parametrize("name", ["system", "system_edit", "system_stop", "system_resume"])
def test_another_units_liaison_gets_404(cast, signed_in, name):
    saved = system(cast.school)
    address = reverse(f"units:{name}", args=[saved.pk])
    client = signed_in(cast.other_liaison)
    answer = (
        client.post(address, {"reason": "x"}) if name.endswith(("stop", "resume")) else client.get(address)
    )
    assert answer.status_code == 404
    assert client.get(reverse("units:unit_systems", args=[cast.school.pk])).status_code == 404
    assert "教务系统" not in client.get(reverse("units:systems")).content.decode()
    assert "教务系统" not in client.get(reverse("units:assessments")).content.decode()


@pytest.mark.parametrize("page", ["systems", "assessments", "unit_systems"])
def test_the_number_of_queries_does_not_grow_with_the_list(cast, signed_in, page):
    client = signed_in(cast.staff)
    due = timezone.localdate()
    address = reverse(f"units:{page}", args=[cast.school.pk] if page == "unit_systems" else [])

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    system(cast.school, "第一个", level=3, kind="website", assessment_due_on=due)
    queries()
    few = queries()
    System.objects.bulk_create(
        System(unit=cast.school, name=f"系统{n}", level=3, kind="office", assessment_due_on=due)
        for n in range(40)
    )
    assert queries() == few


def test_a_leader_looks_and_changes_nothing(cast, signed_in):
    saved = system(cast.school)
    client = signed_in(cast.leader)
    page = client.get(reverse("units:system", args=[saved.pk])).content.decode()
    assert reverse("units:system_edit", args=[saved.pk]) not in page
    assert client.get(reverse("units:system_edit", args=[saved.pk])).status_code == 403


def test_an_empty_list_says_how_it_fills(cast, signed_in):
    page = signed_in(cast.staff).get(reverse("units:systems")).content.decode()
    assert "还没有登记信息系统" in page
    page = signed_in(cast.staff).get(reverse("units:systems"), {"q": "没有的"}).content.decode()
    assert "没有符合条件的系统" in page
