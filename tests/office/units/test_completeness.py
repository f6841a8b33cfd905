"""How complete an entry is, who is asked to complete it, and what everybody is shown of it."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from plumbline.office.audit.models import Record
from plumbline.office.lib.agenda import agenda
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.models import Asset, Contact, Membership, Reminder, System, Unit
from plumbline.office.units.queries.completeness import CONDITIONS, FACTS, completeness, rules
from plumbline.office.units.services import close_unit, save_figures
from plumbline.office.units.services.reminders import remind

pytestmark = pytest.mark.django_db


def missing(unit):
    return [rule.key for rule in completeness([Unit.objects.get(pk=unit.pk)])[unit.pk].missing]


def complete(unit):
    """Fill in everything that the rules ask for; the unit's liaison has an account already."""
    Unit.objects.filter(pk=unit.pk).update(
        credit_code=f"9144030071526726{unit.pk % 10}G", sector="education", staff_total=5, staff_security=0
    )
    for role in Contact.Role:
        Contact.objects.create(unit=unit, role=role, name="某人", mobile="13800001111")
    System.objects.create(unit=unit, name="网站", level=2)
    Asset.objects.create(unit=unit, kind="domain", value=f"u{unit.pk}.example.cn")


def test_every_rule_of_the_file_is_understood_and_sourced():
    for rule in rules():
        assert rule.fact in FACTS
        assert rule.when in CONDITIONS
        assert rule.source
        assert rule.confidence in {"high", "medium", "low"}
        assert reverse(rule.page, args=[1])
    assert len({rule.key for rule in rules()}) == len(rules())


def test_a_complete_entry_lacks_nothing(cast):
    complete(cast.school)
    found = completeness(Unit.objects.filter(pk=cast.school.pk))[cast.school.pk]
    assert found.is_complete
    assert (found.filled, found.share) == (found.total, 1)


def test_each_gap_is_named(cast):
    complete(cast.school)
    cast.school.contacts.filter(role="liaison").update(mobile="", phone="")
    cast.school.contacts.filter(role="deputy").update(state="former")
    cast.school.systems.update(level=None)
    cast.school.assets.update(state="retired")
    assert missing(cast.school) == ["deputy", "liaison_phone", "levels", "assets"]


def test_zero_people_is_an_answer_and_no_number_is_none(cast):
    complete(cast.school)
    Unit.objects.filter(pk=cast.school.pk).update(staff_total=None)
    assert missing(cast.school) == ["staff_total"]


def test_an_account_that_was_deactivated_speaks_for_nobody(cast):
    complete(cast.school)
    cast.liaison.state = cast.liaison.State.DEACTIVATED
    cast.liaison.save()
    assert missing(cast.school) == ["account"]


def test_who_declares_to_have_no_systems_owes_neither_systems_nor_assets(cast):
    complete(cast.school)
    cast.school.assets.all().delete()
    cast.school.systems.all().delete()
    assert missing(cast.school) == ["systems", "assets"]
    values = {"address": "", "staff_total": 5, "staff_security": 0, "has_no_systems": True}
    save_figures(Unit.objects.get(pk=cast.school.pk), actor=cast.liaison, **values)
    assert missing(cast.school) == []


def test_nobody_declares_away_systems_that_are_registered(cast):
    System.objects.create(unit=cast.school, name="网站")
    with pytest.raises(RegisterError, match="登记有 1 个") as caught:
        save_figures(
            cast.school, actor=cast.liaison, address="", staff_total=1, staff_security=0, has_no_systems=True
        )
    assert "已停用" in caught.value.advice


def test_more_security_people_than_people_is_refused(cast, signed_in):
    answer = signed_in(cast.liaison).post(
        reverse("units:figures", args=[cast.school.pk]),
        {"staff_total": 3, "staff_security": 5, "revision": cast.school.revision},
    )
    assert answer.status_code == 422
    assert "网络安全工作人员数（5）大于在职人数（3）" in answer.content.decode()


def test_a_liaison_fills_in_his_own_unit_and_no_other(cast, signed_in):
    client = signed_in(cast.liaison)
    values = {"address": "文化路 1 号", "staff_total": 80, "staff_security": 2, "revision": 1}
    assert client.post(reverse("units:figures", args=[cast.school.pk]), values).status_code == 302
    cast.school.refresh_from_db()
    assert (cast.school.staff_total, cast.school.address) == (80, "文化路 1 号")
    assert client.post(reverse("units:figures", args=[cast.town.pk]), values).status_code == 404
    assert Record.objects.filter(action="units.figures").count() == 1
    assert client.post(reverse("units:figures", args=[cast.school.pk]), values).status_code == 409


def test_three_hundred_units_cost_as_many_queries_as_one(cast):
    Unit.objects.bulk_create(Unit(name=f"单位{number}") for number in range(300))
    everything = list(Unit.objects.all())
    with CaptureQueriesContext(connection) as few:
        completeness(everything[:1])
    with CaptureQueriesContext(connection) as many:
        assert len(completeness(everything)) == 303
    assert len(many) == len(few) == 5


def test_the_pages_cost_the_same_however_many_units(cast, signed_in):
    client = signed_in(cast.staff)

    def queries(name):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name)).status_code == 200
        return len(captured)

    names = ("units:list", "units:tree", "units:reminders", "units:categories")
    few = [queries(name) for name in names]
    for number in range(40):
        unit = Unit.objects.create(name=f"单位{number}", parent=cast.town, kind="school")
        Contact.objects.create(unit=unit, role="liaison", name="某人", mobile="13800001111")
    assert [queries(name) for name in names] == few
    assert max(few) < 20


