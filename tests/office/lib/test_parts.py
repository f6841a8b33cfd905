"""The parts that pages are made of."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

from plumbline.office.lib import navigation
from plumbline.office.lib.dates import DayField, day_text, moment_text
from plumbline.office.lib.money import wan_text, yuan_text
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.spreadsheets import Sheet, harmless, write_csv, write_xlsx
from plumbline.office.lib.tables import Sorting


def draw(text: str, query: str = "", **context: object) -> str:
    request = RequestFactory().get(f"/list/{query}")
    return Template("{% load office %}" + text).render(RequestContext(request, context))


@pytest.mark.parametrize(
    ("amount", "yuan", "wan"),
    [
        ("1043977.64", "1,043,977.64", "104.397764"),
        ("730500", "730,500.00", "73.05"),
        ("0", "0.00", "0.00"),
        ("-0.005", "-0.01", "-0.0000005"),
        ("100000000", "100,000,000.00", "10,000.00"),
        ("1E+6", "1,000,000.00", "100.00"),
    ],
)
def test_amounts_are_written_as_the_office_writes_them(amount, yuan, wan):
    assert yuan_text(Decimal(amount)) == yuan
    assert wan_text(Decimal(amount)) == wan


def test_money_carries_both_units_and_no_data_is_not_zero():
    drawn = draw("{{ amount|money }}", amount=Decimal("730500"))
    assert "730,500.00 元" in drawn
    assert "73.05 万元" in drawn
    assert "无数据" in draw("{{ amount|money }}", amount=None)
    assert draw("{{ ratio|percent }}", ratio=None) == "无数据"
    assert draw("{{ ratio|percent }}", ratio=Decimal("0.85349")) == "85.3%"


def test_days_are_local_days():
    moment = datetime(2026, 3, 4, 18, 5, tzinfo=UTC)
    assert moment_text(moment) == "2026年3月5日 02:05"
    assert day_text(moment) == "2026年3月5日"
    assert day_text(date(2026, 12, 31)) == "2026年12月31日"
    with translation.override("en"):
        assert day_text(date(2026, 12, 31)) == "31 December 2026"


@pytest.mark.parametrize("typed", ["2026-03-05", "2026年3月5日", "2026/3/5", "2026.03.05"])
def test_a_day_may_be_typed_the_chinese_way(typed):
    assert DayField().clean(typed) == date(2026, 3, 5)


def test_a_state_is_a_symbol_and_a_word():
    drawn = draw('{% state "bad" "逾期" %}')
    assert "逾期" in drawn
    assert "#circle-x" in drawn


def test_text_in_a_part_is_escaped():
    assert "<b>" not in draw('{% state "bad" word %}', word="<b>")
    assert "<b>" not in draw("{% empty word word %}", word="<b>")


def test_sorting_takes_only_columns_that_are_offered():
    columns = {"name": ("name",), "state": ("state",)}
    assert Sorting.asked(QueryDict("sort=-state"), columns=columns, default="name") == Sorting("state", True)
    for asked in ("", "sort=password", "sort=--name", "sort=name;drop"):
        assert Sorting.asked(QueryDict(asked), columns=columns, default="name") == Sorting("name", False)


def test_a_sorted_head_says_so_and_keeps_the_filter():
    sorting = Sorting("name", False)
    drawn = draw('{% sortable "name" "名称" %}', "?q=x&page=3", sorting=sorting)
    assert 'aria-sort="ascending"' in drawn
    assert "q=x" in drawn
    assert "sort=-name" in drawn
    assert "page=3" not in drawn


def test_the_pager_keeps_the_filter_and_forgives_a_wrong_page():
    request = RequestFactory().get("/list/?q=x&page=999")
    page = page_of(list(range(120)), request)
    assert page.number == 3
    drawn = draw("{% pager page %}", "?q=x&page=3", page=page)
    assert "共 120 条" in drawn
    assert "?q=x&amp;page=2" in drawn
    assert page_of(list(range(120)), RequestFactory().get("/?page=x")).number == 1


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_what_a_spreadsheet_would_run_is_made_harmless(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5.20", "+3", "示例县", "", "1=1"])
def test_what_is_harmless_stays_as_it_is(text):
    assert harmless(text) == text


def test_a_sheet_keeps_numbers_as_numbers_and_text_as_text():
    sheet = Sheet(
        "台账", ("项目", "金额", "日期"), [("=cmd", Decimal("730500.25"), date(2026, 3, 5)), (None, 3, "")]
    )
    rows = list(openpyxl.load_workbook(io.BytesIO(write_xlsx(sheet))).active.iter_rows())
    assert (rows[1][0].value, rows[1][0].data_type) == ("=cmd", "s")
    assert (rows[1][1].value, rows[1][1].data_type) == (730500.25, "n")
    assert "730500.25" in write_csv(sheet).decode("utf-8-sig")


def test_a_sheet_is_named_after_anything():
    name = "示例县/网信办[台账]：" + "很长的名称" * 9
    assert (
        openpyxl.load_workbook(io.BytesIO(write_xlsx(Sheet(name, ("项目",), []))))
        .sheetnames[0]
        .startswith("示例县_网信办_台账_")
    )


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_refused(typed):
    with pytest.raises(ValidationError, match="1900"):
        DayField().clean(typed)


def test_a_section_is_shown_to_those_who_may_open_a_page_of_it(cast):
    def sections(user):
        return [str(link.title) for link in navigation.navigation_for(user, None).sections]

    assert "系统" in sections(cast.administrator)
    assert "系统" not in sections(cast.liaison)
    assert "单位" in sections(cast.liaison)
    assert "系统" not in sections(cast.expert)
    tabs = [str(section.title) for section in navigation.SECTIONS]
    assert sections(cast.administrator) == [title for title in tabs if title in sections(cast.administrator)]


def test_the_anonymous_see_no_navigation(rf):
    from django.contrib.auth.models import AnonymousUser

    assert navigation.navigation_for(AnonymousUser(), None).sections == ()
