"""From a plain file to results: which format it is, then everything it holds, within limits."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from plumbline.kernel.scans import formats
from plumbline.kernel.scans.limits import DEFAULT_LIMITS, ScanLimits
from plumbline.kernel.scans.registry import FORMATS, Columns, Format, Request
from plumbline.kernel.scans.result import ScanRefused, ScanResult, ScanScope

_HEAD = 64 * 1024
FORMATS.load(formats)


def recognise(stream: BinaryIO) -> Format:
    """The format of an unpacked report, by its content.

    Raises:
        ScanRefused: none that is known.
    """
    stream.seek(0)
    head = _text(stream.read(_HEAD))
    stream.seek(0)
    for one in sorted(FORMATS, key=lambda entry: (entry.order, entry.key)):
        if one.recognise(head):
            return one
    titles = "、".join(one.title for one in sorted(FORMATS, key=lambda entry: entry.order))
    raise ScanRefused(
        "认不出这是哪种扫描器的报告", advice=f"可以导入：{titles}。请在扫描器中选择其中一种格式导出。"
    )


@dataclass
class Reading:
    """One pass over a report: iterate for its results; `scope` is complete afterwards.

    Attributes:
        count: results so far, informational ones included.
    """

    stream: BinaryIO
    format: Format
    limits: ScanLimits = DEFAULT_LIMITS
    columns: Columns | None = None
    scope: ScanScope = field(default_factory=ScanScope)
    count: int = 0

    def __iter__(self) -> Iterator[ScanResult]:
        """Once.

        Raises:
            ScanRefused: damaged, dangerous, or over a limit; nothing of the report may be kept then.
        """
        for result in self.format.read(Request(self.stream, self.scope, self.limits, self.columns)):
            self.count += 1
            if self.count > self.limits.results:
                raise ScanRefused(
                    f"报告超过 {self.limits.results:,} 条结果",
                    advice="请在扫描器中按网段或按严重程度分成几份导出后再导入。",
                )
            self.scope.add_host(result.host, self.limits)
            self.scope.add_moment(result.seen_at)
            self.scope.tools.add(result.tool)
            yield result
        if not self.scope.tools:
            self.scope.tools.add(self.columns.tool if self.columns else self.format.key)

    def share(self) -> float:
        """How much of the file was read, from 0 to 1; a guess for a bar."""
        at = self.stream.tell()
        self.stream.seek(0, 2)
        size = self.stream.tell()
        self.stream.seek(at)
        return min(at / size, 1.0) if size else 1.0


def read(stream: BinaryIO, *, limits: ScanLimits = DEFAULT_LIMITS, columns: Columns | None = None) -> Reading:
    """Read a report whose format is yet to be found.

    Raises:
        ScanRefused: no format that is known.
    """
    return Reading(stream, recognise(stream), limits, columns)


def _text(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", errors="replace").lstrip("\ufeff").lstrip()
    if head.startswith(codecs.BOM_UTF8):
        head = head[3:]
    try:
        return head.decode("utf-8").lstrip()
    except UnicodeDecodeError as error:
        # a character may be cut in two at the end of the head; anything earlier is another encoding
        encoding = "utf-8" if error.start > len(head) - 4 else "gb18030"
        return head.decode(encoding, errors="replace").lstrip()
