"""The content of a file: unpacked, and text that Windows tools write in UTF-16 as UTF-8."""

from __future__ import annotations

import codecs
import os
import stat
import zlib
from pathlib import Path
from typing import BinaryIO, Final

from plumbline.kernel.detection.errors import EventFileError
from plumbline.kernel.detection.files.batches import BLOCK

GZIP: Final = b"\x1f\x8b"
#: bytes that a packed file may unpack to, and how much more than its own size once that is more than a little
MOST_UNPACKED: Final = 200_000_000_000
MOST_RATIO: Final = 400
A_LITTLE: Final = 200_000_000

_DAMAGED = "压缩文件已损坏或不完整"
_DAMAGED_ADVICE = "损坏处之前的事件已经读出；请重新取得这个文件"
#: byte order marks and the codecs that they tell, the longer ones first
_MARKS: Final = (
    (codecs.BOM_UTF8, ""),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Stream:
    """Reads a file from its beginning to its end; use it in a `with`.

    Attributes:
        name: the file's name, for errors.
        done: bytes on disk read so far.
    """

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            EventFileError: it is no file, or cannot be opened.
        """
        self.name = path.name
        self.done = 0
        try:
            # a pipe or device would block or never end
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                raise EventFileError("目录打不开", where=self.name, advice="请检查有无读取权限")
            if not stat.S_ISREG(mode):
                raise EventFileError("不是普通文件", where=self.name, advice="请给出文件或文件夹的路径")
            self._file: BinaryIO = path.open("rb", buffering=0)
        except (OSError, ValueError) as error:
            raise _unreadable(self.name, error) from error
        try:
            self._begin()
        except BaseException:
            self._file.close()
            raise

    def _begin(self) -> None:
        self._inflate: zlib._Decompress | None = None
        self._decoder: codecs.IncrementalDecoder | None = None
        self._unpacked = 0
        self._ended = False
        first = self._read_file(BLOCK)
        self._raw_ahead = b""
        if first.startswith(GZIP):
            self._inflate, self._raw_ahead = zlib.decompressobj(31), first
            first = b""
            while len(first) < 4 and (more := self._next()):
                first += more
        self._ahead = self._marked(first)

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self) -> bytes:
        """The next block, about `BLOCK` long; empty at the end.

        Raises:
            EventFileError: it cannot be read on, or unpacks to too much.
        """
        while True:
            if self._ahead:
                block, self._ahead = self._ahead, b""
            else:
                block = self._next()
            if self._decoder is None or not block:
                if not block and self._decoder is not None:  # half a character at the end
                    rest, self._decoder = self._decoder.decode(b"", True), None
                    return rest.encode()
                return block
            if text := self._decoder.decode(block):
                return text.encode()

    def skip(self, count: int) -> bytes:
        """Leave out the next `count` bytes; gives what was read beyond them."""
        if self._inflate is None and self._decoder is None and count > len(self._ahead) + BLOCK:
            try:
                self._file.seek(count - len(self._ahead), os.SEEK_CUR)
            except OSError as error:
                raise _unreadable(self.name, error) from error
            self.done += count - len(self._ahead)
            self._ahead = b""
            return b""
        while count and (block := self.read()):
            if len(block) > count:
                return block[count:]
            count -= len(block)
        return b""

    def _read_file(self, size: int) -> bytes:
        try:
            block = self._file.read(size)
        except OSError as error:
            raise _unreadable(self.name, error) from error
        self.done += len(block)
        return block

    def _marked(self, head: bytes) -> bytes:
        """Tell the encoding; gives the head without its mark."""
        for mark, codec in _MARKS:
            if head.startswith(mark):
                if codec:
                    self._decoder = codecs.getincrementaldecoder(codec)("replace")
                return head[len(mark) :]
        # what can only be the beginning of JSON in UTF-16 without a mark
        if len(head) >= 4 and head[1] == head[3] == 0 and head[0] in b"{[ \r\n":
            self._decoder = codecs.getincrementaldecoder("utf-16-le")("replace")
        elif len(head) >= 4 and head[0] == head[2] == 0 and head[1] in b"{[ \r\n":
            self._decoder = codecs.getincrementaldecoder("utf-16-be")("replace")
        return head

    def _next(self) -> bytes:
        if self._inflate is None:
            return self._read_file(BLOCK)
        while not self._ended:
            raw = self._raw_ahead or self._read_file(BLOCK)
            self._raw_ahead = b""
            if not raw:
                raise EventFileError(_DAMAGED, where=self.name, advice=_DAMAGED_ADVICE)
            try:
                block = self._inflate.decompress(raw, BLOCK)
            except zlib.error as error:
                raise EventFileError(_DAMAGED, where=self.name, advice=_DAMAGED_ADVICE) from error
            if self._inflate.eof:
                self._next_member(self._inflate.unused_data)
            else:
                self._raw_ahead = self._inflate.unconsumed_tail
            self._count(len(block))
            if block:
                return block
        return b""

    def _next_member(self, rest: bytes) -> None:
        """gzip files may stand one after another in one; zeros may fill the last block of a tape."""
        rest = rest.lstrip(b"\0")
        while len(rest) < 2 and (more := self._read_file(BLOCK)):
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            self._ended = True
        elif rest.startswith(GZIP):
            self._inflate, self._raw_ahead = zlib.decompressobj(31), rest
        else:
            raise EventFileError(_DAMAGED, where=self.name, advice=_DAMAGED_ADVICE)

    def _count(self, size: int) -> None:
        self._unpacked += size
        if self._unpacked > MOST_UNPACKED or (
            self._unpacked > A_LITTLE and self._unpacked > MOST_RATIO * self.done
        ):
            raise EventFileError(
                "压缩文件解开后过大，不像正常日志，已停止读取",
                where=self.name,
                advice="请核实文件来源；确属正常日志的，请先解压再检测",
            )


def _unreadable(name: str, error: Exception) -> EventFileError:
    why = (error.strerror if isinstance(error, OSError) else "") or str(error)
    return EventFileError(f"文件读不出来（{why}）", where=name, advice="请检查文件是否存在、有无读取权限")
