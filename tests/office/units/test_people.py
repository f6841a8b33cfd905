"""What the administrator does to people."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plumbline.office.accounts.models import User
from plumbline.office.accounts.services import AccountError
from plumbline.office.audit.models import Record
from plumbline.office.audit.services import verify
from plumbline.office.units import people
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(administrator, signed_in):
    return signed_in(administrator)


def test_a_new_person_gets_a_password_that_is_shown_once(client, school):
    answer = client.post(
        reverse("units:person_create"),
        {"username": "SunLi", "full_name": "孙丽", "role": "liaison", "units": [school.pk], "email": ""},
    )
    password = re.search(r'id="one-time">([A-Z0-9-]{19})<', answer.content.decode()).group(1)
    person = User.objects.get(username="sunli")
    assert person.check_password(password)
    assert person.must_change_password
    assert "no-store" in answer["Cache-Control"]
    assert password not in client.get(reverse("units:person", args=[person.pk])).content.decode()
    newcomer = Client()
    newcomer.post(reverse("account_login"), {"login": "sunli", "password": password})
    assert newcomer.get(reverse("units:list"))["Location"] == reverse("account_change_password")
    detail = Record.objects.get(action="people.create").detail
    assert detail["full_name"]["new"] == "孙丽"
    assert password not in str(detail)


def test_a_name_that_is_taken_is_refused_beside_its_field(client, staff):
    answer = client.post(
        reverse("units:person_create"), {"username": "LIQIANG", "full_name": "另一人", "role": "staff"}
    )
    assert answer.status_code == 422
    assert "该用户名已被使用" in answer.content.decode()
    assert "另一人" in answer.content.decode()


def test_a_liaison_needs_a_unit(client):
    answer = client.post(
        reverse("units:person_create"), {"username": "x", "full_name": "某", "role": "liaison"}
    )
    assert "单位联络员必须属于一个单位" in answer.content.decode()
    assert not User.objects.filter(username="x").exists()


def test_changing_role_and_unit_is_recorded_old_and_new(client, liaison, town):
    client.post(
        reverse("units:person", args=[liaison.pk]),
        {"full_name": "刘芳", "role": "staff", "units": [town.pk], "email": "", "revision": 1},
    )
    liaison.refresh_from_db()
    assert liaison.role == "staff"
    detail = Record.objects.get(action="people.edit").detail
    assert detail["role"] == {"old": "单位联络员", "new": "工作人员"}
    assert detail["所属单位"] == {"old": ["示例县第一中学"], "new": ["示例县城关镇人民政府"]}


def test_the_user_name_cannot_be_changed_by_a_forged_form(client, liaison, school):
    client.post(
        reverse("units:person", args=[liaison.pk]),
        {"username": "wangmin2", "full_name": "刘芳", "role": "liaison", "units": [school.pk], "revision": 1},
    )
    liaison.refresh_from_db()
    assert liaison.username == "liufang"


def test_saving_without_a_change_leaves_no_record(client, liaison, school):
    client.post(
        reverse("units:person", args=[liaison.pk]),
        {"full_name": "刘芳", "role": "liaison", "units": [school.pk], "email": "", "revision": 1},
    )
    assert not Record.objects.filter(action="people.edit").exists()


def test_the_second_to_save_a_person_is_told_and_loses_nothing(client, administrator, liaison, school, town):
    address = reverse("units:person", args=[liaison.pk])
    opened = client.get(address).context["form"]["revision"].value()
    people.change_person(
        liaison, actor=administrator, full_name="刘芳芳", role="liaison", units=[school, town], email="a@b.cn"
    )
    typed = {"full_name": "刘小芳", "role": "liaison", "units": [school.pk], "email": "a@b.cn"}
    answer = client.post(address, {**typed, "revision": opened})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "已被他人修改" in page and 'value="刘小芳"' in page
    assert answer.context["form"].errors["full_name"] == ["现在保存的是“刘芳芳”。"]
    assert answer.context["form"].errors["units"] == ["现在保存的是“示例县城关镇人民政府、示例县第一中学”。"]
    assert "email" not in answer.context["form"].errors
    liaison.refresh_from_db()
    assert liaison.full_name == "刘芳芳" and liaison.memberships.count() == 2

    again = client.post(address, {**typed, "revision": answer.context["form"]["revision"].value()})
    assert again.status_code == 302
    liaison.refresh_from_db()
    assert liaison.full_name == "刘小芳" and liaison.memberships.count() == 1


def test_the_last_administrator_stays(administrator, staff):
    with pytest.raises(AccountError):
        people.change_person(administrator, actor=administrator, full_name="王敏", role="staff", units=[])
    other, _password = people.create_person(
        actor=administrator, username="b", full_name="乙", role="administrator"
    )
    people.deactivate(administrator, actor=other, reason="退休")
    with pytest.raises(people.PersonError):
        people.deactivate(other, actor=other, reason="误操作")
    assert User.objects.get(pk=other.pk).is_active


def test_deactivating_asks_for_a_reason(client, staff):
    answer = client.post(reverse("units:person_deactivate", args=[staff.pk]), {"reason": "  "})
    assert answer.status_code == 422
    assert "没有写明原因" in answer.content.decode()
    staff.refresh_from_db()
    assert staff.is_active
    client.post(reverse("units:person_deactivate", args=[staff.pk]), {"reason": "调离"})
    staff.refresh_from_db()
    assert not staff.is_active
    client.post(reverse("units:person_activate", args=[staff.pk]))
    staff.refresh_from_db()
    assert staff.is_active


def test_a_reset_password_ends_the_old_one(client, staff):
    answer = client.post(reverse("units:person_password", args=[staff.pk]))
    staff.refresh_from_db()
    assert not staff.check_password(PASSWORD)
    assert staff.must_change_password
    assert answer.context["one_time"].password in answer.content.decode()


def test_the_list_is_searched_sorted_and_paged(client):
    for number in range(55):
        User.objects.create_user(f"many{number:02}", full_name=f"众{number:02}", role="expert")
    address = reverse("units:people")
    page = client.get(address, {"q": "众", "sort": "-username"}).context["page"]
    assert page.paginator.count == 55
    assert [person.username for person in page][:2] == ["many54", "many53"]
    assert len(client.get(address, {"q": "众", "page": "2"}).context["page"]) == 5
    assert client.get(address, {"role": "leader"}).context["page"].paginator.count == 1
    assert client.get(address, {"sort": "password"}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_list(client, administrator, town):
    from django.db import connection

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("units:people"))
        return len(captured)

    few = queries()
    for number in range(20):
        people.create_person(
            actor=administrator, username=f"p{number}", full_name="某", role="liaison", units=[town]
        )
    assert queries() == few
    assert verify().is_sound


def test_a_name_with_markup_is_shown_as_text(client, administrator):
    people.create_person(actor=administrator, username="m", full_name="<b>{{ x }}</b>", role="staff")
    page = client.get(reverse("units:people")).content.decode()
    assert "&lt;b&gt;{{ x }}&lt;/b&gt;" in page
    assert "<b>{{ x }}</b>" not in page
