"""JSON a piece at a time: walks into the containers that are asked for and decodes only small values."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from plumbline.kernel.scans.limits import ScanLimits
from plumbline.kernel.scans.result import ScanRefused

_CHUNK = 256 * 1024
_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n"


def text_of(stream: BinaryIO) -> io.TextIOWrapper:
    """The stream as text from its start: UTF-8, or UTF-16 with a byte order mark.

    The wrapper must be detached by whoever is done with it, or it closes the stream.
    """
    stream.seek(0)
    head = stream.read(4)
    stream.seek(0)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return io.TextIOWrapper(stream, encoding="utf-16" if wide else "utf-8-sig", newline=None)


def damaged(where: str = "") -> ScanRefused:
    """The refusal of JSON that does not end well."""
    return ScanRefused(
        "报告不是完整的 JSON，可能已损坏或没有下载完，什么都没有导入",
        where=where,
        advice="请在扫描器中重新导出后再上传。",
    )


class Cursor:
    """A place in a JSON text.

    for key in cursor.members():          # cursor stands at "{"
        if key == "results":
            for _ in cursor.elements():   # cursor stands at "["
                value = cursor.value()
        else:
            cursor.skip()

    Whatever is not taken must be skipped. Errors are `ScanRefused`.
    """

    def __init__(self, text: Callable[[int], str], limits: ScanLimits) -> None:
        self._read = text
        self._limits = limits
        self._buffer = ""
        self._at = 0
        self._before = 0
        self._ended = False
        self._depth = 0

    def peek(self) -> str:
        """The next character that is no blank; "" at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here; after each the cursor stands at its value."""
        self._take("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                raise self._damaged()
            key = self.value()
            self._take(":")
            self.peek()
            yield key
            if not self._goes_on("}"):
                return

    def elements(self) -> Iterator[int]:
        """Counts the elements of the array that begins here; the cursor stands at each."""
        self._take("[")
        if self.peek() == "]":
            self._at += 1
            return
        count = 0
        while True:
            self.peek()
            yield count
            count += 1
            if not self._goes_on("]"):
                return

    def value(self) -> Any:
        """The value that begins here, whole; it must not be larger than a record may be."""
        if not self.peek():
            raise self._damaged()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                if self._ended:
                    raise self._damaged() from error
            except (RecursionError, ValueError) as error:
                raise self._damaged() from error
            else:
                # a number at the very end of what was read may go on
                if end < len(self._buffer) or self._ended or not self._more():
                    self._demand_size(end - self._at)
                    self._at = end
                    return value
                continue
            self._demand_size(len(self._buffer) - self._at)
            # as much again as is there: a long value is tried anew only a few times
            self._more(max(_CHUNK, len(self._buffer) - self._at))

    def skip(self) -> None:
        """Pass over the value that begins here; large containers are walked, not decoded."""
        self._depth += 1
        if self._depth > self._limits.depth:
            raise ScanRefused(f"JSON 嵌套超过 {self._limits.depth} 层", advice="请确认这是扫描器导出的报告。")
        start = self.peek()
        if start == "{":
            for _ in self.members():
                self.skip()
        elif start == "[":
            for _ in self.elements():
                self.skip()
        else:
            self.value()
        self._depth -= 1

    def finish(self) -> None:
        """Nothing may follow."""
        if self.peek():
            raise self._damaged()

    def where(self) -> str:
        """How far it was read."""
        return f"第 {self._before + self._at:,} 个字符附近"

    def _demand_size(self, size: int) -> None:
        if size > self._limits.record:
            raise ScanRefused(
                f"报告中有一条记录超过 {self._limits.record // 1_000_000} 兆字",
                where=self.where(),
                advice="请确认报告没有损坏，或在扫描器中分成几份导出。",
            )

    def _goes_on(self, closing: str) -> bool:
        following = self.peek()
        if following not in (",", closing):
            raise self._damaged()
        self._at += 1
        return following == ","

    def _take(self, char: str) -> None:
        if self.peek() != char:
            raise self._damaged()
        self._at += 1

    def _more(self, size: int = _CHUNK) -> bool:
        if self._ended:
            return False
        try:
            chunk = self._read(size)
        except UnicodeError as error:
            raise ScanRefused(
                "报告的文字编码无法识别", where=self.where(), advice="请以 UTF-8 编码重新导出后再上传。"
            ) from error
        self._ended = not chunk
        self._before += self._at
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        return bool(chunk)

    def _damaged(self) -> ScanRefused:
        return damaged(self.where())
