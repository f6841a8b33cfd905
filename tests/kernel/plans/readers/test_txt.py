"""Text files in the encodings of Chinese offices."""

from __future__ import annotations

import pytest

from plumbline.kernel.errors import UnreadableFile
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.reading import read_source

TEXT = "第一行\n\t单元格\n第三行：绩效目标，指标值≥98%\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("gbk"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.replace("\n", "\r\n").encode(), "utf-8"),
        (TEXT.replace("\n", "\r").encode("gb18030"), "gb18030"),
    ],
)
def test_every_encoding_gives_the_same_lines(data: bytes, encoding: str) -> None:
    source = read_source("plan.txt", data)
    assert [line.text for line in source.lines] == TEXT.splitlines()
    assert source.encoding == encoding
    assert source.notes == ()


def test_lines_are_numbered_as_an_editor_numbers_them() -> None:
    source = read_source("plan.txt", "一\n\n三\x0c\u2028仍是三\n四".encode())
    assert [(line.number, line.where) for line in source.lines] == [
        (1, "第1行"),
        (2, "第2行"),
        (3, "第3行"),
        (4, "第4行"),
    ]
    assert source.where(3) == "第3行"


def test_mixed_encodings_are_read_line_by_line_with_a_note() -> None:
    data = "绩效目标文件\n".encode() * 3 + "预算金额\n".encode("gb18030") + "绩效指标\n".encode()
    source = read_source("plan.txt", data)
    assert [line.text for line in source.lines] == ["绩效目标文件"] * 3 + ["预算金额", "绩效指标"]
    assert "混用了两种编码" in source.notes[0]


def test_a_line_of_no_encoding_is_one_clear_error() -> None:
    data = "绩效目标\n".encode() + b"\xff\xff\xff\n" + "绩效指标\n".encode()
    with pytest.raises(UnreadableFile) as error:
        read_source("plan.txt", data)
    assert "第2行" in error.value.where
    assert error.value.advice


def test_a_few_nuls_are_left_out_with_a_note() -> None:
    source = read_source("plan.txt", ("绩效目标" * 50 + "\x00").encode())
    assert source.text == "绩效目标" * 50
    assert "NUL" in source.notes[0]


def test_a_cut_utf16_file_is_an_error() -> None:
    with pytest.raises(UnreadableFile, match="UTF-16-LE"):
        read_source("plan.txt", TEXT.encode("utf-16")[:-1])


@pytest.mark.parametrize("data", [b"\x00" * 100, bytes(range(256)) * 4, b"\x01\x02\x03\x04" * 100])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_source("plan.txt", data)


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="超过上限 10 行"):
        read_source("plan.txt", b"x\n" * 11, limits=Limits(lines=10))
