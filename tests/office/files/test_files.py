"""Taking in files by what they contain."""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings, strategies

from plumbline.office.files.downloads import download_response
from plumbline.office.files.kinds import EVIDENCE, KINDS, PLANS, ContentRefused
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import (
    FileMissing,
    _clean_name,
    demand_intact,
    keep_unchecked,
    open_file,
    path_of,
    store,
)  # fmt: skip

pytestmark = pytest.mark.django_db
EXE = b"MZ\x90\x00" + b"\x00" * 500
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def word() -> bytes:
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    return buffer.getvalue()


def workbook() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def packed(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def kept() -> list[Path]:
    from django.conf import settings as django_settings

    return [path for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("通知.pdf", PDF, "application/pdf"),
        ("照片.PNG", PNG, "image/png"),
        ("报告.docx", word(), KINDS["docx"].media_types[".docx"]),
        ("台账.xlsx", workbook(), KINDS["xlsx"].media_types[".xlsx"]),
        ("旧文件.doc", OLE, "application/msword"),
        ("说明.txt", "绩效目标".encode("gb18030"), "text/plain"),
        ("说明.txt", "绩效目标".encode("utf-16"), "text/plain"),
    ],
)
def test_it_keeps_what_is_what_it_says(staff, name, content, media_type):
    stored = store(upload(name, content), user=staff)
    assert (stored.name, stored.size, stored.media_type) == (name, len(content), media_type)
    with open_file(stored) as file:
        assert file.read() == content
    demand_intact(stored)
    assert path_of(stored.digest).parts[-3:] == (stored.digest[:2], stored.digest[2:4], stored.digest)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("setup.exe", EXE, "不接收"),
        ("报告.docx", EXE, "已损坏|不符"),
        ("通知.pdf", EXE, "不是 PDF"),
        ("照片.png", EXE, "不符"),
        ("说明.txt", EXE, "不是文本"),
        ("旧文件.doc", EXE, "不符"),
        ("报告.docx", OLE, "已加密"),
        ("报告.docx", word()[:-200], "已损坏"),
        ("报告.docx", workbook(), "不符"),
        ("报告.docx", packed(word__document_xml=b"<x/>", word__vbaProject_bin=b"x"), "宏"),
        ("台账.xlsx", packed(xl__workbook_xml=b"\x00" * 60_000_000), "异常庞大"),
        ("材料.zip", packed(a_txt=b"x"), "不接收"),
        ("空.pdf", b"", "空的"),
        ("没有扩展名", PDF, "不接收"),
        ("通知.pdf.exe", PDF, "不接收"),
    ],
)
def test_it_refuses_and_keeps_nothing(staff, name, content, sentence):
    with pytest.raises(ContentRefused, match=sentence):
        store(upload(name, content), user=staff)
    assert not StoredFile.objects.exists()
    assert kept() == []


def test_a_zip_is_taken_where_one_is_asked_for(staff):
    assert store(upload("材料.zip", packed(a_txt=b"x")), user=staff, allowed=EVIDENCE | {"zip"}).size


def test_what_is_not_a_plan_format_is_refused_as_a_plan(staff):
    with pytest.raises(ContentRefused) as refusal:
        store(upload("照片.png", PNG), user=staff, allowed=PLANS)
    assert ".docx" in refusal.value.advice
    assert refusal.value.where == "照片.png"


def test_it_stops_reading_at_the_limit(staff):
    class Endless(SimpleUploadedFile):
        taken = 0

        def chunks(self, chunk_size=None):
            while True:
                self.taken += 1
                yield b"x" * 1024 * 1024

    file = Endless("大.txt", b"x")
    with pytest.raises(ContentRefused, match="超过 3 MB"):
        store(file, user=staff, limit=3 * 1024 * 1024)
    assert file.taken == 4
    assert kept() == []


def test_the_same_content_is_kept_once(staff, leader):
    first = store(upload("甲.pdf", PDF), user=staff)
    second = store(upload("乙.pdf", PDF), user=leader)
    assert first.digest == second.digest
    assert first.pk != second.pk
    assert len(kept()) == 1


def test_what_was_refused_can_be_kept_for_the_record(staff):
    stored = keep_unchecked(upload("报告.docx", EXE), user=staff)
    assert stored.media_type == "application/octet-stream"
    demand_intact(stored)


def test_a_download_is_never_shown_in_the_page(staff):
    response = download_response(store(upload("通知 “一”.pdf", PDF), user=staff))
    assert response["Content-Disposition"].startswith("attachment")
    assert "%E9%80%9A%E7%9F%A5" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == PDF


def test_lost_and_altered_content_is_noticed(staff):
    stored = store(upload("通知.pdf", PDF), user=staff)
    path = path_of(stored.digest)
    path.chmod(0o600)
    path.write_bytes(PDF + b"x")
    with pytest.raises(FileMissing, match="不一致"):
        download_response(stored)
    path.unlink()
    with pytest.raises(FileMissing, match="通知"):
        open_file(stored)


@pytest.mark.parametrize(
    ("given_name", "kept_name"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\报告.docx", "报告.docx"),
        ("a\x00b\u202etxt.pdf", "abtxt.pdf"),
        ("x" * 400 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given_name, kept_name):
    assert _clean_name(given_name) == kept_name


@given(name=strategies.text(max_size=400), content=strategies.binary(max_size=300))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_whatever_raise_anything_but_a_refusal(staff, name, content):
    for kind in KINDS.values():
        with contextlib.suppress(ContentRefused):
            kind.check(io.BytesIO(content))
    assert len(_clean_name(name)) <= 221
