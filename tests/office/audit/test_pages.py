"""Reading the chain in the browser."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse

from plumbline.office.audit import triggers, views
from plumbline.office.audit.models import Record
from plumbline.office.audit.services import record
from plumbline.office.lib.spreadsheets import sheet_response
from plumbline.office.units.people import create_person

pytestmark = pytest.mark.django_db
LIST = reverse("audit:list")


@pytest.fixture
def reader(leader, signed_in):
    return signed_in(leader)


@pytest.fixture
def filled(cast):
    for number in range(60):
        record(
            actor=cast.staff,
            action="accounts.sign_in",
            target=cast.staff,
            detail={"来源地址": f"10.0.0.{number}"},
        )
    record(actor=cast.liaison, action="accounts.sign_out", target=cast.liaison)


def test_it_lists_newest_first_with_titles_not_keys(filled, reader):
    page = reader.get(LIST).content.decode()
    assert "刘芳（liufang）" in page
    assert "退出登录" in page
    assert ">accounts.sign_out<" not in page
    assert page.index("刘芳（liufang）</td>") < page.index("李强（liqiang）</td>")


def test_it_filters_by_person_act_thing_and_day(filled, cast, reader):
    def numbers(**query):
        return [entry.sequence for entry in reader.get(LIST, query).context["page"].paginator.object_list]

    sign_in_of_reader = Record.objects.filter(actor=cast.leader).count()
    assert len(numbers()) == 61 + sign_in_of_reader
    assert len(numbers(person=cast.liaison.pk)) == 1
    assert len(numbers(action="accounts.sign_out")) == 1
    assert len(numbers(text="李强")) == 60
    today = Record.objects.latest("at").at.astimezone().date()
    assert numbers(until="2020-01-01") == []
    assert len(numbers(since=str(today))) == 61 + sign_in_of_reader


def test_a_filter_in_error_is_shown_beside_its_field(filled, reader):
    page = reader.get(LIST, {"since": "2026-03-05", "until": "2026-03-01"}).content.decode()
    assert "结束日期早于开始日期" in page


def test_the_number_of_queries_does_not_grow_with_the_list(cast, reader, django_assert_num_queries):
    def queries():
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            assert reader.get(LIST).status_code == 200
        return len(captured)

    record(actor=cast.staff, action="accounts.sign_in", target=cast.staff)
    few = queries()
    for _number in range(45):
        record(actor=cast.liaison, action="accounts.sign_in", target=cast.liaison)
    assert queries() == few


def test_it_says_that_a_sound_chain_is_sound(filled, reader):
    page = reader.post(reverse("audit:verify")).content.decode()
    assert "记录完整" in page
    assert Record.objects.latest("sequence").action == "audit.verify"


def test_it_says_what_was_tampered_with(filled, reader):
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_record SET actor_name = 'x' WHERE sequence = 5")
        cursor.execute("DELETE FROM audit_record WHERE sequence IN (8, 9)")
    triggers.install(connection)
    page = reader.post(reverse("audit:verify")).content.decode()
    assert "记录被动过" in page
    assert "8–9" in page


def test_exports_cannot_carry_a_formula(administrator, signed_in):
    create_person(actor=administrator, username="x", full_name="=cmd|' /C calc'!A0", role="staff")
    client = signed_in(administrator)
    text = client.get(reverse("audit:export", args=["csv"])).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("audit:export", args=["xlsx"])).content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert [cell.value for cell in cells if str(cell.value).startswith("=cmd")]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_taking_the_records_away_is_recorded(reader):
    reader.get(reverse("audit:export", args=["csv"]))
    last = Record.objects.latest("sequence")
    assert (last.action, last.detail["格式"]) == ("audit.export", "csv")


def test_a_long_export_is_written_before_the_chain_is_held(reader, monkeypatch):
    def held(sheet, *, kind):
        assert not Record.objects.filter(action="audit.export").exists()
        return sheet_response(sheet, kind=kind)

    monkeypatch.setattr(views, "sheet_response", held)
    assert reader.get(reverse("audit:export", args=["csv"])).status_code == 200
    assert Record.objects.filter(action="audit.export").exists()


def test_verifying_needs_a_post(reader):
    assert reader.get(reverse("audit:verify")).status_code == 405
