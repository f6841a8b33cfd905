"""Register sheets: looked at first, written as a whole or not at all, and the same when they come back."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from plumbline.office.accounts.roles import Role
from plumbline.office.audit.models import Record
from plumbline.office.files.services import open_file
from plumbline.office.lib.spreadsheets import write_xlsx
from plumbline.office.units.models import Asset, Contact, SheetImport, System, Unit
from plumbline.office.units.services import sheet_jobs, sheet_work
from plumbline.office.units.services.assets import save_asset
from plumbline.office.units.services.sheet_exports import export_sheet, template_workbook
from plumbline.office.units.services.sheet_jobs import confirm, start
from plumbline.office.units.services.sheet_work import SheetError
from plumbline.office.units.sheets import SHEETS
from plumbline.office.units.sheets.assets import AssetBook

pytestmark = pytest.mark.django_db
State = SheetImport.State


def workbook(*rows: tuple[object, ...]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    page.write(number, column, value)
    return buffer.getvalue()


def checked(kind: str, data: bytes, *, user, name="名录.xlsx") -> SheetImport:
    return start(upload=SimpleUploadedFile(name, data), kind=kind, actor=user, now=timezone.now())


def written(job: SheetImport, *, user) -> SheetImport:
    return confirm(job=job, actor=user, now=timezone.now())


ASSETS = ("所属单位", "资产类型", "IP地址", "资产名称", "责任人")


def test_a_sheet_is_looked_at_before_anything_is_written(cast):
    data = workbook(
        ASSETS, ("县一中", "IP", "10.8.1.0/24", "校园网", "刘芳"), ("城关镇", "域名", "A.gov.cn", "", "")
    )
    job = checked("assets", data, user=cast.staff)
    assert (job.state, job.added, job.changed, job.wrong) == (State.READY, 2, 0, 0)
    assert not Asset.objects.exists()
    assert job.sample[0]["fields"] == [["名称", "", "校园网"], ["责任人", "", "刘芳"]]
    job = written(job, user=cast.staff)
    assert job.state == State.DONE
    assert Asset.objects.get(unit=cast.town).value == "a.gov.cn"
    detail = Record.objects.get(action="units.sheet_import").detail
    assert (detail["added"], detail["changed"], detail["unchanged"]) == (2, 0, 0)
    assert detail["sm3"] == job.file.digest
    with pytest.raises(SheetError, match="已导入"):
        written(job, user=cast.staff)


def test_one_wrong_cell_stops_the_whole_sheet_and_says_what_to_write(cast):
    data = workbook(
        ("说明：随便写在上面的一行",),
        ASSETS,
        ("县一中", "IP", "10.8.1.5/24", "", ""),
        ("县一中", "飞机", "10.8.1.5", "", ""),
        ("没有的单位", "IP", "10.8.1.6", "", ""),
        ("县一中", "IP", "", "", ""),
        ("县一中", "IP", "10.8.1.9", "", ""),
        ("示例县第一中学", "地址段", "10.8.1.9/32", "", ""),
        ("县一中", "IP", "=1+1", "", ""),
    )
    job = checked("assets", data, user=cast.staff)
    assert job.state == State.REFUSED
    found = {error["cell"]: error["what"] + error["advice"] for error in job.errors}
    assert "整个网段请写 10.8.1.0/24" in found["C3"]
    assert "请从下列中选：IP 地址（段）、域名" in found["B4"]
    assert "不是您可以登记的单位" in found["A5"]
    assert "没有填写地址或标识" in found["C6"]
    assert "与第 7 行重复" in found["C8"]
    assert "公式" in found["C9"]
    assert not Asset.objects.exists()
    with pytest.raises(SheetError, match="有错误"):
        written(job, user=cast.staff)


def test_errors_leave_beside_their_rows(cast, signed_in):
    job = checked("assets", workbook(ASSETS, ("县一中", "IP", "10.8.1.5/24", "甲", "")), user=cast.staff)
    answer = signed_in(cast.staff).get(reverse("units:sheet_errors", args=[job.pk]))
    page = load_workbook(io.BytesIO(answer.content)).active
    rows = list(page.iter_rows(values_only=True))
    assert rows[0][:5] == ("行", "错误和改法", *ASSETS[:3])
    assert rows[1][0] == 2
    assert rows[1][1].startswith("C2 ")
    assert rows[1][5] == "甲"
    assert page["E2"].fill.start_color.rgb == "FFFDE2E1"
    assert page["F2"].fill.fill_type is None


def test_a_liaison_imports_for_his_own_unit_alone(cast, signed_in):
    data = workbook(ASSETS, ("城关镇", "IP", "10.8.1.5", "", ""))
    job = checked("assets", data, user=cast.liaison)
    assert (job.state, job.errors[0]["cell"]) == (State.REFUSED, "A2")
    # his own unit need not be named
    job = checked("assets", workbook(ASSETS[1:], ("IP", "10.8.1.5", "", "")), user=cast.liaison)
    assert written(job, user=cast.liaison).state == State.DONE
    assert Asset.objects.get().unit == cast.school
    for kind in ("units", "contacts"):
        with pytest.raises(SheetError, match="不能导入"):
            checked(kind, data, user=cast.liaison)
        assert signed_in(cast.liaison).get(reverse("units:sheet_template", args=[kind])).status_code == 404
        assert signed_in(cast.liaison).get(reverse("units:sheet_export", args=[kind])).status_code == 404


def test_a_liaison_does_not_say_what_is_critical(cast):
    heads = ("系统名称", "关键信息基础设施", "保护工作部门")
    job = checked("systems", workbook(heads, ("教务系统", "已认定", "县教育局")), user=cast.liaison)
    assert job.errors[0]["cell"] == "B2"
    assert checked("systems", workbook(heads, ("教务系统", "否", "")), user=cast.liaison).state == State.READY


def test_an_empty_cell_changes_nothing_and_a_word_empties(cast):
    System.objects.create(unit=cast.school, name="教务系统", operator="甲公司", purpose="排课", level=3)
    heads = ("单位", "系统名称", "运维", "业务", "等级", "未知列")
    job = checked("systems", workbook(heads, ("县一中", "教务系统", "", "清空", 2, "x")), user=cast.staff)
    assert job.ignored == ["未知列"]
    assert job.sample[0]["fields"] == [["承载业务", "排课", ""], ["等保级别", "第三级", "第二级"]]
    written(job, user=cast.staff)
    saved = System.objects.get()
    assert (saved.operator, saved.purpose, saved.level, saved.revision) == ("甲公司", "", 2, 2)


def test_systems_carry_their_days_and_their_demanded_term(cast):
    heads = ("单位", "系统名称", "等保级别", "测评日期", "备案证明编号")
    rows = [
        ("县一中", "甲", "三级", "2026年3月5日", "43010099001"),
        ("县一中", "乙", "第三级", date(2026, 3, 5), ""),
    ]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        for number, row in enumerate([heads, *rows]):
            page.write_row(number, 0, row)
    written(checked("systems", buffer.getvalue(), user=cast.staff), user=cast.staff)
    assert set(System.objects.values_list("assessment_due_on", flat=True)) == {date(2027, 3, 5)}
    job = checked(
        "systems",
        workbook(("单位", "系统名称", "关基"), ("县一中", "甲", "已认定"), ("县一中", "丙", "大概")),
        user=cast.staff,
    )
    found = {error["cell"]: error["what"] for error in job.errors}
    assert "保护工作部门" in found["B2"]
    assert "没有“大概”" in found["C3"]


def test_what_was_confirmed_is_what_is_written(cast):
    job = checked("assets", workbook(ASSETS, ("县一中", "IP", "10.8.1.5", "甲", "")), user=cast.staff)
    save_asset(Asset(unit=cast.school, kind="ip", value="10.8.1.5", title="乙"), actor=cast.administrator)
    job = written(job, user=cast.staff)
    assert job.state == State.READY
    assert "名录有变化" in job.error_what
    assert Asset.objects.get().title == "乙"
    assert job.sample[0]["fields"] == [["名称", "乙", "甲"]]
    assert written(job, user=cast.staff).state == State.DONE
    assert Asset.objects.get().title == "甲"


def test_a_worker_that_dies_in_the_middle_leaves_nothing(cast, monkeypatch):
    job = checked("assets", workbook(ASSETS, ("县一中", "IP", "10.8.1.5", "", "")), user=cast.staff)

    class Killed(BaseException):
        """As a signal would: nothing catches it."""

    write = AssetBook.write

    def die(book):
        write(book)
        raise Killed

    monkeypatch.setattr(AssetBook, "write", die)
    with pytest.raises(Killed):
        written(job, user=cast.staff)
    assert not Asset.objects.exists()
    job.refresh_from_db()
    later = timezone.now() + sheet_jobs.SILENCE + timedelta(seconds=1)
    assert not sheet_jobs.interrupted(job, now=timezone.now())
    assert sheet_jobs.interrupted(job, now=later)
    monkeypatch.undo()
    with pytest.raises(SheetError, match="处理中"):
        sheet_jobs.again(job=job, actor=cast.staff, now=timezone.now())
    job = sheet_jobs.again(job=job, actor=cast.staff, now=later)
    assert written(job, user=cast.staff).state == State.DONE


def test_a_worker_that_was_given_up_writes_nothing(cast):
    job = checked("assets", workbook(ASSETS, ("县一中", "IP", "10.8.1.5", "", "")), user=cast.staff)
    SheetImport.objects.filter(pk=job.pk).update(state=State.QUEUED, stage="apply", attempt=5)
    sheet_work.run(job_id=job.pk, attempt=4)
    assert not Asset.objects.exists()
    sheet_work.run(job_id=job.pk, attempt=5)
    assert Asset.objects.exists()


def test_a_large_sheet_is_left_to_the_worker(
    cast, signed_in, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(sheet_jobs, "AT_ONCE", 3)
    rows = [("县一中", "IP", f"10.8.1.{n}", "", "") for n in range(5)]
    with django_capture_on_commit_callbacks() as callbacks:
        job = checked("assets", workbook(ASSETS, *rows), user=cast.staff)
    assert job.state == State.QUEUED
    assert len(callbacks) == 1
    client = signed_in(cast.staff)
    page = client.get(reverse("units:sheet", args=[job.pk])).content.decode()
    assert reverse("units:sheet_progress", args=[job.pk]) in page
    assert "等待后台处理" in client.get(reverse("units:sheet_progress", args=[job.pk])).content.decode()
    sheet_work.run(job_id=job.pk, attempt=job.attempt)
    assert client.get(reverse("units:sheet_progress", args=[job.pk]))["HX-Refresh"] == "true"
    page = client.get(reverse("units:sheet", args=[job.pk])).content.decode()
    assert "确认写入 5 行" in page


@pytest.mark.parametrize("kind", ["units", "contacts", "systems", "assets"])
def test_an_export_comes_back_unchanged(cast, kind):
    _fill(cast)
    rows = {
        "units": Unit.objects.order_by("name"),
        "contacts": Contact.objects.filter(state="current"),
        "systems": System.objects.all(),
        "assets": Asset.objects.all(),
    }[kind]
    sheet = export_sheet(kind, rows, user=cast.staff, today=date(2026, 6, 1))
    job = checked(kind, write_xlsx(sheet), user=cast.staff)
    assert job.errors == []
    assert (job.added, job.changed, job.unchanged) == (0, 0, rows.count())


def _fill(cast):
    Unit.objects.filter(pk=cast.school.pk).update(
        parent=cast.office, sector="education", staff_total=120, note="=1+1", address="-东街 1 号"
    )
    closed = Unit.objects.create(name="示例县旧局", state="closed", kind="government")
    Contact.objects.create(unit=cast.school, role="head", name="孙校长", mobile="13812345678",
                           phone="0731-88",
                           email="a@b.cn", started_on=date(2024, 1, 1))  # fmt: skip
    oa = System.objects.create(unit=cast.school, name="=教务系统", kind="website", level=3, url="https://a.cn/",
                               assessed_on=date(2026, 1, 1), assessment_due_on=date(2027, 1, 1),
                               critical="designated", protected_by="县教育局", note="多行\n备注")  # fmt: skip
    System.objects.create(unit=closed, name="旧系统", state="stopped")
    for kind, value in (("ip", "10.8.1.0/24"), ("domain", "示例.中国"), ("site", "https://示例.中国/a"),
                        ("device", "@核心交换机"), ("software", "-OA V8"), ("ip", "240e::/64")):  # fmt: skip
        save_asset(Asset(unit=cast.school, kind=kind, value=value, system=oa), actor=cast.staff)
    Asset.objects.filter(kind="device").update(state="retired")


def test_a_formula_in_a_name_stays_a_text(cast):
    System.objects.create(unit=cast.school, name='=HYPERLINK("http://x","y")')
    sheet = export_sheet("systems", System.objects.all(), user=cast.staff, today=date(2026, 6, 1))
    cell = load_workbook(io.BytesIO(write_xlsx(sheet))).active["B2"]
    assert cell.data_type == "s"


def test_a_new_name_in_a_role_is_a_successor(cast):
    Contact.objects.create(unit=cast.school, role="head", name="孙校长", mobile="13812345678",
                           started_on=date(2024, 1, 1))  # fmt: skip
    heads = ("单位", "职责", "姓名", "手机号", "任职日期")
    job = checked(
        "contacts", workbook(heads, ("县一中", "一把手", "钱校长", 13900001111, "2026.3.1")), user=cast.staff
    )
    assert job.sample[0]["fields"] == [
        ["姓名", "孙校长", "钱校长"], ["任职日期", "", "2026-03-01"], ["手机", "", "139****1111"],
    ]  # fmt: skip
    written(job, user=cast.staff)
    former, current = Contact.objects.order_by("pk")
    assert (former.state, former.ended_on, former.ended_why) == ("former", date(2026, 3, 1), "由钱校长接任")
    assert (current.name, current.mobile) == ("钱校长", "13900001111")


def test_numbers_are_masked_in_exports_and_sealed_in_uploads(cast, signed_in):
    contact = Contact.objects.create(unit=cast.school, role="head", name="孙校长", mobile="13812345678")
    client = signed_in(cast.staff)
    address = reverse("units:sheet_export", args=["contacts"])
    hidden = load_workbook(io.BytesIO(client.get(address).content)).active["E2"].value
    full = load_workbook(io.BytesIO(client.get(address, {"numbers": "full"}).content)).active["E2"].value
    assert (hidden, full) == ("138****5678", "13812345678")
    exports = Record.objects.filter(action="units.sheet_export").order_by("sequence")
    assert [entry.detail["号码"] for entry in exports] == ["遮盖", "完整"]
    heads = ("单位", "职责", "姓名", "手机")
    job = checked(
        "contacts", workbook(heads, ("县一中", "主要负责人", "孙校长", "138****0000")), user=cast.staff
    )
    assert "遮盖" in job.errors[0]["what"]
    job = checked(
        "contacts", workbook(heads, ("县一中", "主要负责人", "孙校长", "13999990000")), user=cast.staff
    )
    with open_file(job.file) as kept:
        assert kept.read().startswith(b"sm4:")
    assert "13999990000" not in str(job.sample)
    assert client.get(reverse("units:sheet_file", args=[job.pk])).content.startswith(b"PK")
    written(job, user=cast.staff)
    contact.refresh_from_db()
    assert contact.mobile == "13999990000"


def test_units_come_in_with_parents_that_stand_below(cast):
    heads = ("单位名称", "简称", "单位类别", "行业领域", "上级单位", "在职人数")
    data = workbook(
        heads,
        ("示例县第二小学", "二小", "学校", "教育", "教育局", 40),
        ("示例县教育局", "教育局", "政府部门", "教育", "县委网信办", 60),
    )
    job = written(checked("units", data, user=cast.staff), user=cast.staff)
    assert job.state == State.DONE
    small = Unit.objects.get(short_name="二小")
    assert (small.parent.short_name, small.parent.parent, small.sector) == (
        "教育局",
        cast.office,
        "education",
    )


@pytest.mark.parametrize(
    ("row", "cell", "says"),
    [
        (("县一中", "x", "", "", "", ""), "A2", ""),
        (("示例县第一中学", "301002", "", "", "", ""), "B2", "已是“示例县城关镇人民政府”的代码"),
        (("示例县第一中学", "205014", "91350100M000100Y44", "", "", ""), "C2", "校验码"),
        (("示例县第一中学", "205014", "", "没有的单位", "", ""), "D2", "没有可作上级的单位"),
        (("示例县第一中学", "205014", "", "示例县第一中学", "", ""), "D2", "没有可作上级的单位"),
        (("新名字", "205014", "", "", "", ""), "A2", "更名"),
        (("示例县第一中学", "205014", "", "", "已撤销", ""), "E2", "不能用导入改"),
        (("示例县第一中学", "205014", "", "", "", "很多"), "F2", "整数"),
    ],
)
def test_units_are_not_turned_by_a_sheet(cast, row, cell, says):
    heads = ("单位名称", "编码", "信用代码", "上级单位", "状态", "人数")
    job = checked("units", workbook(heads, row), user=cast.staff)
    if not says:
        assert job.state == State.READY  # another name is another unit
        return
    assert says in {e["cell"]: e["what"] + e["advice"] for e in job.errors}[cell]


def test_a_closed_unit_is_nobodys_parent(cast):
    Unit.objects.filter(pk=cast.town.pk).update(state="closed")
    job = checked("units", workbook(("单位名称", "上级单位"), ("新单位", "城关镇")), user=cast.staff)
    assert "没有可作上级的单位" in job.errors[0]["what"]


def test_parents_do_not_go_in_circles(cast):
    data = workbook(("单位名称", "上级单位"), ("甲单位", "乙单位"), ("乙单位", "甲单位"))
    job = checked("units", data, user=cast.staff)
    assert job.state == State.REFUSED
    assert "绕成了圈" in job.errors[0]["what"]


def test_nor_by_way_of_units_that_are_there_already(cast):
    above = cast.town
    for number in range(4):
        above = Unit.objects.create(name=f"下级单位{number}", parent=above)
    data = workbook(("单位名称", "上级单位"), (cast.town.name, above.name))
    job = checked("units", data, user=cast.staff)
    assert job.state == State.REFUSED
    assert "绕成了圈" in job.errors[0]["what"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "另存为 .xlsx"),
        (b"PK\x03\x04 nothing", "无法打开"),
        (b"name,value", "无法打开"),
    ],
)
def test_what_is_no_sheet_is_refused_with_advice(cast, signed_in, data, says):
    job = checked("assets", data, user=cast.staff)
    assert job.state == State.FAILED
    assert says in job.error_what + job.error_advice
    page = signed_in(cast.staff).get(reverse("units:sheet", args=[job.pk])).content.decode()
    assert job.error_what in page


def test_xml_that_defines_entities_is_refused(cast):
    source = io.BytesIO(workbook(ASSETS, ("县一中", "IP", "10.8.1.5", "", "")))
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                head, _mark, rest = content.partition(b"<worksheet")
                bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
                content = head + bomb + b"<worksheet" + rest.replace(b"<v>0</v>", b"<v>&b;</v>", 1)
            new.writestr(name, content)
    job = checked("assets", target.getvalue(), user=cast.staff)
    assert job.state == State.FAILED
    assert "损坏" in job.error_what


def test_a_file_over_the_limit_is_refused_before_it_is_read(cast, signed_in, monkeypatch):
    monkeypatch.setattr(sheet_jobs, "SHEET_BYTES", 1000)
    for kind in ("assets", "contacts"):
        upload = SimpleUploadedFile("大.xlsx", b"PK" + b"0" * 2000)
        answer = signed_in(cast.staff).post(reverse("units:sheet_new"), {"kind": kind, "sheet": upload})
        assert answer.status_code == 422
        assert "文件超过" in answer.content.decode()
    assert not SheetImport.objects.exists()


def test_a_system_by_sheet_ends_the_declaration_that_there_is_none(cast):
    Unit.objects.filter(pk=cast.school.pk).update(no_systems_on=date(2026, 1, 1))
    written(checked("systems", workbook(("系统名称",), ("教务系统",)), user=cast.liaison), user=cast.liaison)
    cast.school.refresh_from_db()
    assert cast.school.no_systems_on is None


def test_a_sheet_without_heads_names_what_it_lacks(cast):
    job = checked("assets", workbook(("甲", "乙"), ("1", "2")), user=cast.staff)
    assert "缺少：类型、地址或标识" in job.error_what
    job = checked("assets", workbook(ASSETS), user=cast.staff)
    assert "没有内容" in job.error_what


def test_too_many_rows_are_refused_with_the_limit(cast, monkeypatch):
    monkeypatch.setattr("plumbline.office.lib.sheet_columns.SHEET_ROWS", 5)
    rows = [("县一中", "IP", f"10.8.1.{n}", "", "") for n in range(20)]
    job = checked("assets", workbook(ASSETS, *rows), user=cast.staff)
    assert "超过 5 行" in job.error_what


@pytest.mark.parametrize("kind", SHEETS)
def test_the_template_can_be_filled_in_and_explains_itself(cast, signed_in, kind):
    book = load_workbook(io.BytesIO(template_workbook(SHEETS[kind], user=cast.staff)))
    data, notes, lists = book.worksheets
    heads = [cell.value for cell in data[1]]
    assert heads == [str(column.title) for column in SHEETS[kind].columns(cast.staff)]
    text = "\n".join(str(cell.value) for row in notes.iter_rows() for cell in row if cell.value)
    assert "清空" in text
    assert "20000 行" in text
    assert data.data_validations.dataValidation
    assert lists.max_row > 1
    answer = signed_in(cast.staff).get(reverse("units:sheet_template", args=[kind]))
    assert answer.status_code == 200


def test_the_upload_page_leads_to_the_preview_and_on(cast, signed_in):
    client = signed_in(cast.staff)
    assert client.post(reverse("units:sheet_new"), {"kind": "assets"}).status_code == 422
    upload = SimpleUploadedFile("资产.xlsx", workbook(ASSETS, ("县一中", "IP", "10.8.1.5", "", "")))
    answer = client.post(reverse("units:sheet_new"), {"kind": "assets", "sheet": upload}, follow=True)
    assert "确认写入 1 行" in answer.content.decode()
    job = SheetImport.objects.get()
    answer = client.post(reverse("units:sheet_confirm", args=[job.pk]), follow=True)
    assert "已导入：新增 1，修改 0" in answer.content.decode()
    assert "资产.xlsx" in client.get(reverse("units:sheets")).content.decode()


def test_a_sheet_that_is_given_up_writes_nothing(cast, signed_in):
    job = checked("assets", workbook(ASSETS, ("县一中", "IP", "10.8.1.5", "", "")), user=cast.staff)
    signed_in(cast.staff).post(reverse("units:sheet_cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    with pytest.raises(SheetError, match="已取消"):
        written(job, user=cast.staff)
    with pytest.raises(SheetError, match="他人"):
        sheet_jobs.again(job=job, actor=cast.administrator, now=timezone.now())


@pytest.mark.parametrize("name", ["sheet", "sheet_progress", "sheet_file", "sheet_errors", "sheet_confirm",
                                  "sheet_again", "sheet_cancel"])  # fmt: skip
def test_another_persons_sheet_is_404_for_a_liaison(cast, signed_in, name):
    job = checked("assets", workbook(ASSETS[1:], ("IP", "10.8.1.5/24", "", "")), user=cast.liaison)
    address = reverse(f"units:{name}", args=[job.pk])
    for user in (cast.other_liaison,):
        client = signed_in(user)
        posts = name in ("sheet_confirm", "sheet_again", "sheet_cancel")
        assert (client.post(address) if posts else client.get(address)).status_code == 404
    assert "名录.xlsx" not in signed_in(cast.other_liaison).get(reverse("units:sheets")).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_list(cast, signed_in):
    client = signed_in(cast.staff)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("units:sheets")).status_code == 200
        return len(captured)

    job = checked("assets", workbook(ASSETS, ("县一中", "IP", "10.8.1.5", "", "")), user=cast.staff)
    queries()
    few = queries()
    for _number in range(10):
        job.pk = None
        job.save(force_insert=True)
    assert queries() == few


def test_checking_takes_few_queries_however_long_the_sheet(cast):
    def queries(count):
        rows = [("县一中", "IP", f"10.8.{count}.{n}", "", "") for n in range(count)]
        job = checked("assets", workbook(ASSETS, *rows), user=cast.staff)
        with CaptureQueriesContext(connection) as captured:
            written(job, user=cast.staff)
        return len(captured)

    assert queries(60) == queries(5)


def test_whoever_may_no_longer_import_does_not_write_what_waits(cast):
    job = checked("assets", workbook(ASSETS, ("县一中", "IP", "10.8.1.0/24", "", "")), user=cast.staff)
    cast.staff.role = Role.LEADER
    cast.staff.save()
    with pytest.raises(SheetError, match="不能导入"):
        written(job, user=cast.staff)
    with pytest.raises(SheetError, match="不能导入"):
        sheet_jobs.again(job=job, actor=cast.staff, now=timezone.now())
    # demoted after the confirmation, while the sheet waited for the worker
    SheetImport.objects.filter(pk=job.pk).update(state=State.QUEUED, stage=SheetImport.Stage.APPLY)
    job.refresh_from_db()
    sheet_work.run(job_id=job.pk, attempt=job.attempt)
    job.refresh_from_db()
    assert (job.state, job.error_what) == (State.FAILED, "您不能导入这个名录。")
    assert not Asset.objects.exists()


def test_a_refused_sheet_does_not_say_that_it_will_be_written(cast, signed_in):
    rows = (ASSETS, ("县一中", "IP", "10.8.1.0/24", "", ""), ("县一中", "IP", "10.8.1.300", "", ""))
    job = checked("assets", workbook(*rows), user=cast.staff)
    assert job.state == State.REFUSED
    page = signed_in(cast.staff).get(reverse("units:sheet", args=[job.pk])).content.decode()
    assert "将写入" not in page
    assert "不会写入" in page
