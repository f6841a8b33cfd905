"""What somebody uploads, sends twice, or asks for at the wrong moment ends in a sentence, not a crash."""

from __future__ import annotations

import gzip
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse

from plumbline.office.accounts.roles import Role
from plumbline.office.findings.models import Finding
from plumbline.office.inspections.models import ScanImport
from plumbline.office.inspections.services import scan_jobs, scans
from tests.office.inspections.scan_files import CSV, nessus
from tests.office.inspections.test_scan_imports import NOW, asset, imported, uploaded, worked
from tests.office.targets.factories import make_unit, make_user

State = ScanImport.State
WEAK = nessus({"10.8.1.20": [("10001", 4, 443)]})


def packed(*names: str, data: bytes = WEAK) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        b"MZ" + b"\x00" * 500,
        b"%PDF-1.7",
        b" ",
        b"\x00" * 1000,
        b"<html><body>x</body></html>",
        b"{}",
        b"[" * 100_000,
        b"PK\x03\x04broken",
        b"\x1f\x8b" + b"\x00" * 20,
        packed(),
        packed("a.nessus", "b.nessus"),
        packed("a.nessus", data=b"0" * 40_000_000),
        gzip.compress(b"0" * 40_000_000, mtime=0),  # a name of its own at every collection else
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><nmaprun>&b;</nmaprun>',
        b'<?xml version="1.0" encoding="utf-7"?><nmaprun/>',
        "主机,漏洞名称\n".encode("utf-16"),
    ],
    ids=lambda data: repr(data[:8]),
)
def test_what_is_no_report_is_refused_with_advice(cast, signed_in, data):
    scan = worked(uploaded(cast, data, name="x.nessus"))
    page = signed_in(cast.staff).get(reverse("inspections:scan", args=[scan.pk]))
    assert page.status_code == 200
    assert scan.state in (State.FAILED, State.MAPPING)
    assert scan.state == State.MAPPING or (scan.problem and scan.problem_advice)
    assert "程序在处理" not in scan.problem


@pytest.mark.django_db
def test_an_empty_file_does_not_get_past_the_form(cast, signed_in):
    empty = SimpleUploadedFile("空.csv", b"")
    answer = signed_in(cast.staff).post(reverse("inspections:scan_new"), {"file": empty})
    assert answer.status_code == 422
    assert "文件是空的" in answer.content.decode()


@pytest.mark.django_db
def test_asking_for_columns_of_what_has_none_is_no_crash(cast, signed_in):
    scan = worked(uploaded(cast, WEAK))
    answer = signed_in(cast.staff).get(reverse("inspections:scan_columns", args=[scan.pk]))
    assert answer.status_code < 500


@pytest.mark.django_db
def test_a_report_is_not_given_up_while_it_is_read(cast, signed_in):
    scan = uploaded(cast, CSV, name="t.csv")
    ScanImport.objects.filter(pk=scan.pk).update(state=State.RUNNING)
    answer = signed_in(cast.staff).post(reverse("inspections:scan_cancel", args=[scan.pk]))
    assert answer.status_code == 409 or "不能放弃" in answer.content.decode()
    scan.refresh_from_db()
    assert scan.state == State.RUNNING


@pytest.mark.django_db
def test_the_second_press_of_the_button_is_told_that_it_runs(cast, signed_in):
    asset(cast, cast.school, "10.8.1.0/24")
    scan = worked(uploaded(cast, WEAK))
    page = signed_in(cast.staff)
    url = reverse("inspections:scan_import", args=[scan.pk])
    assert page.post(url, {}).status_code == 302
    assert page.post(url, {}).status_code < 500
    assert worked(scan).raised == 1
    assert Finding.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_report_confirmed_twice_at_once_is_imported_once() -> None:
    user, unit = make_user(Role.STAFF, name="李强"), make_unit("甲")

    class People:
        staff = user

    asset(People, unit, "10.8.1.0/24")
    scan = worked(uploaded(People, WEAK))
    start = Barrier(2)

    def press(_who: int) -> str:
        try:
            start.wait(timeout=10)
            scans.confirm(scan=scan, options={}, actor=user)
            return "done"
        except scans.ScanError:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(press, range(2))) == ["done", "refused"]
    scan.refresh_from_db()
    for _worker in range(2):
        scan_jobs.run(scan_id=scan.pk, attempt=scan.attempt, clock=lambda: NOW)
    assert Finding.objects.count() == 1


@pytest.mark.django_db
def test_the_same_file_uploaded_twice_raises_nothing_twice(cast):
    asset(cast, cast.school, "10.8.1.0/24")
    first, second = worked(uploaded(cast, WEAK)), worked(uploaded(cast, WEAK))
    for scan in (first, second):
        scans.confirm(scan=scan, options={}, actor=cast.staff)
    assert [worked(first).raised, worked(second).raised] == [1, 0]
    assert imported(cast, WEAK).seen_again == 1
