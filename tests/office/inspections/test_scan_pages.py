"""Pages of scan imports: who sees which, what they say, and what they cost."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from plumbline.office.findings.models import Finding
from plumbline.office.inspections.models import Inspection, Inspector, ScanImport, ScanMapping
from plumbline.office.lib.agenda import agenda
from tests.office.inspections.scan_files import CSV, nessus
from tests.office.inspections.test_scan_imports import asset, imported, uploaded, worked

pytestmark = pytest.mark.django_db
HERE = "/inspections/scans/"
DATA = nessus({"10.8.1.20": [("10001", 4, 443), ("10002", 2, 80)], "10.8.9.9": [("10001", 4, 443)]})
OF_ONE = ("", "progress/", "results/", "hosts/", "hosts/sheet/", "file/")


def file(data: bytes = DATA, name: str = "a.nessus") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def engaged(cast: Any, *, ends_in: int = 10) -> Inspection:
    today = timezone.localdate()
    inspection = Inspection.objects.create(
        number="JC-2026-0009", unit=cast.school, method="expert", state="running",
        planned_from=date(2026, 1, 1), planned_to=date(2026, 12, 31),
    )  # fmt: skip
    Inspector.objects.create(
        inspection=inspection, user=cast.expert, role="expert", starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=ends_in),
    )  # fmt: skip
    return inspection


def test_from_the_upload_to_the_findings(cast, signed_in):
    asset(cast, cast.school, "10.8.1.0/24")
    client = signed_in(cast.staff)
    assert client.get(f"{HERE}new/").status_code == 200
    answer = client.post(f"{HERE}new/", {"file": file(), "target": ""})
    scan = ScanImport.objects.get()
    assert answer.url == f"{HERE}{scan.pk}/"
    assert "等待后台处理" in client.get(answer.url).content.decode()
    worked(scan)
    page = client.get(answer.url).content.decode()
    assert "确认导入" in page
    assert "10.8.1.20" in page
    assert "无归属" in page
    assert client.post(f"{answer.url}import/", {"close": "on"}).status_code == 302
    worked(scan)
    assert "导入结果" in client.get(answer.url).content.decode()
    results = client.get(f"{answer.url}results/?severity=critical").content.decode()
    assert "Weakness 10001" in results
    assert "Weakness 10002" not in results
    hosts = client.get(f"{answer.url}hosts/").content.decode()
    assert "10.8.9.9" in hosts
    sheet = client.get(f"{answer.url}hosts/sheet/")
    cells = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(sheet.content)).active.rows]
    assert cells[1][:2] == ["10.8.9.9", 1]
    chosen = {"hosts": ["10.8.9.9"], "unit": cast.town.pk}
    assert client.post(f"{answer.url}hosts/", chosen).status_code == 302
    worked(scan)
    assert Finding.objects.filter(unit=cast.town).count() == 1
    assert client.get(f"{answer.url}file/").status_code == 200


def test_a_form_without_a_file_or_with_another_units_inspection_says_so(cast, signed_in):
    inspection = engaged(cast)
    client = signed_in(cast.staff)
    assert "请选择文件" in client.post(f"{HERE}new/", {}).content.decode()
    wrong = {"file": file(), "inspection": inspection.pk, "unit": cast.town.pk}
    answer = client.post(f"{HERE}new/", wrong)
    assert answer.status_code == 422
    assert "与此不一致" in answer.content.decode()


def test_the_columns_are_asked_for_once(cast, signed_in):
    asset(cast, cast.school, "10.8.1.0/24")
    client = signed_in(cast.staff)
    client.post(f"{HERE}new/", {"file": file(CSV, "a.csv")})
    scan = worked(ScanImport.objects.get())
    url = f"{HERE}{scan.pk}/columns/"
    page = client.get(url).content.decode()
    assert "“三级”相当于" in page
    form = {
        "name": "RSAS", "host": "IP地址", "title": "漏洞名称", "severity": "危险级别", "port": "端口",
        "word_0": "medium",
    }  # fmt: skip
    assert client.post(url, form | {"word_0": ""}).status_code == 422
    assert client.post(url, form | {"host": ""}).status_code == 422
    assert client.post(url, form).status_code == 302
    assert worked(scan).state == ScanImport.State.READY
    mapping = ScanMapping.objects.get()
    assert "RSAS" in client.get(f"{HERE}columns/").content.decode()
    assert client.post(f"{HERE}columns/{mapping.pk}/delete/").status_code == 302
    assert not ScanMapping.objects.exists()


def test_a_failed_report_says_what_to_do(cast, signed_in):
    scan = worked(uploaded(cast, DATA[:-20]))
    page = signed_in(cast.staff).get(f"{HERE}{scan.pk}/").content.decode()
    assert "不是完整的 XML" in page
    assert "重新导出" in page


def test_withdrawing_needs_a_reason(cast, signed_in):
    asset(cast, cast.school, "10.8.0.0/16")
    scan = imported(cast, DATA)
    client = signed_in(cast.staff)
    refused = client.post(f"{HERE}{scan.pk}/withdraw/", {"reason": " "})
    assert refused.status_code == 422
    assert "撤销原因" in refused.content.decode()
    assert client.post(f"{HERE}{scan.pk}/withdraw/", {"reason": "传错"}).status_code == 302
    worked(scan)
    assert "导入已撤销" in client.get(f"{HERE}{scan.pk}/").content.decode()


def test_liaisons_get_nothing(cast, signed_in):
    scan = imported(cast, DATA, unit=cast.school)
    for user in (cast.liaison, cast.other_liaison):
        client = signed_in(user)
        for path in (HERE, f"{HERE}new/", *(f"{HERE}{scan.pk}/{part}" for part in OF_ONE)):
            assert client.get(path).status_code in (403, 404)
        for act in ("import", "again", "cancel", "withdraw", "hosts", "columns"):
            assert client.post(f"{HERE}{scan.pk}/{act}/").status_code in (403, 404)


def test_an_expert_sees_only_the_reports_of_his_inspection(cast, signed_in):
    inspection = engaged(cast)
    mine = imported(cast, DATA, inspection=inspection)
    other = imported(cast, DATA, unit=cast.town)
    client = signed_in(cast.expert)
    assert client.get(f"{HERE}{mine.pk}/").status_code == 200
    for part in OF_ONE:
        assert client.get(f"{HERE}{other.pk}/{part}").status_code == 404
    listed = client.get(HERE).content.decode()
    assert f"{HERE}{mine.pk}/" in listed
    assert f"{HERE}{other.pk}/" not in listed
    assert client.post(f"{HERE}{mine.pk}/withdraw/", {"reason": "x"}).status_code == 403
    assert "Weakness 10001" in client.get(f"{HERE}{mine.pk}/results/").content.decode()
    found = Finding.objects.get(unit=cast.school, title="Weakness 10002")
    assert client.get(f"/findings/{found.pk}/").status_code == 200
    elsewhere = Finding.objects.filter(unit=cast.town).first()
    assert client.get(f"/findings/{elsewhere.pk}/").status_code == 404


def test_an_expert_uploads_into_his_inspection_and_nowhere_else(cast, signed_in):
    client = signed_in(cast.expert)
    assert client.post(f"{HERE}new/", {"file": file()}).status_code == 422
    inspection = engaged(cast)
    answer = client.post(f"{HERE}new/", {"file": file(), "inspection": inspection.pk})
    assert answer.status_code == 302
    assert ScanImport.objects.get().unit == cast.school


def test_an_expert_whose_engagement_ended_sees_nothing(cast, signed_in):
    inspection = engaged(cast, ends_in=-1)
    scan = imported(cast, DATA, inspection=inspection)
    assert signed_in(cast.expert).get(f"{HERE}{scan.pk}/").status_code == 404


def test_lists_ask_as_much_for_many_rows_as_for_few(cast, signed_in, django_assert_max_num_queries):
    asset(cast, cast.school, "10.8.0.0/16")
    client = signed_in(cast.staff)
    scan = imported(cast, DATA)
    for path in (HERE, f"{HERE}{scan.pk}/", f"{HERE}{scan.pk}/results/", f"{HERE}{scan.pk}/hosts/"):
        client.get(path)
        with CaptureQueriesContext(connection) as few:
            client.get(path)
        if path == HERE:
            for _more in range(5):
                uploaded(cast, DATA)
        elif path.endswith("/results/"):
            many = {f"10.8.2.{n}": [("10003", 3, 80)] for n in range(30)}
            scan = imported(cast, nessus(many))
            path = f"{HERE}{scan.pk}/results/"
        with django_assert_max_num_queries(len(few)):
            client.get(path)


def test_the_list_is_found_filtered_and_sorted_by_its_address(cast, signed_in):
    imported(cast, DATA, name="spring.nessus")
    uploaded(cast, DATA, name="autumn.nessus")
    client = signed_in(cast.staff)
    for query, seen, unseen in (
        ("?q=spring", "spring", "autumn"),
        ("?state=queued", "autumn", "spring"),
        ("?tool=nessus", "spring", "autumn"),
    ):
        page = client.get(HERE + query).content.decode()
        assert f"{seen}.nessus" in page
        assert f"{unseen}.nessus" not in page
    assert "没有符合条件" in client.get(f"{HERE}?q=winter").content.decode()
    page = client.get(f"{HERE}?sort=file").content.decode()
    assert page.index("autumn.nessus") < page.index("spring.nessus")


def test_what_waits_is_on_the_list_of_whoever_uploaded_it(cast):
    scan = worked(uploaded(cast, DATA))
    assert [
        (task.url, task.detail) for task in agenda(cast.staff, now=timezone.now()) if task.label == "扫描"
    ] == [(f"{HERE}{scan.pk}/", "scan.nessus")]
    for user in (cast.liaison, cast.leader, cast.administrator):
        assert not [task for task in agenda(user, now=timezone.now()) if task.label == "扫描"]


def test_a_report_from_before_its_inspection_is_questioned(cast, signed_in):
    inspection = engaged(cast)
    client = signed_in(cast.expert)
    client.post(f"{HERE}new/", {"file": file(), "inspection": inspection.pk})
    scan = ScanImport.objects.get()
    worked(scan)
    scan.refresh_from_db()
    scanned = timezone.localdate(scan.scanned_at)
    for began, questioned in ((scanned, False), (scanned + timedelta(days=1), True)):
        Inspection.objects.update(started_on=began)
        page = client.get(f"{HERE}{scan.pk}/").content.decode()
        assert ("早于这项检查的开始日期" in page) == questioned
