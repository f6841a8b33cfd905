"""Bad input gives one clear error with what, where and what to do, or is read right."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.errors import PlumblineError, UnreadableFile, UnsupportedFormat
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.reading import read_plan, read_source
from tests.kernel.plans.readers.test_docx import with_part


def word() -> bytes:
    stream = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("绩效目标")
    document.save(stream)
    return stream.getvalue()


def workbook() -> bytes:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "绩效目标"
    book.save(stream)
    return stream.getvalue()


def refused(name: str, data: bytes, kind: type[PlumblineError] = UnreadableFile) -> PlumblineError:
    with pytest.raises(kind) as error:
        read_source(name, data)
    assert name in error.value.where
    assert error.value.what
    assert error.value.advice
    return error.value


def test_an_empty_file() -> None:
    assert "空" in refused("plan.txt", b"").what


def test_a_file_of_a_hundred_megabytes() -> None:
    with pytest.raises(UnreadableFile, match="100 MB，超过上限 50 MB"):
        read_source("plan.txt", b" " * (100 * 1024 * 1024))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize(("name", "make"), [("plan.docx", word), ("plan.xlsx", workbook)])
def test_a_truncated_archive(name: str, make: object, share: float) -> None:
    data = make()  # type: ignore[operator]
    assert "损坏" in refused(name, data[: int(len(data) * share)]).what


def test_damaged_content_inside_an_archive() -> None:
    refused("plan.docx", with_part(word(), "word/document.xml", b"<w:document"))
    refused("plan.xlsx", with_part(workbook(), "xl/worksheets/sheet1.xml", b"<worksheet"))
    refused("plan.xlsx", with_part(workbook(), "xl/workbook.xml", b"\x00\x01"))


def test_a_program_renamed_to_a_document() -> None:
    assert "程序" in refused("plan.docx", b"MZ\x90\x00" + b"\x00" * 500).what


def test_a_picture_renamed_to_a_document() -> None:
    assert "图片" in refused("plan.pdf", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100).what


def test_text_renamed_to_a_workbook() -> None:
    assert ".xlsx" in refused("plan.xlsx", "绩效目标".encode()).what


def test_an_encrypted_office_file() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert "加密" in refused("plan.docx", data).what


def test_an_encrypted_archive() -> None:
    data = bytearray(word())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    assert "加密" in refused("plan.docx", bytes(data)).what


@pytest.mark.parametrize(("name", "part", "make"), [
    ("plan.docx", "word/document.xml", word),
    ("plan.xlsx", "xl/worksheets/sheet1.xml", workbook),
])  # fmt: skip
def test_a_zip_bomb(name: str, part: str, make: object) -> None:
    data = with_part(make(), part, b"<a>" + b" " * (60 * 1024 * 1024) + b"</a>")  # type: ignore[operator]
    assert len(data) < 1_000_000
    assert "解压后" in refused(name, data).what


def test_an_archive_of_too_many_parts() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(30):
            archive.writestr(f"word/{number}.xml", b"")
        archive.writestr("word/document.xml", b"<a/>")
    with pytest.raises(UnreadableFile, match="31 个部件"):
        read_source("plan.docx", stream.getvalue(), limits=Limits(zip_entries=20))


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">'
    b'<!ENTITY z SYSTEM "file:///etc/passwd">]><a>&y;&z;</a>'
)


@pytest.mark.parametrize("part", ["word/document.xml", "word/footnotes.xml", "word/numbering.xml"])
def test_xml_entities_in_word(part: str) -> None:
    assert "DTD" in refused("plan.docx", with_part(word(), part, BOMB)).what


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_xml_entities_in_excel(part: str) -> None:
    assert "DTD" in refused("plan.xlsx", with_part(workbook(), part, BOMB)).what


def test_deeply_nested_xml_is_an_error_not_a_crash() -> None:
    deep = b"<a>" * 20_000 + b"</a>" * 20_000
    refused("plan.docx", with_part(word(), "word/document.xml", deep))


def test_an_archive_that_is_no_document() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "压缩包" in refused("plan.docx", stream.getvalue(), UnsupportedFormat).what


def test_an_unknown_ending() -> None:
    refused("plan.dwg", b"AC1032" + b"x" * 100, UnsupportedFormat)


def test_braces_and_tags_in_names_stay_text() -> None:
    text = "<script>alert(1)</script>{{ name }}{% raw %}"
    assert read_source("plan.txt", text.encode()).text == text


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["plan.txt", "plan.docx", "plan.xlsx", "plan.pdf", "plan", "plan.csv", "计划.DOC"]),
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.4\n", b"\xff\xfe", b"\xef\xbb\xbf"]),
)
def test_arbitrary_bytes_raise_nothing_else(data: bytes, name: str, head: bytes) -> None:
    try:
        read_plan(name, head + data)
    except PlumblineError as error:
        assert error.what


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=20), st.booleans())
def test_damaged_documents_raise_nothing_else(at: int, noise: bytes, sheet: bool) -> None:
    data = bytearray(workbook() if sheet else word())
    at %= len(data)
    data[at : at + len(noise)] = noise
    try:
        read_plan("plan.xlsx" if sheet else "plan.docx", bytes(data))
    except PlumblineError as error:
        assert error.what
