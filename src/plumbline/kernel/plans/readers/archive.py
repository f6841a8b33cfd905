"""Office archives (.docx, .xlsx): opened within limits, their XML parsed without entities.

The directory of the archive is judged before anything is unpacked: number of entries, unpacked
sizes and ratios, encryption. `zipfile` never yields more than an entry declares, so the declared
sizes are the bound. XML with a document type is refused: office programs never write one, and it is
what entity attacks need.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from plumbline.kernel.errors import UnreadableFile
from plumbline.kernel.plans.limits import Limits

_DAMAGED = "文件不完整或已损坏，无法打开。"
_AGAIN = "请在办公软件中打开原文件，另存一份后再导入。"


def open_archive(name: str, data: bytes, *, limits: Limits) -> zipfile.ZipFile:
    """The archive, when its directory keeps the limits.

    Raises:
        UnreadableFile: damaged, encrypted, or a bomb.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, UnicodeError):
        raise UnreadableFile(_DAMAGED, where=name, advice=_AGAIN) from None
    if len(entries) > limits.zip_entries:
        raise _bomb(name, f"内含 {len(entries)} 个部件")
    total = 0
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise UnreadableFile("文件已加密。", where=name, advice="请去掉打开密码后再导入。")
        total += entry.file_size
        packed = max(entry.compress_size, 1)
        if entry.file_size > limits.zip_free and entry.file_size > packed * limits.zip_ratio:
            raise _bomb(name, f"部件 {entry.filename} 解压后是原来的 {entry.file_size // packed} 倍")
    if total > limits.zip_bytes:
        raise _bomb(name, f"解压后有 {total // 1048576} MB")
    return archive


def _bomb(name: str, why: str) -> UnreadableFile:
    return UnreadableFile(f"文件解压后过大（{why}），为安全起见不予打开。", where=name, advice=_AGAIN)


def has(archive: zipfile.ZipFile, part: str) -> bool:
    """The archive holds a part of this name."""
    return part in archive.NameToInfo


def parse_part(name: str, archive: zipfile.ZipFile, part: str) -> etree._Element:
    """The root of an XML part.

    Raises:
        UnreadableFile: the part is missing, damaged, or has a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        with archive.open(part) as stream:
            tree = etree.parse(stream, parser)
    except _BROKEN:
        raise UnreadableFile(_DAMAGED, where=f"{name}（{part}）", advice=_AGAIN) from None
    _refuse_doctype(name, part, tree.docinfo.doctype)
    return tree.getroot()


_BROKEN = (
    KeyError,
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


def _refuse_doctype(name: str, part: str, doctype: str) -> None:
    if doctype:
        raise UnreadableFile(
            "文件内含文档类型定义（DTD），正常的办公文件没有这一内容，为安全起见不予打开。",
            where=f"{name}（{part}）",
            advice=_AGAIN,
        )
