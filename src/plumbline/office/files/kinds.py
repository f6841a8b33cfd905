"""The kinds of file that may be uploaded, and how their content is told apart from their name.

A newcomer adds one `Kind` to `KINDS`.
"""

from __future__ import annotations

import codecs
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.plans.limits import DEFAULT_LIMITS

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OOXML = "application/vnd.openxmlformats-officedocument."


class ContentRefused(PlumblineError):
    """The content is not what the name says, or is not safe to keep."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file.

    Attributes:
        key: what the callers of `store` name it by.
        title: what people call it.
        media_types: per ending (lower case, with the dot) the media type it is kept as.
        check: reads the open file from its start; raises `ContentRefused` unless the content is of this kind.
    """

    key: str
    title: str
    media_types: dict[str, str]
    check: Callable[[BinaryIO], None]


def _refuse(what: str, advice: str = "") -> ContentRefused:
    return ContentRefused(what, advice=advice or _("请用原来的软件打开确认后，重新保存再上传。"))


def _starts_with(*signatures: bytes, offset: int = 0) -> Callable[[BinaryIO], None]:
    def check(file: BinaryIO) -> None:
        if not file.read(_HEAD)[offset:].startswith(signatures):
            raise _refuse(_("文件内容与扩展名不符。"))

    return check


def _pdf(file: BinaryIO) -> None:
    if b"%PDF-" not in file.read(1024):
        raise _refuse(_("文件内容不是 PDF。"))


def _webp(file: BinaryIO) -> None:
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WEBP":
        raise _refuse(_("文件内容与扩展名不符。"))


def _text(file: BinaryIO) -> None:
    head = file.read(_HEAD)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    if b"\x00" in head or head.startswith((b"MZ", b"\x7fELF", b"PK\x03\x04")):
        raise _refuse(_("文件内容不是文本。"))


def _old_office(file: BinaryIO) -> None:
    if not file.read(8).startswith(_OLE):
        raise _refuse(_("文件内容与扩展名不符。"))


def _package(main: str) -> Callable[[BinaryIO], None]:
    """A check for a zip that holds a certain part."""

    def check(file: BinaryIO) -> None:
        if file.read(8) == _OLE:
            raise _refuse(
                _("文件已加密，或是旧格式改了扩展名。"), _("请去掉打开密码并另存为新格式后再上传。")
            )
        file.seek(0)
        names = _part_names(file)
        if not any(name.startswith(main) for name in names):
            raise _refuse(_("文件内容与扩展名不符。"))
        if any(name.rsplit("/", 1)[-1].lower() == "vbaproject.bin" for name in names):
            raise _refuse(_("文件含有宏，为安全起见不能接收。"), _("请另存为不含宏的文件后再上传。"))

    return check


def _archive(file: BinaryIO) -> None:
    _part_names(file)


def _part_names(file: BinaryIO) -> list[str]:
    """Names in the zip; a damaged, encrypted or swollen one is refused without unpacking it."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError) as error:
        raise _refuse(_("文件已损坏或不完整，或内容与扩展名不符。")) from error
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    limits = DEFAULT_LIMITS
    swollen = unpacked > limits.zip_free and unpacked > limits.zip_ratio * max(packed, 1)
    if swollen or len(parts) > limits.zip_entries or unpacked > limits.zip_bytes:
        raise _refuse(_("文件解开后异常庞大，为安全起见不能接收。"))
    if any(part.flag_bits & 0x1 for part in parts):
        raise _refuse(_("文件已加密。"), _("请去掉密码后再上传。"))
    return [part.filename for part in parts]


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("pdf", "PDF", {".pdf": "application/pdf"}, _pdf),
        Kind("png", "PNG", {".png": "image/png"}, _starts_with(b"\x89PNG\r\n\x1a\n")),
        Kind("jpeg", "JPEG", {".jpg": "image/jpeg", ".jpeg": "image/jpeg"}, _starts_with(b"\xff\xd8\xff")),
        Kind("gif", "GIF", {".gif": "image/gif"}, _starts_with(b"GIF87a", b"GIF89a")),
        Kind("bmp", "BMP", {".bmp": "image/bmp"}, _starts_with(b"BM")),
        Kind("webp", "WebP", {".webp": "image/webp"}, _webp),
        Kind(
            "tiff",
            "TIFF",
            {".tif": "image/tiff", ".tiff": "image/tiff"},
            _starts_with(b"II*\x00", b"MM\x00*"),
        ),
        Kind("docx", "Word", {".docx": f"{_OOXML}wordprocessingml.document"}, _package("word/")),
        Kind("xlsx", "Excel", {".xlsx": f"{_OOXML}spreadsheetml.sheet"}, _package("xl/")),
        Kind("pptx", "PowerPoint", {".pptx": f"{_OOXML}presentationml.presentation"}, _package("ppt/")),
        Kind("ofd", "OFD", {".ofd": "application/ofd"}, _package("OFD.xml")),
        Kind("doc", "Word 97", {".doc": "application/msword"}, _old_office),
        Kind("xls", "Excel 97", {".xls": "application/vnd.ms-excel"}, _old_office),
        Kind(
            "wps", "WPS", {".wps": "application/vnd.ms-works", ".et": "application/vnd.ms-works"}, _old_office
        ),
        Kind("txt", "TXT", {".txt": "text/plain"}, _text),
        Kind("csv", "CSV", {".csv": "text/csv"}, _text),
        Kind("zip", "ZIP", {".zip": "application/zip"}, _archive),
    )
}

IMAGES = frozenset({"png", "jpeg", "gif", "bmp", "webp", "tiff"})
DOCUMENTS = frozenset({"pdf", "ofd", "docx", "xlsx", "pptx", "doc", "xls", "wps"})
EVIDENCE = IMAGES | DOCUMENTS | {"txt", "csv"}
"""What may back a value: pictures, documents, lists. No archives: nobody sees what is inside."""
PLANS = frozenset({"txt", "docx", "xlsx", "pdf", "doc", "wps"})
"""What a plan can be read from."""
SHEETS = frozenset({"xlsx"})


def kind_of(name: str, *, allowed: frozenset[str]) -> tuple[Kind, str]:
    """The kind that the name's ending says, and its media type.

    Raises:
        ContentRefused: the ending is not among the allowed.
    """
    suffix = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    for key in sorted(allowed):
        if suffix in KINDS[key].media_types:
            return KINDS[key], KINDS[key].media_types[suffix]
    endings = sorted(ending for key in allowed for ending in KINDS[key].media_types)
    raise ContentRefused(
        _("不接收这种文件。"), where=name, advice=_("可上传：%(endings)s。") % {"endings": "、".join(endings)}
    )
