"""The plan as a workbook, out and in: whole or not at all."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from plumbline.office.inspections.services.plan_sheets import SheetRefused, import_plan, plan_sheet
from plumbline.office.lib.spreadsheets import write_xlsx
from tests.office.inspections.conduct import NOW, make_checklist, make_plan, make_visit

pytestmark = pytest.mark.django_db
HEADS = ["单位名称", "检查方式", "检查表", "计划开始", "计划完成", "组长", "检查人员"]


def workbook(*rows, heads=HEADS, above=()):
    book = openpyxl.Workbook()
    for row in (*above, heads, *rows):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile("计划.xlsx", buffer.getvalue())


def test_a_plan_is_read_back_from_what_was_exported(cast):
    version = make_checklist()
    source = make_plan(cast, state="draft")
    make_visit(cast, version=version, plan=source, number="JC-2026-0900")
    content = write_xlsx(plan_sheet(source))
    source.inspections.update(plan=None)
    upload = SimpleUploadedFile("计划.xlsx", content)
    # its numbers are unknown to this plan, so the rows are new
    assert import_plan(source, upload, actor=cast.staff, now=NOW) == 1
    made = source.inspections.get()
    assert (made.unit, made.method, made.checklist) == (cast.school, "on_site", version)
    assert (made.planned_from, made.planned_to) == (date(2026, 3, 1), date(2026, 3, 31))
    assert [(row.user, row.role) for row in made.inspectors.all()] == [
        (cast.staff, "lead"), (cast.administrator, "member"),
    ]  # fmt: skip


def test_rows_that_the_plan_holds_are_left_as_they_are(cast):
    plan = make_plan(cast, state="draft")
    make_visit(cast, version=make_checklist(), plan=plan)
    upload = SimpleUploadedFile("计划.xlsx", write_xlsx(plan_sheet(plan)))
    with pytest.raises(SheetRefused, match="没有可导入"):
        import_plan(plan, upload, actor=cast.staff, now=NOW)
    assert plan.inspections.count() == 1


def test_people_write_it_their_way(cast):
    plan = make_plan(cast, state="draft")
    upload = workbook(
        ["县一中", "现场检查", None, date(2026, 5, 6), "2026年5月8日", "李强", "王敏，陈思远"],
        ["城关镇", "单位自查", None, "2026/6/1", "2026.6.30", None, None],
        above=[["2026年度网络安全检查计划"], []],
    )
    assert import_plan(plan, upload, actor=cast.staff, now=NOW) == 2
    visit = plan.inspections.get(unit=cast.school)
    assert visit.planned_to == date(2026, 5, 8)
    assert {row.role for row in visit.inspectors.all()} == {"lead", "member", "expert"}


def test_one_wrong_row_keeps_all_out_and_each_is_named(cast, signed_in):
    plan = make_plan(cast, state="draft")
    good = ["县一中", "单位自查", None, date(2026, 5, 6), date(2026, 5, 8), None, None]
    wrong = [
        ["没有这个单位", *good[1:]],
        [good[0], "看一看", *good[2:]],
        [*good[:3], "五月", *good[4:]],
        [*good[:3], date(2026, 9, 1), *good[4:]],
        [*good[:2], "没有这份检查表", *good[3:]],
        [*good[:5], "张无名", None],
        [*good[:3], date(2025, 5, 6), *good[4:]],
    ]
    with pytest.raises(SheetRefused) as refusal:
        import_plan(plan, workbook(good, *wrong), actor=cast.staff, now=NOW)
    assert [error.row for error in refusal.value.errors] == [3, 4, 5, 6, 7, 8, 9]
    assert not plan.inspections.exists()
    page = signed_in(cast.staff).post(
        reverse("inspections:plan_import", args=[plan.pk]), {"file": workbook(good, *wrong)}
    )
    assert page.status_code == 422
    assert "第 3 行" in page.content.decode()


def test_a_workbook_without_the_heads_and_a_plan_that_is_approved_are_refused(cast):
    with pytest.raises(SheetRefused, match="表头"):
        import_plan(make_plan(cast, state="draft"), workbook(heads=["甲", "乙"]), actor=cast.staff, now=NOW)
    with pytest.raises(SheetRefused, match="编制中"):
        import_plan(make_plan(cast, year=2027), workbook(), actor=cast.staff, now=NOW)
