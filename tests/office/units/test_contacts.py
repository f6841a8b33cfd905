"""The people whom units name: sealed at rest, hidden from those who need not know, never forgotten."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from plumbline.office.audit.models import Record
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.masking import masked_email, masked_number
from plumbline.office.units.models import Contact
from plumbline.office.units.services import close_unit
from plumbline.office.units.services.contacts import Particulars, appoint, correct_contact, dismiss

pytestmark = pytest.mark.django_db
MOBILE, PHONE, EMAIL = "13812345678", "0315-6112345", "zhang@example.cn"
TODAY = date(2026, 9, 10)


@pytest.fixture
def contact(cast):
    particulars = Particulars("张老师", "信息中心主任", MOBILE, PHONE, EMAIL)
    return appoint(
        cast.school, role="liaison", particulars=particulars, on=date(2024, 9, 1), actor=cast.staff, now=TODAY
    )


def test_the_database_holds_no_digit_of_a_number(contact):
    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile, phone, email FROM units_contact WHERE id = %s", [contact.pk])
        row = cursor.fetchone()
    assert all(value.startswith("sm4:") for value in row)
    for secret in (MOBILE, MOBILE[3:], PHONE, "6112345", EMAIL, "zhang"):
        assert secret not in " ".join(row)
    contact.refresh_from_db()
    assert (contact.mobile, contact.phone, contact.email) == (MOBILE, PHONE, EMAIL)


def test_the_audit_holds_no_number_either(cast, contact):
    correct_contact(
        contact, particulars=Particulars("张老师", "主任", "13812340678"), on=None, actor=cast.staff
    )
    dismiss(contact, on=TODAY, why="调离", actor=cast.staff)
    kept = json.dumps(list(Record.objects.values_list("detail", flat=True)), ensure_ascii=False)
    assert "138****5678" in kept
    for secret in (MOBILE, "13812340678", "6112345", EMAIL):
        assert secret not in kept


def test_a_number_with_the_same_ends_still_counts_as_changed(cast, contact):
    particulars = Particulars("张老师", "信息中心主任", "13899995678", PHONE, EMAIL)
    correct_contact(contact, particulars=particulars, on=contact.started_on, actor=cast.staff)
    assert list(Record.objects.get(action="contacts.correct").detail) == ["mobile"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("13812345678", "138****5678"), ("0315-6112345", "****45"), ("", ""), ("110", "****"), ("转 8", "****")],
)
def test_numbers_are_masked(text, shown):
    assert masked_number(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("zhang@example.cn", "z***@example.cn"), ("", ""), ("nonsense", "****")]
)
def test_addresses_are_masked(text, shown):
    assert masked_email(text) == shown


def test_who_sees_a_number_on_the_page(cast, contact, signed_in):
    address = reverse("units:contacts", args=[cast.school.pk])
    shown = {person: signed_in(person).get(address).content.decode() for person in
             (cast.liaison, cast.staff, cast.leader)}  # fmt: skip
    assert MOBILE in shown[cast.liaison]
    for person in (cast.staff, cast.leader):
        assert "138****5678" in shown[person]
        assert MOBILE not in shown[person]
    assert "显示联系方式" in shown[cast.staff]
    assert "显示联系方式" not in shown[cast.leader]
    assert signed_in(cast.other_liaison).get(address).status_code == 404


def test_whoever_has_a_number_shown_is_recorded(cast, contact, signed_in):
    address = reverse("units:contact_reveal", args=[contact.pk])
    answer = signed_in(cast.staff).post(address, headers={"HX-Request": "true"})
    assert MOBILE in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    record = Record.objects.get(action="contacts.reveal")
    assert (record.actor, record.object_id) == (cast.staff, str(contact.pk))
    assert "<html" in signed_in(cast.staff).post(address).content.decode()
    assert signed_in(cast.leader).post(address).status_code == 403
    assert signed_in(cast.liaison).post(address).status_code == 403


def test_opening_the_form_shows_the_number_and_is_recorded_for_others_only(cast, contact, signed_in):
    address = reverse("units:contact", args=[contact.pk])
    signed_in(cast.liaison).get(address)
    assert not Record.objects.filter(action="contacts.reveal").exists()
    assert MOBILE in signed_in(cast.staff).get(address).content.decode()
    assert Record.objects.filter(action="contacts.reveal").count() == 1
    assert signed_in(cast.other_liaison).get(address).status_code == 404


def test_who_follows_ends_the_time_of_who_was_there(cast, contact, signed_in):
    signed_in(cast.liaison).post(
        reverse("units:contact_appoint", args=[cast.school.pk, "liaison"]),
        {"name": "李老师", "mobile": "+86 139 0000 1111", "started_on": "2026-09-01"},
    )
    contact.refresh_from_db()
    assert (contact.state, contact.ended_on, contact.ended_why) == (
        "former",
        date(2026, 9, 1),
        "由李老师接任",
    )
    now = cast.school.contacts.get(state="current")
    assert (now.name, now.mobile, now.started_on) == ("李老师", "13900001111", date(2026, 9, 1))
    page = signed_in(cast.liaison).get(reverse("units:contacts", args=[cast.school.pk])).content.decode()
    assert "历任 1 人" in page
    assert "张老师" in page


def test_nobody_leaves_before_he_came(cast, contact):
    with pytest.raises(RegisterError, match="离任日期早于张老师的任职日期"):
        dismiss(contact, on=date(2020, 1, 1), why="调离", actor=cast.staff)


def test_a_former_person_is_history(cast, contact):
    dismiss(contact, on=TODAY, why="退休", actor=cast.staff)
    with pytest.raises(RegisterError, match="已离任"):
        dismiss(contact, on=TODAY, why="退休", actor=cast.staff)
    with pytest.raises(RegisterError, match="已离任"):
        correct_contact(contact, particulars=Particulars("张"), on=None, actor=cast.staff)


def test_a_closed_unit_names_nobody_new(cast):
    close_unit(cast.school, on=TODAY, reason="撤并", actor=cast.staff)
    with pytest.raises(RegisterError, match="只供查阅"):
        appoint(cast.school, role="head", particulars=Particulars("王"), on=None, actor=cast.staff, now=TODAY)
    assert not Contact.objects.exists()


def test_the_second_to_correct_a_person_is_told(cast, contact, signed_in):
    client, address = signed_in(cast.liaison), reverse("units:contact", args=[contact.pk])
    opened = client.get(address).context["form"]["revision"].value()
    correct_contact(contact, particulars=Particulars("张老师", "副主任", MOBILE), on=None, actor=cast.staff)
    answer = client.post(
        address, {"name": "张老师", "position": "处长", "mobile": MOBILE, "revision": opened}
    )
    assert answer.status_code == 409
    assert answer.context["form"].errors["position"] == ["现在保存的是“副主任”。"]


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("mobile", "12345", "11 位数字"),
        ("phone", "随便", "只能包含数字"),
        ("email", "zhang", "有效的 Email"),
        ("started_on", "2199-01-01", "今天之后"),
        ("name", "", "必填"),
    ],
)
def test_what_is_no_number_is_refused_with_what_to_write(cast, signed_in, field, text, says):
    address = reverse("units:contact_appoint", args=[cast.school.pk, "head"])
    answer = signed_in(cast.liaison).post(address, {"name": "王校长", field: text})
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors[field])


def test_there_is_no_fifth_role(cast, signed_in):
    address = reverse("units:contact_appoint", args=[cast.school.pk, "cook"])
    assert signed_in(cast.staff).get(address).status_code == 404