def test_a_reminder_stands_among_the_liaisons_tasks_until_nothing_of_it_is_missing(cast, signed_in):
    client = signed_in(cast.staff)
    due = timezone.localdate() + timedelta(days=7)
    answer = client.post(
        reverse("units:reminder_send"),
        {"units": [cast.school.pk, cast.office.pk], "due_on": due.isoformat(), "note": "请尽快"},
        follow=True,
    )
    said = [str(message) for message in answer.context["messages"]]
    assert said[0] == "已提醒 1 个单位的联络员。"
    assert "县委网信办" in said[1]
    task = next(t for t in agenda(cast.liaison, now=timezone.now()) if "补全" in t.title)
    assert (task.due, task.url) == (due, reverse("units:unit", args=[cast.school.pk]))
    assert "主要负责人" in task.detail
    assert not [t for t in agenda(cast.other_liaison, now=timezone.now()) if t.due == due]
    complete(cast.school)
    assert not [t for t in agenda(cast.liaison, now=timezone.now()) if "补全" in t.title]
    Contact.objects.filter(unit=cast.school, role="head").update(state="former")
    again = next(t for t in agenda(cast.liaison, now=timezone.now()) if "补全" in t.title)
    assert again.due == due  # the reminder named it, and it is missing again


def test_reminding_nobody_is_refused_with_what_to_do(cast, signed_in):
    client = signed_in(cast.staff)
    address = reverse("units:reminder_send")
    due = timezone.localdate().isoformat()
    assert "请先勾选" in client.post(address, {"due_on": due}).content.decode()
    answer = client.post(address, {"units": [cast.office.pk], "due_on": due})
    assert answer.status_code == 422
    assert "提醒无人收到" in answer.content.decode()
    past = client.post(address, {"units": [cast.school.pk], "due_on": "2020-01-01"})
    assert "期限不能早于今天" in past.content.decode()
    complete(cast.school)
    with pytest.raises(RegisterError, match="已完整"):
        remind(
            Unit.objects.filter(pk=cast.school.pk),
            due_on=timezone.localdate(),
            note="",
            actor=cast.staff,
            now=timezone.now(),
        )
    assert not Reminder.objects.exists()
    assert signed_in(cast.liaison).post(address).status_code == 403


def test_closed_units_are_asked_for_nothing(cast, signed_in):
    close_unit(cast.school, on=timezone.localdate(), reason="撤并", actor=cast.staff)
    assert "示例县第一中学" not in signed_in(cast.staff).get(reverse("units:reminders")).content.decode()
    assert not [t for t in agenda(cast.liaison, now=timezone.now()) if "补全" in t.title]


def rows(answer):
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))


def test_the_exported_list_masks_numbers_for_who_may_not_see_them(cast, signed_in):
    Contact.objects.create(unit=cast.school, role="liaison", name="张老师", mobile="13812345678")
    address = reverse("units:reminder_export")
    shown = rows(signed_in(cast.leader).get(address))
    assert "138****5678" in str(shown)
    assert "13812345678" not in str(shown)
    assert not Record.objects.filter(action="contacts.reveal").exists()
    assert "13812345678" in str(rows(signed_in(cast.staff).get(address)))
    assert Record.objects.get(action="contacts.reveal").detail == {"count": 1}
    assert len(shown) == 1 + 3
    only = signed_in(cast.leader).get(address, {"missing": "liaison"})
    assert "示例县第一中学" not in str(rows(only))


def test_the_list_is_filtered_and_sorted_by_completeness(cast, signed_in):
    complete(cast.school)
    client = signed_in(cast.staff)

    def names(**query):
        page = client.get(reverse("units:list"), query).context["page"]
        return [row.unit.short_name for row in page]

    assert names(entry="complete") == ["县一中"]
    assert set(names(entry="incomplete")) == {"县委网信办", "城关镇"}
    assert names(sort="-completeness")[0] == "县一中"
    assert names(kind="school") == names(sector="education") == names(q="205014") == ["县一中"]
    assert set(names(sector="none")) == {"县委网信办", "城关镇"}
    Unit.objects.filter(pk=cast.school.pk).update(parent=cast.town)
    assert names(under=cast.town.pk) == ["县一中"]
    close_unit(cast.school, on=timezone.localdate(), reason="撤并", actor=cast.staff)
    assert "县一中" not in names()
    assert names(state="closed") == ["县一中"]
    assert len(names(state="all")) == 3
    assert len(names(under="nonsense", kind="", state="nonsense")) == 2


def test_the_tree_shows_what_was_found_and_the_way_to_it(cast, signed_in):
    Unit.objects.filter(pk=cast.town.pk).update(parent=cast.office)
    Unit.objects.filter(pk=cast.school.pk).update(parent=cast.town)
    tree = signed_in(cast.staff).get(reverse("units:tree"), {"q": "第一中学"}).context["tree"]
    assert [b.unit for b in tree] == [cast.office]
    assert not tree[0].matches
    assert tree[0].below == 2
    assert tree[0].children[0].children[0].unit == cast.school
    mine = signed_in(cast.liaison).get(reverse("units:tree"))
    assert [b.unit for b in mine.context["tree"]] == [cast.school]
    assert "城关镇" not in mine.content.decode()


def test_a_unit_of_two_liaisons_stands_once_in_the_list(cast, signed_in):
    Membership.objects.create(user=cast.other_liaison, unit=cast.school)
    page = signed_in(cast.staff).get(reverse("units:list")).context["page"]
    assert page.paginator.count == 3
