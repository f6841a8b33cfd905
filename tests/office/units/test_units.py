"""Units, and what each person sees of them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plumbline.office.audit.models import Record
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Membership, Unit
from plumbline.office.units.queries import possible_parents
from plumbline.office.units.services import save_unit

pytestmark = pytest.mark.django_db


def test_a_liaison_sees_only_his_own_unit(cast):
    assert list(visible_units(cast.liaison)) == [cast.school]
    assert list(visible_units(cast.other_liaison)) == [cast.town]


def test_the_office_sees_all(cast):
    for person in (cast.administrator, cast.staff, cast.leader):
        assert visible_units(person).count() == 3


def test_an_expert_sees_only_what_is_given_to_judge(cast):
    assert not visible_units(cast.expert).exists()
    Membership.objects.create(user=cast.expert, unit=cast.town)
    assert list(visible_units(cast.expert)) == [cast.town]


def test_a_deactivated_person_sees_none(cast):
    cast.staff.state = cast.staff.State.DEACTIVATED
    assert not visible_units(cast.staff).exists()


def test_the_page_of_a_liaison_shows_one_unit_and_no_way_to_change_it(cast, signed_in):
    page = signed_in(cast.liaison).get(reverse("units:list")).content.decode()
    assert "示例县第一中学" in page
    assert "城关镇" not in page
    assert reverse("units:create") not in page


def test_a_unit_is_created_and_changed_with_a_record(cast, signed_in):
    client = signed_in(cast.staff)
    values = {
        "name": "示例县人民医院",
        "short_name": "",
        "code": "401",
        "kind": "hospital",
        "state": "active",
    }
    client.post(reverse("units:create"), values)
    unit = Unit.objects.get(code="401")
    client.post(reverse("units:edit", args=[unit.pk]), {**values, "sector": "health", "revision": 1})
    unit.refresh_from_db()
    assert (unit.name, unit.sector) == ("示例县人民医院", "health")
    assert Record.objects.get(action="units.edit").detail == {"sector": {"old": "", "new": "卫生健康"}}


def test_what_was_typed_is_kept_when_something_is_wrong(cast, signed_in):
    answer = signed_in(cast.staff).post(
        reverse("units:create"),
        {"name": "某单位", "code": cast.school.code, "kind": "other", "state": "active"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="某单位"' in page
    assert "该预算单位编码已被使用" in page


def test_the_second_to_save_a_unit_is_told_and_loses_nothing(cast, signed_in):
    client = signed_in(cast.staff)
    address = reverse("units:edit", args=[cast.school.pk])
    opened = client.get(address).context["form"]["revision"].value()
    other = Unit.objects.get(pk=cast.school.pk)
    other.kind, other.sector = Unit.Kind.OTHER, "education"
    save_unit(other, user=cast.administrator)
    typed = {"short_name": "一中本部", "code": "205014", "kind": "school"}
    answer = client.post(address, {**typed, "revision": opened})
    assert answer.status_code == 409
    assert 'value="一中本部"' in answer.content.decode()
    errors = answer.context["form"].errors
    assert "已被他人修改" in errors["__all__"][0]
    assert errors["kind"] == ["现在保存的是“其他单位”。"]
    assert errors["sector"] == ["现在保存的是“教育”。"]
    assert errors["short_name"] == ["现在保存的是“县一中”。"]
    cast.school.refresh_from_db()
    assert (cast.school.kind, cast.school.sector) == (Unit.Kind.OTHER, "education")
    again = {**typed, "revision": answer.context["form"]["revision"].value()}
    assert client.post(address, again).status_code == 302
    assert Unit.objects.get(pk=cast.school.pk).short_name == "一中本部"


def test_a_form_without_a_revision_overwrites_nothing(cast, signed_in):
    values = {"short_name": "另一个简称", "code": "", "kind": "school"}
    answer = signed_in(cast.staff).post(reverse("units:edit", args=[cast.school.pk]), values)
    assert answer.status_code == 409
    assert Unit.objects.get(pk=cast.school.pk).short_name == "县一中"


def test_a_unit_cannot_be_under_itself(cast):
    cast.school.parent = cast.town
    cast.school.save()
    assert set(possible_parents(cast.town)) == {cast.office}


def test_the_number_of_queries_does_not_grow_with_the_list(cast, signed_in):
    client = signed_in(cast.staff)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("units:list"))
        return len(captured)

    few = queries()
    for number in range(30):
        Unit.objects.create(name=f"单位{number}", parent=cast.town)
    assert queries() == few
