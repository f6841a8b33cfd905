"""Self-checks as workbooks: filled in offline, sent back, refused sheet by sheet, and nothing lost."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from plumbline.office.audit.models import Record
from plumbline.office.files.kinds import ContentRefused
from plumbline.office.inspections.models import Answer, AnswerSheet
from plumbline.office.inspections.services.answer_sheets import import_workbooks, settle
from plumbline.office.inspections.services.answer_workbooks import write_workbook
from plumbline.office.inspections.services.answering import AnswerConflict, save_answer
from plumbline.office.inspections.services.progress import InspectionRefused, move
from tests.office.inspections.conduct import NOW, item_of, make_checklist, make_inspection

pytestmark = pytest.mark.django_db
ROWS = {"1.1": 5, "1.2": 6, "1.3": 7, "2.1": 9, "2.2": 10}


@pytest.fixture
def check(cast):
    inspection = make_inspection(cast, version=make_checklist())
    move(inspection=inspection, act="start", actor=cast.staff, now=NOW)
    return inspection


def exported(inspection):
    return openpyxl.load_workbook(io.BytesIO(write_workbook(inspection, now=NOW)))


def upload(book, name="自查表.xlsx"):
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile(name, buffer.getvalue())


def answers_sheet(book):
    return book.worksheets[1]


def write(book, key, word, note=""):
    sheet = answers_sheet(book)
    sheet.cell(ROWS[key], 6, word)
    sheet.cell(ROWS[key], 7, note)


def test_the_workbook_names_its_inspection_and_offers_the_answers(cast, check):
    save_answer(
        check, item_of(check.checklist, "1.1"), value="partly", note="在办", actor=cast.liaison, now=NOW
    )
    sheet = answers_sheet(exported(check))
    assert [cell.value for cell in sheet[1]][:4] == [
        "plumbline-answers@1", check.number, check.checklist.digest, check.unit.code,
    ]  # fmt: skip
    assert sheet.row_dimensions[1].hidden
    assert (sheet.cell(5, 1).value, sheet.cell(5, 6).value, sheet.cell(5, 7).value) == (
        "1.1",
        "部分符合",
        "在办",
    )
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists["F5"] == '"符合,部分符合,不符合,不适用"'
    assert lists["F6"] == '"是,否,不适用"'
    assert "1.2" in sheet.cell(7, 8).value  # asked only after 1.2
    assert not sheet.cell(5, 6).protection.locked
    assert sheet.cell(5, 2).protection.locked


def test_what_was_filled_in_offline_is_saved_and_what_was_not_touched_stays(cast, check):
    save_answer(check, item_of(check.checklist, "2.2"), value="防钓鱼", note="", actor=cast.liaison, now=NOW)
    book = exported(check)
    write(book, "1.1", "不符合", "尚未发文")
    write(book, "1.2", "不适用", "筹建中")
    answers_sheet(book).cell(ROWS["2.1"], 6, 4)
    (sheet,) = import_workbooks([upload(book)], actor=cast.liaison, now=NOW)
    assert sheet.state == AnswerSheet.State.DONE
    assert sheet.result["saved"] == ["1.1", "1.2", "2.1"]
    found = dict(check.answers.values_list("item__key", "value"))
    assert found == {"1.1": "no", "1.2": "not_applicable", "2.1": "4", "2.2": "防钓鱼"}
    again = import_workbooks([upload(book)], actor=cast.liaison, now=NOW)[0]
    assert again.result["saved"] == []
    assert Record.objects.filter(action="inspections.sheet_import").count() == 2


def test_wrong_cells_are_named_and_the_others_saved(cast, check):
    book = exported(check)
    write(book, "1.1", "差不多")
    write(book, "1.2", "不适用")
    write(book, "2.1", "三次")
    write(book, "2.2", "防钓鱼")
    (sheet,) = import_workbooks([upload(book)], actor=cast.liaison, now=NOW)
    assert [(e["cell"], e["item"]) for e in sheet.result["errors"]] == [
        ("F5", "1.1"),
        ("F6", "1.2"),
        ("F9", "2.1"),
    ]
    assert sheet.result["saved"] == ["2.2"]


def test_a_newer_answer_online_is_a_conflict_and_is_settled_by_a_person(cast, check):
    book = exported(check)
    item = item_of(check.checklist, "1.1")
    online = save_answer(check, item, value="yes", note="已发文", actor=cast.liaison, now=NOW)
    write(book, "1.1", "不符合", "没有")
    write(book, "2.2", "防钓鱼")
    (sheet,) = import_workbooks([upload(book)], actor=cast.liaison, now=NOW)
    assert sheet.state == AnswerSheet.State.OPEN
    assert sheet.result["saved"] == ["2.2"]
    assert Answer.objects.get(item=item).value == "yes"
    with pytest.raises(AnswerConflict):
        settle(sheet, "1.1", take=True, revision=online.revision + 5, actor=cast.liaison, now=NOW)
    settle(sheet, "1.1", take=True, revision=online.revision, actor=cast.liaison, now=NOW)
    sheet.refresh_from_db()
    assert sheet.state == AnswerSheet.State.DONE
    assert Answer.objects.get(item=item).value == "no"
    with pytest.raises(InspectionRefused, match="已经处理"):
        settle(sheet, "1.1", take=False, revision=None, actor=cast.liaison, now=NOW)


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("B1", "JC-2026-9999", "不存在"),
        ("C1", "0" * 64, "版本"),
        ("D1", "999999", "单位"),
        ("A1", "x", "不是由本系统"),
    ],
)
def test_a_sheet_of_another_inspection_version_or_unit_is_refused_with_the_reason(
    cast, check, cell, value, words
):
    book = exported(check)
    write(book, "1.1", "符合")
    answers_sheet(book)[cell] = value
    (sheet,) = import_workbooks([upload(book)], actor=cast.liaison, now=NOW)
    assert sheet.state == AnswerSheet.State.REFUSED
    assert words in sheet.result["problem"]
    assert not check.answers.exists()


def test_sheets_of_several_units_in_one_workbook_are_judged_one_by_one(cast, check):
    town = make_inspection(cast, version=check.checklist, unit=cast.town, number="JC-2026-0002")
    move(inspection=town, act="start", actor=cast.staff, now=NOW)
    book, other = exported(check), exported(town)
    write(book, "1.1", "符合")
    write(other, "1.1", "不符合")
    added = book.create_sheet("城关镇")
    for row in answers_sheet(other).iter_rows():
        for cell in row:
            if not isinstance(cell, openpyxl.cell.cell.MergedCell):
                added.cell(cell.row, cell.column, cell.value)
    made = import_workbooks([upload(book)], actor=cast.liaison, now=NOW)
    assert [(s.result["sheet"], s.state) for s in made] == [("自查表", "done"), ("城关镇", "refused")]
    assert check.answers.get().value == "yes"
    assert not town.answers.exists()
    # the office, which sees both, may bring both in
    assert {s.state for s in import_workbooks([upload(book)], actor=cast.staff, now=NOW)} == {"done"}
    assert town.answers.get().value == "no"


def test_a_handed_in_self_check_takes_no_workbook(cast, check):
    book = exported(check)
    write(book, "1.1", "符合")
    move(inspection=check, act="submit", actor=cast.liaison, now=NOW)
    (sheet,) = import_workbooks([upload(book)], actor=cast.liaison, now=NOW)
    assert "不能填写" in sheet.result["problem"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"plain text"])
def test_what_is_no_workbook_is_refused_whole(cast, check, content):
    with pytest.raises(ContentRefused):
        import_workbooks([SimpleUploadedFile("自查表.xlsx", content)], actor=cast.liaison, now=NOW)
    assert not AnswerSheet.objects.exists()


def test_the_pages_take_the_workbook_and_show_the_conflict_with_both_texts(cast, check, signed_in):
    book = exported(check)
    save_answer(
        check, item_of(check.checklist, "1.1"), value="yes", note="已发文", actor=cast.liaison, now=NOW
    )
    write(book, "1.1", "不符合", "没有文件")
    client = signed_in(cast.liaison)
    assert client.post(reverse("inspections:sheets"), {}).status_code == 422
    sent = client.post(reverse("inspections:sheets"), {"files": [upload(book)]})
    sheet = AnswerSheet.objects.get()
    assert sent.url == reverse("inspections:sheet", args=[sheet.pk])
    page = client.get(sent.url).content.decode()
    for words in ("没有文件", "已发文", "不符合", "用表中的", "保留系统中的"):
        assert words in page
    assert signed_in(cast.other_liaison).get(sent.url).status_code == 404
    kept = client.post(
        reverse("inspections:sheet_settle", args=[sheet.pk]), {"item": "1.1", "take": "0", "revision": 1}
    )
    assert kept.status_code == 302
    assert check.answers.get().value == "yes"


def test_an_item_that_stands_twice_is_an_error_and_the_first_row_counts(cast, check):
    book = exported(check)
    write(book, "1.1", "不符合", "尚未发文")
    page = answers_sheet(book)
    for column in range(1, 13):
        page.cell(ROWS["1.2"], column, page.cell(ROWS["1.1"], column).value)
    (sheet,) = import_workbooks([upload(book)], actor=cast.liaison, now=NOW)
    assert sheet.result["saved"] == ["1.1"]
    assert [(e["cell"], e["item"]) for e in sheet.result["errors"]] == [("F6", "1.1")]


def test_a_workbook_whose_part_is_damaged_is_refused_with_a_sentence(cast, check):
    whole, broken = io.BytesIO(), io.BytesIO()
    exported(check).save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: len(content) // 2] if "worksheets/sheet" in name else content)
    damaged = SimpleUploadedFile("自查表.xlsx", broken.getvalue())
    with pytest.raises(ContentRefused, match="损坏"):
        import_workbooks([damaged], actor=cast.liaison, now=NOW)
