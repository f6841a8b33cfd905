"""A report as it came to a plain file: unpacked within limits, never by its name."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from plumbline.kernel.scans.limits import DEFAULT_LIMITS, ScanLimits
from plumbline.kernel.scans.result import ScanRefused

_CHUNK = 256 * 1024
_MEGABYTE = 1024 * 1024
_OTHER = {
    b"%PDF-": "PDF",
    b"\xd0\xcf\x11\xe0": "Word 或 Excel 97",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}


@contextmanager
def opened(
    stream: BinaryIO,
    *,
    limits: ScanLimits = DEFAULT_LIMITS,
    folder: Path | None = None,
    alive: Callable[[], None] | None = None,
) -> Iterator[BinaryIO]:
    """The report, unpacked if it was packed (.gz, or .zip with one file in it), at its start.

    Args:
        stream: seekable.
        folder: where the unpacked file is put meanwhile; the system's own where None.
        alive: called now and then while unpacking.

    Raises:
        ScanRefused: empty, too large, swollen, encrypted, damaged, or plainly something else.
    """
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    head = stream.read(8)
    stream.seek(0)
    if not size:
        raise ScanRefused("报告是空的", advice="请在扫描器中确认扫描已完成，重新导出后再上传。")
    for signature, title in _OTHER.items():
        if head.startswith(signature):
            raise ScanRefused(
                f"这是一份 {title} 文件，不是扫描器导出的数据",
                advice="请在扫描器中选择 .nessus、XML、JSON、SARIF 或 CSV 格式导出后再上传。",
            )
    packed = head.startswith((b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"))
    if not packed:
        _demand_size(size, limits)
        yield stream
        return
    with tempfile.TemporaryFile(dir=folder) as plain:
        try:
            if head.startswith(b"PK"):
                _unzip(stream, plain, size=size, limits=limits, alive=alive)
            else:
                with gzip.GzipFile(fileobj=stream) as source:
                    _pour(cast(IO[bytes], source), plain, size=size, limits=limits, alive=alive)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise ScanRefused(
                "压缩包已损坏或不完整，无法解开", advice="请重新压缩，或直接上传未压缩的报告。"
            ) from error
        plain.seek(0)
        yield cast(BinaryIO, plain)


def _unzip(
    stream: BinaryIO,
    plain: IO[bytes],
    *,
    size: int,
    limits: ScanLimits,
    alive: Callable[[], None] | None,
) -> None:
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
        if any(entry.filename.startswith(("xl/", "word/", "ppt/")) for entry in entries):
            raise ScanRefused(
                "这是一份 Office 文件，不是扫描器导出的数据", advice="请另存为 CSV（UTF-8）后再上传。"
            )
        files = [entry for entry in entries if not entry.is_dir()]
        if len(files) != 1:
            raise ScanRefused(
                f"压缩包里有 {len(files)} 个文件", advice="一个压缩包只放一份报告；请分别上传。"
            )
        if files[0].flag_bits & 0x1:
            raise ScanRefused("压缩包设有密码", advice="请去掉密码后再上传。")
        with archive.open(files[0]) as source:
            _pour(source, plain, size=size, limits=limits, alive=alive)


def _pour(
    source: IO[bytes],
    plain: IO[bytes],
    *,
    size: int,
    limits: ScanLimits,
    alive: Callable[[], None] | None,
) -> None:
    written = 0
    while chunk := source.read(_CHUNK):
        written += len(chunk)
        _demand_size(written, limits)
        if written > limits.free and written > limits.ratio * size:
            raise ScanRefused(
                f"压缩包解开后超过原来的 {limits.ratio} 倍，为安全起见不能接收",
                advice="请直接上传未压缩的报告。",
            )
        plain.write(chunk)
        if alive:
            alive()
    if not written:
        raise ScanRefused("压缩包里的报告是空的", advice="请在扫描器中重新导出后再上传。")


def _demand_size(size: int, limits: ScanLimits) -> None:
    if size > limits.bytes:
        raise ScanRefused(
            f"报告超过 {limits.bytes // _MEGABYTE} MB（按解压后计）",
            advice="请在扫描器中按网段或按任务分成几份导出后再上传。",
        )
