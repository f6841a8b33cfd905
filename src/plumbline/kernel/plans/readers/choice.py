"""Which reader takes a file: its first bytes decide, the name only where they leave a choice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from plumbline.kernel.errors import UnreadableFile, UnsupportedFormat
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.readers.archive import has, open_archive
from plumbline.kernel.plans.readers.docx import read_docx
from plumbline.kernel.plans.readers.office import read_office
from plumbline.kernel.plans.readers.txt import read_txt
from plumbline.kernel.plans.readers.xlsx import read_xlsx
from plumbline.kernel.plans.source import Source

_READS = "可以导入 .docx、.xlsx、.pdf、.txt，以及装有 LibreOffice 时的 .doc、.wps、.xls、.et。"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: first bytes of what is no document
_FOREIGN = (
    (b"MZ", "Windows 程序"),
    (b"\x7fELF", "程序"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM\x36", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"\xfd7zXZ", "压缩包"),
    (b"SQLite format 3", "数据库"),
)
_TEXT_ENDINGS = frozenset(("", ".txt", ".csv", ".tsv", ".md", ".text", ".log"))
_HTML = re.compile(
    rb"^\s*(?:\xef\xbb\xbf)?\s*(?:<!DOCTYPE\s+html|<html|<head|<meta|<table|<body)", re.IGNORECASE
)


def read_bytes(name: str, data: bytes, *, limits: Limits) -> Source:
    """Read a file with the reader that its content asks for.

    Raises:
        UnreadableFile: empty, too large, damaged, encrypted, or not what the name says.
        UnsupportedFormat: no reader takes it on this machine.
    """
    if not data:
        raise UnreadableFile("文件是空的。", where=name, advice="请检查文件后重新选择。")
    if len(data) > limits.bytes:
        raise UnreadableFile(
            f"文件有 {len(data) / 1048576:.0f} MB，超过上限 {limits.bytes / 1048576:.0f} MB。",
            where=name,
            advice="请去掉图片等附件，或拆分后再导入。",
        )
    return _reader(name, data, limits)(name, data, limits)


_Read = Callable[[str, bytes, Limits], Source]


def _reader(name: str, data: bytes, limits: Limits) -> _Read:
    ending = PurePath(name).suffix.lower()
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _archive(name, data, limits)
    if b"%PDF-" in data[:1024]:
        return _pdf
    if data.startswith(_OLE):
        return _office(_ole_kind(name, data, ending))
    if data.lstrip()[:5] == b"{\\rtf":
        return _office("rtf")
    for head, what in _FOREIGN:
        if data.startswith(head):
            raise UnreadableFile(f"文件内容是{what}，不是文档。", where=name, advice=_READS)
    if ending not in _TEXT_ENDINGS:
        return _named(name, data, ending)
    return lambda n, d, limits: read_txt(n, d, limits=limits)


def _pdf(name: str, data: bytes, limits: Limits) -> Source:
    # its library takes a third of a second to load, which only a PDF should cost
    from plumbline.kernel.plans.readers.pdf import read_pdf

    return read_pdf(name, data, limits=limits)


def _office(kind: str) -> _Read:
    return lambda n, d, limits: read_office(n, d, kind=kind, limits=limits)


def _archive(name: str, data: bytes, limits: Limits) -> _Read:
    """An archive: Word, Excel, OpenDocument, or no document."""
    with open_archive(name, data, limits=limits) as archive:
        parts = archive.namelist()
        if has(archive, "word/document.xml") or any(part.startswith("word/document") for part in parts):
            return lambda n, d, limits: read_docx(n, d, limits=limits)
        if has(archive, "xl/workbook.xml"):
            return lambda n, d, limits: read_xlsx(n, d, limits=limits)
        if has(archive, "content.xml") and has(archive, "mimetype"):
            return _office("ods" if b"spreadsheet" in archive.read("mimetype")[:100] else "odt")
        if any(part.startswith(("ppt/", "Payload/")) for part in parts):
            raise UnsupportedFormat("这是演示文稿，不是文档或表格。", where=name, advice=_READS)
        if any(part in ("xl/workbook.bin",) for part in parts):
            return _office("xls")
    raise UnsupportedFormat("这是压缩包，不是文档。", where=name, advice="请先解压，再导入其中的文件。")


def _ole_kind(name: str, data: bytes, ending: str) -> str:
    """doc or xls, by the names of the streams in the file's directory."""

    def stream(title: str) -> bool:
        return title.encode("utf-16-le") in data

    if stream("EncryptedPackage") or stream("EncryptionInfo"):
        raise UnreadableFile("文件已加密，需要密码才能打开。", where=name, advice="请去掉打开密码后再导入。")
    if stream("Workbook") or (stream("Book") and not stream("WordDocument")):
        return "xls"
    if stream("WordDocument"):
        return "doc"
    if ending in (".xls", ".et"):
        return "xls"
    if ending in (".doc", ".wps"):
        return "wps" if ending == ".wps" else "doc"
    raise UnsupportedFormat("不认识这种文件。", where=name, advice=_READS)


def _named(name: str, data: bytes, ending: str) -> _Read:
    """The name promises a format that the content is not: web pages saved as .doc and .xls are common."""
    if _HTML.match(data[:2048]):
        return _office("htmlxls" if ending in (".xls", ".xlsx", ".et") else "html")
    if ending in (".xls", ".et") and b"urn:schemas-microsoft-com:office:spreadsheet" in data[:4096]:
        return _office("xmlxls")
    if ending in (".docx", ".xlsx", ".pdf", ".doc", ".xls", ".wps", ".et", ".docm", ".xlsm", ".odt", ".rtf"):
        raise UnreadableFile(
            f"文件名以 {ending} 结尾，但内容不是这种文件，可能已损坏或改过扩展名。",
            where=name,
            advice="请在办公软件中打开原文件，另存一份后再导入。",
        )
    raise UnsupportedFormat(f"不能读取 {ending[:12]} 文件。", where=name, advice=_READS)
