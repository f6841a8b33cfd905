"""The encoding of a text file: UTF-8, UTF-16 and GB18030, with or without byte order mark.

A byte order mark decides. Without one, zero bytes in text that reads as Chinese mean UTF-16; valid
UTF-8 is UTF-8; the rest is GB18030 when it decodes to text that reads as Chinese. A file that mixes UTF-8
and GB18030 (pieces pasted together) is decoded line by line, and a note says so.
"""

from __future__ import annotations

import codecs
import re

from plumbline.kernel.errors import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ue000-\uf8ff\ufffd]")
_READABLE = re.compile(
    "[\t\n\r -~\u2010-\u2027\u2030-\u22ff\u2460-\u25ff\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]"
)
_ADVICE = "请用记事本另存为 UTF-8 编码后再导入。"


def decode(data: bytes, *, name: str) -> tuple[str, str, tuple[str, ...]]:
    """Text, encoding and notes of a text file.

    Raises:
        UnreadableFile: the bytes are no text in any of these encodings.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, name), encoding, ()
    encoding = _utf16_without_mark(data)
    if encoding:
        return _strict(data, encoding, name), encoding, ()
    notes: tuple[str, ...] = ()
    if b"\x00" in data:
        share = data.count(b"\x00") / len(data)
        if share > 0.02:
            raise UnreadableFile("文件内容不是文本。", where=name, advice=_ADVICE)
        notes = ("文件含有空字符（NUL），已略去。",)
        data = data.replace(b"\x00", b"")
    try:
        return _checked(data.decode("utf-8"), name), "utf-8", notes
    except UnicodeDecodeError:
        pass
    text, encoding, more = _gb18030_or_mixed(data, name)
    return _checked(text, name), encoding, notes + more


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return _checked(data.decode(encoding), name)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"文件标明的编码是 {encoding.upper()}，但第 {error.start + 1} 个字节起无法解读，文件可能不完整。",
            where=name,
            advice=_ADVICE,
        ) from None


def _utf16_without_mark(data: bytes) -> str:
    """UTF-16 without a mark: the byte order in which the text reads as Chinese and ASCII.

    Its line ends and digits hold zero bytes, which no other encoding of text has.
    """
    if len(data) % 2 or b"\x00" not in data:
        return ""
    shares = {}
    for encoding in ("utf-16-le", "utf-16-be"):
        text = data[:20_000].decode(encoding, errors="replace")
        shares[encoding] = len(_READABLE.findall(text)) / len(text)
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] > 0.95 else ""


def _gb18030_or_mixed(data: bytes, name: str) -> tuple[str, str, tuple[str, ...]]:
    lines = data.split(b"\n")
    utf8 = sum(1 for line in lines if not line.isascii() and _decodes(line, "utf-8"))
    foreign = sum(1 for line in lines if not _decodes(line, "utf-8"))
    # Chinese UTF-8 read as GB18030 often decodes (to nonsense), so UTF-8 lines are looked for first
    if utf8 == 0 or utf8 * 10 < foreign:
        try:
            return data.decode("gb18030"), "gb18030", ()
        except UnicodeDecodeError:
            pass
    decoded = []
    for number, line in enumerate(lines, 1):
        encoding = "utf-8" if _decodes(line, "utf-8") else "gb18030"
        try:
            decoded.append(line.decode(encoding))
        except UnicodeDecodeError:
            raise UnreadableFile(
                "这一行既不是 UTF-8 也不是 GB18030 编码，无法解读。",
                where=f"{name} 第{number}行",
                advice=_ADVICE,
            ) from None
    note = f"文件混用了两种编码（UTF-8 与 GB18030），已逐行解读，其中 {foreign} 行按 GB18030。"
    return "\n".join(decoded), "mixed", (note,)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _checked(text: str, name: str) -> str:
    """Refuse what decodes but is no text: binary content seldom lacks control characters."""
    sample = text[:200_000]
    strange = len(_NOT_TEXT.findall(sample))
    if strange > 5 and strange * 50 > len(sample):
        raise UnreadableFile("文件内容不是文本。", where=name, advice=_ADVICE)
    return text
